"""A version taken away with its approvals: what it says, and that no byte of it changes
unnoticed."""

import json
import subprocess
import sys
from base64 import b64decode, b64encode

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from planner_evidence.canonical import canonical_json
from planner_evidence.keys import new_private_key, signer_of
from planner_evidence.report import as_page, ending
from planner_evidence.verify import verify_files
from plans import document as doc
from plans.actions.evidence_keys import publish_key, revoke_key
from plans.actions.signing import withdraw
from plans.content import export
from plans.models import AuditRecord, Version
from plans.reviews import evidence_keys
from plans.reviews.approved_file import approved_file
from plans.reviews.identify import signature_of
from tests import make
from tests.evidence_files import files_of, run_program
from tests.kept import kept_plan

pytestmark = pytest.mark.once

EVIL = "Fine \x1b[2J\u202e<b>"


def make_approved(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana, comment=EVIL)
    make.sign(plan, alice, "Launch Approval")
    return plan


team, approved = kept_plan(make_approved)


@pytest.fixture
def files(approved):
    return files_of(approved)


def test_it_says_who_signed_which_version(approved, files):
    report = verify_files(*files)
    assert (report.problems, report.state, ending(report)) == ([], "approved", 0)
    assert report.form == "as it was frozen"
    assert report.plan["title"] == approved.title
    technical, launch = report.decisions
    record = AuditRecord.objects.get(number=technical.record)
    assert (technical.role, technical.name) == ("Technical Design", "Dana (dana)")
    assert (technical.hash, technical.meaning) == (record.hash, record.meaning)
    assert (technical.proof, technical.own_key) == ("password", None)
    assert launch.role == "Launch Approval"
    newest = AuditRecord.objects.order_by("number").last()
    assert report.chain == {"records": newest.number, "head": newest.hash}


def test_the_page_is_safe_to_print(files):
    page = as_page("plan.md", verify_files(*files))
    assert "Technical Design: Approved by Dana (dana)" in page
    assert "the server alone says so" in page
    assert "\x1b" not in page and "\u202e" not in page
    assert "| Fine \\x1b[2J\\u202e<b>" in page


def test_every_form_that_is_given_out_is_known(approved, files):
    _, approvals, keys = files
    bare, signed = approved.versions.get().markdown, approved_file(approved).text
    forms = set()
    for text in (bare, signed):
        for dialect in (None, *doc.Dialect):
            for compatible in (False, True):
                file = export.in_form(text, dialect=dialect, compatible=compatible)
                report = verify_files(file.encode(), approvals, keys)
                assert report.is_genuine
                forms.add(report.form)
    assert {"as it was frozen", "with its signatures"} < forms


def test_a_signature_that_was_written_into_the_file_is_found(approved, files):
    version = approved.versions.get()
    forged = [[], [signature_of(AuditRecord.objects.get(number=2))]]
    text = doc.add_signatures(version.markdown, forged, doc.Edition(version.edition))
    report = verify_files(text.encode(), *files[1:])
    assert "not version 1" in report.problems[0]
    assert ending(report) == 1


@given(data=st.data())
def test_no_byte_of_the_files_changes_unnoticed(data, flippable):
    plan, approvals, keys = flippable
    which = data.draw(st.sampled_from(["plan", "approvals"]))
    file = bytearray(plan if which == "plan" else approvals)
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= data.draw(st.integers(1, 255))
    changed = bytes(file)
    report = (
        verify_files(changed, approvals, keys)
        if which == "plan"
        else verify_files(plan, changed, keys)
    )
    assert not report.is_genuine
    assert ending(report) == 1


@given(data=st.data())
def test_nor_does_one_come_or_go(data, flippable):
    plan, approvals, keys = flippable
    place = data.draw(st.integers(0, len(approvals)))
    inserted = data.draw(st.sampled_from([b"", b" ", b"\n", b"0", b'"']))
    changed = approvals[:place] + inserted + approvals[place + (not inserted) :]
    assert verify_files(plan, changed, keys).is_genuine == (changed == approvals)


@pytest.fixture(scope="module")
def flippable(django_db_setup, django_db_blocker):
    """Made once: the law needs no database."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        team = make.make_team()
        alice, bob, dana = make.make_cast(team)
        files = files_of(make_approved(team, alice, bob, dana))
        transaction.set_rollback(True)
    return files


def resealed(approvals, change):
    """What somebody writes who has the server's key and changes the statement."""
    envelope = json.loads(approvals)
    statement = json.loads(b64decode(envelope["payload"]))
    change(statement["predicate"])
    from planner_evidence.envelope import seal

    return seal(statement, evidence_keys.current_signer())


def test_a_decision_that_says_something_else_than_its_record_is_found(files):
    plan, approvals, keys = files

    def rename(predicate):
        predicate["decisions"][0]["name"] = "Emil (emil)"

    def rewrite(predicate):
        predicate["decisions"][0]["hashed"][1]["meaning"] = "I like it"

    for change, problem in ((rename, "than its record"), (rewrite, "hash is wrong")):
        report = verify_files(plan, resealed(approvals, change), keys)
        assert problem in report.problems[0]


