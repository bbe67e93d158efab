"""The pages of a team's templates, and a new plan from one of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plans import document as doc
from plans.accounts.body_limits import IMPORT_VIEWS
from plans.actions.items import save_item
from plans.actions.plans import Start, create_from_template
from plans.actions.templates import (
    add_template,
    add_template_version,
    choose_default_template,
    let_editors_change_templates,
)
from plans.live.updates import load_update_after
from plans.models import Plan, Template
from tests import make
from tests.document.texts import HOSTILE
from tests.views.asking import HTMX, signed_in, soup, typed_in, words_of

pytestmark = pytest.mark.once

TEXT = """\
# Implementation Plan: [FEATURE]

<!-- Keep it short. -->

## Context

- **Storage**: [e.g., files]
- **Priority**: [P0 | P1 | P2]

## Checks

- [ ] Reviewed

| Metric | Target |
|---|---|
| [Name] | [X] ms |

Is this [NEEDS CLARIFICATION: why?]
"""


def address(name, team, *args):
    return reverse(f"plans:{name}", args=[team.slug, *args])


@pytest.fixture
def version(team, alice):
    return add_template(
        team=team, actor=alice, name="Service plan", markdown=TEXT, note="First"
    )


def test_an_owner_pastes_a_template_and_sees_the_form(team, alice):
    client = signed_in(alice)
    new = address("template_new", team)
    look = client.post(
        address("template_look", team),
        {"markdown": TEXT.replace("\n", "\r\n")},
        headers=HTMX,
    )
    words = words_of(look)
    assert "2 sections" not in words and "3 sections" in words
    assert "Keep it short." in words
    shown = soup(look)
    assert [li.text for li in shown.select(".look-choices li")] == ["P0", "P1", "P2"]
    assert [one.text for one in shown.select("th")] == ["Metric", "Target"]
    assert not Template.objects.exists()
    answer = client.post(new, {"name": "Service plan", "markdown": TEXT, "look": "1"})
    assert soup(answer).select("#template-look .look-heading")
    assert TEXT.strip() in typed_in(answer)[0].replace("\r\n", "\n")
    answer = client.post(new, {"name": "Service plan", "markdown": TEXT, "note": "A"})
    row = Template.objects.get()
    assert answer["Location"] == address("template", team, row.pk)
    assert row.newest().markdown == TEXT
    page = client.get(answer["Location"])
    assert "Service plan" in words_of(page)
    download = client.get(address("template_download", team, row.pk, 1))
    assert download.content.decode() == TEXT
    assert 'filename="plan-template.md"' in download["Content-Disposition"]


def test_a_file_is_kept_byte_for_byte(team, alice):
    data = ("\ufeff" + TEXT).replace("\n", "\r\n").encode()
    file = SimpleUploadedFile("plan-template.md", data)
    new = address("template_new", team)
    signed_in(alice).post(new, {"name": "Of the project", "file": file})
    row = Template.objects.get()
    assert row.newest().markdown.encode() == data
    # Edited in the browser, which knows neither, it keeps its line ends and its mark.
    edit = address("template_edit", team, row.pk)
    typed = data.decode().removeprefix("\ufeff") + "More.\r\n"
    signed_in(alice).post(edit, {"markdown": typed, "seen": "1"})
    assert row.newest().markdown.encode() == data + b"More.\r\n"


def test_a_new_version_says_what_is_new(team, alice, version):
    client = signed_in(alice)
    row = version.template
    edit = address("template_edit", team, row.pk)
    assert TEXT.strip() in typed_in(client.get(edit))[0]
    newer = TEXT.replace("**Storage**", "**Database**")
    answer = client.post(edit, {"markdown": newer, "note": "Name it", "seen": "1"})
    page = client.get(answer["Location"])
    assert "What changed since version 1" in words_of(page)
    assert "Database" in words_of(page) and "Name it" in words_of(page)
    older = client.get(answer["Location"] + "?version=1")
    assert "This is an older version." in words_of(older)
    answer = client.post(edit, {"markdown": TEXT + "x", "seen": "1"})
    assert answer.status_code == 409
    assert TEXT + "x" in typed_in(answer)[0]
    assert "your text becomes the version after it" in words_of(answer)
    assert soup(answer).select_one("[name=seen]")["value"] == "2"
    client.post(edit, {"markdown": TEXT + "x", "seen": "2"})
    assert row.newest().number == 3
    for number in ("4", "0", "-1", "x", "9" * 30):
        answer = client.get(address("template", team, row.pk) + f"?version={number}")
        assert answer.status_code == 404


def test_an_editor_reads_until_owners_let_them_change(team, alice, bob, version):
    client = signed_in(bob)
    row = version.template
    edit = address("template_edit", team, row.pk)
    assert not soup(client.get(address("templates", team))).select("a.button-primary")
    assert client.get(edit).status_code == 403
    data = {"markdown": "# B\n", "seen": "1"}
    assert client.post(edit, data).status_code == 403
    let_editors_change_templates(team=team, actor=alice, allowed=True)
    assert client.get(edit).status_code == 200
    assert client.post(edit, data).status_code == 302


def test_templates_of_others_are_not_there(team, alice, charlie, version):
    make.make_member(charlie, make.make_team("Lighthouse"), "owner")
    for name in ("templates", "template_new"):
        assert signed_in(charlie).get(address(name, team)).status_code == 404
    other = charlie.teams.get(name="Lighthouse")
    url = address("template", other, version.template_id)
    assert signed_in(charlie).get(url).status_code == 404
    data = {"feature": "Tides", "start_from": version.template_id}
    assert signed_in(charlie).post(reverse("plans:plan_new"), data).status_code == 422


def test_a_plan_starts_from_the_default_of_its_team(team, alice, bob, version):
    client, new = signed_in(bob), reverse("plans:plan_new")
    page = soup(client.get(new))
    options = [option.text for option in page.select("[name=start_from] option")]
    assert options == ["Built-in template (default)", "Service plan"]
    choose_default_template(team=team, actor=alice, template=version.template)
    page = soup(client.get(new))
    options = [option.text for option in page.select("[name=start_from] option")]
    assert options == ["Service plan (default)", "Built-in template"]
    assert page.select("#template-look .look-heading")[1].text == "Context"
    client.post(new, {"feature": "Tides", "start_from": ""})
    plan = Plan.objects.get(title="Tides")
    assert plan.template_version == version
    assert make.text_of(plan).startswith("# Implementation Plan: Tides\n")
    client.post(new, {"feature": "Ebb", "start_from": "built-in"})
    assert Plan.objects.get(title="Ebb").template_version is None
    look = reverse("plans:plan_new_look")
    shown = soup(client.post(look, {"start_from": "built-in"}))
    assert "1. OBJECTIVE" in [one.text for one in shown.select(".look-heading")]


def test_who_is_in_several_teams_cannot_mix_their_templates(team, alice, version):
    other = make.make_team("Lighthouse")
    make.make_member(alice, other, "owner")
    client, new = signed_in(alice), reverse("plans:plan_new")
    chosen = client.get(f"{new}?template={version.template_id}")
    assert [o["value"] for o in soup(chosen).select("option[selected]")] == [
        team.slug,
        f"{version.template_id}",
    ]
    data = {"feature": "Tides", "start_from": version.template_id, "team": other.slug}
    answer = client.post(new, data)
    assert answer.status_code == 422
    assert "This is a template of Harbour" in words_of(answer)
    client.post(new, data | {"team": team.slug})
    assert Plan.objects.get().template_version == version


def test_the_list_makes_as_many_queries_for_two_as_for_ten(
    team, alice, version, django_assert_num_queries
):
    client = signed_in(alice)
    add_template(team=team, actor=alice, name="Other", markdown=TEXT)
    url = address("templates", team)
    client.get(url)
    with django_assert_num_queries(3):
        client.get(url)
    for number in range(8):
        row = add_template(
            team=team, actor=alice, name=f"T{number}", markdown=TEXT
        ).template
        for n in range(3):
            add_template_version(template=row, actor=alice, markdown=f"# {n}\n")
    with django_assert_num_queries(3):
        client.get(url)
    url = address("template", team, row.pk)
    with django_assert_num_queries(7):
        client.get(url)
    for n in range(9):
        add_template_version(template=row, actor=alice, markdown=f"# Again {n}\n")
    with django_assert_num_queries(7):
        client.get(url)


@pytest.mark.parametrize("name", HOSTILE[::6])
def test_hostile_names_and_texts_are_shown_as_they_are(team, alice, name):
    client = signed_in(alice)
    text = f"# {name}\n\n- **{name}**: [{name}]\n\n| {name} |\n|---|\n| [{name}] |\n"
    data = {"name": name, "markdown": text, "note": name, "hints": name}
    answer = client.post(address("template_new", team), data)
    assert answer.status_code in (302, 422)
    client.post(address("template_look", team), data)
    if answer.status_code == 302:
        assert client.get(answer["Location"]).status_code == 200
        assert client.get(address("templates", team)).status_code == 200


def test_the_look_has_the_guidance_and_says_what_has_no_place(team, alice):
    data = {"markdown": TEXT, "hints": "## Context\n\nAsk.\n\n## Contest\n\nAsk.\n"}
    shown = signed_in(alice).post(address("template_look", team), data)
    assert len(soup(shown).select(".section-hints")) == 1
    assert not soup(shown).select(".field-hint")
    assert "no heading for this guidance, so it won’t be shown: “Contest”" in words_of(
        shown
    )


def test_the_look_has_the_guidance_of_a_field_at_the_field(team, alice):
    text = TEXT.replace("\n- **Priority**", "\n  - **Size**: [GB]\n- **Priority**")
    fields = "- **storage**: Ask *ops*.\n- **Size**: Of a year.\n- **Speed**: Fast.\n"
    data = {"markdown": text, "hints": f"## Context\n\nAsk.\n\n{fields}"}
    shown = soup(signed_in(alice).post(address("template_look", team), data))
    (section,) = shown.select(".section-hints")
    words = " ".join(section.get_text(" ").split())
    assert words == "How to fill this in Ask. Speed Fast."  # no field has this label
    at_fields = [
        (hint.find_parent("li").select_one(".look-label").text, hint.select_one("em"))
        for hint in shown.select(".look-item > .field-hint")
    ]
    assert [label for label, _ in at_fields] == ["Storage", "Size"]
    assert at_fields[0][1].text == "ops"


def test_a_large_template_can_be_uploaded():
    for name in ("template_new", "template_edit", "template_look", "plan_new_look"):
        assert f"plans:{name}" in IMPORT_VIEWS


def test_the_look_is_bounded(team, alice):
    client, url = signed_in(alice), address("template_look", team)
    shown = client.post(url, {"markdown": "# [A]\n\n" * 1_000})
    assert len(soup(shown).select(".look-heading")) == 400
    assert "600 more items." in words_of(shown)
    entries = "# A\n\n" + "- [e.g., x]\n" * 3_000
    shown = client.post(url, {"markdown": entries})
    assert "2601 more items." in words_of(shown)
    assert len(soup(shown).select(".look-item")) == 399
    words = words_of(client.post(url, {"markdown": entries * 4}))
    assert "Press Preview" in words
    for text in ("", " ", "a\0" * 9, "x" * 30_000):
        assert client.post(url, {"markdown": text}).status_code == 200


def test_the_built_in_template_and_others_can_be_copied(team, alice, version):
    client, new = signed_in(alice), address("template_new", team)
    page = client.get(f"{new}?from=built-in")
    assert typed_in(page)[0].strip() == doc.default_template().strip()
    page = client.get(f"{new}?template={version.template_id}")
    assert typed_in(page)[0].strip() == TEXT.strip()
    assert client.get(f"{new}?template=999").status_code == 404


# --- Made of a plan, and beside one ---


def planned(version, actor):
    return create_from_template(
        team=version.template.team, actor=actor, start=Start("Tides"), version=version
    )


def test_a_plan_can_be_saved_as_a_template(team, alice, bob, version):
    plan = planned(version, bob)
    make.edit(plan, bob, label="Storage", value="Files in a safe")
    menu = signed_in(alice).get(reverse("plans:plan_menu", args=[plan.slug]))
    (link,) = [a for a in soup(menu).select("a") if "Save as template" in a.text]
    page = signed_in(alice).get(link["href"])
    words = words_of(page)
    assert "Emptied for the template 1" in words and "Files in a safe" in words
    assert typed_in(page)[0].strip() == TEXT.strip()
    assert Template.objects.count() == 1
    menu = signed_in(bob).get(reverse("plans:plan_menu", args=[plan.slug]))
    assert "Save as template" not in words_of(menu)
    assert signed_in(bob).get(link["href"]).status_code == 403


def test_a_plan_of_others_is_no_template_of_ours(team, alice, charlie):
    plan = make.make_plan(team=charlie.teams.get(), actor=charlie)
    new = address("template_new", team)
    assert signed_in(alice).get(f"{new}?plan={plan.slug}").status_code == 404


HINTS = "## context\n\nSay *where*.\n\n- **Storage**: <script>x</script>What fits.\n"


def test_guidance_is_beside_the_form_and_in_no_file(team, alice, bob, victor, version):
    version = add_template_version(
        template=version.template, actor=alice, markdown=TEXT, hints=HINTS
    )
    plan = planned(version, bob)
    storage = make.find(plan, label="Storage")
    for reader in (bob, victor):
        page = soup(signed_in(reader).get(plan.get_absolute_url()))
        (hints,) = page.select(".section-hints")
        assert hints.find_parent("section").h2.text == "Context"
        words = " ".join(hints.get_text(" ").split())
        assert words == "How to fill this in Say where ."
        # Of a field, at that field: what has no place stays with the section.
        (hint,) = page.select(".field-hint")
        field = hint.find_parent(class_="node")
        assert field.select_one(".item")["id"] == f"item-{storage.pk}"
        assert "How to fill this in : Storage" in hint.get_text(" ")
        assert hints.select("em") and not page.select(".guidance script")
        origin = page.select_one(".template-origin")
        assert "Service plan , version 2" in " ".join(origin.get_text(" ").split())
    assert "Say" not in make.text_of(plan)
    make.edit(plan, bob, label="Storage", value="Files")
    assert "What fits" not in make.text_of(plan)


def test_guidance_follows_a_label_that_is_renamed(team, alice, bob, version):
    """On open pages, too: they load themselves again where it moves, and only there."""
    version = add_template_version(
        template=version.template, actor=alice, markdown=TEXT, hints=HINTS
    )
    plan = planned(version, bob)
    client = signed_in(bob)
    for label, renamed, moves, places in (
        ("Storage", "Where files are", True, 0),
        ("Priority", "Urgency", False, 0),
        ("Where files are", "STORAGE", True, 1),
    ):
        before = Plan.objects.get(pk=plan.pk).change_number
        item = make.find(plan, label=label)
        names = {"label": renamed}
        save_item(plan=plan, item=item, actor=bob, values=names, seen=None)
        update = load_update_after(Plan.objects.get(pk=plan.pk), before, [True])
        assert update.needs_reload == moves
        body = soup(client.get(reverse("plans:body", args=[plan.slug]), headers=HTMX))
        assert len(body.select(".field-hint")) == places
        assert "What fits." in words_of(client.get(plan.get_absolute_url()))


def test_the_plan_s_page_asks_no_more_for_a_longer_template(
    team, alice, bob, version, django_assert_num_queries
):
    client = signed_in(bob)
    plan = planned(version, bob)
    client.get(plan.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        client.get(plan.get_absolute_url())
        few = len(queries)
    hints = "".join(f"## H{n}\n\nText {n}\n\n" for n in range(30))
    text = TEXT + "".join(f"## H{n}\n\n[blank]\n\n" for n in range(30))
    longer = add_template_version(
        template=version.template, actor=alice, markdown=text, hints=hints
    )
    plan = planned(longer, bob)
    client.get(plan.get_absolute_url())
    with django_assert_num_queries(few):
        client.get(plan.get_absolute_url())
