"""Sign-off: ask for it, see the frozen version, decide."""

import hashlib

import pytest

from plans.models import Membership, Record, Version
from tests import make
from tests.views.asking import HTMX, signed_in, soup, typed_in, url_of, words_of

# What is posted to and from this page, but for the request itself.
POSTS = [
    "review_sign",
    "review_withdraw",
    "review_condition",
    "review_remind",
    "review_expire",
]


@pytest.fixture
def ready(team, alice, bob, dana):
    """A finished plan; dana and alice are named in its approvals. Bob wrote last."""
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    make.edit(plan, bob, value="Plan of tides")
    return plan


@pytest.fixture
def submitted(ready, bob):
    signed_in(bob).post(url_of("review_request", ready))
    return ready


def slot(plan, label="Technical Design"):
    return make.find(plan, label=label).approval


def sign(user, plan, label="Technical Design", **data):
    """Dana has her name for a password, as everybody in these tests."""
    data = signature(user) | data
    return signed_in(user).post(url_of("review_sign", plan, slot(plan, label).pk), data)


def signature(user, **data):
    given = {"version": 1, "seen": 0, "decision": "approved"}
    return given | {"password": user.username} | data


def decided():
    return list(Record.objects.decisions())


def review(user, plan):
    return signed_in(user).get(url_of("review", plan))


def badges(response) -> list[str]:
    return [tag.get_text() for tag in soup(response).select(".page-meta .badge")]


def edit(user, plan, value, label="Storage"):
    item = make.find(plan, label=label)
    return signed_in(user).post(url_of("item", plan, item.pk), {"value": value})


# --- Asking for it ---


def test_an_unfinished_plan_is_not_submitted_and_the_page_says_why(plan, bob):
    answer = signed_in(bob).post(url_of("review_request", plan))
    assert answer.status_code == 422
    assert "still in the way of a finished plan" in words_of(answer)
    problems = soup(answer).select(".problem a")
    assert problems
    page = soup(signed_in(bob).get(url_of("plan", plan)))
    for link in problems:
        path, _, anchor = link["href"].partition("#")
        assert path == plan.get_absolute_url()
        assert page.find(id=anchor)
    assert not Version.objects.exists()


def test_only_who_edits_a_finished_plan_is_offered_to_submit_it(ready, plan, bob, dana):
    url = url_of("review_request", ready)
    assert soup(review(bob, ready)).select(f"form[action='{url}']")
    assert not soup(review(dana, ready)).select(f"form[action='{url}']")
    url = url_of("review_request", plan)
    assert not soup(review(bob, plan)).select(f"form[action='{url}']")


def test_the_frozen_version_is_the_finished_download(ready, bob, dana):
    finished = signed_in(bob).get(url_of("download", ready, form="finished"))
    answer = signed_in(bob).post(url_of("review_request", ready), follow=True)
    assert answer.redirect_chain == [(url_of("review", ready), 302)]
    assert "Version 1 is ready to be signed." in words_of(answer)
    version = signed_in(dana).get(url_of("version", ready, 1))
    assert version.content == finished.content
    digest = hashlib.sha256(version.content).hexdigest()
    assert version["ETag"] == finished["ETag"] == f'"{digest}"'
    assert version["Content-Type"] == "text/markdown; charset=utf-8"
    assert version["Content-Disposition"] == 'attachment; filename="plan.md"'
    again = signed_in(dana).get(
        url_of("version", ready, 1), headers={"If-None-Match": version["ETag"]}
    )
    assert again.status_code == 304
    assert digest in str(review(dana, ready).content)


def test_the_page_shows_the_frozen_text_and_not_what_came_after(submitted, bob, dana):
    edit(bob, submitted, "PostgreSQL")
    article = soup(review(dana, submitted)).select_one("article.markdown")
    assert "SQLite" in article.get_text()
    assert "PostgreSQL" not in article.get_text()
    assert b"SQLite" in signed_in(dana).get(url_of("version", submitted, 1)).content


def test_submitting_what_is_submitted_makes_no_other_version(submitted, bob):
    signed_in(bob).post(url_of("review_request", submitted))
    assert Version.objects.count() == 1
    url = url_of("review_request", submitted)
    assert not soup(review(bob, submitted)).select(f"form[action='{url}']")


