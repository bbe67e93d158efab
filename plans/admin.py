"""The administration: people and teams are kept here; plans are only looked at.

Plans change through `actions/` alone, or the change log would not know of it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from plans.actions.approvers import seat
from plans.models import (
    Change,
    Comment,
    Membership,
    Plan,
    Record,
    Team,
    Thread,
    User,
    Version,
)
from plans.views.listing import LONGEST_SEARCH


class ShortSearch(admin.ModelAdmin):
    """SQLite fails at comparing very long words."""

    def get_search_results(self, request: HttpRequest, queryset: Any, term: str) -> Any:
        return super().get_search_results(request, queryset, term[:LONGEST_SEARCH])


class LookedAt(ShortSearch):
    """Rows that nobody adds, changes or deletes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ["user"]
    extra = 0


@admin.register(Team)
class TeamAdmin(ShortSearch):
    list_display = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]

    def save_related(self, request: HttpRequest, form: Any, *args: Any) -> None:
        super().save_related(request, form, *args)
        for member in form.instance.members.all():
            seat(member)


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
        super().save_model(request, obj, *args)
        seat(obj)


@admin.register(Plan)
class PlanAdmin(LookedAt):
    list_display = ["title", "slug", "team", "archived", "updated_at"]
    list_filter = ["team", "archived"]
    search_fields = ["title", "slug"]


@admin.register(Change)
class ChangeAdmin(LookedAt):
    list_display = ["plan", "number", "verb", "label", "actor", "created_at"]
    list_select_related = ["plan", "actor"]


@admin.register(Version)
class VersionAdmin(LookedAt):
    list_display = ["plan", "number", "sha256", "author", "created_at"]
    list_select_related = ["plan", "author"]


@admin.register(Record)
class RecordAdmin(LookedAt):
    list_display = ["plan", "number", "kind", "role", "name", "at"]
    list_select_related = ["plan"]


@admin.register(Thread)
class ThreadAdmin(LookedAt):
    list_display = ["plan", "item", "section", "created_at", "resolved_by"]
    list_select_related = ["plan", "item", "section", "resolved_by"]


@admin.register(Comment)
class CommentAdmin(LookedAt):
    list_display = ["thread", "author", "created_at", "edited_at", "removed_by"]
    list_select_related = ["thread__item", "thread__section", "author", "removed_by"]
