"""Whose plan a file at hand is, told from its bytes."""

import io

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from plans import document as doc
from plans.actions.items import remove_item, save_item
from plans.actions.reviews import request_review
from plans.actions.signing import confirm_condition, withdraw
from plans.actions.slots import change_rules, change_slot
from plans.content import export
from plans.models import AuditRecord
from plans.reviews import identify
from plans.reviews.identify import identify_versions, signature_of
from tests import make
from tests.document.texts import approvals, documents
from tests.effort import some
from tests.kept import kept_plan
from tests.make import FINISHED, corpus_files

MARK = " — approved by "
WHERE = "of Harbour at 127.0.0.1:8000"


def make_approved(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    return plan


team, approved = kept_plan(make_approved)


@pytest.fixture
def file(approved, tmp_path):
    """The finished file of an approved plan."""
    path = tmp_path / "plan.md"
    call_command("export_plan", approved.slug, finished=True, output=path)
    return path


def answer_of(path):
    """What the command says, and what it ends with."""
    out = io.StringIO()
    try:
        call_command("verify_plan", path, stdout=out)
    except CommandError as refusal:
        return f"{out.getvalue()}{refusal}", refusal.returncode
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def written(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return answer_of(path)


@pytest.mark.slow
@given(st.one_of(documents, approvals))
def test_every_variant_of_a_text_begins_with_its_letters(text):
    """So a version with others need not be written in its variants."""
    for dialect in (None, *doc.Dialect):
        for compatible in (False, True):
            variant = export.in_form(text, dialect=dialect, compatible=compatible)
            assert identify._letters(variant).startswith(identify._letters(text))


@pytest.mark.once
@pytest.mark.slow
def test_so_does_every_variant_of_a_real_plan():
    for path in corpus_files("corpus"):
        text = path.read_bytes().decode("utf-8", "replace")
        for dialect in doc.Dialect:
            variant = export.in_form(text, dialect=dialect, compatible=True)
            assert identify._letters(variant).startswith(identify._letters(text)), path


def test_a_variant_is_known_among_versions_that_differ_in_words(
    approved, bob, alice, tmp_path
):
    for number in range(3):
        make.edit(approved, bob, value=f"Chart {number}")
        request_review(plan=approved, actor=alice)
    second = approved.versions.get(number=2).markdown
    text = export.in_form(second, dialect=doc.Dialect.UPSTREAM, compatible=True)
    assert text != second
    (match,) = identify_versions(text)
    assert match.version.number == 2 and match.is_valid
    assert match.variant == identify.Variant(doc.Dialect.UPSTREAM, True)


def test_the_finished_file_names_version_and_signers(approved, file):
    output, code = answer_of(file)
    assert code == 0
    version = approved.versions.get()
    assert f"version 1 of {approved.slug} ({approved.title})" in output
    assert version.sha256 in output
    assert (
        "Technical Design: approved by Dana (dana) of Harbour at 127.0.0.1:8000 on 20"
        in output
    )
    assert (
        "Launch Approval: approved by Alice (alice) of Harbour at 127.0.0.1:8000 on 20"
        in output
    )
    assert file.read_text().count(MARK) == 2


def test_the_frozen_bytes_are_known_too(approved, file):
    output, code = written(file, approved.versions.get().markdown)
    assert code == 0
    assert "names no decision" in output


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


CHANGES = ["replaced", "removed", "inserted"]


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("how", CHANGES)
def test_any_changed_byte_is_told(approved, file, how):
    data = file.read_bytes()
    signed_from = data.index(MARK.encode())
    turn = CHANGES.index(how)
    # A mark, where most can hide: each byte in one of the ways.
    mark = range(signed_from - 10, data.index(b"\n", signed_from) + 1)
    positions = {*some(range(len(data)), turn, of=31), *some(mark, turn, of=3)}
    for at in sorted(positions):
        changed = {
            "replaced": data[:at]
            + (b"x" if data[at] != 120 else b"y")
            + data[at + 1 :],
            "removed": data[:at] + data[at + 1 :],
            "inserted": data[:at] + b"1" + data[at:],
        }[how]
        if not is_utf8(changed):
            continue  # told as a file that cannot be read
        matches = identify_versions(changed.decode())
        assert not any(match.is_valid for match in matches), changed[at - 30 : at + 30]
    assert written(file, changed)[1] == 1


def test_a_file_that_was_converted_is_told_so(file):
    data = file.read_bytes()
    for changed in (data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + data):
        output, code = written(file, changed)
        assert (code, "Something converted the file" in output) == (1, True)


def test_marks_that_are_not_written_as_the_planner_does_are_told(file):
    data = file.read_text()
    output, code = written(file, data.replace(MARK, "  — approved by ", 1))
    assert code == 1
    assert (
        "no byte-for-byte match" in output or "not as the planner writes them" in output
    )


def test_a_file_without_one_of_its_signatures_claims_less(approved, file):
    text = file.read_text()
    line = next(one for one in text.splitlines() if "Launch Approval" in one)
    output, code = written(file, text.replace(line, line.split(MARK)[0]))
    assert code == 0
    assert "Launch Approval" not in output


def test_a_signature_that_was_withdrawn_is_told(approved, file, dana):
    slot = make.slot_of(approved)
    withdraw(plan=approved, approval=slot, actor=dana, comment="No", proof="password")
    output, code = answer_of(file)
    assert code == 1
    assert "Technical Design: approved by Dana" in output
    assert "(withdrawn on 20" in output
    # Who signs again on the same day gives a signature that looks the same.
    make.sign(approved, dana)
    new = file.with_name("new.md")
    call_command("export_plan", approved.slug, finished=True, output=new)
    assert answer_of(new)[1] == 0


def test_a_name_that_never_signed_is_told(file):
    output, code = written(file, file.read_text().replace("by Dana (", "by Zoë ("))
    assert code == 1
    assert "no such sign-off was ever given" in output


def mark_of(text, role="Technical Design"):
    line = next(one for one in text.splitlines() if f"**{role}**" in one)
    return line[line.index(MARK) :]


def test_a_sign_off_of_another_text_is_told(approved, file, bob):
    """Somebody puts a real signature under a text that its signer never saw."""
    mark = mark_of(file.read_text())
    make.edit(approved, bob, label="Storage", value="A cloud")
    version = request_review(plan=approved, actor=bob)
    forged = version.markdown.replace(
        "**Technical Design**: Dana", f"**Technical Design**: Dana{mark}"
    )
    output, code = written(file, forged)
    assert code == 1
    assert "(given to version 1, whose text is another one)" in output


def test_a_condition_that_is_not_met_is_told(team, alice, bob, dana, tmp_path):
    text = make.FINISHED.replace("SQLite", "Files")
    plan = make.make_submitted(team=team, actor=alice, editor=bob, text=text)
    make.sign(plan, dana, decision="approved_if")
    record = plan.records.get(kind="approved_if")
    mark = (
        f"{MARK}{signature_of(record).name} on {record.at.date().isoformat()}, "
        f"version 1, sha256 {record.digest}"
    )
    forged = plan.versions.get().markdown.replace(": Dana\n", f": Dana{mark}\n")
    output, code = written(tmp_path / "plan.md", forged)
    assert code == 1
    assert "on a condition that is not met" in output
    slot = make.slot_of(plan)
    confirm_condition(plan=plan, approval=slot, actor=dana, proof="password")
    assert answer_of(tmp_path / "plan.md")[1] == 4  # Launch Approval is missing


def test_a_sign_off_that_was_carried_over_is_told_as_such(
    team, alice, bob, dana, tmp_path
):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    change_rules(plan=plan, actor=alice, rules={"stale_on": "covered"})
    change_slot(
        plan=plan,
        approval=make.slot_of(plan),
        actor=alice,
        is_required=True,
        after=[],
        covers=["7. RISKS & MITIGATIONS"],
    )
    make.sign(plan, dana)
    make.edit(plan, bob, label="Storage", value="Files")
    request_review(plan=plan, actor=bob)
    make.sign(plan, alice, "Launch Approval")
    path = tmp_path / "plan.md"
    call_command("export_plan", plan.slug, finished=True, output=path)
    output, code = answer_of(path)
    assert code == 0
    assert "carried over from version 1" in output


def test_a_plan_whose_evidence_was_changed_is_not_vouched_for(approved, file):
    AuditRecord.objects.filter(plan=approved, number=1).update(name="Zed")
    output, code = answer_of(file)
    assert code == 1
    assert "does not fit together: Record 1 (" in output


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"# A\n" * 300_000, "1 MB"),
        (b"%PDF-1.7 and so on", "not text"),
        (b"# A\xff", "not UTF-8"),
    ],
    ids=["empty", "too large", "binary", "no UTF-8"],
)
def test_what_cannot_be_read_ends_with_two(db, tmp_path, data, words):
    output, code = written(tmp_path / "plan.md", data)
    assert (code, words in output) == (2, True)
    assert answer_of(tmp_path / "none.md")[1] == 2


