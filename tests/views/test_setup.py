"""How a plan is signed: the page that says it, and what is posted from there."""

import pytest

from plans.actions.slots import change_rules, change_slot
from plans.models import Approval, AuditRecord, Change, Membership, ReviewRules, User
from plans.reviews.rules import RULES
from plans.reviews.status import review_status
from plans.reviews.verify import verify_evidence
from tests import make
from tests.kept import kept_plan
from tests.views.asking import HTMX, signed_in, soup, typed_in, url_of, words_of

pytestmark = [pytest.mark.once, pytest.mark.slow]

# Posts that name a slot, and those that do not.
OF_SLOT = ["slot_setup", "slot_people", "slot_replace", "slot_drop"]
OF_PLAN = ["review_rules", "slot_add", "approvals_add"]
POSTS = [*OF_SLOT, *OF_PLAN]
FOR_OWNERS = ["review_rules", "slot_setup", "slot_replace"]
RULES_ON = {rule.name: "on" for rule in RULES} | {"stale_on": "any", "seen": 0}
EVIL = "<img src=x onerror=alert(1)>"


def make_signed(team, alice, bob, dana):
    """Version 1 is submitted; dana and alice are named, bob wrote last."""
    return make.make_submitted(team=team, actor=alice, editor=bob)


team, signed = kept_plan(make_signed)


@pytest.fixture
def bare(team, alice):
    """A plan without an Approvals section."""
    text = make.FINISHED[: make.FINISHED.index("\n### Approvals")]
    return make.make_plan(team=team, actor=alice, text=text)


def page(user, plan):
    return signed_in(user).get(url_of("review_setup", plan))


def address(name, plan, role="Technical Design"):
    slot = [make.slot_of(plan, role).pk] if name in OF_SLOT else []
    return url_of(name, plan, *slot)


def post(user, name, plan, data, role="Technical Design", **options):
    return signed_in(user).post(address(name, plan, role), data, **options)


def people(plan, *users, role="Technical Design", **data):
    item = make.find(plan, label=role)
    fields = {"role": role, "people": [user.pk for user in users], "needs": "all"}
    return fields | {"seen": item.version} | data


def data_for(name, plan, dana, bob):
    """Something sound to post to each address."""
    return {
        "review_rules": RULES_ON | {"expires_after": 7},
        "slot_setup": {"seen": 0, "is_required": "on", "covers": ["1. OBJECTIVE"]},
        "slot_people": people(plan, bob),
        "slot_replace": {"leaves": dana.pk, "comes": bob.pk, "comment": "Away"},
        "slot_drop": {},
        "slot_add": {"role": "Legal", "people": [bob.pk], "needs": "all"},
        "approvals_add": {},
    }[name]


# --- The page ---


def test_an_owner_may_change_everything(signed, alice):
    answer = page(alice, signed)
    forms = {form["action"] for form in soup(answer).select("main form")}
    for name in [name for name in POSTS if name != "approvals_add"]:
        assert address(name, signed) in forms, name


def test_an_editor_may_change_the_lines_and_reads_why_not_the_rest(signed, bob):
    answer = page(bob, signed)
    forms = {form["action"] for form in soup(answer).select("main form")}
    assert forms == {
        *(address(name, signed) for name in ("slot_people", "slot_drop", "slot_add")),
        *(
            address(name, signed, "Launch Approval")
            for name in ("slot_people", "slot_drop")
        ),
    }
    assert "Only an owner of" in words_of(answer)


def test_others_read_it_and_why_they_cannot_change_it(signed, alice, dana, victor):
    change_rules(plan=signed, actor=alice, rules={"not_alone": False})
    for reader in (dana, victor):
        answer = page(reader, signed)
        assert not soup(answer).select("main form, main input")
        words = words_of(answer)
        assert "Only an owner of the team can change" in words
        assert "Ask an owner of Harbour to make you an editor" in words
        for rule in RULES:
            is_on = getattr(ReviewRules.objects.get(plan=signed), rule.name)
            state = "On" if is_on else "Off"
            assert f"{state} {rule.label}" in words


@pytest.mark.parametrize("more", [0, 30])
def test_it_costs_the_same_for_many_slots(
    team, alice, dana, django_assert_num_queries, more
):
    lines = "".join(f"- **Review {n}**: Dana and Alice\n" for n in range(more))
    many = make.make_plan(team=team, actor=alice, text=make.FINISHED + lines)
    client = signed_in(alice)
    client.get(url_of("review_setup", many))
    with django_assert_num_queries(14):
        answer = client.get(url_of("review_setup", many))
    assert len(soup(answer).select(".slot-card")) == 2 + more


