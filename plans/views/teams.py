"""Teams: who belongs to one, who is invited, joining."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from plans import permissions
from plans.accounts.invitations import INVITATION_KEY
from plans.actions import teams as actions
from plans.actions.profiles import change_profile
from plans.errors import NotAllowed, Refused
from plans.forms.teams import Invite, NewTeam
from plans.models import Approver, Invitation, Membership, ShareLink, Team, User
from plans.views.shortcuts import (
    CANNOT_SHOW,
    Request,
    handle_refused,
    http_status,
    login_required,
    note,
)


def team_for(request: Request, slug: str) -> Membership:
    """One's own membership, with the team; to others there is no such team."""
    members = Membership.objects.filter(user=request.user, team__slug=slug)
    member = members.select_related("team").first()
    if member is None:
        raise Http404("This team doesn’t exist, or you’re not in it.")
    return member


@require_http_methods(["GET", "POST"])
@login_required
def team_list(request: Request) -> HttpResponse:
    """One's own teams; a new one is made here."""
    form = NewTeam(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = actions.create_team(actor=request.user, name=form.cleaned_data["name"])
        return HttpResponseRedirect(reverse("plans:team", args=[team.slug]))
    members = Membership.objects.filter(user=request.user).select_related("team")
    context = {
        "members": members.annotate(size=Count("team__memberships")).order_by(
            "team__name"
        ),
        "form": form,
    }
    return render(request, "teams/list.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


@require_safe
@login_required
def team(request: Request, slug: str) -> HttpResponse:
    return _team_page(request, team_for(request, slug))


def _team_page(
    request: Request,
    own: Membership,
    *,
    form: Invite | None = None,
    message: str = "",
    tried: dict[str, Any] | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    team = own.team
    leads = bool(permissions.may_manage(own))
    invitations = Invitation.objects.filter(
        team=team, ended_at=None, expires_at__gt=timezone.now()
    )
    context = {
        "team": team,
        "own": own,
        "leads": leads,
        "members": _members_of(team),
        "invitations": invitations.select_related("created_by") if leads else [],
        "roles": Membership.Role.choices,
        "form": form or Invite(),
        "message": message,
        "tried": tried or {},
        "link": link,
    }
    return render(request, "teams/team.html", context, status=status)


def _members_of(team: Team) -> QuerySet[Membership]:
    """With how many invitations and shared links end together with their role."""
    invitations = Invitation.objects.live().filter(team=team)
    links = ShareLink.objects.live().filter(plan__team=team)
    rows = team.memberships.select_related("user").order_by("user__username")
    return rows.annotate(
        open_invitations=_count_by_member(invitations),
        open_links=_count_by_member(links),
    )


def _count_by_member(rows: QuerySet[Any]) -> Coalesce:
    of_member = rows.filter(created_by=OuterRef("user")).order_by()
    return Coalesce(
        Subquery(of_member.values("created_by").annotate(n=Count("pk")).values("n")), 0
    )


@sensitive_variables("token", "link")
@never_cache
@require_POST
@login_required
@handle_refused
def team_invite(request: Request, slug: str) -> HttpResponse:
    """The link is sent, or shown here."""
    own = team_for(request, slug)
    form = Invite(request.POST)
    if form.is_valid() and form.cleaned_data["email"] and not settings.SENDS_MAIL:
        form.add_error("email", "This server can’t send email. Leave this empty.")
    if not form.is_valid():
        return _team_page(request, own, form=form, status=422)
    email = form.cleaned_data["email"]
    try:
        _, token = actions.invite(
            team=own.team,
            actor=request.user,
            role=form.cleaned_data["role"],
            email=email,
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _team_page(request, own, form=form, status=http_status(refusal))
    if email:
        # Not shown here: the link vouches for its user's access to that mailbox.
        note(request, f"Invitation sent to {email}.")
        return _back(own.team)
    return _team_page(request, own, link=_address(token))


def _invitation(own: Membership, invitation_id: int) -> Invitation:
    invitations: QuerySet[Invitation] = Invitation.objects.filter(team=own.team)
    invitation = invitations.filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404("This invitation doesn’t exist.")
    return invitation


@sensitive_variables("token")
@never_cache
@require_POST
@login_required
@handle_refused
def invitation_show(request: Request, slug: str, invitation_id: int) -> HttpResponse:
    """The link of an invitation again, for who made it."""
    own = team_for(request, slug)
    invitation = _invitation(own, invitation_id)
    if not (decision := permissions.may_manage(own)):
        raise NotAllowed(decision.reason)
    if invitation.created_by_id != request.user.pk:
        raise NotAllowed("Only who created this link can see it again. Create another.")
    if (token := invitation.token_for(request.user)) is None:
        raise Refused(CANNOT_SHOW)
    return _team_page(request, own, link=_address(token))


def _address(token: str) -> str:
    return settings.PLANNER_URL + reverse("plans:join", args=[token])


@require_POST
@login_required
@handle_refused
def invitation_revoke(request: Request, slug: str, invitation_id: int) -> HttpResponse:
    own = team_for(request, slug)
    invitation = _invitation(own, invitation_id)
    actions.revoke_invitation(invitation=invitation, actor=request.user)
    note(request, "The invitation was revoked.")
    return _back(own.team)


def _back(team: Team) -> HttpResponse:
    return HttpResponseRedirect(reverse("plans:team", args=[team.slug]))


def _member(team: Team, user_id: int) -> User:
    members = team.memberships.select_related("user")
    # No database knows a number beyond these.
    row = members.filter(user=user_id).first()
    if row is None:
        raise Http404("This person is no longer in the team.")
    return row.user


@require_POST
@login_required
@handle_refused
def member_role(request: Request, slug: str, user_id: int) -> HttpResponse:
    own = team_for(request, slug)
    member = _member(own.team, user_id)
    role = request.POST.get("role", "")
    return _run_action(
        request,
        own,
        member,
        lambda: actions.change_role(
            team=own.team, actor=request.user, member=member, role=role
        ),
        f"{member.name} is now {role}.",
    )


@require_POST
@login_required
@handle_refused
def member_remove(request: Request, slug: str, user_id: int) -> HttpResponse:
    """Remove a member, or leave."""
    own = team_for(request, slug)
    member = _member(own.team, user_id)

    def remove() -> None:
        actions.remove_member(team=own.team, actor=request.user, member=member)

    if member == request.user:
        answer = _run_action(request, own, member, remove, f"You left {own.team.name}.")
        is_done = answer.status_code == 302
        return HttpResponseRedirect(reverse("plans:team_list")) if is_done else answer
    message = f"{member.name} was removed from the team."
    return _run_action(request, own, member, remove, message)


def _run_action(
    request: Request, own: Membership, member: User, act: Any, message: str
) -> HttpResponse:
    """Show a refusal next to the control that was used."""
    try:
        act()
    except Refused as refusal:
        tried = {"member": member.pk, "role": request.POST.get("role", "")}
        return _team_page(
            request,
            own,
            message=str(refusal),
            tried=tried,
            status=http_status(refusal),
        )
    note(request, message)
    return _back(own.team)


@sensitive_variables("token")
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: Request, token: str) -> HttpResponse:
    """Where an invitation leads. Anonymous visitors sign in first and come back; the
    session keeps the token, so that they may also sign up."""
    invitation = (
        Invitation.objects.by_token(token)
        .live()
        .select_related("team", "created_by")
        .first()
    )
    if invitation is None:
        return render(request, "teams/join_ended.html", status=404)
    context = {"invitation": invitation, "next": request.path}
    if not request.user.is_authenticated:
        request.session[INVITATION_KEY] = token
        return render(request, "teams/join.html", context)
    context["is_member"] = invitation.team.memberships.filter(
        user=request.user
    ).exists()
    # A signature should not say a username alone.
    needs_name = request.user.name == request.user.username
    name = request.POST.get("name", _name_given(invitation))
    context |= {"needs_name": needs_name, "name": name}
    if request.method == "POST":
        try:
            with transaction.atomic():
                if needs_name:
                    _take_name(request.user, name)
                joined = actions.accept_invitation(token=token, actor=request.user)
        except Refused as refusal:
            request.user.refresh_from_db()  # no name was taken
            context["message"] = str(refusal)
            return render(request, "teams/join.html", context, status=422)
        request.session.pop(INVITATION_KEY, None)
        note(request, f"Welcome to {joined.name}.")
        return HttpResponseRedirect(_first_page(request.user, joined))
    return render(request, "teams/join.html", context)


def _name_given(invitation: Invitation) -> str:
    """What the one who invited them to sign calls them."""
    seat = invitation.invited_seats.first()
    return seat.name if seat else ""


def _first_page(user: User, team: Team) -> str:
    """The sign-off that waits for who has just joined, or else the list of plans."""
    seats = Approver.objects.filter(
        user=user, approval__item__block__section__plan__team=team
    )
    slug = seats.values_list("approval__item__block__section__plan__slug", flat=True)
    if first := slug.first():
        return reverse("plans:review", args=[first])
    return reverse("plans:plan_list")


def _take_name(user: User, name: str) -> None:
    """Raises Refused for a name that is none."""
    if not name.strip():
        raise Refused("Enter your name. It’s shown to others and with your signatures.")
    change_profile(
        actor=user,
        display_name=name,
        colour=user.colour,
        time_zone=user.time_zone,
        region=user.region,
    )
