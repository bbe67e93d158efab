"""What holds for each page: names, landmarks, no complaint, and room on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from plans.actions import sharing, teams
from plans.actions.items import save_item
from plans.actions.reviews import expire_request, request_review
from plans.actions.templates import add_template, add_template_version
from plans.models import Plan, Team, User, Webhook
from plans.notifications.unsubscribing import unsubscribe_path
from tests import make
from tests.browser import steps
from tests.pages import parsed

pytestmark = pytest.mark.once

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
PAGES = [
    "/",
    "/?q=nothing",
    "/new/",
    "/identify/",
    "/import/",
    "/inbox/",
    "/registers/risks/?impact=high",
    "/registers/dependencies/",
    "/registers/questions/?q=none",
    "/registers/metrics/",
    "/registers/approvals/",
    "{plan}",
    "{plan}preview/",
    "{plan}review/",
    "{plan}history/",
    "{plan}compare/",
    "{superseded}compare/",
    "{plan}items/{item}/history/",
    "{plan}plan.md?form=finished",
    "{signed}review/",
    "{signed}",
    "{condition}review/",
    "{changes}review/",
    "{approved}review/",
    "{superseded}review/",
    "{superseded}",
    "{superseded}preview/",
    "{second}review/",
    "{expired}review/",
    "{plan}comments/",
    "{plan}review/setup/",
    "{signed}review/setup/",
    "{plan}evidence/",
    "{signed}evidence/",
    "{plan}sharing/",
    "{plan}update/",
    "{plan}menu/",
    "{plan}duplicate/",
    "{plan}tags/",
    "{plan}move/",
    "{plan}lock/",
    "/?state=archived",
    "/teams/",
    "/search/",
    "/search/?q=tide",
    "/search/?q=nowhere&kind=comment",
    "{team}",
    "{team}webhooks/",
    "{team}templates/",
    "{team}templates/new/?from=built-in",
    "{template}",
    "{template}edit/",
    "{plan}template/",
    "{team}days-off/",
    "{plan}review/reminders/",
    "/notices/",
    "{stop}",
    "{join}",
    "/join/there-is-none/",
    "{shared}",
    "/shared/there-is-none/",
    "/help/",
    "/plans/there-is-none/",
]

# A rendered plan brings its own.
HEADING = "h1:not(.markdown *)"

NAMELESS = """() => [...document.querySelectorAll(
    "input:not([type=hidden]), select, textarea, button, a[href], summary, progress")]
  // Check boxes of a rendered plan are as GitHub has them.
  .filter((e) => !e.closest(".markdown"))
  .filter((e) => !(e.ariaLabel || e.labels?.[0]?.textContent.trim()
    || e.getAttribute("aria-labelledby") || e.textContent.trim()
      && !e.matches("select, textarea")))
  .map((e) => e.outerHTML.slice(0, 120))"""

REPEATED_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""

WIDER_THAN_THE_PAGE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > page.clientWidth + 1)
    .map((e) => e.outerHTML.slice(0, 80)).slice(0, 5);
}"""


def of_template(plan, owner):
    """The plan came from this version, and there is a newer one."""
    version = add_template(
        team=plan.team,
        actor=owner,
        name="Service plan",
        markdown=make.SMALL,
        hints="## 1. OBJECTIVE\n\nShort.\n",
    )
    newer = make.SMALL.replace("**Storage**", "**Data store**") + "\n## More\n\n[x]\n"
    add_template_version(template=version.template, actor=owner, markdown=newer)
    Plan.objects.filter(pk=plan.pk).update(template_version=version)
    return version


