"""New plans: from a template, and from a plan.md that exists."""

import io
import json
import time
import zipfile

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plans import document as doc
from plans.actions import teams
from plans.content.limits import MAX_ITEMS, MAX_LINES
from plans.models import Plan
from plans.page.recognised import SHOWN_ITEMS
from tests import make
from tests.views.asking import HTMX, signed_in, soup, typed_in, url_of, words_of

pytestmark = pytest.mark.once

NEW, IMPORT, STORE = (
    reverse(f"plans:{name}")
    for name in ("plan_new", "plan_import", "plan_import_store")
)


def file(content, name="plan.md"):
    data = content.encode() if isinstance(content, str) else content
    return SimpleUploadedFile(name, data, content_type="text/markdown")


@pytest.mark.parametrize("url", [NEW, IMPORT])
def test_the_form_is_for_people_who_are_signed_in(client, url):
    assert client.get(url)["Location"] == f"{reverse('account_login')}?next={url}"
    assert client.post(url)["Location"].startswith(reverse("account_login"))
    assert client.get(url, headers=HTMX).status_code == 401


def test_storing_is_no_link(client, alice):
    assert client.get(STORE).status_code == 405
    assert client.post(STORE, {"packed": "x"}).status_code == 302
    assert signed_in(alice).put(NEW).status_code == 405


# --- From a template ---


def test_a_plan_from_the_built_in_template(alice, team):
    client = signed_in(alice)
    assert client.get(NEW).status_code == 200
    answer = client.post(
        NEW,
        {
            "feature": "Tide tables",
            "branch": "012-tide-tables",
            "area": "harbour",
            "date": "2026-05-01",
        },
    )
    plan = Plan.objects.get()
    assert answer["Location"] == plan.get_absolute_url()
    assert (plan.team, plan.created_by) == (team, alice)
    text = make.text_of(plan)
    assert "Tide tables" in text.splitlines()[0]
    for answer in ("012-tide-tables", "harbour", "2026-05-01"):
        assert answer in text
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert [h.split(".")[0] for h in headings] == [f"## {n}" for n in range(1, 11)]
    assert client.get(plan.get_absolute_url()).status_code == 200


def test_a_plan_without_a_name_is_refused_and_nothing_typed_is_lost(alice):
    for feature in ("", "   ", "\x00", "x" * 201):
        answer = signed_in(alice).post(
            NEW, {"feature": feature, "branch": "012-tides", "date": "never"}
        )
        assert answer.status_code == 422
        assert "012-tides" in typed_in(answer)
        assert soup(answer).select(".form-error")
    assert not Plan.objects.exists()


def test_a_name_of_nothing_that_shows_is_refused_on_the_form(alice):
    answer = signed_in(alice).post(NEW, {"feature": "\u200b\x07", "branch": "012"})
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert "012" in typed_in(answer)


TEMPLATE = """\
# Plan: [FEATURE]

## Crew

- **Skipper**: [who steers]
- **Vessel**: [Dinghy | Yacht | Ferry]

Sail from [harbour of departure] at dawn. See [the chart](chart.md).

- [ ] Life jackets for [number of people]
"""


def test_a_template_of_one_s_own_brings_its_own_blanks(alice):
    client = signed_in(alice)
    client.post(NEW, {"feature": "Regatta", "template": file(TEMPLATE)})
    plan = Plan.objects.get()
    assert plan.title == "Regatta"
    page = soup(client.get(plan.get_absolute_url()))
    bar = page.select_one("#plan-progress progress")
    assert (bar["value"], bar["max"]) == ("0", "4")
    vessel = make.find(plan, label="Vessel")
    value = page.find(id=f"item-{vessel.pk}-value-view")
    assert value["data-control"] == "choice"
    assert json.loads(value["data-choices"]) == ["Dinghy", "Yacht", "Ferry"]
    own = soup(client.get(url_of("item", plan, vessel.pk)))
    options = own.select("#editor option")
    assert [o["value"] for o in options] == ["", "Dinghy", "Yacht", "Ferry"]
    problems = page.find(id="panel-problems").get_text(" ")
    for hint in ("harbour of departure", "number of people"):
        assert hint in problems
    refused = client.get(url_of("download", plan, form="finished"))
    assert refused.status_code == 409
    for words in ("Sail from Hull at dawn. See [the chart](chart.md).",):
        item = next(
            i
            for i in make.storage.load(plan).items.values()
            if i.kind == "passage" and "harbour" in i.text
        )
        client.post(url_of("item", plan, item.pk), {"text": words})
    check = make.find(plan, text="Life jackets for [number of people]")
    for item, values in (
        (make.find(plan, label="Skipper"), {"value": "Alice"}),
        (vessel, {"value": "Yacht"}),
        (check, {"text": "Life jackets for six", "has-done": "1", "done": "on"}),
    ):
        client.post(url_of("item", plan, item.pk), values)
    page = soup(client.get(plan.get_absolute_url()))
    assert page.find(id="plan-progress").get_text(strip=True) == "Complete"
    finished = client.get(url_of("download", plan, form="finished"))
    assert finished.status_code == 200
    assert "[the chart](chart.md)" in finished.content.decode()


