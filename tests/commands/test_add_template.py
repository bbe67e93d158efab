"""Templates by command: the first time, the next version, and what is refused."""

import io

import pytest
from django.core.management import CommandError, call_command

from plans.models import Plan, Template
from tests import make
from tests.make import SMALL

pytestmark = pytest.mark.once


def add(team, path, name="Service plan", **options):
    out = io.StringIO()
    call_command("add_template", team.slug, name, path, stdout=out, **options)
    return out.getvalue()


def test_a_file_becomes_a_template_and_its_next_version(team, alice, tmp_path):
    path, hints = tmp_path / "plan-template.md", tmp_path / "hints.md"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    hints.write_text("# A\n\nShort.\n")
    assert add(team, path, hints=hints, note="First") == "Service plan\t1\n"
    row = Template.objects.get()
    newest = row.newest()
    assert newest.markdown.encode() == path.read_bytes()
    assert (newest.author, newest.note, newest.hints) == (
        alice,
        "First",
        "# A\n\nShort.\n",
    )
    assert add(team, path) == "Service plan\t1\n"
    path.write_text("# [FEATURE]\n")
    assert add(team, path, name=" Service  plan ") == "Service plan\t2\n"
    assert row.newest().hints == newest.hints


def test_what_cannot_be_is_said_in_a_sentence(team, alice, bob, charlie, tmp_path):
    path = tmp_path / "plan-template.md"
    path.write_text("# A\n")
    team.slug, slug = "none", team.slug
    with pytest.raises(CommandError, match="There is no team none."):
        add(team, path)
    team.slug = slug
    with pytest.raises(CommandError, match="no member charlie"):
        add(team, path, username="charlie")
    with pytest.raises(CommandError, match="Only an owner"):
        add(team, path, username="bob")
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError, match="not text") as refusal:
        add(team, path)
    assert refusal.value.returncode == 2
    with pytest.raises(CommandError, match="No such file"):
        add(team, tmp_path / "none.md")


def test_plans_are_made_from_it_and_follow_it_by_command(team, alice, tmp_path):
    path, out = tmp_path / "plan.md", io.StringIO()
    path.write_text("# Implementation Plan: [FEATURE]\n\n- **Owner**: [Name]\n")
    add(team, path)
    options = {"team": team.slug, "team_template": "Service plan", "stdout": out}
    call_command("new_plan", "Tide tables", **options)
    path.write_text(SMALL)
    call_command("import_plan", path, **options)
    new, imported = [
        Plan.objects.get(slug=line.split("\t")[0])
        for line in out.getvalue().split("\n")[:2]
    ]
    assert (
        make.text_of(new)
        == "# Implementation Plan: Tide tables\n\n- **Owner**: [Name]\n"
    )
    assert make.text_of(imported) == SMALL
    for plan in (new, imported):
        assert plan.template_version == Template.objects.get().newest()
    with pytest.raises(CommandError, match="has no template called Other") as refusal:
        call_command("new_plan", "Tides", **(options | {"team_template": "Other"}))
    assert refusal.value.returncode == 2