# --- Rules ---


def test_an_owner_switches_rules(signed, alice):
    data = {"not_alone": "on", "stale_on": "covered", "expires_after": 7, "seen": 0}
    answer = post(alice, "review_rules", signed, data, follow=True)
    assert answer.redirect_chain == [(url_of("review_setup", signed), 302)]
    assert "The rules were saved." in words_of(answer)
    rules = ReviewRules.objects.get(plan=signed)
    on = [rule.name for rule in RULES if getattr(rules, rule.name)]
    assert on == ["not_alone"]
    assert (rules.stale_on, rules.expires_after) == ("covered", 7)
    record = signed.records.last()
    assert record.kind == AuditRecord.Kind.RULES_CHANGED
    assert record.details["expires_after"] == [None, 7]
    boxes = soup(answer).select(".switch[name]:checked, .switch[checked]")
    assert "not_alone" in {box["name"] for box in boxes}
    assert "not_last_editor" not in {box["name"] for box in boxes}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"expires_after": 0}, "from 1 to 365"),
        ({"expires_after": 366}, "from 1 to 365"),
        ({"expires_after": "soon"}, "from 1 to 365"),
        ({"stale_on": ""}, "what makes a sign-off stale"),
        ({"stale_on": "never"}, "Choose again"),
        ({"seen": "x"}, "whole number"),
    ],
)
def test_wrong_rules_are_answered_with_what_was_chosen(signed, alice, wrong, message):
    data = {"ready_first": "on", "stale_on": "covered", "seen": 0} | wrong
    answer = post(alice, "review_rules", signed, data)
    assert answer.status_code == 422
    alert = soup(answer).select_one("[role=alert]")
    assert message in alert.get_text()
    on = {box["name"] for box in soup(answer).select(".setup-rules .switch[checked]")}
    assert on == {"ready_first"}
    assert not ReviewRules.objects.exists()


def test_rules_that_somebody_changed_meanwhile_are_not_overwritten(signed, team, alice):
    olive = make.make_user("olive", team=team, role="owner")
    change_rules(plan=signed, actor=olive, rules={"not_alone": False})
    data = RULES_ON | {"expires_after": 9}
    answer = post(alice, "review_rules", signed, data)
    assert answer.status_code == 409
    assert "Olive changed the rules" in words_of(answer)
    assert "9" in typed_in(answer)
    assert not ReviewRules.objects.get(plan=signed).not_alone
    # The page knows of the change now, so the second time it is meant.
    form = soup(answer).select_one(".setup-rules form")
    data["seen"] = form.select_one("[name=seen]")["value"]
    assert post(alice, "review_rules", signed, data).status_code == 302
    assert ReviewRules.objects.get(plan=signed).not_alone


# --- One slot: what it asks ---


def test_an_owner_says_what_a_slot_asks(signed, alice):
    first = make.slot_of(signed)
    data = {
        "seen": 0,
        "after": [first.pk],
        "covers": ["1. OBJECTIVE", "7. RISKS & MITIGATIONS"],
    }
    answer = post(alice, "slot_setup", signed, data, role="Launch Approval")
    slot = make.slot_of(signed, "Launch Approval")
    assert answer["Location"].endswith(f"#slot-{slot.pk}")
    assert (slot.is_required, list(slot.after.all())) == (False, [first])
    assert slot.covers == ["1. OBJECTIVE", "7. RISKS & MITIGATIONS"]
    shown = soup(page(alice, signed)).find(id=f"slot-{slot.pk}")
    words = " ".join(shown.get_text(" ").split())
    assert "Optional" in words
    assert "Comes after Technical Design" in words
    assert "no effect while any change makes a sign-off stale" in words


def test_what_a_slot_covers_can_be_chosen_from_the_plan_as_it_is(signed, alice):
    form = soup(page(alice, signed)).select_one("form.slot-setup")
    offered = [box["value"] for box in form.select("[name=covers]")]
    assert offered == [
        "Implementation Plan: Tide tables",
        "1. OBJECTIVE",
        "2. QUALITY GATES",
        "4. IMPLEMENTATION PHASES",
        "6. SUCCESS METRICS",
        "7. RISKS & MITIGATIONS",
        "8. DEPENDENCIES",
        "9. COMMUNICATION & REVIEW",
    ]