def test_another_s_brackets_are_no_blanks_in_an_imported_plan(alice, team):
    text = "# Plan\n\nUse Optional[str] and [the chart](chart.md) [P].\n"
    plan = make.make_plan(team=team, actor=alice, text=text)
    finished = signed_in(alice).get(url_of("download", plan, form="finished"))
    assert finished.status_code == 200


def test_a_person_without_a_team_gets_one(db):
    erin = make.make_user("erin")
    signed_in(erin).post(NEW, {"feature": "Tides"})
    assert Plan.objects.get().team.memberships.get().user == erin


def test_a_reader_makes_plans_in_a_team_of_their_own(dana, team):
    signed_in(dana).post(NEW, {"feature": "Tides"})
    assert Plan.objects.get().team != team


# --- From a file ---


def look(client, content=None, name="plan.md", **data):
    if content is not None:
        data["file"] = file(content, name)
    return client.post(IMPORT, data)


def packed_in(answer) -> str:
    return soup(answer).select_one("[name=packed]")["value"]


def test_what_was_recognised_is_shown_before_it_is_stored(alice):
    answer = look(signed_in(alice), make.SMALL)
    assert answer.status_code == 200
    page = soup(answer)
    legend = [" ".join(each.get_text().split()) for each in page.select("aside li")]
    for count in ("Phases 2", "Risks 2", "Dependencies 2", "Approvals 2", "Checks 2"):
        assert count in legend
    plan = page.select_one(".recognised-plan")
    [phase] = plan.select(".section:has(> header:-soup-contains('Phase 0: Research'))")
    assert phase.select_one(".section-heading .mark").get_text(strip=True) == "Phase"
    assert [label.get_text() for label in phase.select(".field-label")] == [
        "Goal",
        "Deliverables",
        "Owner",
    ]
    assert (
        phase.select(".list-editor li .value")[0].get_text(strip=True) == "research.md"
    )
    [risks] = plan.select(".block:has(td:-soup-contains('R-001'))")
    assert risks.select_one(".mark-risk")
    assert [len(column.select(".mark-choice")) for column in risks.select("th")] == [
        0, 0, 1, 1, 0, 0,
    ]  # fmt: skip
    assert not plan.select("form, textarea, a.edit, [id^=item]")
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        make.SMALL,
        make.SMALL.replace("\n", "\r\n"),
        "\ufeff" + make.SMALL.rstrip("\n"),
        "only words",
        "a\0b, with a slip\n" + make.SMALL,
    ],
    ids=["plain", "CRLF", "BOM", "words", "NUL"],
)
def test_what_is_stored_is_what_was_looked_at(bob, text):
    client = signed_in(bob)
    answer = client.post(STORE, {"packed": packed_in(look(client, text))}, follow=True)
    assert "character for character" in words_of(answer)
    plan = Plan.objects.get()
    assert answer.redirect_chain == [(plan.get_absolute_url(), 302)]
    assert client.get(url_of("download", plan)).content == text.encode()


def test_a_pasted_text_has_plain_line_ends(bob):
    """Browsers send each line of a text area with CRLF, whatever was pasted."""
    client = signed_in(bob)
    answer = look(client, text=make.SMALL.replace("\n", "\r\n"))
    client.post(STORE, {"packed": packed_in(answer)})
    assert make.text_of(Plan.objects.get()) == make.SMALL


def packed_differently(packed):
    return [
        "",
        "x",
        packed[:-1],
        packed + "x",
        "A" + packed[1:],
        packed.partition(":")[0],
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") + packed,
    ]


def test_a_text_that_did_not_arrive_whole_is_not_stored(bob):
    client = signed_in(bob)
    for packed in packed_differently(packed_in(look(client, make.SMALL))):
        answer = client.post(STORE, {"packed": packed})
        assert answer.status_code == 422
        assert "upload was incomplete" in words_of(answer)
        assert soup(answer).select_one("[name=file]")
    assert not Plan.objects.exists()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("plan.md", make.SMALL)
    return packed.getvalue()


