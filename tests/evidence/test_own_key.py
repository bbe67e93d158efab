"""A person's own key: what it signs, and that nothing else can be put under it."""

import copy
import json

import pytest
from fido2 import cbor
from fido2.utils import websafe_decode
from fido2.webauthn import AuthenticatorData

from planner_evidence.canonical import encode_base64
from planner_evidence.report import as_page
from planner_evidence.verify import verify_files
from plans.actions.signing import confirm_condition, sign_slots, withdraw
from plans.errors import Outdated
from plans.models import AuditRecord
from plans.reviews.hash_chain import record_hash
from plans.reviews.verify import verify_evidence
from tests import make
from tests.evidence_files import files_of
from tests.kept import kept_plan
from tests.own_key import Passkey, intent_for
from tests.views.asking import signed_in, url_of

pytestmark = pytest.mark.once


def make_submitted(team, alice, bob, dana):
    return make.make_submitted(team=team, actor=alice, editor=bob)


team, submitted = kept_plan(make_submitted)


@pytest.fixture
def passkey():
    return Passkey()


@pytest.fixture
def signed(submitted, dana, passkey):
    """Approved by dana's own key."""
    intent = intent_for(submitted, lambda: make.sign(submitted, dana))
    make.sign(submitted, dana, own=passkey.own_signature(intent))
    return submitted


def test_the_record_and_the_file_have_the_intent_and_its_signature(signed, passkey):
    record = signed.records.last()
    intent = record.details["intent"]
    assert intent["sha256"] == signed.versions.get().sha256
    assert intent["slots"][0]["meaning"] == record.meaning
    assert intent["previous"] == record.previous
    verification = verify_evidence(signed)
    assert (verification.problem, verification.own_keys) == ("", 1)
    report = verify_files(*files_of(signed))
    (decision,) = report.decisions
    assert report.is_genuine
    assert decision.own_key.origin == "https://testserver"
    page = as_page("plan.md", report)
    assert f"  {decision.own_key.fingerprint}" in page
    assert "the server alone says so" not in page


def test_readers_who_know_the_key_can_ask_for_it(signed):
    plan, approvals, keys = files_of(signed)
    (decision,) = verify_files(plan, approvals, keys).decisions
    for mark, is_genuine in ((decision.own_key.fingerprint, True), ("0" * 64, False)):
        people = {"people": {"Dana (dana)": [mark]}}
        asking = json.dumps(json.loads(keys) | people).encode()
        assert verify_files(plan, approvals, asking).is_genuine is is_genuine


def rechained(plan):
    """As an operator leaves it who rewrites the whole chain."""
    previous = ""
    for record in plan.records.order_by("number"):
        record.previous, record.hash = previous, record_hash(record, previous)
        record.save()
        previous = record.hash


CHANGES = {
    "decision": lambda record: setattr(record, "kind", "approved_if"),
    "comment": lambda record: setattr(record, "comment", "Ship it at once"),
    "meaning": lambda record: setattr(record, "meaning", "I love it"),
    "account": lambda record: setattr(record, "name", "Emil (emil)"),
    "role": lambda record: setattr(record, "role", "Launch Approval"),
    "intent": lambda record: record.details["intent"].update(comment="Ship it"),
    "nonce": lambda record: record.details["intent"].update(nonce="0"),
    "key": lambda record: record.details["assertion"].update(
        Passkey().own_signature(record.details["intent"]).assertion,
        signature=record.details["assertion"]["signature"],
    ),
    "signature": lambda record: record.details["assertion"].update(signature="AAAA"),
    "another kind of key": lambda record: record.details["assertion"].update(
        public_key=encode_base64(cbor.encode({1: 9, 3: -9}))
    ),
    "half of it": lambda record: record.details.pop("assertion"),
    "nonsense": lambda record: record.details.update(intent=[1]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_who_rewrites_the_whole_chain_cannot_change_what_was_signed(signed, change):
    record = signed.records.last()
    if change is CHANGES["decision"]:
        record.comment = "If it rains"
    change(record)
    record.save()
    rechained(signed)
    problem = verify_evidence(signed).problem
    assert f"Record {record.number}" in problem
    assert "asskey" in problem


def test_nor_put_it_behind_another_past(signed):
    first = signed.records.first()
    first.comment = "Asked kindly"
    first.save()
    rechained(signed)
    assert "(record before)" in verify_evidence(signed).problem


def test_nor_use_it_twice(signed, alice, dana, passkey, monkeypatch):
    """A batch is signed once; its second slot does not say what came before it."""
    record = signed.records.last()
    intent = copy.deepcopy(record.details["intent"])
    intent["slots"].insert(0, {"id": 0, "role": "", "meaning": ""})
    own = passkey.own_signature(intent)
    record.details |= own.details
    record.save()
    slot = make.slot_of(signed)
    withdraw(plan=signed, approval=slot, actor=dana, comment="No", proof="password")
    again = copy.copy(record)
    again.pk, again.number = None, signed.records.count() + 1
    again.change_number = signed.records.last().change_number
    again.save(force_insert=True)
    rechained(signed)
    assert "is that of another record" in verify_evidence(signed).problem


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (AuthenticatorData.FLAG.UP, "did not ask who was there"),
        (AuthenticatorData.FLAG.UV, "with nobody there"),
    ],
    ids=str,
)
def test_a_passkey_asks_for_its_person(submitted, dana, passkey, flags, why):
    intent = intent_for(submitted, lambda: make.sign(submitted, dana))
    own = passkey.own_signature(intent, flags=flags)
    with pytest.raises(Outdated):
        make.sign(submitted, dana, own=own)
    assert submitted.records.count() == 1