def test_a_covered_part_that_is_gone_is_named_and_can_be_left_out(signed, alice):
    slot = make.slot_of(signed)
    change_slot(
        plan=signed,
        approval=slot,
        actor=alice,
        is_required=True,
        after=[],
        covers=["Long gone"],
    )
    form = soup(page(alice, signed)).select_one("form.slot-setup")
    box = form.select_one("[name=covers][checked]")
    assert box["value"] == "Long gone"
    assert "not in the plan" in form.find("label", attrs={"for": box["id"]}).get_text()


def test_slots_that_would_wait_for_each_other_are_refused(signed, alice):
    first, last = make.slot_of(signed), make.slot_of(signed, "Launch Approval")
    data = {"seen": 0, "is_required": "on"}
    post(alice, "slot_setup", signed, data | {"after": [last.pk]})
    wrong = data | {"after": [first.pk], "covers": ["8. DEPENDENCIES"]}
    answer = post(alice, "slot_setup", signed, wrong, role="Launch Approval")
    assert answer.status_code == 422
    assert "would wait for each other" in words_of(answer)
    details = soup(answer).select(".slot-card details[open]")
    assert len(details) == 1
    chosen = {box["value"] for box in details[0].select("[checked][value]")}
    assert chosen == {str(first.pk), "8. DEPENDENCIES"}


def test_the_last_required_slot_stays_required(signed, alice):
    post(alice, "slot_setup", signed, {"seen": 0}, role="Launch Approval")
    answer = post(alice, "slot_setup", signed, {"seen": 0})
    assert answer.status_code == 422
    assert "At least one sign-off must be required" in words_of(answer)


@pytest.mark.parametrize(
    "wrong",
    [{"after": ["0"]}, {"after": ["x"]}, {"covers": ["Nowhere"]}, {"seen": ""}],
    ids=str,
)
def test_a_slot_that_asks_what_there_is_not_is_refused(signed, alice, wrong):
    data = {"seen": 0, "is_required": "on"} | wrong
    answer = post(alice, "slot_setup", signed, data)
    assert answer.status_code == 422
    assert "Choose again" in words_of(answer)


def test_a_slot_that_somebody_changed_meanwhile_is_not_overwritten(signed, alice):
    seen = {"seen": 0, "is_required": "on"}
    post(alice, "slot_setup", signed, seen | {"covers": ["1. OBJECTIVE"]})
    answer = post(alice, "slot_setup", signed, seen | {"covers": ["8. DEPENDENCIES"]})
    assert answer.status_code == 409
    assert "You changed the setup of Technical Design in another tab" in words_of(
        answer
    )
    assert "8. DEPENDENCIES" in typed_checked(answer)
    assert make.slot_of(signed).covers == ["1. OBJECTIVE"]


def typed_checked(answer):
    return {
        box.get("value") for box in soup(answer).select("details[open] input[checked]")
    }


# --- One slot: its line of the plan ---


def test_an_editor_gives_a_slot_to_two_people(signed, alice, bob, dana):
    data = people(signed, alice, dana, needs="any")
    post(bob, "slot_people", signed, data)
    slot = make.slot_of(signed)
    assert slot.name == "Alice or Dana"
    assert (slot.needs, set(slot.approvers.all())) == ("any", {alice, dana})
    # It is text of the plan, so it is in the log, and undone with it.
    assert "**Technical Design**: Alice or Dana" in make.text_of(signed)
    assert signed.changes.first().verb == "item.edited"
    signed_in(bob).post(url_of("undo", signed))
    assert "**Technical Design**: Dana\n" in make.text_of(signed)
    assert make.slot_of(signed).needs == "all"


def test_another_role_leaves_the_names_as_they_were_typed(signed, bob, dana):
    line = "Dana, Architect"
    make.edit(signed, bob, label="Technical Design", value=line)
    post(bob, "slot_people", signed, people(signed, dana) | {"role": "Design"})
    slot = make.slot_of(signed, "Design")
    assert (slot.name, list(slot.approvers.all())) == (line, [dana])


def test_a_name_that_somebody_else_has_is_written_as_user_name(signed, team, bob):
    for username in ("kim", "kim2"):
        make.make_user(username, team=team, role="reviewer")
    # As it was before names were compared.
    namesakes = User.objects.filter(username__startswith="kim")
    namesakes.update(display_name="Kim Lee")
    second = team.members.get(username="kim2")
    post(bob, "slot_people", signed, people(signed, second))
    slot = make.slot_of(signed)
    assert (slot.name, list(slot.approvers.all())) == ("kim2", [second])


