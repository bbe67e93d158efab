"""The templates of a team: the list, one of them, and its editor with a live look."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Count, Max
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from plans import document as doc
from plans import permissions
from plans.actions import templates as actions
from plans.content import storage
from plans.content.limits import Unreadable, check_size
from plans.content.template_origin import hints_text
from plans.document.emptying import Emptied, empty_document
from plans.errors import NotAllowed, Refused
from plans.forms.templates import NewTemplateForm, TemplateName, VersionForm
from plans.models import Change, Membership, Plan, Team, Template, TemplateVersion
from plans.models.template import LONGEST_TEMPLATE_NAME
from plans.page.template_look import LONGEST_LIVE, Look, look_at
from plans.views.shortcuts import (
    Request,
    handle_refused,
    http_status,
    login_required,
    markdown_file,
    note,
    number_in,
    plan_for,
)
from plans.views.teams import team_for

BUILT_IN = "built-in"


@require_safe
@login_required
def templates(request: Request, slug: str) -> HttpResponse:
    """The team's templates, the default first, and those that are archived."""
    own = team_for(request, slug)
    rows = list(
        own.team.templates.annotate(
            number=Max("versions__number"),
            plans=Count("versions__plans", distinct=True),
            changed_at=Max("versions__created_at"),
        )
    )
    context = {
        "team": own.team,
        "templates": [row for row in rows if not row.archived],
        "archived": [row for row in rows if row.archived],
        "has_default": any(row.is_default for row in rows),
        "may_change": bool(permissions.may_change_templates(own)),
        "leads": bool(permissions.may_manage(own)),
    }
    return render(request, "templates/list.html", context)


def template_for(
    request: Request, slug: str, template_id: int
) -> tuple[Template, Membership]:
    """One of the team's templates with the person's own membership; to others there is
    none."""
    own = team_for(request, slug)
    template = own.team.templates.filter(pk=template_id).first()
    if template is None:
        raise Http404("This template doesn’t exist.")
    template.team = own.team
    return template, own


@require_safe
@login_required
def template(request: Request, slug: str, template_id: int) -> HttpResponse:
    """Its newest version, or `?version=`: as the form it becomes, and what is new in
    it."""
    row, own = template_for(request, slug, template_id)
    return _template_page(request, row, own)


def _template_page(
    request: Request, row: Template, own: Membership, refusal: Refused | None = None
) -> HttpResponse:
    versions = list(row.versions.defer("markdown", "hints").select_related("author"))
    number = number_in(request.GET.get("version", versions[0].number)) or 0
    version = row.versions.select_related("author").filter(number=number).first()
    if version is None:
        raise Http404("This template has no such version.")
    before = row.versions.filter(number__lt=version.number).first()
    context = {
        "team": row.team,
        "template": row,
        "version": version,
        "versions": versions,
        "before": before,
        "changes": _changes(before, version) if before else [],
        "look": look_at(version.markdown, version.hints),
        "plans": Plan.objects.current().filter(template_version__template=row).count(),
        "may_change": bool(permissions.may_change_templates(own)),
        "may_write": bool(permissions.may_edit(own)),
        "message": str(refusal) if refusal else "",
        "typed": request.POST.get("name", row.name),
    }
    status = http_status(refusal) if refusal else 200
    return render(request, "templates/template.html", context, status=status)


def _changes(before: TemplateVersion, after: TemplateVersion) -> list[Any]:
    return doc.compare(doc.read(before.markdown), doc.read(after.markdown))


@require_safe
@login_required
def template_download(
    request: Request, slug: str, template_id: int, number: int
) -> HttpResponse:
    """The bytes of a version, as they came."""
    row, _ = template_for(request, slug, template_id)
    version = row.versions.filter(number=number).first()
    if version is None:
        raise Http404("This template has no such version.")
    return markdown_file(request, version.markdown, name="plan-template.md")


