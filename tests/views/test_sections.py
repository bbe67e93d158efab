"""The outline: sections, phases and blocks."""

import pytest

from plans.models import Block, Section
from tests import make
from tests.kept import kept_plan, small_plan
from tests.pages import OpenPage
from tests.views.asking import (
    HTMX,
    is_fragment,
    signed_in,
    soup,
    url_of,
    words_of,
)

team, plan = kept_plan(small_plan)

pytestmark = pytest.mark.once


def headings_of(plan) -> list[str]:
    lines = make.text_of(plan).splitlines()
    return [line.lstrip("# ") for line in lines if line.startswith("#")]


def changed(user, plan, name, *args, **values):
    """A change by htmx, after which the page shows what a reload shows."""
    client = signed_in(user)
    page = OpenPage(client.get(url_of("plan", plan)).content.decode())
    answer = client.post(url_of(name, plan, *args), values, headers=HTMX)
    assert answer.status_code == 200, words_of(answer)
    page.apply(answer.content.decode())
    # Pictures come with the side panels, from the feed or when the page asks.
    page.apply(client.get(url_of("side", plan), headers=HTMX).content.decode())
    reloaded = OpenPage(client.get(url_of("plan", plan)).content.decode())
    assert page.lines() == reloaded.lines()
    return answer


def section(plan, heading) -> Section:
    return make.section_of(plan, heading)


def test_a_section_is_renamed_and_only_its_line_changes(plan, bob):
    before = make.text_of(plan)
    risks = section(plan, "7. RISKS & MITIGATIONS")
    answer = changed(
        bob, plan, "section_rename", risks.pk, heading="7. DANGERS", seen=0
    )
    assert f'"id": "section-{risks.pk}"' in answer["HX-Trigger"]
    expected = before.replace("7. RISKS & MITIGATIONS", "7. DANGERS")
    assert make.text_of(plan) == expected


def test_renaming_the_first_heading_renames_the_plan_and_undo_brings_it_back(plan, bob):
    title = section(plan, "Implementation Plan: Tide tables")
    client = signed_in(bob)
    url = url_of("section_rename", plan, title.pk)
    client.post(url, {"heading": "Implementation Plan: Currents"})
    for title in ("Currents", "Tide tables"):
        page = soup(client.get(url_of("plan_list")))
        assert page.select_one(".plan-row-title").get_text() == title
        client.post(url_of("undo", plan))


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("heading", ["", "   ", "\n"])
@pytest.mark.parametrize("name", ["section_rename", "section_add"])
def test_a_section_needs_a_heading(plan, bob, name, heading, headers):
    before = make.text_of(plan)
    risks = section(plan, "7. RISKS & MITIGATIONS")
    answer = signed_in(bob).post(
        url_of(name, plan, risks.pk), {"heading": heading}, headers=headers
    )
    assert answer.status_code == 422
    assert "heading" in words_of(answer)
    assert is_fragment(answer) is bool(headers)
    assert make.text_of(plan) == before


def test_a_heading_cannot_change_the_structure_around_it(plan, bob):
    risks = section(plan, "7. RISKS & MITIGATIONS")
    changed(bob, plan, "section_rename", risks.pk, heading="Risks\n# More\n- [ ] x #")
    headings = headings_of(plan)
    assert len(headings) == len(headings_of(make.make_plan(team=plan.team)))
    assert soup(signed_in(bob).get(url_of("plan", plan))).find(id=f"section-{risks.pk}")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_who_renames_second_is_told_and_keeps_the_words(plan, alice, bob, headers):
    risks = section(plan, "7. RISKS & MITIGATIONS")
    url = url_of("section_rename", plan, risks.pk)
    signed_in(alice).post(url, {"heading": "Theirs", "seen": 0})
    answer = signed_in(bob).post(url, {"heading": "Mine", "seen": 0}, headers=headers)
    assert answer.status_code == 409
    assert "Alice changed this" in words_of(answer)
    assert "Theirs" in words_of(answer)
    if not headers:  # with htmx the form is still there, as it was
        assert "Mine" in words_of(answer)
    assert "Theirs" in headings_of(plan)


