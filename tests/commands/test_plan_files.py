"""That plans go in and out by command, byte for byte, and bad files do not."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from plans.models import Item, Plan, Team, User
from tests.make import (
    FINISHED,
    SMALL,
    corpus_files,
    make_plan,
    make_team,
    make_user,
    text_of,
)

pytestmark = [pytest.mark.once, pytest.mark.slow]


def run(*arguments, **options):
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=out, **options)
    return out.getvalue()


def refused(*arguments):
    """What a command says that ends with 2."""
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    assert refusal.value.returncode == 2
    return str(refusal.value)


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.md"
    path.write_bytes(SMALL.encode())
    return path


BAD = {
    "an empty file": (b"", "is empty"),
    "white space": (b" \n\t\n", "is empty"),
    "invalid UTF-8": (b"# A\n\nb \xff c\n", "line 3 has a byte"),
    "UTF-16": ("# Plan".encode("utf-16"), "is UTF-16"),
    "a zip": (b"PK\x03\x04 and so on", "is not text"),
    "a program": (b"\x7fELF" + bytes(200), "is not text"),
    "5 MB": (b"a line of text\n" * 350_000, "has 5.2 MB"),
    "too many items": (b"- a\n" * 5_500, "can be edited together"),
    "too many lines": (b"\n" * 30_000 + b"a", "lines"),
}


# --- In and out ---


def test_files_go_in_and_come_out_as_they_were(team, alice, tmp_path):
    files = []
    for name, text in {
        "lf": SMALL,
        "crlf": SMALL.replace("\n", "\r\n"),
        "bom": "\ufeff" + SMALL,
        "nul": SMALL + "a\0b",
        "no-newline": SMALL.rstrip(),
    }.items():
        path = tmp_path / f"{name}.md"
        path.write_bytes(text.encode())
        files.append(path)
    lines = run("import_plan", *files).splitlines()
    assert [line.split("\t")[1] for line in lines] == [str(path) for path in files]
    run("export_plan", all=True, output=tmp_path / "out")
    for line, path in zip(lines, files, strict=True):
        out = tmp_path / "out" / f"{line.split(chr(9))[0]}.md"
        assert out.read_bytes() == path.read_bytes(), path


def test_real_plans_go_in_and_come_out_as_they_were(team, alice, tmp_path):
    files = corpus_files("corpus", "templates")
    lines = run("import_plan", *files).splitlines()
    assert len(lines) == len(files)
    run("export_plan", all=True, output=tmp_path)
    for line in lines:
        slug, path = line.split("\t")
        with open(path, "rb") as file:
            assert (tmp_path / f"{slug}.md").read_bytes() == file.read(), path


def test_an_export_without_a_file_is_printed(plan, tmp_path):
    assert run("export_plan", plan.slug) == SMALL
    run("export_plan", plan.slug, output=tmp_path / "new" / "plan.md")
    assert (tmp_path / "new" / "plan.md").read_text() == SMALL


def test_the_printed_bytes_do_not_depend_on_the_terminal(plan, capfdbinary):
    plan.section_set.update(removed=True)
    other = make_plan(text="\ufeff# Größe\r\n")
    call_command("export_plan", other.slug)
    assert capfdbinary.readouterr().out == "\ufeff# Größe\r\n".encode()


def test_a_finished_export_lists_what_is_in_the_way(plan, tmp_path):
    target = tmp_path / "plan.md"
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("export_plan", plan.slug, finished=True, output=target, stderr=out)
    assert "tide-tables:6: 1. OBJECTIVE: Storage is blank" in out.getvalue()
    assert not target.exists()


def test_a_finished_export_is_what_check_plan_passes(team, tmp_path):
    plan = make_plan(
        text=FINISHED.replace("\n", "\r\n") + "\r\n<!-- ACTION REQUIRED: x -->"
    )
    target = tmp_path / "plan.md"
    run("export_plan", plan.slug, finished=True, output=target)
    assert target.read_bytes() == FINISHED.encode()
    assert run("check_plan", target) == ""


def test_the_lines_told_are_those_of_the_plan_as_it_stands(team, tmp_path):
    plan = make_plan(text="\ufeff# Tide tables\r\n\r\n<!-- a\r\nnote -->\r\n" + SMALL)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("export_plan", plan.slug, finished=True, stderr=out)
    path = tmp_path / "plan.md"
    run("export_plan", plan.slug, output=path)
    number = 1 + path.read_text("utf-8-sig").splitlines().index(
        "- **Goal**: [NEEDS CLARIFICATION: Which harbours?]"
    )
    assert f"{plan.slug}:{number}: Phase 0: Research: Goal has" in out.getvalue()
    assert "comment" not in out.getvalue()


def test_finished_plans_are_written_even_when_others_are_not(plan, tmp_path):
    done = make_plan(text=FINISHED)
    with pytest.raises(CommandError, match="1 of 2"):
        run("export_plan", all=True, finished=True, output=tmp_path)
    assert [path.stem for path in tmp_path.iterdir()] == [done.slug]


def test_a_plan_is_written_in_upstreams_form_with_the_comment(team):
    plan = make_plan(text=FINISHED)
    text = run("export_plan", plan.slug, dialect="upstream", compat=True)
    assert "\n**Storage**: SQLite\n" in text
    assert text.endswith("<!--\n**Storage**: SQLite\n-->\n")


def test_an_export_needs_one_plan_or_all(plan, tmp_path):
    for arguments, message in (
        (["nowhere"], "There is no plan nowhere"),
        ([], "Name a plan"),
        (["--all"], "a folder"),
        (["tide-tables", "--all", "--output", str(tmp_path)], "no slug"),
    ):
        with pytest.raises(CommandError, match=message):
            run("export_plan", *arguments)


def test_a_file_that_cannot_be_written_is_told_of(plan, small):
    message = refused("export_plan", plan.slug, "--output", small / "below")
    assert "Not a directory" in message or "File exists" in message


# --- What is refused ---


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_sentence(team, alice, tmp_path, name, small):
    content, message = BAD[name]
    bad = tmp_path / "bad.md"
    bad.write_bytes(content)
    refusal = refused("import_plan", small, bad)
    assert message in refusal and str(bad) in refusal and refusal.endswith(".")
    assert not Plan.objects.exists() and not Item.objects.exists()
    assert refused("check_plan", bad) == refusal


def test_every_file_that_cannot_be_read_is_named(db, tmp_path):
    refusal = refused("import_plan", tmp_path / "none.md", tmp_path)
    assert f"{tmp_path / 'none.md'}: No such file or directory." in refusal
    assert f"{tmp_path}: Is a directory." in refusal


# --- Whose they are ---


def test_plans_go_to_the_team_and_person_named(team, alice, bob, small):
    other = make_team("Other")
    olga = make_user("olga", team=other, role="owner")
    run("import_plan", small, team="other", owner="olga")
    run("import_plan", small, team="other")
    run("import_plan", small, owner="olga")
    run("import_plan", small, owner="bob")
    run("import_plan", small)
    owners = Plan.objects.order_by("pk").values_list(
        "team__slug", "created_by__username"
    )
    assert list(owners) == [("other", "olga")] * 3 + [
        ("harbour", "bob"),
        ("harbour", "alice"),
    ]
    assert olga.teams.get() == other


def test_where_nobody_is_yet_somebody_is_made(db, small):
    output = run("import_plan", small)
    owner = User.objects.get()
    assert not owner.has_usable_password()
    assert f"changepassword {owner.username}" in output
    assert Team.objects.get().memberships.get().role == "owner"
    run("import_plan", small)
    assert Plan.objects.filter(created_by=owner).count() == 2


def test_who_may_not_write_brings_no_plans(team, alice, dana, victor, small):
    for name in ("dana", "victor"):
        refusal = refused("import_plan", small, "--team=harbour", f"--owner={name}")
        assert "Only owners and editors of Harbour" in refusal
    assert not Plan.objects.exists()


def test_a_name_that_is_not_there_is_refused(team, alice, bob, small):
    for options, message in (
        ({"team": "x"}, "no team x"),
        ({"owner": "x"}, "no user x"),
        ({"team": make_team("Empty").slug}, "Empty has no owner"),
        ({"team": "empty", "owner": "bob"}, "Only owners and editors of Empty"),
    ):
        with pytest.raises(CommandError, match=message):
            run("import_plan", small, **options)
    assert not Plan.objects.exists()


# --- Checking ---


def test_what_is_in_the_way_is_told_line_by_line(small):
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("check_plan", small, stdout=out)
    assert end.value.code == 1
    lines = out.getvalue().splitlines()
    assert lines[0].startswith(f"{small}:6: Storage is blank")
    number = SMALL.splitlines().index(
        "- **Goal**: [NEEDS CLARIFICATION: Which harbours?]"
    )
    assert f"{small}:{number + 1}: Goal has an open question" in out.getvalue()
    assert len(lines) == 5


def test_what_is_in_the_way_is_told_as_json(small):
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_plan", small, json=True, stdout=out)
    first = json.loads(out.getvalue())[0]
    assert first["file"] == str(small)
    assert (first["line"], first["code"], first["severity"]) == (6, "blank", "error")
    assert first["section"] == "1. OBJECTIVE"


FROM_TEMPLATE = "# Plan: Ebb\n\nCosts [sum] a month.\n"


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "our-template.md"
    path.write_text("# Plan: [FEATURE]\n\nCosts [sum] a month.\n")
    return path


def test_a_plan_is_checked_by_the_projects_own_template(tmp_path, template):
    path = tmp_path / "plan.md"
    path.write_text(FROM_TEMPLATE)
    assert run("check_plan", path) == ""
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("check_plan", path, template=template, stdout=out)
    assert end.value.code == 1
    assert "placeholder [sum]" in out.getvalue()
    assert "No such file" in refused("check_plan", path, "--template", tmp_path / "no")


def test_a_plan_is_imported_with_the_projects_own_template(team, tmp_path, template):
    path = tmp_path / "plan.md"
    path.write_text(FROM_TEMPLATE)
    run("import_plan", path, template=template)
    plan = Plan.objects.get()
    assert "sum" in plan.own_placeholders
    assert Item.objects.get().blank == 1
    assert text_of(plan) == FROM_TEMPLATE
    assert "No such file" in refused("import_plan", path, "--template", tmp_path / "no")
    assert Plan.objects.count() == 1


def test_several_files_are_checked_together(small, tmp_path):
    done, empty = tmp_path / "done.md", tmp_path / "empty.md"
    done.write_text(FINISHED)
    empty.write_text("")
    assert run("check_plan", done, done) == ""
    for order in ((small, done), (done, small)):
        out = io.StringIO()
        with pytest.raises(SystemExit) as end:
            call_command("check_plan", *order, stdout=out)
        assert end.value.code == 1
        assert len(out.getvalue().splitlines()) == 5
    for options in ({}, {"json": True}):
        out = io.StringIO()
        with pytest.raises(CommandError, match="is empty") as refusal:
            call_command("check_plan", empty, small, stdout=out, **options)
        assert refusal.value.returncode == 2
        problems = (
            json.loads(out.getvalue()) if options else out.getvalue().splitlines()
        )
        assert len(problems) == 5


def test_a_warning_alone_does_not_fail(tmp_path):
    path = tmp_path / "plan.md"
    path.write_text("# A\n\nTODO later\n")
    assert run("check_plan", path).startswith(f"{path}:3: warning: ")
    path.write_text("# A\n")
    assert run("check_plan", path, json=True) == "[]\n"


@pytest.mark.parametrize(
    ("text", "code"), [(FINISHED, 0), (SMALL, 1), ("", 2)], ids=["0", "1", "2"]
)
def test_a_check_needs_no_database_and_ends_with(tmp_path, text, code):
    path = tmp_path / "plan.md"
    path.write_text(text)
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check_plan", str(path)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
