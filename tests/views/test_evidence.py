"""The evidence of a plan: to read, to print, and to check elsewhere."""

import hashlib
import json

import pytest
from django.core.cache import caches

from plans.actions.reviews import request_review
from plans.actions.signing import withdraw
from plans.actions.slots import change_rules, change_slot, replace_approver
from plans.models import AuditRecord, Version
from plans.reviews.hash_chain import record_hash, submission_details
from plans.reviews.verify import verify_evidence
from plans.views import evidence as views
from tests import make
from tests.kept import kept_plan
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once

EVIL = "<img src=x onerror=alert(1)>"


def make_eventful(team, alice, bob, dana):
    """A plan with a record of nearly each kind."""
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval", "approved_if", comment=EVIL)
    change_rules(plan=plan, actor=alice, rules={"not_alone": False})
    slot = make.slot_of(plan)
    change_slot(
        plan=plan,
        approval=slot,
        actor=alice,
        is_required=False,
        after=[],
        covers=["1. OBJECTIVE"],
    )
    withdraw(plan=plan, approval=slot, actor=dana, comment="Too soon", proof="password")
    replace_approver(
        plan=plan, approval=slot, actor=alice, leaves=dana, comes=bob, comment="Away"
    )
    return plan


team, eventful = kept_plan(make_eventful)


def page(user, plan):
    return signed_in(user).get(url_of("evidence", plan))


def kept(user, plan):
    return json.loads(signed_in(user).get(url_of("evidence_file", plan)).content)


def test_it_shows_every_version_and_every_record_in_full(eventful, victor):
    answer = page(victor, eventful)
    words = words_of(answer)
    for version in eventful.versions.all():
        assert version.sha256 in words
        assert f"{version.created_at:%Y-%m-%d %H:%M:%S} UTC" in words
        assert soup(answer).find("a", href=url_of("version", eventful, version.number))
    records = list(eventful.records.order_by("number"))
    shown = [" ".join(r.get_text(" ").split()) for r in soup(answer).select(".record")]
    assert len(shown) == len(records) == 7
    for record, text in zip(records, shown, strict=True):
        assert text.startswith(f"{record.number} {record.get_kind_display()}")
        assert f"Who {record.name} When" in text or "in place of" in text
        assert record.name.endswith(f"({record.actor.username})")
        assert f"{record.at:%Y-%m-%d %H:%M:%S} UTC" in text
        for value in (record.meaning, record.sha256, record.previous, record.hash):
            assert value in text
        assert " ".join(record.comment.split()) in text
        assert record.proof in text


def test_it_says_that_all_fits_and_names_the_newest_hash(eventful, victor):
    verdict = soup(page(victor, eventful)).select_one("[role=status].evidence-verdict")
    assert "7 records and 1 version verified." in verdict.get_text()
    assert eventful.records.order_by("number").last().hash in verdict.get_text()


def test_it_tells_what_belongs_to_each_kind(eventful, victor):
    words = words_of(page(victor, eventful))
    for sentence in (
        "No one approves a plan that they alone wrote: on → off.",
        "Optional from now on.",
        "Covers: the whole plan → 1. OBJECTIVE.",
        "About record 2.",
        "Bob (bob) signs in place of Dana (dana).",
    ):
        assert sentence in words


def test_it_names_who_is_asked_since_the_approvers_changed(eventful, alice, victor):
    for line in ("Dana or Bob", "Dana", "No one yet"):
        make.edit(eventful, alice, label="Technical Design", value=line)
    words = words_of(page(victor, eventful))
    both = (
        "From now on, asked to sign: Bob (bob), Dana (dana). Any one of them is enough."
    )
    assert both in words
    assert "From now on, asked to sign: Dana (dana). " in words
    assert "From now on, no one is asked to sign here." in words


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"comment": "Nothing of the kind"},
        {"details": {}},
        {"details": [1]},
        {"hash": "0" * 64},
        {"name": "Somebody"},
    ],
    ids=str,
)
@pytest.mark.parametrize("number", [1, 2, 4, 5, 6, 7])
def test_a_record_that_was_changed_is_named(eventful, victor, number, change):
    changed = eventful.records.filter(number=number).exclude(**change)
    if not changed.update(**change):
        pytest.skip("it said so before")
    alert = soup(page(victor, eventful)).select_one("[role=alert]")
    assert f"Record {number} (" in alert.get_text()
    assert signed_in(victor).get(url_of("evidence_file", eventful)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"markdown": "Else"}, {"writers": "x"}, {"problems": [7]}, {"sha256": "0" * 64}],
    ids=str,
)
def test_a_version_that_was_changed_is_told_of(eventful, victor, change):
    Version.objects.filter(plan=eventful).update(**change)
    alert = soup(page(victor, eventful)).select_one("[role=alert]")
    assert "Record 1 (" in alert.get_text()


def test_a_plan_without_evidence_says_so(plan, victor):
    answer = page(victor, plan)
    assert "No evidence yet." in words_of(answer)
    assert not soup(answer).select("[role=alert]")


