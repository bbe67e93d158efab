"""New plans: from a template, or from a plan.md that exists."""

from __future__ import annotations

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from plans import document as doc
from plans.actions.plans import (
    Start,
    create_from_template,
    import_plan,
)
from plans.content.export import problems_in
from plans.content.limits import Unreadable, check_items, check_size, without_nul
from plans.errors import Refused
from plans.forms.plans import ImportPlan, NewPlan, TeamChoiceForm
from plans.models import Template
from plans.page.recognised import recognise
from plans.page.template_look import look_at
from plans.views.packing import pack, unpack
from plans.views.shortcuts import (
    Request,
    handle_refused,
    login_required,
    note,
    number_in,
)


@require_http_methods(["GET", "POST"])
@login_required
@handle_refused
def plan_new(request: Request) -> HttpResponse:
    """From a template of the team, the built-in one, or one that is uploaded;
    `?template=` chooses one at first."""
    is_sent = request.method == "POST"
    sent = (request.POST, request.FILES) if is_sent else ()
    form = NewPlan(request.user, *sent, initial=_chosen_before(request))
    if is_sent and form.is_valid():
        data = form.cleaned_data
        start = Start(data["feature"], data["branch"], data["area"], data["date"])
        try:
            plan = create_from_template(
                team=form.chosen_team(),
                actor=request.user,
                start=start,
                template=data["template"] or None,
                version=None if data["template"] else form.chosen_version(),
            )
        except Unreadable as error:
            form.add_error("template", str(error))
        else:
            return HttpResponseRedirect(plan.get_absolute_url())
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "look": look_at(_template_text(form))}
    return render(request, "plans/plan_new.html", context, status=status)


def _chosen_before(request: Request) -> dict[str, object]:
    number = number_in(request.GET.get("template", ""))
    template = Template.objects.filter(pk=number).first() if number else None
    if template is None:
        return {}
    return {"start_from": str(template.pk), "team": template.team.slug}


def _template_text(form: NewPlan) -> str:
    """Of the template that the form has chosen now."""
    if not form.is_bound:
        chosen = form.rows.get(form.initial.get("start_from", ""))
        default = form.default_of(next(iter(form.teams), None))
        template = chosen or default
        return template.newest().markdown if template else doc.default_template()
    if text := form.cleaned_data.get("template"):
        return str(text)
    version = form.chosen_version()
    return version.markdown if version else doc.default_template()


@require_POST
@login_required
def plan_new_look(request: Request) -> HttpResponse:
    """The form that the plan would start as, while its template is chosen."""
    form = NewPlan(request.user, request.POST, request.FILES)
    form.is_valid()
    context: dict[str, object] = {"look": None}
    for name in ("template", "start_from"):
        if name in form.errors:
            context["reason"] = form.errors[name][0]
            break
    else:
        context["look"] = look_at(_template_text(form))
    return render(request, "templates/_look.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def plan_import(request: Request) -> HttpResponse:
    """Choose or paste a plan.md; what was recognised in it is shown before it is
    stored."""
    is_sent = request.method == "POST"
    form = ImportPlan(request.POST, request.FILES) if is_sent else ImportPlan()
    if is_sent and form.is_valid():
        text = form.cleaned_data["markdown"]
        try:
            document = doc.read(without_nul(text)[0])
            check_items(document)
        except Unreadable as error:
            form.add_unreadable(error)
        else:
            template = form.cleaned_data["template"]
            context = _recognised(text, document, template)
            context["team_form"] = TeamChoiceForm(request.user)
            return render(request, "plans/plan_import_check.html", context)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "plans/plan_import.html", {"form": form}, status=status)


@require_POST
@login_required
@handle_refused
def plan_import_store(request: Request) -> HttpResponse:
    """Store the text that was looked at."""
    chosen = TeamChoiceForm(request.user, request.POST)
    if not chosen.is_valid():
        raise Refused("Choose one of your teams for the plan.")
    try:
        text = unpack(request.POST.get("packed", ""))
        check_size(text)
        template = request.POST.get("packed_template", "")
        plan = import_plan(
            team=chosen.chosen_team(),
            actor=request.user,
            text=text,
            template=unpack(template) if template else "",
        )
    except (signing.BadSignature, Unreadable) as error:
        form = ImportPlan()
        reason = str(error) if isinstance(error, Unreadable) else (
            "The upload was incomplete. Choose the file again."
        )  # fmt: skip
        context = {"form": form, "reason": reason}
        return render(request, "plans/plan_import.html", context, status=422)
    note(request, "The plan was imported, character for character.")
    return HttpResponseRedirect(plan.get_absolute_url())


def _recognised(text: str, document: doc.Document, template: str) -> dict[str, object]:
    own = doc.template_placeholders(template)
    problems = problems_in(document, own)
    errors = [problem for problem in problems if problem.is_error]
    return {
        "title": document.title or "Untitled plan",
        "recognised": recognise(document, own),
        "lines": text.count("\n") + (not text.endswith("\n")),
        "errors": errors,
        "comments": doc.comments_of(document, own),
        "packed": pack(text),
        "packed_template": pack(template) if template else "",
    }