def test_a_signature_for_another_site_is_none(submitted, dana):
    intent = intent_for(submitted, lambda: make.sign(submitted, dana))
    own = Passkey("evil.test").own_signature(intent)
    own.assertion["rp_id"] = "testserver"
    with pytest.raises(Outdated):
        make.sign(submitted, dana, own=own)


def test_what_came_in_between_is_not_signed_over(submitted, alice, dana, passkey):
    intent = intent_for(submitted, lambda: make.sign(submitted, dana))
    make.sign(submitted, alice, "Launch Approval", "declined")
    with pytest.raises(Outdated, match="Nothing was signed"):
        make.sign(submitted, dana, own=passkey.own_signature(intent))


def test_one_signature_is_for_several_slots(team, alice, bob, dana, passkey):
    text = make.FINISHED.replace("**Technical Design**: Dana", "**Design**: Alice")
    plan = make.make_submitted(team=team, actor=alice, editor=bob, text=text)

    def decline(*roles, **own):
        for role in roles:
            make.sign(plan, alice, role, "declined", **own)

    both = ("Design", "Launch Approval")
    own = passkey.own_signature(intent_for(plan, lambda: decline(*both)))
    assert [slot["role"] for slot in own.intent["slots"]] == [*both]
    decline(*both, own=own)
    verification = verify_evidence(plan)
    assert (verification.problem, verification.own_keys) == ("", 2)
    report = verify_files(*files_of(plan))
    assert report.is_genuine
    assert all(decision.own_key for decision in report.decisions)


def test_one_signature_is_for_what_comes_last_too(team, alice, bob, dana, passkey):
    text = make.FINISHED.replace("Approval**: Alice", "Approval**: Dana")
    plan = make.make_submitted(team=team, actor=alice, editor=bob, text=text)
    roles = ("Launch Approval", "Technical Design")
    slots = [(make.slot_of(plan, role), None) for role in roles]

    def approve(**own):
        version = plan.versions.get()
        sign_slots(
            plan=plan,
            slots=slots,
            version=version,
            actor=dana,
            decision="approved",
            proof="passkey",
            **own,
        )

    own = passkey.own_signature(intent_for(plan, approve))
    approve(own=own)
    verification = verify_evidence(plan)
    assert (verification.problem, verification.own_keys) == ("", 2)
    report = verify_files(*files_of(plan))
    assert report.is_genuine
    assert [decision.role for decision in report.decisions] == [*reversed(roles)]


def test_withdrawing_and_conditions_are_signed_too(submitted, dana, passkey):
    slot = make.slot_of(submitted)
    acts = (
        lambda **own: make.sign(submitted, dana, decision="approved_if", **own),
        lambda **own: confirm_condition(
            plan=submitted, approval=slot, actor=dana, proof="passkey", **own
        ),
        lambda **own: withdraw(
            plan=submitted,
            approval=slot,
            actor=dana,
            comment="No",
            proof="passkey",
            **own,
        ),
    )
    for act in acts:
        act(own=passkey.own_signature(intent_for(submitted, act)))
    verification = verify_evidence(submitted)
    assert (verification.problem, verification.own_keys) == ("", 3)