# --- The editor ----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def template_new(request: Request, slug: str) -> HttpResponse:
    """A new template; `?from=built-in` begins with the built-in one, `?plan=` with a
    plan emptied again, `?template=` with another template of the team."""
    own = _may_change(team_for(request, slug))
    if request.method == "GET":
        initial, counts = _start(request, own.team)
        form = NewTemplateForm(initial=initial)
        return _editor(request, own.team, form, initial.get("markdown", ""), counts)
    form = NewTemplateForm(request.POST, request.FILES)
    if not form.is_valid() or "look" in request.POST:
        return _editor(request, own.team, form)
    version, _ = _saved(
        form,
        partial(
            actions.add_template,
            team=own.team,
            actor=request.user,
            name=form.cleaned_data["name"],
        ),
        error_at="name",
    )
    if version is None:
        return _editor(request, own.team, form)
    note(request, f"Saved the template {version.template.name}.")
    return _to(version.template)


def _start(request: Request, team: Team) -> tuple[dict[str, str], Emptied | None]:
    """What a new template begins with, and what of a plan was emptied for it."""
    if request.GET.get("from") == BUILT_IN:
        return {"name": "Our plan", "markdown": doc.default_template()}, None
    if plan_slug := request.GET.get("plan", ""):
        return _start_from_plan(request, plan_slug)
    if number := number_in(request.GET.get("template", "")):
        versions = TemplateVersion.objects.select_related("template")
        version = versions.filter(template__team=team, template=number).first()
        if version is None:
            raise Http404("This template doesn’t exist.")
        name = f"{version.template.name[:90]} (copy)"
        texts = {"markdown": version.markdown, "hints": version.hints}
        return texts | {"name": name}, None
    return {}, None


def _start_from_plan(request: Request, slug: str) -> tuple[dict[str, str], Emptied]:
    plan, _ = plan_for(request, slug)
    first = plan.changes.last()
    emptied = empty_document(
        storage.load(plan).document,
        title=plan.title,
        is_imported=first is not None and first.verb != Change.Verb.PLAN_CREATED,
    )
    initial = {"name": plan.title[:LONGEST_TEMPLATE_NAME], "markdown": emptied.text}
    return initial | {"hints": hints_text(plan)}, emptied


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def template_edit(request: Request, slug: str, template_id: int) -> HttpResponse:
    """The next version of a template: edited, pasted or uploaded."""
    row, own = template_for(request, slug, template_id)
    _may_change(own)
    newest = row.newest()
    if request.method == "GET":
        form = VersionForm(newest=newest)
        return _editor(request, own.team, form, newest.markdown, template=row)
    form = VersionForm(request.POST, request.FILES, newest=newest)
    if not form.is_valid() or "look" in request.POST:
        return _editor(request, own.team, form, template=row)
    version, refusal = _saved(
        form,
        partial(
            actions.add_template_version,
            template=row,
            actor=request.user,
            seen=form.cleaned_data["seen"],
        ),
    )
    if version is None:
        status = 0
        if refusal is not None:
            form.follow(row.newest())
            status = http_status(refusal)
        return _editor(request, own.team, form, template=row, status=status)
    note(request, f"Saved version {version.number} of {row.name}.")
    return _to(row)


def _saved(
    form: VersionForm,
    save: Callable[..., TemplateVersion],
    error_at: str | None = None,
) -> tuple[TemplateVersion | None, Refused | None]:
    """Save the texts of a form; what is wrong is said in it (`error_at`: the field that
    a refusal is about), and returned if it is a refusal."""
    data = form.cleaned_data
    texts = {"markdown": data["text"], "hints": data["hints"], "note": data["note"]}
    try:
        return save(**texts), None
    except Unreadable as error:
        form.add_unreadable(str(error))
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(error_at, str(refusal))
        return None, refusal
    return None, None