def test_a_new_section_comes_after_the_one_it_was_asked_at(plan, bob):
    metrics = section(plan, "6. SUCCESS METRICS")
    changed(bob, plan, "section_add", metrics.pk, heading="Costs", kind="risks")
    headings = headings_of(plan)
    at = headings.index("Costs")
    assert headings[at - 1 : at + 2] == [
        "6. SUCCESS METRICS",
        "Costs",
        "7. RISKS & MITIGATIONS",
    ]
    new = section(plan, "Costs")
    assert Block.objects.get(section=new).kind == "risks"


def test_what_was_typed_for_a_new_section_is_kept_when_it_is_refused(plan, bob):
    metrics = section(plan, "6. SUCCESS METRICS")
    answer = signed_in(bob).post(
        url_of("section_add", plan, metrics.pk), {"heading": "Costs", "kind": "nothing"}
    )
    assert answer.status_code == 422
    assert "Choose what to add from the list" in words_of(answer)
    assert "Costs" in words_of(answer)


@pytest.mark.parametrize("kind", ["nothing", "guidance", "front_matter"])
@pytest.mark.parametrize("name", ["section_add", "block_add"])
def test_what_cannot_be_added_is_refused(plan, bob, name, kind):
    metrics = section(plan, "6. SUCCESS METRICS")
    before = make.text_of(plan)
    answer = signed_in(bob).post(
        url_of(name, plan, metrics.pk), {"heading": "Costs", "kind": kind}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "from the list" in words_of(answer)
    assert make.text_of(plan) == before


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_a_section_s_forms_are_the_same_in_the_dialog_and_alone(plan, bob, headers):
    metrics = section(plan, "6. SUCCESS METRICS")
    client = signed_in(bob)
    answer = client.get(url_of("section", plan, metrics.pk), headers=headers)
    assert answer.status_code == 200
    menu = soup(answer).select_one(".section-menu")
    assert menu.select_one("[name=heading]")["value"] == "6. SUCCESS METRICS"
    names = ["rename", "assign", "move", "move", "duplicate", "remove", "add"]
    posted = {url_of(f"section_{name}", plan, metrics.pk) for name in names}
    posted.add(url_of("block_add", plan, metrics.pk))
    assert {form["action"] for form in menu("form")} == posted
    assert {form["hx-post"] for form in menu("form")} == posted
    assert (soup(answer).select_one("h1") is None) == bool(headers)


def test_a_section_s_forms_are_for_those_who_may_edit(plan, victor, charlie, client):
    address = url_of("section", plan, section(plan, "6. SUCCESS METRICS").pk)
    assert signed_in(victor).get(address).status_code == 403
    assert signed_in(charlie).get(address).status_code == 404
    assert client.get(address).status_code == 302
    assert client.get(address, headers=HTMX).status_code == 401
    elsewhere = section(make.make_plan(team=charlie.memberships.get().team), "Summary")
    member = signed_in(plan.created_by)
    assert member.get(url_of("section", plan, elsewhere.pk)).status_code == 404
    assert member.post(address).status_code == 405


def offered(plan, user) -> list[str]:
    metrics = section(plan, "6. SUCCESS METRICS")
    page = soup(signed_in(user).get(url_of("section", plan, metrics.pk)))
    return [option["value"] for option in page.select("[name=kind]")[0]("option")]


@pytest.mark.slow
def test_everything_that_is_offered_can_be_added_and_removed(plan, bob):
    metrics = section(plan, "6. SUCCESS METRICS")
    kinds = offered(plan, bob)
    assert len(kinds) == 9
    for kind in kinds:
        before = make.text_of(plan)
        answer = changed(bob, plan, "block_add", metrics.pk, kind=kind)
        block = Block.objects.latest("pk")
        assert (block.section_id, block.kind) == (metrics.pk, kind)
        assert f'"id": "block-{block.pk}"' in answer["HX-Trigger"]
        answer = changed(bob, plan, "block_remove", block.pk)
        assert "Removed." in words_of(answer)
        assert make.text_of(plan) == before, kind


@pytest.mark.slow
def test_sections_move_past_their_neighbours_with_all_that_is_below(plan, bob):
    phase = section(plan, "Phase 0: Research")
    changed(bob, plan, "section_move", phase.pk, direction="down")
    headings = headings_of(plan)
    assert headings.index("Phase 0: Build") < headings.index("Phase 1: Research")
    changed(bob, plan, "section_move", phase.pk, direction="up")
    assert make.text_of(plan) == make.SMALL
    phases = section(plan, "4. IMPLEMENTATION PHASES")
    changed(bob, plan, "section_move", phases.pk, direction="down")
    headings = headings_of(plan)
    assert headings.index("6. SUCCESS METRICS") < headings.index(
        "4. IMPLEMENTATION PHASES"
    )
    assert sorted(headings) == sorted(
        line.lstrip("# ") for line in make.SMALL.splitlines() if line.startswith("#")
    )


def test_a_section_at_the_end_stays_where_it_is(plan, bob):
    phase = section(plan, "Phase 0: Research")
    changed(bob, plan, "section_move", phase.pk, direction="up")
    assert make.text_of(plan) == make.SMALL


def test_a_removed_section_takes_its_subsections_and_undo_brings_all_back(plan, bob):
    phases = section(plan, "4. IMPLEMENTATION PHASES")
    answer = changed(bob, plan, "section_remove", phases.pk)
    assert "Removed “4. IMPLEMENTATION PHASES”." in words_of(answer)
    assert soup(answer).select_one(".toast form")["action"] == url_of("undo", plan)
    assert "Phase 0: Research" not in headings_of(plan)
    client = signed_in(bob)
    url = url_of("section_remove", plan, phases.pk)
    assert client.post(url).status_code == 404
    client.post(url_of("undo", plan))
    assert make.text_of(plan) == make.SMALL


def test_without_javascript_a_removal_says_so(plan, bob):
    client = signed_in(bob)
    url = url_of("section_remove", plan, section(plan, "Summary").pk)
    assert "Removed “Summary”." in words_of(client.post(url, follow=True))
    block = make.find(plan, cell="R-001").block
    url = url_of("block_remove", plan, block.pk)
    assert "Removed." in words_of(client.post(url, follow=True))


def test_the_next_phase_is_like_the_last_one_and_blank(plan, bob):
    answer = changed(bob, plan, "phase_add")
    new = Section.objects.latest("pk")
    assert new.heading == "Phase 2: New phase"
    assert f'"id": "heading-{new.pk}"' in answer["HX-Trigger"]
    text = make.text_of(plan)
    written = text.partition("### Phase 2: New phase\n")[2].partition("\n## ")[0]
    for label in ("Goal", "Deliverables", "Owner"):
        assert f"- **{label}**:" in written
    assert "The page" not in written
    assert "A page for each harbour" not in written


def test_a_plan_without_phases_says_how_to_begin(team, alice, bob):
    plan = make.make_plan(team=team, actor=alice, text="# Plan: None\n\n## Part\n")
    answer = signed_in(bob).post(url_of("phase_add", plan), headers=HTMX)
    assert answer.status_code == 422
    assert "Add a section “Phase 0: …” first" in words_of(answer)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_an_empty_plan_can_be_written_from_nothing(team, alice, bob, headers):
    plan = make.make_plan(team=team, actor=alice, text="# Plan: New\n")
    client = signed_in(bob)
    first = section(plan, "Plan: New")
    assert client.get(url_of("plan", plan)).status_code == 200
    for kind in ("passage", "checklist", "fields", "table", "risks", "code"):
        url = url_of("block_add", plan, first.pk)
        answer = client.post(url, {"kind": kind}, headers=headers)
        assert answer.status_code in (200, 302)
        block = Block.objects.latest("pk")
        added = client.post(url_of("item_add", plan, block.pk), headers=headers)
        expected = (422,) if kind in ("passage", "code") else (200, 302)
        assert added.status_code in expected
    for page in ("plan", "preview", "review"):
        assert client.get(url_of(page, plan)).status_code == 200


def test_the_outline_takes_as_many_queries_in_a_large_plan(
    team, alice, django_assert_num_queries
):
    counts = []
    for size in (10, 200):
        parts = "".join(f"## Part {n}\n\n- **A**: b\n\n" for n in range(size))
        text = "# Plan: Parts\n\n" + parts
        plan = make.make_plan(team=team, actor=alice, text=text)
        client = signed_in(alice)
        url = url_of("section_rename", plan, section(plan, "Part 3").pk)
        with django_assert_num_queries(14) as captured:
            client.post(url, {"heading": "Other"}, headers=HTMX)
        counts.append(len(captured))
    assert counts[0] == counts[1]


HINTED = "# Plan: Tides\n\n## Summary\n\n<!-- Say what it is. -->\n\n## Goals\n\n- a\n"


def test_a_section_that_holds_only_a_hint_has_an_input(team, alice, bob):
    plan = make.make_plan(team=team, actor=alice, text=HINTED)
    client = signed_in(bob)
    summary = section(plan, "Summary")
    page = soup(client.get(url_of("plan", plan)))
    (form,) = page.select("form.section-start")
    assert form.select_one("textarea")["placeholder"] == "Say what it is."
    assert form["action"] == url_of("block_add", plan, summary.pk)
    changed(bob, plan, "block_add", summary.pk, kind="passage", text="It ebbs.\n# No")
    assert make.text_of(plan) == HINTED.replace(
        "\n## Goals", "\nIt ebbs.\n\\# No\n\n## Goals"
    )
    assert not soup(client.get(url_of("plan", plan))).select("form.section-start")


def test_the_input_goes_when_the_section_gets_a_subsection(team, alice, bob):
    plan = make.make_plan(team=team, actor=alice, text=HINTED.replace("## G", "### G"))
    page = soup(signed_in(bob).get(url_of("plan", plan)))
    assert not page.select("form.section-start")
    goals = section(plan, "Goals")
    changed(bob, plan, "section_remove", goals.pk)
    page = soup(signed_in(bob).get(url_of("plan", plan)))
    assert len(page.select("form.section-start")) == 1


def test_what_becomes_of_comments_is_said_before_finishing(team, alice, bob):
    text = HINTED.replace(
        "- a", "<!-- ACTION REQUIRED: b -->\n\n- a\n\n<!-- ANCHOR:c -->"
    )
    plan = make.make_plan(team=team, actor=alice, text=text)
    page = soup(signed_in(bob).get(url_of("plan", plan)))
    words = " ".join(page.select_one("#panel-problems").get_text().split())
    assert "omits 1 template comment" in words
    assert "keeps 1 remark and 1 tool marker" in words
    summaries = [each.get_text() for each in page.select("details.guidance summary")]
    assert summaries == ["Remark", "Guidance", "Tool marker"]


@pytest.mark.slow
def test_an_owner_says_on_the_page_where_sign_offs_stand(team, alice, bob):
    olive = make.owner_of(team)
    plan = make.make_plan(team=team, actor=olive, text=make.SMALL)
    approvals = section(plan, "Approvals")
    menu = signed_in(olive).get(url_of("section", plan, approvals.pk))
    assert "The fields in this section ask for sign-offs." in words_of(menu)
    assert "Sign-offs" not in words_of(
        signed_in(bob).get(url_of("section", plan, approvals.pk))
    )
    changed(olive, plan, "section_signing", approvals.pk, signs="no")
    assert make.find(plan, label="Technical Design").field.value == "Dana"
    changed(olive, plan, "section_signing", approvals.pk, signs="yes")
    assert make.slot_of(plan).name == "Dana"
    answer = signed_in(bob).post(
        url_of("section_signing", plan, approvals.pk), {"signs": "no"}, headers=HTMX
    )
    assert answer.status_code == 403


def test_a_part_is_added_behind_another_and_at_the_start(plan, bob):
    gates = section(plan, "Definition of Ready (DoR)")
    checks, violations = Block.objects.filter(section=gates)
    for behind in ("start", str(checks.pk)):
        changed(bob, plan, "block_add", gates.pk, kind="passage", behind=behind)
    order = list(Block.objects.filter(section=gates).values_list("kind", flat=True))
    assert order == ["passage", "checklist", "passage", "violations"]


def test_a_part_is_not_added_in_another_section(plan, bob):
    gates = section(plan, "Definition of Ready (DoR)")
    other = Block.objects.filter(section=section(plan, "Summary")).get()
    answer = signed_in(bob).post(
        url_of("block_add", plan, gates.pk), {"kind": "list", "behind": other.pk}
    )
    assert answer.status_code == 422
    assert "Choose another place" in words_of(answer)


def test_a_phase_between_others_has_its_number_and_the_focus(plan, bob):
    first = section(plan, "Phase 0: Research")
    answer = changed(bob, plan, "phase_add", after=first.pk)
    new = section(plan, "Phase 1: New phase")
    assert f'"id": "heading-{new.pk}"' in answer["HX-Trigger"]
    assert "Phase 2: Build" in headings_of(plan)


def test_a_section_is_duplicated(plan, bob):
    summary = section(plan, "Summary")
    answer = changed(bob, plan, "section_duplicate", summary.pk)
    new = section(plan, "Summary (copy)")
    assert f'"id": "heading-{new.pk}"' in answer["HX-Trigger"]
    assert make.text_of(plan).count("Show the tides of a harbour.") == 2


def test_without_scripts_a_section_page_adds_where_its_link_came_from(plan, bob):
    client = signed_in(bob)
    page = soup(client.get(url_of("plan", plan)))
    line = page.select_one('[aria-label="Add below this text"]')
    form_page = soup(client.get(url_of("plan", plan) + line["href"]))
    form = form_page.select_one('form[action$="/block/"]')
    summary = section(plan, "Summary")
    values = {"kind": "list", "behind": form.select_one("[name=behind]")["value"]}
    answer = client.post(url_of("block_add", plan, summary.pk), values)
    block = Block.objects.get(section=summary, kind="list")
    assert answer["Location"].endswith(f"#block-{block.pk}")


def test_an_item_is_duplicated_with_and_without_scripts(plan, bob):
    risk = make.find(plan, cell="R-001")
    changed(bob, plan, "item_duplicate", risk.pk)
    answer = signed_in(bob).post(url_of("item_duplicate", plan, risk.pk))
    new = make.find(plan, cell="R-004")
    assert answer["Location"].endswith(f"#item-{new.pk}")
    lines = [line[2:7] for line in make.text_of(plan).split("\n") if "| R-" in line]
    assert lines == ["R-001", "R-004", "R-003", "R-002"]


def test_a_text_is_not_duplicated(plan, bob):
    text = Block.objects.get(section=section(plan, "Summary")).item_set.get()
    answer = signed_in(bob).post(url_of("item_duplicate", plan, text.pk), headers=HTMX)
    assert answer.status_code == 422
    assert "can be duplicated" in words_of(answer)


@pytest.mark.slow
def test_a_row_and_a_phase_are_placed_beside_others(plan, bob):
    risk, other = make.find(plan, cell="R-001"), make.find(plan, cell="R-002")
    changed(bob, plan, "item_move", risk.pk, beside=other.pk, side="after")
    phase, later = section(plan, "Phase 0: Research"), section(plan, "Phase 1: Build")
    changed(bob, plan, "section_move", later.pk, beside=phase.pk, side="before")
    text = make.text_of(plan)
    assert text.index("R-002") < text.index("R-001")
    assert text.index("Phase 0: Build") < text.index("Phase 1: Research")


def test_a_place_that_is_none_is_refused(plan, bob, victor):
    risk, check = make.find(plan, cell="R-001"), make.find(plan, label="Storage")
    url = url_of("item_move", plan, risk.pk)
    values = {"beside": check.pk, "side": "after"}
    answer = signed_in(bob).post(url, values, headers=HTMX)
    assert answer.status_code == 422
    assert "Choose another one" in words_of(answer)
    assert signed_in(victor).post(url, values).status_code == 403
    assert signed_in(bob).post(url, {"beside": "999999"}).status_code == 404
