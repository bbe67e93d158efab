"""Versions by name: kept, named, compared and restored whole."""

import pytest

from plans.actions.locks import lock_editing
from plans.actions.versions import save_version
from plans.models import Plan, SavedVersion
from tests import make
from tests.kept import kept_plan, small_plan
from tests.views.asking import HTMX, signed_in, soup, url_of, words_of

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once


def titles_on(client, plan) -> list[str]:
    page = soup(client.get(url_of("versions", plan)))
    return [row.get_text(strip=True) for row in page.select(".version-row strong")]


def options_on(client, plan) -> list[str]:
    page = soup(client.get(url_of("compare", plan)))
    options = page.select("select[name=before] option")
    return [" ".join(each.get_text().split()).split(", ")[0] for each in options]


@pytest.fixture
def kept(plan, alice, bob):
    """A version, and an edit since."""
    version = save_version(plan=plan, actor=alice, name="Before the workshop")
    make.edit(plan, bob, value="Map of tides")
    return version


def test_an_editor_saves_a_version_by_name(plan, bob):
    client = signed_in(bob)
    assert "No version yet" in words_of(client.get(url_of("versions", plan)))
    answer = client.post(url_of("versions", plan), {"name": "  Before   the workshop "})
    assert answer["Location"] == url_of("versions", plan)
    assert titles_on(client, plan) == ["“Before the workshop”"]
    version = SavedVersion.objects.get()
    assert version.markdown == make.text_of(plan)
    history = words_of(client.get(url_of("history", plan)))
    assert "Bob saved the version “Before the workshop”" in history
    assert options_on(client, plan) == ["“Before the workshop”", "Now"]
    answer = client.get(url_of("saved_version", plan, 1))
    assert answer.content.decode() == version.markdown


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_version_without_a_fit_name_is_refused_and_the_text_is_still_there(
    plan, bob, name
):
    answer = signed_in(bob).post(url_of("versions", plan), {"name": name})
    assert answer.status_code == 422
    assert soup(answer).select_one("#version-name")["value"] == name
    assert not SavedVersion.objects.exists()