def test_hostile_text_is_shown_as_text(eventful, victor):
    answer = page(victor, eventful)
    assert b"<img src=x" not in answer.content
    assert EVIL in words_of(answer)


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 195])
def test_it_costs_the_same_for_many_records(
    eventful, alice, victor, django_assert_num_queries, count
):
    for number in range(count):
        rules = {"expires_after": number % 7 + 1}
        change_rules(plan=eventful, actor=alice, rules=rules)
    client = signed_in(victor)
    url = url_of("evidence", eventful)
    client.get(url)
    with django_assert_num_queries(27):
        answer = client.get(url)
    assert len(soup(answer).select(".record")) == (2 if count else 7)
    with django_assert_num_queries(27):
        everything = client.get(f"{url}?all=1")
    assert len(soup(everything).select(".record")) == 7 + count
    client.get(url_of("evidence_file", eventful))
    with django_assert_num_queries(4):
        client.get(url_of("evidence_file", eventful))


def numbers_on(answer):
    return [int(part.get_text()) for part in soup(answer).select(".record-number")]


def test_long_evidence_is_in_pages_and_the_newest_is_first(
    eventful, victor, monkeypatch
):
    monkeypatch.setattr(views, "RECORDS_PER_PAGE", 3)
    client = signed_in(victor)
    answer = client.get(url_of("evidence", eventful))
    assert numbers_on(answer) == [7]
    assert "Records 7 to 7 of 7" in words_of(answer)
    pager = soup(answer).select_one("#records-pages")
    assert [link.get_text() for link in pager("a")] == ["Previous"]
    earlier = client.get(url_of("evidence", eventful) + pager.a["href"].split("#")[0])
    assert numbers_on(earlier) == [4, 5, 6]
    assert "7 records and 1 version verified." in words_of(earlier)
    assert numbers_on(client.get(url_of("evidence", eventful, records=9))) == [7]
    whole = client.get(url_of("evidence", eventful) + "?all=1")
    assert numbers_on(whole) == list(range(1, 8))
    assert not soup(whole).select(".pager")


@pytest.fixture
def of_three_versions(eventful, alice, bob, monkeypatch):
    """Three versions, of which a visit divides the newest alone."""
    for number in range(2):
        make.edit(eventful, bob, value=f"Chart {number}")
        request_review(plan=eventful, actor=alice)
    monkeypatch.setattr(views, "MOST_DIVIDED", 0)
    caches["digests"].clear()
    return eventful


def test_it_says_which_digests_were_verified_and_which_were_not(
    of_three_versions, victor
):
    client = signed_in(victor)
    url = url_of("evidence", of_three_versions)
    verdict = soup(client.get(url)).select_one("[role=status].evidence-verdict")
    words = " ".join(verdict.get_text(" ").split())
    assert "9 records and the files of 3 versions verified." in words
    assert "verified for 1 of these versions so far; verify them all" in words
    everything = client.get(url + verdict.a["href"])
    assert "9 records and 3 versions verified." in words_of(everything)
    # What was verified once is kept, under the text that it follows from.
    assert "9 records and 3 versions verified." in words_of(client.get(url))


def test_a_changed_text_is_found_though_its_digests_were_kept(
    of_three_versions, victor
):
    url = url_of("evidence", of_three_versions)
    signed_in(victor).get(f"{url}?all=1")
    first = of_three_versions.versions.get(number=1)
    Version.objects.filter(pk=first.pk).update(markdown=first.markdown + "!")
    alert = soup(signed_in(victor).get(url)).select_one("[role=alert]")
    assert "the text of version 1 is not the one that was frozen" in alert.get_text()


def test_wrong_chapters_under_a_chain_that_fits_are_found_by_verifying_all(
    of_three_versions, victor
):
    """Who writes the whole chain anew can put in what was not computed."""
    plan = of_three_versions
    first = plan.versions.get(number=1)
    Version.objects.filter(pk=first.pk).update(parts={"": "0" * 64})
    first.refresh_from_db()
    previous = ""
    for record in plan.records.order_by("number"):
        if record.kind == "submitted" and record.version_id == first.pk:
            record.details |= submission_details(first)
        record.previous, record.hash = previous, record_hash(record, previous)
        previous = record.hash
        record.save()
    url = url_of("evidence", plan)
    words = words_of(signed_in(victor).get(url))
    assert "9 records and the files of 3 versions verified." in words
    assert "for 1 of these versions so far" in words
    alert = soup(signed_in(victor).get(f"{url}?all=1")).select_one("[role=alert]")
    assert "digests of the parts of version 1 are wrong" in alert.get_text()


def test_the_chain_can_be_computed_from_the_file_alone(eventful, victor):
    evidence = kept(victor, eventful)
    assert len(evidence["records"]) == 7
    before = ""
    for record in evidence["records"]:
        assert record["hashed"][0] == before
        text = json.dumps(
            record["hashed"], sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        before = hashlib.sha256(text.encode()).hexdigest()
        assert before == record["hash"]
    assert before == verify_evidence(eventful).head
    client = signed_in(victor)
    for version in evidence["versions"]:
        file = client.get(version["file"]).content
        assert hashlib.sha256(file).hexdigest() == version["sha256"]


def test_the_file_says_all_that_a_record_does(eventful, victor):
    stored = AuditRecord.objects.get(plan=eventful, number=3)
    _, hashed = kept(victor, eventful)["records"][2]["hashed"]
    assert hashed["comment"] == EVIL
    assert (hashed["name"], hashed["sha256"]) == (stored.name, stored.sha256)
    answer = signed_in(victor).get(url_of("evidence_file", eventful))
    name = f'attachment; filename="{eventful.slug}-evidence.json"'
    assert answer["Content-Disposition"] == name