@pytest.mark.parametrize(
    "name", ["Or Levi", "Lee and Sons", "Okafor, Dana", "Any of Us", "Dr. (Sea) Wolf"]
)
@pytest.mark.parametrize("needs", ["all", "any"])
def test_whoever_is_chosen_is_who_is_asked(signed, team, bob, alice, name, needs):
    odd = make.make_user("odd", team=team, role="reviewer", display_name=name)
    for chosen in ([odd], [odd, alice]):
        post(bob, "slot_people", signed, people(signed, *chosen, needs=needs))
        slot = make.slot_of(signed)
        assert set(slot.approvers.all()) == set(chosen)
        assert slot.needs == (needs if len(chosen) > 1 else "all")


def test_nobody_can_be_chosen_too(signed, bob):
    assert post(bob, "slot_people", signed, people(signed)).status_code == 302
    assert not make.slot_of(signed).seats.exists()
    assert "No one yet" in words_of(page(bob, signed))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"role": " "}, "Enter a role"),
        ({"role": "x" * 201}, "up to 200 characters"),
        ({"needs": "most"}, "Choose again"),
        ({"people": ["0"]}, "Choose again"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_wrong_line_is_answered_with_what_was_chosen(
    signed, alice, bob, wrong, message
):
    data = people(signed, alice, needs="any") | wrong
    answer = post(bob, "slot_people", signed, data)
    assert answer.status_code == 422
    assert message in soup(answer).select_one("[role=alert]").get_text()
    if "people" not in wrong:
        assert str(alice.pk) in typed_checked(answer)
    assert make.slot_of(signed).name == "Dana"


def test_a_line_that_somebody_changed_meanwhile_is_not_overwritten(signed, alice, bob):
    data = people(signed, alice)
    make.edit(signed, bob, label="Technical Design", value="Bob")
    answer = post(bob, "slot_people", signed, data)
    assert answer.status_code == 409
    assert "You changed this line of the plan in another tab" in words_of(answer)
    assert str(alice.pk) in typed_checked(answer)
    assert make.slot_of(signed).name == "Bob"
    data["seen"] = soup(answer).select_one("details[open] [name=seen]")["value"]
    assert post(bob, "slot_people", signed, data).status_code == 302
    assert make.slot_of(signed).name == "Alice"


def test_whom_a_line_may_mean_is_proposed_here_too(team, alice, bob, dana):
    text = make.FINISHED.replace("Dana", "Erin Lund")
    plan = make.make_submitted(team=team, actor=alice, editor=bob, text=text)
    erin = make.make_user("erin", display_name="Erin Lund", team=team, role="reviewer")
    question = "“Erin Lund” probably means Erin Lund (erin), who hasn’t been asked"
    assert question in words_of(page(bob, plan))
    assert "not a member of the team" not in words_of(page(bob, plan))
    assert question not in words_of(page(dana, plan))
    confirm = url_of("slot_confirm", plan, make.slot_of(plan).pk)
    form = soup(page(bob, plan)).find("form", action=confirm)
    fields = {field["name"]: field["value"] for field in form.select("[name][value]")}
    answer = signed_in(bob).post(confirm, fields, follow=True)
    assert answer.redirect_chain == [(url_of("review_setup", plan), 302)]
    assert question not in words_of(answer)
    assert list(make.slot_of(plan).approvers.all()) == [erin]


def test_a_stranger_cannot_be_chosen(signed, bob, charlie, victor):
    for person in (charlie, victor):
        answer = post(bob, "slot_people", signed, people(signed, person))
        assert answer.status_code == 422
    assert make.slot_of(signed).name == "Dana"


# --- Replace, add, drop ---


def test_an_owner_replaces_an_approver_on_the_record(signed, alice, bob, dana):
    data = {"leaves": dana.pk, "comes": bob.pk, "comment": "Away until May"}
    answer = post(alice, "slot_replace", signed, data, follow=True)
    words = words_of(answer)
    assert "Bob is now asked for Technical Design." in words
    assert "Bob (in place of Dana)" in words
    assert not review_status(signed).is_edited
    record = signed.records.last()
    assert (record.kind, record.comment) == (
        AuditRecord.Kind.REPLACED,
        "Away until May",
    )
    # The line still names dana, and so does its form.
    chosen = soup(answer).select("form.slot-people [name=people][checked]")
    assert str(dana.pk) in {box["value"] for box in chosen}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"comment": " "}, "Enter a reason"),
        ({"comes": ""}, "Choose the new approver"),
        ({"comes": "0"}, "Choose again"),
        ({"leaves": "x"}, "Choose again"),
    ],
    ids=str,
)
def test_a_wrong_replacement_is_answered_with_what_was_typed(
    signed, alice, bob, dana, wrong, message
):
    data = {"leaves": dana.pk, "comes": bob.pk, "comment": "Away until May"} | wrong
    answer = post(alice, "slot_replace", signed, data)
    assert answer.status_code == 422
    assert message in soup(answer).select_one("[role=alert]").get_text()
    assert wrong.get("comment", "Away until May").strip() in " ".join(typed_in(answer))
    assert signed.records.filter(kind="replaced").count() == 0