@pytest.fixture
def addresses(plan, team, alice, bob, dana):
    signed = make.make_plan(
        team=team, actor=alice, text=make.FINISHED.replace("Tide", "Moon")
    )
    request_review(plan=signed, actor=alice)
    states = in_every_state(team, alice, bob, dana)
    version = of_template(plan, alice)
    storage = make.find(plan, label="Storage")
    _, invitation = teams.invite(team=team, actor=alice, role="viewer")
    _, link = sharing.share_plan(plan=plan, actor=alice, days=3)
    Webhook.objects.create(
        team=team, url="https://chat.test/hooks/1", format="chat", created_by=alice
    )
    values = {"value": "A file for each harbour, and one for all of them"}
    save_item(plan=plan, item=storage, actor=alice, values=values, seen=None)
    place = {
        "item": storage.pk,
        "plan": plan.get_absolute_url(),
        "template": reverse("plans:template", args=[team.slug, version.template_id]),
        "team": reverse("plans:team", args=[team.slug]),
        "join": reverse("plans:join", args=[invitation]),
        "stop": unsubscribe_path(bob, "mention"),
        "shared": reverse("plans:shared", args=[link]),
        "signed": signed.get_absolute_url(),
        **{name: one.get_absolute_url() for name, one in states.items()},
    }
    return [address.format(**place) for address in PAGES]


def in_every_state(team, alice, bob, dana):
    """A plan for each thing that a sign-off page can say."""
    states = ("condition", "changes", "approved", "superseded", "second", "expired")
    plans = {
        name: make.make_submitted(
            team=team,
            actor=alice,
            editor=bob,
            text=make.FINISHED.replace("Tide", name.capitalize()),
        )
        for name in states
    }
    make.sign(plans["condition"], dana, decision="approved_if")
    make.sign(plans["changes"], dana, decision="changes_requested")
    make.sign(plans["second"], dana)
    for name in ("approved", "superseded"):
        make.sign(plans[name], dana)
        make.sign(plans[name], alice, "Launch Approval")
    for name in ("superseded", "second"):
        make.edit(plans[name], bob, label="Storage", value="PostgreSQL")
    request_review(plan=plans["second"], actor=bob)
    expire_request(plan=plans["expired"], actor=bob)
    return plans


def assert_whole(page, address):
    """An owner's page is walked by tests/browser/test_accessibility.py."""
    assert page.evaluate(NAMELESS) == [], address
    assert page.evaluate(REPEATED_IDS) == [], address
    for landmark in ("main", "header.site-header", HEADING):
        assert page.locator(landmark).count() == 1, (address, landmark)
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title().endswith("· Planner"), address


def nameless(page):
    """As NAMELESS, of a page that no script has touched."""
    named_by_text = "button, a[href], summary, progress"
    controls = "input:not([type=hidden]), select, textarea"
    has_text = {id(element) for element in page.select(named_by_text)}
    for element in page.select(f"{controls}, {named_by_text}"):
        if element.find_parent(class_="markdown"):
            continue
        labels = page.select(f"label[for='{element.get('id')}']")
        labels += filter(None, [element.find_parent("label")])
        if id(element) in has_text:
            labels.append(element)
        is_named = element.get("aria-label") or element.get("aria-labelledby")
        if not is_named and not any(label.get_text(strip=True) for label in labels):
            yield str(element)[:120]


def test_a_stranger_has_whole_pages_too(client, charlie, addresses):
    client.force_login(charlie)
    for address in addresses:
        page = parsed(client.get(address, follow=True).content.decode())
        assert list(nameless(page)) == [], address
        assert len(page.select(HEADING)) == 1, address


def test_no_page_is_wider_than_a_phone(visit, alice, dana, addresses):
    template = make.make_plan_from_template(actor=alice).get_absolute_url()
    # Nobody breaks these words for us.
    Team.objects.update(name="Harbour" * 9)
    Plan.objects.update(title="Tidetables" * 6)
    User.objects.update(display_name="Alicebobdana" * 5)
    for user in (alice, dana):
        page = visit(user, **PHONE)
        for address in [*addresses, template, f"{template}preview/"]:
            page.goto(address)
            if user == dana:
                assert page.evaluate(NAMELESS) == [], address
                assert page.locator(HEADING).count() == 1, address
            # The smallest, a common one, and a tablet.
            for width in (320, 390, 768):
                page.set_viewport_size({"width": width, "height": 844})
                assert page.evaluate(WIDER_THAN_THE_PAGE) == [], (address, width)


