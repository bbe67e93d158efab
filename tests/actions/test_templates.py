"""A team's templates: their versions never change, and one of them is the default."""

import pytest

from plans import document as doc
from plans.actions.plans import Start, create_from_template
from plans.actions.templates import (
    MOST_TEMPLATES,
    add_template,
    add_template_version,
    archive_template,
    choose_default_template,
    let_editors_change_templates,
    rename_template,
)
from plans.content.limits import Unreadable
from plans.errors import NotAllowed, Refused, Stale
from plans.models import Template, TemplateVersion
from tests import make
from tests.make import corpus_files

pytestmark = pytest.mark.once

TEXT = "# Plan: [FEATURE]\n\n- **Storage**: [e.g., files]\n"


def added(team, actor, name="Service plan", markdown=TEXT, **values):
    return add_template(team=team, actor=actor, name=name, markdown=markdown, **values)


@pytest.mark.parametrize(
    "text",
    [TEXT, "\ufeff" + TEXT, TEXT.replace("\n", "\r\n"), TEXT.rstrip(), TEXT + "\n\n"],
)
def test_a_template_comes_back_byte_for_byte(team, alice, text):
    version = added(team, alice, markdown=text)
    assert TemplateVersion.objects.get(pk=version.pk).markdown == text


@pytest.mark.slow
def test_every_template_can_be_kept_and_used(team, alice):
    for path in corpus_files("templates", whole=True):
        text = path.read_bytes().decode()
        version = added(team, alice, path.name, text)
        version.refresh_from_db()
        assert version.markdown == text
        start = Start("Tide tables")
        plan = create_from_template(
            team=team, actor=alice, start=start, version=version
        )
        assert plan.template_version == version
        document = doc.read(text)
        doc.fill_placeholders(document, plan.template_answers)
        assert make.text_of(plan) == doc.write(document), path


def test_versions_count_up_and_stay_as_they_were(team, alice, bob):
    first = added(team, alice, note="  The   first ")
    row = first.template
    with pytest.raises(NotAllowed, match="Only an owner of Harbour"):
        add_template_version(template=row, actor=bob, markdown="# B\n")
    second = add_template_version(
        template=row, actor=alice, markdown="# B\n", hints="x", note="Shorter", seen=1
    )
    assert (second.number, second.author, row.newest()) == (2, alice, second)
    first.refresh_from_db()
    assert (first.markdown, first.note) == (TEXT, "The first")
    with pytest.raises(Stale, match="You changed this in another tab"):
        add_template_version(template=row, actor=alice, markdown="# C\n", seen=1)
    with pytest.raises(Refused, match="what version 2 says"):
        add_template_version(template=row, actor=alice, markdown="# B\n", hints="x")
    assert row.versions.count() == 2


def test_one_template_is_the_default(team, alice):
    first = added(team, alice).template
    second = added(team, alice, "Small change").template
    for template in (first, second):
        choose_default_template(team=team, actor=alice, template=template)
        assert Template.objects.get(is_default=True) == template
    choose_default_template(team=team, actor=alice, template=None)
    assert not Template.objects.filter(is_default=True).exists()
    choose_default_template(team=team, actor=alice, template=second)
    archive_template(template=second, actor=alice)
    assert not Template.objects.filter(is_default=True).exists()
    with pytest.raises(Refused, match="is archived"):
        choose_default_template(team=team, actor=alice, template=second)
    with pytest.raises(Refused, match="was archived"):
        create_from_template(
            team=team, actor=alice, start=Start("Tides"), version=second.newest()
        )


def test_names_are_told_apart_and_free_again_once_archived(team, alice):
    row = added(team, alice).template
    other = added(team, alice, "Other").template
    with pytest.raises(Refused, match="already"):
        added(team, alice, " Service  plan ")
    with pytest.raises(Refused, match="already"):
        rename_template(template=other, actor=alice, name="Service plan")
    for name in ("", " ", "a" * 101, "a\0", "\ud800"):
        with pytest.raises(Refused, match="name"):
            rename_template(template=row, actor=alice, name=name)
    archive_template(template=row, actor=alice)
    rename_template(template=other, actor=alice, name="Service plan")
    with pytest.raises(Refused, match="already"):
        archive_template(template=row, actor=alice, archived=False)


def test_owners_may_let_editors_change_templates(team, alice, bob, dana):
    with pytest.raises(NotAllowed):
        let_editors_change_templates(team=team, actor=bob, allowed=True)
    let_editors_change_templates(team=team, actor=alice, allowed=True)
    row = added(team, bob).template
    with pytest.raises(NotAllowed, match="Editors and owners"):
        rename_template(template=row, actor=dana, name="Dana’s")
    let_editors_change_templates(team=team, actor=alice, allowed=False)
    with pytest.raises(NotAllowed, match="Only an owner"):
        rename_template(template=row, actor=bob, name="Bob’s")


@pytest.mark.parametrize(
    "text", ["", " \n", "\ufeff", "a\0b", "a\ud800", "x" * 20_001, "a\n\n" * 6_001]
)
def test_what_is_no_template_is_refused(team, alice, text):
    with pytest.raises(Unreadable):
        added(team, alice, markdown=text)
    assert not Template.objects.exists()


def test_a_team_has_only_so_many(team, alice):
    Template.objects.bulk_create(
        Template(team=team, name=f"Template {n}", created_by=alice)
        for n in range(MOST_TEMPLATES)
    )
    with pytest.raises(Refused, match="Archive one of them"):
        added(team, alice)


def test_a_plan_starts_from_a_template_of_its_own_team(team, alice, charlie):
    other = make.make_team("Lighthouse")
    make.make_member(charlie, other, "owner")
    version = added(other, charlie)
    with pytest.raises(Refused, match="isn’t one of Harbour"):
        create_from_template(
            team=team, actor=alice, start=Start("Tides"), version=version
        )
