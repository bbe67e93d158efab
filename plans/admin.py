"""The administration: people and teams are kept here; plans are only looked at.

Plans change through `actions/` alone, or the change log would not know of it.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

from plans.actions.profiles import note_rename
from plans.forms.lists import LONGEST_WORDS
from plans.models import (
    AuditRecord,
    Change,
    Comment,
    Membership,
    Plan,
    SavedVersion,
    Team,
    Thread,
    User,
    Version,
)
from plans.models.people import name_taken


class ShortSearch(admin.ModelAdmin):
    """SQLite fails at comparing very long words."""

    def get_search_results(self, request: HttpRequest, queryset: Any, term: str) -> Any:
        return super().get_search_results(request, queryset, term[:LONGEST_WORDS])


class ReadOnlyAdmin(ShortSearch):
    """Rows that cannot be added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembersForms(BaseInlineFormSet):
    """Refuses a new member whose name looks like that of another member."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if not form.cleaned_data.get("DELETE")]
        members = [form.cleaned_data.get("user") for form in kept]
        team = Team.objects.filter(pk=self.instance.pk)
        for form, user in zip(kept, members, strict=True):
            if user is None or "user" not in form.changed_data:
                continue
            others = [other for other in members if other is not None]
            if other := user.namesake_in(team) or user.namesake_among(others):
                form.add_error("user", name_taken(other))


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = MembersForms
    autocomplete_fields = ["user"]
    extra = 0


@admin.register(Team)
class TeamAdmin(ShortSearch):
    list_display = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]


@admin.register(User)
class PlannerUserAdmin(ShortSearch, UserAdmin):
    list_display = ["username", "name", "email", "is_active", "is_staff"]
    fieldsets = [*(UserAdmin.fieldsets or ()), ("Shown", {"fields": ["display_name"]})]
    add_fieldsets = [
        *UserAdmin.add_fieldsets,
        ("Shown", {"fields": ["display_name"]}),
    ]
    search_fields = [*UserAdmin.search_fields, "display_name"]

    def save_model(self, request: HttpRequest, obj: User, *args: Any) -> None:
        stored = User.objects.filter(pk=obj.pk).first()
        super().save_model(request, obj, *args)
        if stored is not None:
            actor = cast(User, request.user)
            note_rename(actor=actor, person=obj, before=stored.account)


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ["title", "slug", "team", "archived", "updated_at"]
    list_filter = ["team", "archived"]
    search_fields = ["title", "slug"]


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["plan", "number", "verb", "label", "actor", "created_at"]
    list_select_related = ["plan", "actor"]


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    list_display = ["plan", "number", "name", "sha256", "author", "created_at"]
    list_select_related = ["plan", "author"]


@admin.register(SavedVersion)
class SavedVersionAdmin(ReadOnlyAdmin):
    list_display = ["plan", "number", "name", "author", "created_at"]
    list_select_related = ["plan", "author"]


@admin.register(AuditRecord)
class RecordAdmin(ReadOnlyAdmin):
    list_display = ["plan", "number", "kind", "role", "name", "at"]
    list_select_related = ["plan"]


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    list_display = ["plan", "item", "section", "created_at", "resolved_by"]
    list_select_related = ["plan", "item", "section", "resolved_by"]


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["thread", "author", "created_at", "edited_at", "removed_by"]
    list_select_related = ["thread__item", "thread__section", "author", "removed_by"]