def test_an_editor_adds_a_slot_in_one_change(signed, bob, dana):
    before = signed.changes.count()
    data = {"role": "Legal", "people": [dana.pk], "needs": "all"}
    answer = post(bob, "slot_add", signed, data)
    assert answer.status_code == 302
    assert make.text_of(signed).endswith("- **Legal**: Dana\n")
    assert list(make.slot_of(signed, "Legal").approvers.all()) == [dana]
    assert signed.changes.count() == before + 1
    signed_in(bob).post(url_of("undo", signed))
    assert "Legal" not in make.text_of(signed)


def test_a_slot_without_a_role_is_not_added(signed, bob, dana):
    data = {"role": "", "people": [dana.pk], "needs": "any"}
    answer = post(bob, "slot_add", signed, data)
    assert answer.status_code == 422
    assert "Enter a role" in words_of(answer)
    assert {str(dana.pk), "any"} <= typed_checked(answer)
    assert Approval.objects.present().count() == 2


def test_an_editor_drops_a_slot_and_undo_brings_it_back(signed, bob):
    before = make.text_of(signed)
    answer = post(bob, "slot_drop", signed, {}, follow=True)
    assert "Removed Technical Design from the plan" in words_of(answer)
    assert "Technical Design" not in make.text_of(signed)
    signed_in(bob).post(url_of("undo", signed))
    assert make.text_of(signed) == before


def test_a_plan_whose_slots_were_all_dropped_can_get_new_ones(signed, bob):
    for role in ("Technical Design", "Launch Approval"):
        post(bob, "slot_drop", signed, {}, role=role)
    assert "No approvers yet" in words_of(page(bob, signed))
    post(bob, "slot_add", signed, {"role": "Legal", "needs": "all"})
    assert [slot.approval.role for slot in review_status(signed).slots] == ["Legal"]


@pytest.mark.parametrize("name", ["slot_setup", "slot_people", "slot_replace"])
def test_a_slot_that_was_dropped_meanwhile_is_answered_with_409(
    signed, alice, bob, dana, name
):
    data = data_for(name, signed, dana, bob)
    url = address(name, signed)
    post(bob, "slot_drop", signed, {})
    records, changes = AuditRecord.objects.count(), Change.objects.count()
    answer = signed_in(alice).post(url, data)
    assert answer.status_code == 409
    assert "has been removed from the plan" in words_of(answer)
    for typed in ("role", "comment"):
        assert data.get(typed, "") in words_of(answer)
    assert (AuditRecord.objects.count(), Change.objects.count()) == (records, changes)


def test_a_plan_without_approvals_gets_the_usual_four_in_one_change(bare, alice, bob):
    answer = page(bob, bare)
    assert "has no Approvals section" in words_of(answer)
    assert soup(answer).select(f"form[action='{address('approvals_add', bare)}']")
    before = make.text_of(bare)
    answer = post(bob, "approvals_add", bare, {}, follow=True)
    assert "The plan now has an Approvals section" in words_of(answer)
    usual = "## Approvals\n\n" + "".join(
        f"- **{role}**: [Name/Role]\n"
        for role in (
            "Technical Design",
            "Security Review",
            "Product Sign-off",
            "Launch Approval",
        )
    )
    assert make.text_of(bare) == before.rstrip("\n") + "\n\n" + usual
    assert len(review_status(bare).slots) == 4
    again = post(bob, "approvals_add", bare, {})
    assert again.status_code == 422
    assert "already has an Approvals section" in words_of(again)
    signed_in(bob).post(url_of("undo", bare))
    assert make.text_of(bare) == before


def test_a_slot_needs_an_approvals_section(bare, bob):
    answer = post(bob, "slot_add", bare, {"role": "Legal", "needs": "all"})
    assert answer.status_code == 422
    assert "has no Approvals section" in words_of(answer)


# --- Who may, and how one may ask ---