@pytest.mark.parametrize("number", [0, 2, 10**10, 10**30])
def test_a_version_that_there_is_not_is_not_found(submitted, bob, number):
    answer = signed_in(bob).get(url_of("version", submitted, number))
    assert answer.status_code == 404


def test_a_version_is_for_members_who_are_signed_in(submitted, charlie, client):
    url = url_of("version", submitted, 1)
    assert signed_in(charlie).get(url).status_code == 404
    assert client.get(url)["Location"].endswith(f"?next={url}")


# --- Deciding ---


def test_only_who_is_named_sees_a_form(submitted, alice, bob, dana):
    for person, label in ((dana, "Technical Design"), (alice, "Launch Approval")):
        page = soup(review(person, submitted))
        forms = [form["action"] for form in page.select("form.decision")]
        assert forms == [url_of("review_sign", submitted, slot(submitted, label).pk)]
        assert label in page.select_one("form.decision").get_text()
    assert not soup(review(bob, submitted)).select("form.decision")


def test_a_viewer_who_is_named_sees_no_form(submitted, dana):
    Membership.objects.filter(user=dana).update(role=Membership.Role.VIEWER)
    assert not soup(review(dana, submitted)).select("form.decision")
    answer = sign(dana, submitted)
    assert answer.status_code == 403
    assert "A viewer cannot sign" in words_of(answer)


def test_before_a_version_nobody_sees_a_form(ready, dana):
    page = review(dana, ready)
    assert not soup(page).select("form.decision")
    assert "Nothing submitted yet" in words_of(page)


def test_an_approval_is_recorded_with_name_role_time_and_digest(submitted, dana, bob):
    answer = signed_in(dana).post(
        url_of("review_sign", submitted, slot(submitted).pk),
        signature(dana, comment="Fine.\nDo it."),
        follow=True,
    )
    assert answer.redirect_chain == [(url_of("review", submitted), 302)]
    assert "Approved: Technical Design, version 1." in words_of(answer)
    (signed,) = decided()
    version = Version.objects.get()
    assert (signed.name, signed.role) == ("Dana", "Technical Design")
    assert signed.sha256 == version.sha256
    page = soup(review(bob, submitted))
    approved = page.select_one(".signature.is-approved")
    for words in ("Dana", "Technical Design", version.sha256[:12], "Do it.", "UTC"):
        assert words in approved.get_text(" ")
    assert badges(review(bob, submitted)) == ["Version 1 in review"]


def test_all_approvals_together_approve_the_version(submitted, alice, dana):
    sign(dana, submitted)
    sign(alice, submitted, "Launch Approval")
    assert badges(review(dana, submitted)) == ["Version 1 approved"]
    listed = signed_in(dana).get(url_of("plan_list"))
    assert "Version 1 approved" in words_of(listed)


def test_a_decline_needs_a_comment_and_declines_the_version(submitted, dana):
    answer = sign(dana, submitted, decision="declined", comment="  ")
    assert answer.status_code == 422
    assert "Say why you decline" in words_of(answer)
    chosen = soup(answer).select_one("[name=decision][checked]")
    assert chosen["value"] == "declined"
    assert not decided()
    assert sign(dana, submitted, decision="declined", comment="Why?").status_code == 302
    assert badges(review(dana, submitted)) == ["Version 1 declined"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"decision": ""}, "Choose what you decide"),
        ({"decision": "maybe"}, "Choose what you decide"),
        ({"version": "x"}, "Reload the page"),
        ({"version": ""}, "Reload the page"),
        ({"version": 9}, "Reload the page"),
        ({"version": "9" * 30}, "Reload the page"),
        ({"comment": "x" * 5_001}, "5000 characters"),
    ],
    ids=str,
)
def test_a_decision_that_is_none_is_refused_and_the_comment_kept(
    submitted, dana, data, reason
):
    answer = sign(dana, submitted, **{"comment": "My words"} | data)
    assert answer.status_code == 422
    assert reason in words_of(answer)
    assert data.get("comment", "My words") in typed_in(answer)
    assert not decided()