# --- The pages ---


def posted(client, plan, **values):
    slot = make.slot_of(plan)
    values = {"version": 1, "seen": 0, "decision": "approved", "meaning": ""} | values
    return client.post(url_of("review_sign", plan, slot.pk), values)


@pytest.fixture
def browser(submitted, dana, passkey):
    passkey.add_to(dana)
    return signed_in(dana)


def challenge_in(answer):
    return websafe_decode(json.loads(answer.content)["publicKey"]["challenge"])


def test_a_form_is_signed_with_the_passkey_alone(browser, submitted, passkey):
    first = posted(browser, submitted, intent="1", comment="Fine.")
    assert first.status_code == 200
    assert not submitted.records.filter(kind="approved").exists()
    credential = passkey.answer(challenge_in(first))
    answer = posted(browser, submitted, credential=credential, comment="Fine.")
    assert answer.status_code == 302
    record = submitted.records.get(kind="approved")
    assert (record.proof, record.comment) == ("passkey", "Fine.")
    assert verify_evidence(submitted).own_keys == 1
    page = browser.get(url_of("evidence", submitted)).content.decode()
    assert "Signed with their own passkey" in page


def test_the_words_cannot_change_after_the_passkey(browser, submitted, passkey):
    first = posted(browser, submitted, intent="1", comment="Fine.")
    credential = passkey.answer(challenge_in(first))
    answer = posted(browser, submitted, credential=credential, comment="Not so fine")
    assert answer.status_code == 409
    assert "Not so fine" in answer.content.decode()
    assert submitted.records.count() == 1
    # It was for one try.
    answer = posted(browser, submitted, credential=credential, comment="Fine.")
    assert answer.status_code == 422
    assert "Nothing was signed" in answer.content.decode()


@pytest.mark.parametrize(
    "credential",
    [
        "x",
        "{}",
        "[]",
        '{"id": 1}',
        '{"id": "AA", "rawId": "AA", "response": {}}',
        "9" * 50,
    ],
    ids=str,
)
def test_an_answer_that_is_none_is_refused(browser, submitted, credential):
    posted(browser, submitted, intent="1")
    answer = posted(browser, submitted, credential=credential)
    assert answer.status_code == 422
    assert "The passkey was not accepted" in answer.content.decode()


def test_the_passkey_of_somebody_else_is_refused(browser, submitted):
    first = posted(browser, submitted, intent="1")
    answer = posted(
        browser, submitted, credential=Passkey().answer(challenge_in(first))
    )
    assert answer.status_code == 422
    assert submitted.records.count() == 1


def test_what_cannot_be_signed_is_said_before_the_passkey(browser, submitted, bob):
    cases = (
        ({"decision": ""}, 422, "Choose a decision"),
        ({"decision": "declined"}, 422, "Say why you decline"),
        ({"version": 7}, 422, "doesn’t exist"),
        ({"seen": 5}, 409, "already decided"),
    )
    for values, status, why in cases:
        answer = posted(browser, submitted, intent="1", **values)
        assert (answer.status_code, why in answer.json()["message"]) == (status, True)
    stranger = signed_in(bob)
    assert posted(stranger, submitted, intent="1").status_code == 403


def test_without_a_passkey_there_is_none_to_ask(submitted, alice):
    client = signed_in(alice)
    slot = make.slot_of(submitted, "Launch Approval")
    values = {"version": 1, "seen": 0, "decision": "declined", "comment": "No"}
    url = url_of("review_sign", submitted, slot.pk)
    answer = client.post(url, values | {"intent": "1"})
    assert (answer.status_code, "no passkey" in answer.json()["message"]) == (422, True)
    page = client.get(url_of("review", submitted)).content.decode()
    assert "data-own-key" not in page


def test_the_button_is_there_for_who_has_one(browser, submitted):
    page = browser.get(url_of("review", submitted)).content.decode()
    assert "Sign with your passkey" in page


def test_records_from_before_stay_as_they_are(submitted, dana):
    make.sign(submitted, dana)
    record = submitted.records.last()
    assert not {"intent", "assertion"} & set(record.details)
    assert verify_evidence(submitted).is_valid
    assert AuditRecord.objects.filter(proof="password").exists()