def _editor(
    request: Request,
    team: Team,
    form: VersionForm,
    text: str | None = None,
    emptied: Emptied | None = None,
    *,
    template: Template | None = None,
    status: int = 0,
) -> HttpResponse:
    """`text`: what is looked at, of the posted form unless given."""
    data = getattr(form, "cleaned_data", form.initial)
    if text is None:
        text = data.get("text", "")
    look = None
    try:
        look = _look(text, data.get("hints", "")) if text else None
    except Unreadable as error:
        if not form.errors:
            form.add_unreadable(str(error))
    context = {
        "team": team,
        "template": template,
        "form": form,
        "look": look,
        "emptied": emptied,
    }
    if not status:
        status = 422 if form.is_bound and form.errors else 200
    return render(request, "templates/edit.html", context, status=status)


def _look(text: str, hints: str) -> Look:
    """Raises Unreadable for a text that cannot become a template."""
    check_size(text)
    return look_at(text, hints)


@require_POST
@login_required
def template_look(request: Request, slug: str) -> HttpResponse:
    """The form that the posted text becomes, while it is typed. Nothing is stored."""
    team_for(request, slug)
    form = VersionForm(request.POST, request.FILES)
    form.is_valid()
    context: dict[str, Any] = {"look": None, "reason": ""}
    text, hints = (form.cleaned_data.get(name, "") for name in ("text", "hints"))
    if "file" in form.errors:
        context["reason"] = form.errors["file"][0]
    elif len(text) + len(hints) > LONGEST_LIVE:
        context["reason"] = "This text is long. Press Preview to see its form."
    elif text.strip():
        try:
            context["look"] = _look(text, hints)
        except Unreadable as error:
            context["reason"] = str(error)
    return render(request, "templates/_look.html", context)


# --- What else becomes of a template -------------------------------------------------


@require_POST
@login_required
@handle_refused
def template_rename(request: Request, slug: str, template_id: int) -> HttpResponse:
    row, own = template_for(request, slug, template_id)
    form = TemplateName(request.POST)
    name = (
        form.cleaned_data["name"] if form.is_valid() else request.POST.get("name", "")
    )
    try:
        actions.rename_template(template=row, actor=request.user, name=name)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _template_page(request, row, own, refusal)
    note(request, f"The template is now called {row.name}.")
    return _to(row)


@require_POST
@login_required
@handle_refused
def template_archive(request: Request, slug: str, template_id: int) -> HttpResponse:
    """Archive it, or restore it (`restore` in the form)."""
    row, _ = template_for(request, slug, template_id)
    is_back = "restore" in request.POST
    actions.archive_template(template=row, actor=request.user, archived=not is_back)
    note(request, f"{row.name} was {'restored' if is_back else 'archived'}.")
    return _to(row)


@require_POST
@login_required
@handle_refused
def template_default(request: Request, slug: str) -> HttpResponse:
    """`template`: the id of the one that new plans start from; empty: the built-in."""
    own = team_for(request, slug)
    number = number_in(request.POST.get("template", ""))
    row = own.team.templates.filter(pk=number).first() if number else None
    if number and row is None:
        raise Http404("This template doesn’t exist.")
    actions.choose_default_template(team=own.team, actor=request.user, template=row)
    name = row.name if row else "the built-in template"
    note(request, f"New plans of {own.team.name} start from {name}.")
    return HttpResponseRedirect(reverse("plans:templates", args=[slug]))


@require_POST
@login_required
@handle_refused
def template_editors(request: Request, slug: str) -> HttpResponse:
    """Whether editors may change the team's templates (`allowed` in the form)."""
    own = team_for(request, slug)
    allowed = "allowed" in request.POST
    actions.let_editors_change_templates(
        team=own.team, actor=request.user, allowed=allowed
    )
    who = "Editors and owners" if allowed else "Only owners"
    note(request, f"{who} can change templates now.")
    return HttpResponseRedirect(reverse("plans:templates", args=[slug]))


def _may_change(own: Membership) -> Membership:
    decision = permissions.may_change_templates(own)
    if not decision:
        raise NotAllowed(decision.reason)
    return own


def _to(row: Template) -> HttpResponse:
    return HttpResponseRedirect(reverse("plans:template", args=[row.team.slug, row.pk]))