def test_what_was_withdrawn_does_not_count(approved, dana):
    slot = make.slot_of(approved)
    withdraw(
        plan=approved, approval=slot, actor=dana, comment="Too soon", proof="password"
    )
    report = verify_files(*files_of(approved))
    assert report.is_genuine
    assert (report.state, ending(report)) == ("half signed", 4)
    assert report.decisions[0].note.startswith("withdrawn on")
    assert "DOES NOT COUNT: withdrawn" in as_page("plan.md", report)


def test_the_file_of_another_plan_is_refused(files):
    report = verify_files(b"# Another\n", *files[1:])
    assert not report.is_genuine


# --- Keys ---


def test_another_key_is_none_of_this_server_s(files, settings):
    settings.EVIDENCE_KEY = new_private_key()
    other = evidence_keys.keys_file()
    report = verify_files(*files[:2], other)
    assert "which the keys file does not have" in report.problems[0]


def test_a_rotated_key_still_verifies_and_a_revoked_one_does_not(files, settings):
    old = evidence_keys.current_signer()
    publish_key(signer=old)
    settings.EVIDENCE_KEY = new_private_key()
    publish_key(signer=evidence_keys.current_signer())
    keys = evidence_keys.keys_file()
    listed = [key["keyid"] for key in json.loads(keys)["keys"]]
    assert listed == [
        evidence_keys.current_signer().public_key.keyid,
        old.public_key.keyid,
    ]
    assert verify_files(*files[:2], keys).is_genuine
    revoke_key(keyid=old.public_key.keyid[:10])
    report = verify_files(*files[:2], evidence_keys.keys_file())
    assert "was revoked on" in report.problems[0]


@pytest.mark.parametrize(
    "keys",
    [b"", b"[]", b"{}", b'{"keys": [1], "planner": "x"}', b"\xff", b"[" * 100_000],
    ids=repr,
)
def test_keys_that_are_none_are_told_in_a_sentence(files, keys):
    report = verify_files(*files[:2], keys)
    assert "keys file can’t be read" in report.problems[0]


@pytest.mark.parametrize(
    "approvals",
    [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"payload": 1}'],
    ids=repr,
)
def test_approvals_that_are_none_are_told_in_a_sentence(files, approvals):
    plan, _, keys = files
    assert "can’t be read" in verify_files(plan, approvals, keys).problems[0]


def test_a_key_under_another_name_is_refused(files):
    keys = json.loads(files[2])
    keys["keys"][0]["keyid"] = "0" * 64
    report = verify_files(*files[:2], json.dumps(keys).encode())
    assert "has another name" in report.problems[0]


def test_the_name_of_a_key_is_the_digest_of_what_is_published(files):
    (key, *_) = json.loads(files[2])["keys"]
    public = {name: key[name] for name in ("keytype", "scheme", "keyval")}
    from planner_evidence.canonical import sha256_of

    assert sha256_of(canonical_json(public)) == key["keyid"]


def test_a_person_s_passkey_can_be_asked_for(files):
    keys = json.loads(files[2]) | {"people": {"Dana (dana)": ["0" * 64]}}
    report = verify_files(*files[:2], json.dumps(keys).encode())
    assert "Dana (dana) did not sign it with a passkey" in report.problems[0]


# --- The program ---


def test_it_is_verified_where_there_is_no_planner(files, tmp_path):
    for name, data in zip(("plan.md", "a.json", "keys.json"), files, strict=True):
        (tmp_path / name).write_bytes(data)
    arguments = ("plan.md", "--approvals", "a.json", "--keys", "keys.json")
    ended = run_program(*arguments, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "plan.md: verified, as it was frozen" in ended.stdout
    as_json = run_program(*arguments, "--json", folder=tmp_path).stdout
    assert json.loads(as_json)["is_genuine"]
    (tmp_path / "plan.md").write_bytes(files[0] + b" ")
    ended = run_program(*arguments, folder=tmp_path)
    assert (ended.returncode, "NOT VERIFIED" in ended.stdout) == (1, True)
    ended = run_program("nowhere.md", *arguments[1:], folder=tmp_path)
    assert (ended.returncode, "No such file" in ended.stderr) == (2, True)


def test_it_imports_neither_django_nor_the_planner():
    code = (
        "import sys, planner_evidence.__main__;"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " ('django', 'plans', 'planner')])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.strip() == "[]"


def test_base64_has_one_form(files):
    from planner_evidence.canonical import decode_base64

    assert decode_base64(b64encode(b"ab").decode()) == b"ab"
    with pytest.raises(ValueError, match="Not the Base64"):
        decode_base64("YWJ=")


def test_a_key_may_be_base64_or_pem():
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = new_private_key()
    raw = load_pem_private_key(pem.encode(), None).private_bytes_raw()
    same = signer_of(b64encode(raw).decode())
    assert same.public_key.keyid == signer_of(pem).public_key.keyid


def test_nothing_is_signed_of_evidence_that_does_not_fit(approved):
    from plans.errors import Refused

    Version.objects.update(markdown="# Something else\n")
    with pytest.raises(Refused, match="inconsistent"):
        files_of(approved)