@pytest.mark.parametrize("name", POSTS)
def test_who_may_not_is_told_why(signed, bob, dana, victor, name):
    records, text = signed.records.count(), make.text_of(signed)
    people_who_may_not = [dana, victor] + ([bob] if name in FOR_OWNERS else [])
    for person in people_who_may_not:
        data = data_for(name, signed, dana, bob)
        answer = post(person, name, signed, data)
        assert answer.status_code == 403, person
        message = soup(answer).select_one("[role=alert]").get_text()
        owner_only = "Only an owner" if name in FOR_OWNERS else "You can read this plan"
        assert owner_only in message
    assert signed.records.count() == records
    assert make.text_of(signed) == text


@pytest.mark.parametrize("name", POSTS)
def test_who_lost_the_role_meanwhile_is_refused(signed, alice, bob, dana, name):
    client = signed_in(alice)
    client.get(url_of("review_setup", signed))
    Membership.objects.filter(user=alice).update(role=Membership.Role.VIEWER)
    data = data_for(name, signed, dana, bob)
    assert client.post(address(name, signed), data).status_code == 403


@pytest.mark.parametrize("name", POSTS)
def test_a_stranger_is_told_that_there_is_no_plan(signed, charlie, dana, bob, name):
    data = data_for(name, signed, dana, bob)
    assert post(charlie, name, signed, data).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_who_is_signed_out_is_sent_to_the_sign_in(signed, client, dana, bob, name):
    data = data_for(name, signed, dana, bob)
    answer = client.post(address(name, signed), data)
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
    assert client.post(address(name, signed), data, headers=HTMX).status_code == 401


@pytest.mark.parametrize("name", POSTS)
def test_nothing_changes_by_following_a_link(signed, alice, name):
    assert signed_in(alice).get(address(name, signed)).status_code == 405


@pytest.mark.parametrize("name", OF_SLOT)
@pytest.mark.parametrize("number", [0, 10**10, 10**30])
def test_a_slot_that_there_is_not_is_not_found(signed, alice, name, number):
    assert signed_in(alice).post(url_of(name, signed, number), {}).status_code == 404


@pytest.mark.parametrize("name", OF_SLOT)
def test_a_slot_of_another_plan_is_not_found(signed, team, alice, dana, bob, name):
    other = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    url = url_of(name, other, make.slot_of(signed).pk)
    data = data_for(name, signed, dana, bob)
    assert signed_in(alice).post(url, data).status_code == 404


@pytest.mark.parametrize("name", [name for name in POSTS if name != "approvals_add"])
def test_what_was_done_leaves_the_evidence_whole(signed, alice, dana, bob, name):
    data = data_for(name, signed, dana, bob)
    assert post(alice, name, signed, data).status_code == 302
    assert verify_evidence(signed).is_valid


def test_hostile_text_is_shown_as_text(signed, team, alice, bob):
    make.make_user("mallory", team=team, role="reviewer", display_name=EVIL)
    post(bob, "slot_add", signed, {"role": EVIL, "needs": "all"})
    wrong = {"role": EVIL * 9, "needs": "all"}
    with_page = [page(alice, signed), post(bob, "slot_add", signed, wrong)]
    assert with_page[1].status_code == 422
    for answer in with_page:
        assert b"<img src=x" not in answer.content
        assert b"&lt;img src=x" in answer.content


def test_who_signs_a_row_is_set_up_like_who_signs_a_line(team, alice, bob, dana):
    table = (
        "# Plan: A\n\n## Sign-off\n\n| Date | Name | Role | Signature |\n"
        "|---|---|---|---|\n|  | Bob | Launch |  |\n"
    )
    plan = make.make_plan(team=team, actor=alice, text=table)
    slot = Approval.objects.present().get(role="Launch")
    client = signed_in(bob)
    seen = make.row_of(plan, slot.pk).version
    data = {"role": "Go live", "people": [dana.pk], "needs": "all", "seen": seen}
    client.post(url_of("slot_people", plan, slot.pk), data)
    data = {"role": "Legal", "people": [bob.pk], "needs": "all"}
    client.post(url_of("slot_add", plan), data)
    assert make.text_of(plan).endswith(
        "|---|---|---|---|\n|  | Dana | Go live |  |\n|  | Bob | Legal  |  |\n"
    )
    slots = (
        Approval.objects.present()
        .filter(item__block__section__plan=plan)
        .order_by("pk")
    )
    assert [slot.seats.get().user for slot in slots] == [dana, bob]