def test_the_page_s_dialog_saves_one_and_stays(plan, bob, dana):
    url = url_of("versions", plan)
    page = soup(signed_in(bob).get(url_of("plan", plan)))
    assert page.select_one("#save-version form")["hx-post"] == url
    answer = signed_in(bob).post(url, {"name": "Before the workshop"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Saved the version “Before the workshop”." in words_of(answer)
    answer = signed_in(bob).post(url, {"name": " "}, headers=HTMX)
    assert answer.status_code == 422 and "Enter a name" in words_of(answer)
    answer = signed_in(dana).post(url, {"name": "Mine"}, headers=HTMX)
    assert answer.status_code == 403 and words_of(answer)
    assert not soup(signed_in(dana).get(url_of("plan", plan))).select("#save-version")
    assert SavedVersion.objects.count() == 1


def test_names_show_wherever_versions_do(team, alice, bob):
    plan = make.make_submitted(team=team, actor=alice, editor=bob)
    client = signed_in(bob)
    values = {"version": "1", "name": "Spring <tide>"}
    client.post(url_of("version_name", plan), values)
    title = "Version 1 “Spring <tide>”"
    assert titles_on(client, plan) == [title]
    assert options_on(client, plan)[0] == title
    for name in ("review", "evidence", "history"):
        assert title in words_of(client.get(url_of(name, plan))), name
    # Of a version that was submitted the name can go again.
    client.post(url_of("version_name", plan), {"version": "1", "name": ""})
    assert titles_on(client, plan) == ["Version 1"]
    assert plan.versions.get().records.count() == 1


def test_a_saved_version_is_renamed_and_keeps_a_name(plan, kept, bob):
    client = signed_in(bob)
    values = {"version": "saved-1", "name": "After all"}
    client.post(url_of("version_name", plan), values)
    assert titles_on(client, plan) == ["“After all”"]
    answer = client.post(url_of("version_name", plan), values | {"name": " "})
    assert answer.status_code == 422
    assert titles_on(client, plan) == ["“After all”"]


def test_a_version_is_compared_and_restored_from_there_after_a_look(plan, kept, bob):
    client = signed_in(bob)
    page = soup(client.get(url_of("compare", plan)))
    assert "Map of tides" in page.select_one(".changes").get_text()
    (link,) = page.select(f'a[href^="{url_of("version_restore", plan)}"]')
    page = soup(client.get(link["href"]))
    assert "No sign-off becomes stale" in page.get_text()
    assert "Map of tides" in page.select_one(".changes").get_text()
    form = page.select_one("main form")
    fields = {
        each["name"]: each["value"] for each in form.select("input[name=version]")
    }
    answer = client.post(form["action"], fields)
    assert answer["Location"] == plan.get_absolute_url()
    assert make.text_of(plan) == kept.markdown
    assert "restored the whole text of “Before the workshop”" in words_of(
        client.get(url_of("history", plan))
    )
    client.post(url_of("undo", plan))
    assert "Map of tides" in make.text_of(plan)


def test_the_page_says_which_sign_offs_become_stale_and_which_count_again(
    team, alice, bob, dana
):
    plan = make.make_plan(team=team, actor=alice, text=make.FINISHED)
    save_version(plan=plan, actor=alice, name="Early")
    make.edit(plan, bob, value="Plan of tides")
    client = signed_in(bob)
    client.post(url_of("review_request", plan))
    plan = Plan.objects.get(pk=plan.pk)
    make.sign(plan, dana)
    url = url_of("version_restore", plan)
    words = words_of(client.get(url, {"version": "saved-1"}))
    assert "These sign-offs become stale: Technical Design: Dana" in words
    client.post(url, {"version": "saved-1"})
    words = words_of(client.get(url, {"version": "1"}))
    assert "No sign-off becomes stale" in words
    assert "These count again: Technical Design" in words


def test_what_is_the_same_or_not_there_is_not_restored(plan, alice, bob):
    version = save_version(plan=plan, actor=alice, name="Now")
    client = signed_in(bob)
    url = url_of("version_restore", plan)
    assert "Nothing to restore" in words_of(client.get(url, {"version": version.key}))
    assert client.post(url, {"version": version.key}).status_code == 422
    for key in ("9", "saved-9", "saved-", "x", ""):
        assert client.get(url, {"version": key}).status_code == 404
        assert client.post(url, {"version": key}).status_code == 404
        assert client.get(url_of("compare", plan, before=key or "x")).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("dana", 403), ("victor", 403), ("charlie", 404)]
)
def test_others_read_versions_at_most(request, plan, kept, who, status):
    client = signed_in(request.getfixturevalue(who))
    restore = url_of("version_restore", plan)
    assert client.get(restore, {"version": kept.key}).status_code == status
    assert client.post(restore, {"version": kept.key}).status_code == status
    values = {"version": kept.key, "name": "Mine"}
    assert client.post(url_of("version_name", plan), values).status_code == status
    assert client.post(url_of("versions", plan), values).status_code == status
    read = 404 if status == 404 else 200
    assert client.get(url_of("versions", plan)).status_code == read
    assert client.get(url_of("saved_version", plan, 1)).status_code == read
    if read == 200:
        page = soup(client.get(url_of("versions", plan)))
        assert not page.select(".version-save, .version-rename, a[href*=restore]")


def test_signed_out_and_by_another_method(client, plan, kept, alice):
    for name in ("versions", "version_name", "version_restore"):
        answer = client.post(url_of(name, plan), {"version": kept.key})
        assert "login" in answer["Location"]
        assert signed_in(alice).put(url_of(name, plan)).status_code == 405


def test_of_a_locked_plan_versions_are_saved_and_none_is_restored(plan, kept, alice):
    lock_editing(plan=plan, actor=alice)
    client = signed_in(alice)
    url = url_of("version_restore", plan)
    assert client.get(url, {"version": kept.key}).status_code == 403
    answer = client.post(url, {"version": kept.key})
    assert answer.status_code == 403 and "Alice locked this plan" in words_of(answer)
    client.post(url_of("versions", plan), {"name": "While locked"})
    assert len(titles_on(client, plan)) == 2


def test_the_list_takes_as_many_queries_for_twenty_as_for_one(
    plan, kept, alice, django_assert_num_queries
):
    client = signed_in(alice)
    client.get(url_of("versions", plan))
    for _ in range(2):
        with django_assert_num_queries(9):
            client.get(url_of("versions", plan))
        for number in range(20):
            save_version(plan=plan, actor=alice, name=f"Number {number}")
        client.get(url_of("versions", plan))