def test_another_plan_with_the_same_bytes_is_named_too(team, alice, bob, tmp_path):
    plans = [make.make_plan(team=team, actor=alice, text=FINISHED) for _ in range(2)]
    for plan in plans:
        request_review(plan=plan, actor=bob)
    output, code = written(tmp_path / "plan.md", FINISHED)
    assert code == 3
    for plan in plans:
        assert f"version 1 of {plan.slug} (" in output


def test_a_file_that_is_no_version_is_none(approved, file, bob):
    output, code = written(file, "# Another plan\n")
    assert (code, "not a version of any plan here" in output) == (1, True)


def test_a_removed_slot_does_not_make_a_version_approved(
    team, alice, bob, dana, tmp_path
):
    """Taking out the line of whoever has not signed must not do what they did not."""
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    item = make.find(plan, label="Launch Approval")
    remove_item(plan=plan, item=item, actor=bob)
    path = tmp_path / "plan.md"
    call_command("export_plan", plan.slug, finished=True, output=path)
    assert MARK not in path.read_text()


def test_an_approved_version_is_still_given_out_when_other_approvers_are_named(
    approved, file, bob
):
    before = file.read_bytes()
    item = make.find(approved, label="Technical Design")
    values = {"value": "Zoë"}
    save_item(plan=approved, item=item, actor=bob, values=values, seen=None)
    call_command("export_plan", approved.slug, finished=True, output=file)
    assert file.read_bytes() == before