def test_a_team_is_led_with_the_keyboard(visit, alice, bob, team):
    page = visit(alice, permissions=["clipboard-read", "clipboard-write"])
    page.goto(reverse("plans:team", args=[team.slug]))
    page.locator(f"#member-{bob.pk} summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Role of Bob")).to_be_focused()
    page.keyboard.press("R")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bob is now reviewer.")).to_be_visible()

    page.get_by_role("button", name="Send invitation").press("Enter")
    link = page.get_by_label("Invitation link")
    expect(link).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link.input_value()

    page.goto("/import/")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()


def test_a_name_without_a_gap_makes_no_page_wider(visit, team, alice):
    _, token = teams.invite(team=team, actor=alice, role="editor", email="")
    ann = make.make_user("n" * 60, email=f"{'a' * 60}@harbour.test")
    ann.display_name = "W" * 60
    ann.save()
    page = visit(ann, **PHONE)
    for address in (
        f"/join/{token}/",
        "/profile/",
        "/notices/",
        "/accounts/email/",
        "/accounts/2fa/",
        "/accounts/logout/",
    ):
        page.goto(address)
        if page.locator(".user-menu").is_visible():
            page.locator(".user-menu summary").click()
        assert page.evaluate(WIDER_THAN_THE_PAGE) == [], address


def test_rows_are_cards_on_a_phone(visit, alice, plan):
    risk = make.find(plan, cell="R-002")
    page = steps.open_plan(visit(alice, **PHONE), plan)
    row = steps.item(page, risk)
    cells = row.locator("td:not(.row-tools)")
    tops = [cell.bounding_box()["y"] for cell in cells.all()]
    assert tops == sorted(set(tops))
    at_rest = steps.value(page, risk, "cell-1")
    assert at_rest.bounding_box()["width"] > 180
    # Each cell says what it is.
    label = "getComputedStyle(e, '::before').content"
    assert "Description" in cells.nth(1).evaluate(f"e => {label}")

    at_rest.tap()
    description = page.get_by_role("textbox", name="Description")
    expect(description).to_be_focused()
    assert description.bounding_box()["width"] > 180
    page.keyboard.type("No ")
    steps.control(page, risk, "cell-2").select_option("High")
    steps.expect_saved(page, risk)
    more, menu = page.locator("#item-more"), page.get_by_role("menu")
    assert more.bounding_box()["width"] >= 44 and more.bounding_box()["height"] >= 44
    more.tap()
    for choice in menu.get_by_role("menuitem").all():
        if choice.is_visible():
            assert choice.bounding_box()["height"] >= 24
    menu.get_by_role("menuitem", name="Move up").tap()
    expect(steps.risks(page).first).to_contain_text("R-002")
    steps.value(page, risk, "cell-1").tap()
    more.tap()
    menu.get_by_role("menuitem", name="Remove").tap()
    expect(row).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("Removed")


def test_problems_are_a_sheet_on_a_phone(visit, alice, plan):
    storage = make.find(plan, label="Storage")
    page = steps.open_plan(visit(alice, **PHONE), plan)
    page.locator("details.sheet > summary").tap()
    page.locator("#panel-problems a", has_text="Storage").tap()
    expect(page.locator("details.sheet")).not_to_have_attribute("open", "")
    expect(steps.control(page, storage)).to_be_focused()
    expect(steps.control(page, storage)).to_be_in_viewport()


def test_a_removal_is_announced(visit, alice, plan):
    page = steps.open_plan(visit(alice), plan)
    announcer = page.locator("#announcer")
    expect(announcer).to_have_attribute("aria-live", "polite")
    steps.choose(page, steps.risks(page).first, "Remove")
    expect(announcer).to_contain_text("Removed")
    # The panels follow, though the row whose menu it was is gone.
    expect(page.locator("#panel-activity")).to_contain_text("removed from")
