"""Bringing back a file that was edited elsewhere: the list of its changes, and taking
them."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.items import save_item
from plans.actions.locks import lock_editing
from plans.actions.plans import archive_plan
from plans.actions.slots import change_rules, change_slot
from plans.actions.undo import undo
from plans.content.bases import NOW, Base, closest
from plans.models import Change, OutsideCopy, Plan, Suggestion
from plans.reviews.status import review_status
from tests import hostile, make
from tests.views.asking import signed_in, soup, url_of, words_of

pytestmark = pytest.mark.once


def downloaded(client, plan, **query) -> str:
    return client.get(url_of("download", plan, **query)).content.decode()


def upload(client, plan, text, name="plan.md"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(url_of("plan_update", plan), {"file": file})


def fields_of(answer, selector="form[data-choices]") -> dict:
    (form,) = soup(answer).select(selector)
    fields = {}
    for each in form.select("input"):
        if each.get("type") == "checkbox":
            if "checked" in each.attrs:
                fields.setdefault(each["name"], []).append(each["value"])
        else:
            fields[each["name"]] = each.get("value", "")
    return fields


def take(client, plan, fields):
    return client.post(url_of("plan_update_take", plan), fields)


def with_goal(text, goal):
    return text.replace("- **Goal**:", f"- **Goal**: {goal}", 1)


def test_a_file_that_was_edited_comes_back_byte_for_byte(plan, bob):
    client = signed_in(bob)
    before = downloaded(client, plan)
    text = with_goal(before, "Ours:").replace("R-001", "R-010") + "\n## New\n\nWords\n"
    answer = upload(client, plan, text)
    assert answer.status_code == 200
    words = words_of(answer)
    assert "the file that Alice brought in on" in words
    assert make.text_of(plan) == before
    answer = take(client, plan, fields_of(answer))
    assert answer["Location"] == plan.get_absolute_url()
    assert make.text_of(plan) == text
    page = soup(client.get(url_of("plan", plan)))
    (undo,) = page.select(f'.messages form[action="{url_of("undo", plan)}"]')
    client.post(undo["action"])
    assert make.text_of(plan) == before


def test_what_a_colleague_wrote_meanwhile_stays_and_a_clash_is_a_suggestion(
    plan, alice, bob
):
    client = signed_in(bob)
    text = with_goal(downloaded(client, plan), "Of the file:") + "\n## New\n\nWords\n"
    goal = make.find(plan, label="Goal")
    save_item(plan=plan, item=goal, actor=alice, values={"value": "Mine"}, seen=None)
    make.edit(plan, alice, value="Map of tides")
    answer = upload(client, plan, text)
    words = words_of(answer)
    assert "where the plan was edited, too" in words and "becomes a suggestion" in words
    client.post(url_of("plan_update_take", plan), fields_of(answer))
    now = make.text_of(plan)
    assert "Mine" in now and "Map of tides" in now and "## New" in now
    (suggestion,) = Suggestion.objects.all()
    assert suggestion.text.startswith("Of the file:") and suggestion.author == bob
    assert suggestion.reason == "From plan.md"


def test_what_only_became_a_suggestion_is_withdrawn_from_the_message(plan, alice, bob):
    client = signed_in(bob)
    text = with_goal(downloaded(client, plan), "Of the file:")
    goal = make.find(plan, label="Goal")
    save_item(plan=plan, item=goal, actor=alice, values={"value": "Mine"}, seen=None)
    take(client, plan, fields_of(upload(client, plan, text)))
    suggestion = Suggestion.objects.open().get()
    page = soup(client.get(url_of("plan", plan)))
    (form,) = page.select(".messages form")
    assert form["action"] == url_of("suggestions_decide", plan)
    assert form.button.text == "Withdraw"
    fields = {each["name"]: each["value"] for each in form.select("input")}
    # Only whoever suggested it takes it back.
    assert signed_in(alice).post(form["action"], fields).status_code == 409
    assert Suggestion.objects.open().exists()
    answer = client.post(form["action"], fields)
    assert answer["Location"] == plan.get_absolute_url()
    suggestion.refresh_from_db()
    assert suggestion.state == Suggestion.State.WITHDRAWN
    assert "1 suggestion withdrawn." in words_of(client.get(url_of("plan", plan)))
    assert client.post(form["action"], fields).status_code == 409
    assert client.post(form["action"], {"do": "withdraw"}).status_code == 409


def test_only_what_was_chosen_is_taken(plan, bob):
    client = signed_in(bob)
    before = downloaded(client, plan)
    answer = upload(client, plan, with_goal(before, "Ours:") + "\n## New\n\nWords\n")
    fields = fields_of(answer)
    assert len(fields["take"]) == 2
    take(client, plan, fields | {"take": fields["take"][:1]})
    assert make.text_of(plan) == with_goal(before, "Ours:")
    # What was left is offered again.
    answer = upload(client, plan, with_goal(before, "Ours:") + "\n## New\n\nWords\n")
    assert len(fields_of(answer)["take"]) == 1
    answer = take(client, plan, fields_of(answer) | {"take": [], "all": "1"})
    assert make.text_of(plan).endswith("\n## New\n\nWords\n")
    assert OutsideCopy.objects.filter(plan=plan).first().text == make.text_of(plan)


def test_a_list_that_is_out_of_date_is_made_again(plan, alice, bob):
    client = signed_in(bob)
    text = with_goal(downloaded(client, plan), "Ours:")
    fields = fields_of(upload(client, plan, text))
    goal = make.find(plan, label="Goal")
    save_item(plan=plan, item=goal, actor=alice, values={"value": "Mine"}, seen=None)
    answer = take(client, plan, fields)
    assert answer.status_code == 409
    assert "edited since you saw this list" in words_of(answer)
    assert fields_of(answer)["take"] != fields["take"]
    answer = take(client, plan, fields_of(answer) | {"take": []})
    assert answer.status_code == 422
    assert "Choose at least one change" in words_of(answer)


def test_what_the_plan_said_in_the_past_can_be_picked(plan, alice, bob):
    """By a change, or a time; it is shown with who and when, and stays picked."""
    client = signed_in(bob)
    begun = make.text_of(plan)
    Change.objects.filter(plan=plan).update(created_at=datetime(2026, 3, 1, tzinfo=UTC))
    make.edit(plan, alice, value="Map of tides")
    first = plan.changes.last()
    fields = fields_of(
        upload(client, plan, f"{begun}\n## New\n\nWords\n"), ".update-base"
    )
    for picked in (
        {"base": f"change-{first.number}"},
        {"base": "now", "at": "2026-03-01T12:30"},
        {"base": "now", "at": "1999-01-01T00:00"},
    ):
        answer = client.post(url_of("plan_update", plan), fields | picked)
        assert "the text after change 1 on 1 March 2026" in words_of(answer)
        (option,) = soup(answer).select("option[selected]")
        assert option["value"] == "change-1"
        groups = [each["label"] for each in soup(answer).select("optgroup")]
        assert groups == ["Downloads and files", "History"]
        take(client, plan, fields_of(answer))
        assert "Map of tides" in make.text_of(plan)
        assert "## New" in make.text_of(plan)
        undo(plan=plan, actor=bob)


def test_a_text_of_unknown_origin_is_compared_with_the_plan_as_it_is(plan, bob):
    client = signed_in(bob)
    OutsideCopy.objects.all().delete()
    answer = client.post(
        url_of("plan_update", plan),
        {"text": with_goal(make.text_of(plan), "Ours:").replace("\n", "\r\n")},
    )
    assert "No text that left the planner is more like this one" in words_of(answer)
    assert len(fields_of(answer)["take"]) == 1
    client.post(url_of("plan_update_take", plan), fields_of(answer))
    assert "Ours:" in make.text_of(plan)


def test_another_text_to_compare_with_can_be_picked(plan, bob):
    client = signed_in(bob)
    first = downloaded(client, plan)
    make.edit(plan, bob, value="Map of tides")
    downloaded(client, plan)
    answer = upload(client, plan, with_goal(make.text_of(plan), "Ours:"))
    assert len(fields_of(answer)["take"]) == 1
    options = soup(answer).select("#base option")
    assert len(options) == 4  # both texts, what it said today, and what it says now
    fields = fields_of(answer, ".update-base") | {"base": options[1]["value"]}
    answer = client.post(url_of("plan_update", plan), fields)
    (picked,) = soup(answer).select("#base option[selected]")
    assert picked["value"] == options[1]["value"]
    assert first != make.text_of(plan)
    assert len(fields_of(answer)["take"]) == 1  # the plan has the other one already


def test_what_it_began_as_is_the_text_that_its_lines_are_from():
    def bases(*texts):
        return [Base(f"{number}", "", text) for number, text in enumerate(texts)]

    first = "# Plan\n\n- one\n- two\n- three\n"
    second = first.replace("two", "2")
    third = second + "- four\n"
    known = [*bases(third, second, first), Base(NOW, "", None)]
    for number, text in enumerate((third, second, first)):
        assert closest(known, text, third).key == f"{number}"
        edited = text.replace("- one", "- more\n- words")
        assert closest(known, edited, third).key == f"{number}"
    # Both edited the same line.
    assert closest(known, first.replace("two", "two of us"), third).key == "2"
    assert closest(bases(second, first), "# Plan\n", second).key == "1"
    assert closest(known, f"{first}- zero\n", f"{first}- zero\n").key == NOW


@pytest.mark.parametrize("query", [{"dialect": "upstream"}, {"compatible": "1"}])
def test_other_forms_are_compared_with_what_they_began_as(plan, bob, query):
    client = signed_in(bob)
    item = make.find(plan, label="Storage")
    save_item(plan=plan, item=item, actor=bob, values={"value": "SQLite"}, seen=None)
    before = make.text_of(plan)
    text = downloaded(client, plan, **query)
    assert text != before
    answer = upload(client, plan, text.replace("Goal**:", "Goal**: Ours:", 1))
    fields = fields_of(answer)
    assert len(fields["take"]) == 1
    take(client, plan, fields)
    assert make.text_of(plan) == before.replace("Goal**:", "Goal**: Ours:", 1)


def test_the_signed_file_comes_back_without_its_marks(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(plan, dana)
    make.sign(plan, alice, "Launch Approval")
    client = signed_in(bob)
    text = downloaded(client, plan, form="finished")
    assert "approved by" in text
    before = make.text_of(plan)
    answer = upload(client, plan, text.replace("# ", "# X", 1))
    assert "approved by" not in words_of(answer).replace("approved by Dana", "")
    fields = fields_of(answer)
    assert len(fields["take"]) == 1
    take(client, plan, fields)
    assert make.text_of(plan) == before.replace("# ", "# X", 1)


def test_sign_offs_of_what_is_not_changed_stay(team, alice, bob, dana):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    slot = make.slot_of(plan, "Technical Design")
    rules = {"is_required": True, "after": [], "covers": ["1. OBJECTIVE"]}
    change_slot(plan=plan, actor=alice, approval=slot, **rules)
    change_rules(plan=plan, actor=alice, rules={"stale_on": "covered"})
    make.sign(plan, dana)
    client = signed_in(bob)
    text = downloaded(client, plan)
    other = text.replace("R-001", "R-010")
    assert "become stale" not in words_of(upload(client, plan, other))
    covered = text.replace("## 1. OBJECTIVE", "## 1. OBJECTIVE\n\nMore.", 1)
    assert "become stale: Technical Design: Dana" in words_of(
        upload(client, plan, covered)
    )
    take(client, plan, fields_of(upload(client, plan, other)))
    assert review_status(Plan.objects.get(pk=plan.pk)).valid_slots


def test_the_list_takes_as_many_queries_for_many_changes_as_for_one(plan, bob):
    client = signed_in(bob)
    text = downloaded(client, plan)

    def queries(new):
        with CaptureQueriesContext(connection) as captured:
            answer = upload(client, plan, new)
        assert answer.status_code == 200
        return len(captured)

    queries(text)
    few = queries(with_goal(text, "Ours:"))
    for number in range(6):
        make.edit(plan, bob, value=f"Number {number}")
        downloaded(client, plan)
    many = with_goal(text, "Ours:") + "".join(
        f"\n## New {number}\n\n- one\n- two\n" for number in range(50)
    )
    queries(many)
    assert queries(many) == few


def test_taking_much_takes_as_many_queries_for_what_stays(plan, bob):
    """What is not changed is not asked for one by one."""
    client = signed_in(bob)

    def queries():
        text = downloaded(client, plan)
        fields = fields_of(upload(client, plan, with_goal(text, "Ours:")))
        with CaptureQueriesContext(connection) as captured:
            assert take(client, plan, fields).status_code == 302
        return len(captured)

    queries()
    few = queries()
    text = make.text_of(plan) + "\n## Long\n\n" + "- an entry\n" * 200
    take(client, plan, fields_of(upload(client, plan, text)))
    assert queries() == few


def test_hostile_texts_are_shown_as_they_are(plan, bob):
    client = signed_in(bob)
    text = make.text_of(plan)
    # What looks like a template the client takes for one that was not rendered.
    payloads = (p for p in hostile.PAYLOADS if "{{" not in p and "{%" not in p)
    for number, payload in enumerate(payloads):
        text += f"\n## Part {number}\n\n{payload}\n"
    text = text.replace("\0", "")
    assert upload(client, plan, text, "<script>a</script>.md").status_code == 200


def test_of_very_many_changes_all_or_none_are_taken(team, alice):
    text = "# Plan\n\n" + "".join(f"- n{number}\n" for number in range(500))
    plan = make.make_plan(team=team, actor=alice, text=text)
    client = signed_in(alice)
    answer = upload(client, plan, text.replace("- n", "- x"))
    assert "too many changes to choose from" in words_of(answer)
    fields = fields_of(answer)
    assert "take" not in fields
    take(client, plan, fields | {"all": "1"})
    assert make.text_of(plan) == text.replace("- n", "- x")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "There’s no text yet"), ("a\n" * 6_001, "lines; a plan can have up to")],
)
def test_what_is_no_plan_is_refused_and_the_text_is_still_there(
    plan, bob, text, sentence
):
    answer = signed_in(bob).post(url_of("plan_update", plan), {"text": text})
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert soup(answer).select_one("textarea").get_text().strip() == text.strip()


def test_a_locked_or_archived_plan_takes_nothing(plan, alice, bob):
    client = signed_in(bob)
    fields = fields_of(upload(client, plan, make.text_of(plan) + "\nMore\n"))
    lock_editing(plan=plan, actor=alice, reason="Until the tide turns")
    assert take(client, plan, fields).status_code == 403
    assert client.get(url_of("plan_update", plan)).status_code == 403
    Plan.objects.update(locked_by=None, locked_at=None, lock_reason="")
    archive_plan(plan=plan, actor=alice)
    answer = take(client, plan, fields)
    assert answer.status_code == 422 and "archived" in words_of(answer)


def test_nobody_else_can(plan, dana, victor, charlie):
    for person, status in ((dana, 403), (victor, 403), (charlie, 404)):
        client = signed_in(person)
        assert client.get(url_of("plan_update", plan)).status_code == status
        assert take(client, plan, {"packed": "x"}).status_code == status


def test_a_broken_upload_says_so(plan, bob):
    answer = take(signed_in(bob), plan, {"packed": "forged", "take": "x"})
    assert answer.status_code == 422
    assert "The upload was incomplete" in words_of(answer)


def test_the_newest_texts_are_kept_each_once(plan, bob):
    client = signed_in(bob)
    for number in range(OutsideCopy.KEPT + 3):
        make.edit(plan, bob, value=f"Number {number}")
        downloaded(client, plan)
        downloaded(client, plan)
    copies = OutsideCopy.objects.filter(plan=plan)
    assert copies.count() == OutsideCopy.KEPT
    assert copies.first().text == make.text_of(plan)
