"""The templates of a team: adding one, its versions, and which is the default.

A version never changes: plans remember which one they were made from. What happened to
a template is told by its versions, each with an author, a time and a note.
"""

from __future__ import annotations

from django.db import transaction

from plans import document as doc
from plans import formats, permissions
from plans.actions.change_log import require
from plans.content import limits
from plans.errors import Refused, Stale
from plans.models import Membership, Team, Template, TemplateVersion, User
from plans.models.template import LONGEST_TEMPLATE_NAME, LONGEST_TEMPLATE_NOTE
from plans.reviews.hash_chain import sha256_of

MOST_TEMPLATES = 50  # of a team, archived ones aside
MOST_VERSIONS = 500  # of a template
MAX_HINTS_CHARACTERS = 100_000


def _lock(team: Team, actor: User) -> None:
    """Raises NotAllowed. Other changes of the team's templates wait for this one, so
    that there is one default and no number is given twice."""
    Team.objects.select_for_update().get(pk=team.pk)
    members = Membership.objects.select_related("team")
    member = members.filter(team=team, user=actor).first()
    require(permissions.may_change_templates(member))


@transaction.atomic
def add_template(
    *,
    team: Team,
    actor: User,
    name: str,
    markdown: str,
    hints: str = "",
    note: str = "",
) -> TemplateVersion:
    """Version 1 of a new template. Raises Refused, or limits.Unreadable for a text
    that is no usable template."""
    _lock(team, actor)
    name = _free_name(team, name)
    _check(markdown, hints)
    if team.templates.current().count() >= MOST_TEMPLATES:
        raise Refused(
            f"A team can have {MOST_TEMPLATES} templates. Archive one of them first."
        )
    template = Template.objects.create(team=team, name=name, created_by=actor)
    return _version(template, 1, actor, markdown, hints, note)


@transaction.atomic
def add_template_version(
    *,
    template: Template,
    actor: User,
    markdown: str,
    hints: str = "",
    note: str = "",
    seen: int | None = None,
) -> TemplateVersion:
    """The next version. `seen`: the number of the version that the actor edited; if
    there is a newer one by now, Stale is raised. Raises as `add_template` does."""
    _lock(template.team, actor)
    _check(markdown, hints)
    newest = template.newest()
    if seen is not None and newest.number != seen:
        raise Stale().by(newest.author, actor)
    if (newest.markdown, newest.hints) == (markdown, hints):
        raise Refused(f"This is what version {newest.number} says. Nothing was saved.")
    if newest.number >= MOST_VERSIONS:
        raise Refused(
            f"A template can have {MOST_VERSIONS} versions. Add a new template."
        )
    return _version(template, newest.number + 1, actor, markdown, hints, note)


def _version(
    template: Template, number: int, actor: User, markdown: str, hints: str, note: str
) -> TemplateVersion:
    note = " ".join(note.split())
    if len(note) > LONGEST_TEMPLATE_NOTE:
        raise Refused(f"A note can have up to {LONGEST_TEMPLATE_NOTE} characters.")
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        markdown=markdown,
        sha256=sha256_of(markdown),
        hints=hints,
        note=note,
        author=actor,
    )


def _check(markdown: str, hints: str) -> None:
    """Raises Unreadable, or Refused for hints that are too long."""
    for text in (markdown, hints):
        if "\0" in text or not _is_unicode(text):
            raise limits.Unreadable(
                "The text has characters that can’t be stored. Save it as UTF-8 "
                "without NUL characters and try again."
            )
    limits.check_size(markdown)
    limits.check_items(doc.read(markdown))
    if len(hints) > MAX_HINTS_CHARACTERS:
        raise Refused(
            f"The guidance can have up to {formats.number(MAX_HINTS_CHARACTERS)} "
            "characters; this "
            f"has {formats.number(len(hints))}. Shorten it."
        )


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _free_name(team: Team, name: str, template: Template | None = None) -> str:
    name = " ".join(name.split())
    if not name or "\0" in name or not _is_unicode(name):
        raise Refused("Enter a name for the template, such as “Service plan”.")
    if len(name) > LONGEST_TEMPLATE_NAME:
        raise Refused(
            f"The name has {len(name)} characters; it can have up to "
            f"{LONGEST_TEMPLATE_NAME}. Shorten it."
        )
    others = team.templates.current().filter(name=name)
    if others.exclude(pk=template.pk if template else 0).exists():
        raise Refused(
            f"{team.name} has a template called “{name}” already. Choose another name, "
            "or add a version to that one."
        )
    return name


@transaction.atomic
def rename_template(*, template: Template, actor: User, name: str) -> None:
    """Give it another name; plans that came from it show the new one."""
    _lock(template.team, actor)
    template.name = _free_name(template.team, name, template)
    template.save(update_fields=["name"])


@transaction.atomic
def archive_template(*, template: Template, actor: User, archived: bool = True) -> None:
    """No new plan starts from it; with `archived` false, bring it back. Plans that came
    from it keep it."""
    _lock(template.team, actor)
    template.refresh_from_db(fields=["archived", "is_default"])
    if template.archived == archived:
        return
    if not archived:
        _free_name(template.team, template.name, template)
        count = template.team.templates.current().count()
        if count >= MOST_TEMPLATES:
            raise Refused(
                f"A team can have {MOST_TEMPLATES} templates. Archive another first."
            )
    template.archived, template.is_default = archived, False
    template.save(update_fields=["archived", "is_default"])


@transaction.atomic
def choose_default_template(
    *, team: Team, actor: User, template: Template | None
) -> None:
    """New plans of the team start from this template; None: from the built-in one."""
    _lock(team, actor)
    if template is not None:
        assert template.team_id == team.pk
        template.refresh_from_db(fields=["archived", "is_default"])
        if template.archived:
            raise Refused("This template is archived. Restore it first.")
    team.templates.filter(is_default=True).update(is_default=False)
    if template is not None:
        template.is_default = True
        template.save(update_fields=["is_default"])


@transaction.atomic
def let_editors_change_templates(*, team: Team, actor: User, allowed: bool) -> None:
    """Whether editors may change the team's templates, too: for owners to decide."""
    Team.objects.select_for_update().get(pk=team.pk)
    members = Membership.objects.select_related("team")
    require(permissions.may_manage(members.filter(team=team, user=actor).first()))
    team.editors_change_templates = allowed
    team.save(update_fields=["editors_change_templates"])