def test_nobody_signs_for_another(submitted, alice, bob, dana, charlie, client):
    for person in (alice, bob):
        answer = sign(person, submitted)
        assert answer.status_code == 403
        assert "Technical Design is to be signed by Dana" in words_of(answer)
    assert sign(charlie, submitted).status_code == 404
    url = url_of("review_sign", submitted, slot(submitted).pk)
    answer = client.post(url, {"version": 1, "decision": "approved"})
    assert answer.status_code == 302
    assert client.post(url, headers=HTMX).status_code == 401
    assert signed_in(dana).get(url).status_code == 405
    assert not decided()


def test_one_decides_once(submitted, dana):
    sign(dana, submitted)
    assert not soup(review(dana, submitted)).select("form.decision")
    answer = sign(dana, submitted, decision="declined", comment="No, wait")
    assert answer.status_code in (409, 422)
    assert "You have decided here already" in words_of(answer)
    answer = sign(dana, submitted, decision="declined", comment="No", seen=2)
    assert "decided on this version already" in words_of(answer)
    assert len(decided()) == 1


def test_an_older_version_is_not_signed(submitted, bob, dana):
    edit(bob, submitted, "PostgreSQL")
    signed_in(bob).post(url_of("review_request", submitted))
    answer = sign(dana, submitted, comment="For the old one")
    assert answer.status_code in (409, 422)
    assert "A newer version was submitted meanwhile" in words_of(answer)
    assert "For the old one" in typed_in(answer)
    assert not decided()


def test_a_slot_of_another_plan_or_none_is_not_found(team, submitted, alice, dana):
    other = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    client = signed_in(dana)
    for number in (slot(other).pk, 0, 10**10, 10**30):
        url = url_of("review_sign", submitted, number)
        data = {"version": 1, "decision": "approved"}
        assert client.post(url, data).status_code == 404


@pytest.mark.parametrize("name", ["item_remove", "block_remove", "section_remove"])
def test_a_slot_that_was_removed_is_no_longer_asked_for(submitted, bob, dana, name):
    item = make.find(submitted, label="Technical Design")
    place = {
        "item_remove": item.pk,
        "block_remove": item.block_id,
        "section_remove": item.block.section_id,
    }[name]
    url = url_of("review_sign", submitted, item.pk)
    signed_in(bob).post(url_of(name, submitted, place))
    answer = signed_in(dana).post(url, signature(dana))
    assert answer.status_code == 409
    assert "no longer asked for" in words_of(answer)
    assert not decided()


# --- Edited since ---


def test_an_edit_makes_the_version_stale_until_it_is_undone(submitted, bob, dana):
    sign(dana, submitted)
    edit(bob, submitted, "PostgreSQL")
    page = review(dana, submitted)
    assert badges(page) == ["Version 1 in review", "Edited since"]
    assert "Stale" in words_of(page)
    url = url_of("review_request", submitted)
    assert soup(review(bob, submitted)).select(f"form[action='{url}']")
    signed_in(bob).post(url_of("undo", submitted))
    assert badges(review(dana, submitted)) == ["Version 1 in review"]
    assert soup(review(bob, submitted)).select(".signature.is-approved")


def test_an_edit_that_unfinishes_the_plan_makes_it_stale_too(submitted, bob):
    edit(bob, submitted, "[NEEDS CLARIFICATION: Which?]")
    assert badges(review(bob, submitted)) == ["Version 1 in review", "Edited since"]


def test_a_new_version_asks_everybody_anew_and_keeps_the_history(
    submitted, bob, alice, dana
):
    sign(dana, submitted)
    edit(bob, submitted, "PostgreSQL")
    signed_in(bob).post(url_of("review_request", submitted))
    page = review(dana, submitted)
    assert badges(page) == ["Version 2 in review"]
    assert soup(page).select("form.decision")
    assert "What changed since you decided on version 1" in words_of(page)
    assert "Dana approved version 1" in words_of(page)


def test_the_review_takes_the_same_queries_whatever_was_signed(
    team, alice, bob, dana, django_assert_num_queries
):
    for size in (1, 12):
        slots = "".join(f"- **Role {n}**: Dana\n" for n in range(size))
        text = make.FINISHED.replace("- **Technical Design**: Dana\n", slots)
        plan = make.make_plan(team=team, actor=alice, text=text)
        signed_in(bob).post(url_of("review_request", plan))
        for n in range(size):
            assert sign(dana, plan, f"Role {n}").status_code == 302
        client = signed_in(alice)
        with django_assert_num_queries(13):
            client.get(url_of("review", plan))