BAD = {
    "empty": (b"", "empty"),
    "white": (b" \n\t\n", "empty"),
    "only a BOM": ("\ufeff".encode(), "no text yet"),
    "binary": (bytes(range(256)) * 50, "not text"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(2_000), "not text"),
    "a zip": (zipped(), "not text"),
    "a PDF": (b"%PDF-1.7\n" + b"x" * 500, "not text"),
    "Latin-1": ("# Plan\n\nKüste\n".encode("latin-1"), "not UTF-8: line 3"),
    "UTF-16": ("# Plan\n\nKüste\n".encode("utf-16"), ""),
    "5 MB": (b"# Plan\n\n" + b"words and more \n" * 330_000, "can have up to 1 MB"),
    "too many lines": (b"x\n" * (MAX_LINES + 1), f"{MAX_LINES + 1:,} lines"),
    "20,001 lines": (b"x\n" * 20_001, "20,001 lines"),
    "too many items": (b"- x\n" * (MAX_ITEMS + 1), f"{MAX_ITEMS + 1:,}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("url", [IMPORT, NEW])
def test_a_file_that_cannot_be_a_plan_is_refused_in_a_sentence(alice, url, name):
    content, reason = BAD[name]
    field = "file" if url == IMPORT else "template"
    started = time.process_time()
    answer = signed_in(alice).post(
        url, {field: file(content), "feature": "Tide tables", "branch": "012-tides"}
    )
    assert time.process_time() - started < 4
    assert answer.status_code in (413, 422)
    errors = soup(answer).select(".form-error, .notice-error, .errorlist")
    assert len(errors) == 1
    words = errors[0].get_text(" ")
    assert reason in words
    assert words.strip().endswith((".", "!"))
    if url == NEW:
        assert {"Tide tables", "012-tides"} <= set(typed_in(answer))
    assert not Plan.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("text", ["x\n" * 20_001, "- x\n" * (MAX_ITEMS + 1)])
def test_a_pasted_text_that_is_refused_is_still_there(alice, text):
    answer = look(signed_in(alice), text=text)
    assert answer.status_code == 422
    assert text in [typed.replace("\r\n", "\n") for typed in typed_in(answer)]


@pytest.mark.parametrize(("megabytes", "status"), [(5, 422), (10, 413)])
def test_a_pasted_text_of_megabytes_is_too_much(alice, megabytes, status):
    answer = look(signed_in(alice), text="words and more \n" * 66_000 * megabytes)
    assert answer.status_code == status
    assert "1 MB" in words_of(answer)
    assert not Plan.objects.exists()


DEEP = {
    "quotes": "> " * 200 + "deep\n",
    "lists": "".join("  " * n + "- x\n" for n in range(200)),
    "brackets": "- **Deep**: " + "[" * 200 + "x" + "]" * 200 + "\n",
    "emphasis": "*" * 200 + "x" + "*" * 200 + "\n",
    "html": "<div>" * 200 + "x\n",
    "links": "[" * 200 + "x" + "](y)" * 200 + "\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_nested_deep_is_taken_in_whole(bob, name):
    text = "# Plan: Deep\n\n" + DEEP[name]
    client = signed_in(bob)
    answer = look(client, text)
    assert answer.status_code == 200
    client.post(STORE, {"packed": packed_in(answer)})
    plan = Plan.objects.get()
    for page in ("plan", "preview", "review"):
        assert client.get(url_of(page, plan)).status_code == 200
    assert client.get(url_of("download", plan)).content == text.encode()


def test_a_template_that_is_nested_deep_makes_a_plan(alice):
    for text in DEEP.values():
        answer = signed_in(alice).post(NEW, {"feature": "D", "template": file(text)})
        assert answer.status_code == 302


def test_a_plan_of_a_megabyte_is_stored_in_two_seconds(bob):
    line = "Words and more words, as many as there are in a line. " * 8 + "\n\n"
    text = "# Plan: Long\n\n" + line * 2_100
    client = signed_in(bob)
    started = time.process_time()
    answer = look(client, text)
    assert time.process_time() - started < 4
    started = time.process_time()
    client.post(STORE, {"packed": packed_in(answer)})
    assert time.process_time() - started < 4
    assert make.text_of(Plan.objects.get()) == text


def test_neither_a_file_nor_a_text_is_not_enough(alice):
    answer = look(signed_in(alice))
    assert answer.status_code == 422
    assert "There’s no text yet" in words_of(answer)


@pytest.mark.parametrize(
    "text",
    [
        "# <script>a()</script>\n\n- **<img src=x onerror=a()>**: <svg onload=a()>\n",
        "# A\n\n| <b onclick=a()> | x |\n|-|-|\n| [a](javascript:a()) | <x> |\n",
        "# A\n\n- [ ] <iframe src=//x>\n- [x] `<script>`\n\n```\n</pre><script>\n```\n",
        "---\n<script>a()</script>\n---\n# \u202eA\n\n<!-- <script>a()</script> -->\n",
    ],
)
def test_a_hostile_text_is_shown_as_text(bob, text):
    """The checking client looks for scripts and handlers, too."""
    answer = look(signed_in(bob), text)
    plan = soup(answer).select_one(".recognised-plan")
    assert not plan.select("script, iframe, svg, img, [onclick], [href^=javascript]")


@pytest.mark.slow
def test_of_a_large_text_the_beginning_is_shown_and_all_is_counted(bob):
    text = "# Many\n\n" + "".join(f"- **Field {n}**: value\n" for n in range(2_000))
    page = soup(look(signed_in(bob), text))
    assert len(page.select(".recognised-plan .field")) == SHOWN_ITEMS
    assert "Fields 2,000" in " ".join(page.select_one("aside").get_text().split())
    assert "1,400 more items" in words_of(look(signed_in(bob), text))


def test_a_plan_s_title_cannot_break_the_page(alice):
    text = '# Plan: <script>alert(1)</script> {{ x }} & "q"\n\n- <b onclick=x>\n'
    client = signed_in(alice)
    answer = client.post(IMPORT, {"file": file(text.replace("{{ x }}", ""))})
    assert answer.status_code == 200
    assert not BeautifulSoup(answer.content, "html.parser").select("h1 script")


def test_the_template_of_the_product_is_offered_as_it_is():
    assert doc.write(doc.read(doc.default_template())) == doc.default_template()


# --- Whose it is ---


@pytest.fixture
def second(alice):
    return teams.create_team(actor=alice, name="Tide watchers")


def test_who_edits_in_several_teams_chooses_one(team, second, alice):
    client = signed_in(alice)
    page = soup(client.get(url_of("plan_new")))
    assert [o["value"] for o in page.select("[name=team] option")] == [
        team.slug,
        second.slug,
    ]
    client.post(url_of("plan_new"), {"feature": "Spring tides", "team": second.slug})
    assert Plan.objects.get().team == second


def test_who_edits_in_one_team_is_not_asked(team, alice):
    assert not soup(signed_in(alice).get(url_of("plan_new"))).select("[name=team]")


@pytest.mark.parametrize("other", ["elsewhere", "harbour-2", ""])
def test_a_team_of_others_gets_no_plan(team, second, alice, charlie, other):
    data = {"feature": "Spring tides", "team": other}
    assert signed_in(alice).post(url_of("plan_new"), data).status_code == 422
    assert not Plan.objects.exists()


def test_an_imported_plan_goes_to_the_team_chosen(team, second, alice):
    client = signed_in(alice)
    page = soup(client.post(url_of("plan_import"), {"text": make.SMALL}))
    packed = page.select_one("[name=packed]")["value"]
    data = {"packed": packed, "team": second.slug}
    client.post(url_of("plan_import_store"), data)
    assert Plan.objects.get().team == second
    answer = client.post(url_of("plan_import_store"), {"packed": packed, "team": "x"})
    assert answer.status_code == 422


def test_the_template_of_an_imported_plan_tells_its_placeholders(team, alice):
    client = signed_in(alice)
    text = "# Plan: Ebb\n\nCosts [sum] a month.\n"
    template = "# Plan: [FEATURE]\n\nCosts [sum] a month.\n"
    assert soup(client.get(IMPORT)).select_one("input[type=file][name=template]")
    page = soup(client.post(IMPORT, {"text": text, "template": file(template)}))
    assert "1 blocking issue" in " ".join(page.get_text().split())
    data = {
        box["name"]: box["value"]
        for box in page.select("input[type=hidden]")
        if box["name"] != "csrfmiddlewaretoken"
    }
    client.post(STORE, data)
    plan = Plan.objects.get()
    assert set(plan.own_placeholders) == {"FEATURE", "sum"}
    assert make.text_of(plan) == text
    # What it does not need it does not ask for; what was changed on the way is refused.
    forged = {**data, "packed_template": data["packed_template"] + "x"}
    assert client.post(STORE, forged).status_code == 422
    bad = client.post(IMPORT, {"text": text, "template": file(b"\xff\xfe")})
    assert bad.status_code == 422


def test_a_plan_is_imported_without_a_template(team, alice):
    client = signed_in(alice)
    page = soup(client.post(IMPORT, {"text": make.SMALL}))
    client.post(STORE, {"packed": page.select_one("[name=packed]")["value"]})
    assert Plan.objects.get().own_placeholders == []
