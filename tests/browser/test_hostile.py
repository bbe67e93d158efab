# ruff: noqa: E501 - what runs in the page is no Python
"""What somebody writes into a plan, in a real browser: it is read, and does nothing.

Every payload of tests/hostile.py stands in a plan, most of them in several places, and
every page that shows them is opened, as somebody who writes and as somebody who reads.
Nothing runs, nothing asks another site, nothing leads away, nothing lies over the page.
"""

from itertools import cycle, islice

import pytest
from playwright.sync_api import expect

from plans import document as doc
from plans.actions import comments, sharing
from plans.actions.items import save_item
from plans.actions.plans import import_plan
from plans.actions.reviews import request_review
from plans.actions.templates import add_template
from plans.markdown.rendering import markdown_html
from tests import hostile, make
from tests.browser import steps
from tests.document.texts import can_be_typed_into, set_value

pytestmark = pytest.mark.once

# Runs in the page: everything in it that its templates and the renderer never write.
FOREIGN = r"""() => {
  const inside = {
    a: "href title rel id class", code: "class", div: "class", h1: "id", h2: "id",
    h3: "id", h4: "id", h5: "id", h6: "id", input: "type disabled checked aria-label",
    li: "class id", ol: "start", p: "class", pre: "tabindex", table: "tabindex", section: "class", td: "align",
    sup: "class", th: "align", ul: "class", span: "class title",
  };
  const tags = ("b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i "
    + "ins kbd p pre s samp strong sub summary sup table tbody thead tr var "
    + Object.keys(inside).join(" ")).split(" ");
  const classes = new RegExp("^(language-\\S+|task-list-item|contains-task-list|mention|"
    + "target|unseen|unseen-title|footnotes|footnote-\\S+|markdown-alert\\S*"
    + "( markdown-alert-\\S+)?)$");
  const ours = (address) => new URL(address, document.baseURI).origin === location.origin;
  const found = [];
  const tell = (why, element) =>
    found.push(`${why}: ${element.cloneNode(false).outerHTML.slice(0, 160)}`);
  if (document.baseURI !== location.href) found.push("base: " + document.baseURI);
  for (const element of document.querySelectorAll("*")) {
    // The page's own, in the text of a version: parts that fold, comments, and what is
    // said of changes; in the look of a template, what is to be replaced.
    const own = element.matches("#version-text details.version-part")
      || element.matches(".look-value mark.placeholder")
      || element.closest("#version-text :is(.comment-button, .change-note)");
    const written = own ? null : element.parentElement?.closest(".markdown, .comment-text");
    const name = element.localName;
    // Not `element.attributes`: a form may hold a control of that name.
    for (const attribute of Element.prototype.getAttributeNames.call(element)) {
      const value = Element.prototype.getAttribute.call(element, attribute);
      if (/^(on|hx-on|data-hx)/i.test(attribute)) tell("handler", element);
      if (/evil\.test|window\.ran/.test(value) && /^(hx-|data-do|data-feed|style|srcdoc|srcset)/
        .test(attribute)) tell("steers", element);
      if (["src", "action", "formaction", "data", "poster", "background", "ping"]
        .includes(attribute) && !ours(value)) tell("elsewhere", element);
      if (written && !(inside[name] ?? "").split(" ").includes(attribute)) {
        tell("attribute", element);
      }
      if (written && attribute === "class" && !classes.test(value)) tell("class", element);
      // Where it can be scrolled (scrollable.js).
      if (written && attribute === "tabindex" && value !== "0") tell("tabindex", element);
      if (written && attribute === "aria-label" && !/^(Done|Not done)$/.test(value)) {
        tell("label", element);
      }
      // What GitHub puts before the name of a place keeps it apart from the page's own.
      if (written && attribute === "id" && !/^user-content-/.test(value)) {
        tell("id", element);
      }
    }
    if (written && !tags.includes(name)) tell("tag", element);
    if (written && !/^(static|relative)$/.test(getComputedStyle(element).position)) {
      tell("place", element);
    }
    if (name === "a" && element.hasAttribute("href")
      && !/^(https?|mailto):/.test(element.protocol || "https:")) tell("link", element);
    if (name === "a" && element.href && !written && !ours(element.href)) {
      tell("link out", element);
    }
    if (/^(iframe|frame|object|embed|applet|base|portal|style|math|foreignobject|video|audio|marquee)$/i
      .test(name)) tell("frame", element);
    if (name === "meta" && element.httpEquiv) tell("meta", element);
    if (name === "link" && !ours(element.href)) tell("loads", element);
    if (name === "script" && !(element.src && ours(element.src))) tell("script", element);
  }
  // What is named in a text must not take the place of what the page's scripts ask for.
  for (const name of ["cookie", "body", "location", "getElementById", "forms"]) {
    if (document[name] instanceof HTMLElement && name !== "body") found.push(name);
  }
  const header = document.querySelector(".site-header .brand");
  if (header) {
    window.scrollTo(0, 0);
    const { x, y, width, height } = header.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    if (!header.contains(top)) found.push("covered by " + top?.outerHTML.slice(0, 160));
  }
  return found;
}"""
RAN = "() => window.ran"


class Watch:
    """Everything that a page may not do, as it happens."""

    def __init__(self, page, own):
        self.page = page
        self.own = own
        self.seen = []
        page.on("dialog", self.dialog)
        page.on("popup", lambda popup: self.seen.append(f"popup {popup.url}"))
        page.on("request", self.request)
        page.on("download", lambda load: self.seen.append(f"download {load.url}"))

    def dialog(self, dialog):
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def request(self, request):
        if not request.url.startswith(self.own):
            self.seen.append(f"asked {request.url[:100]}")

    def looked_at(self, address):
        """Open an address and tell what is wrong with it."""
        answer = self.page.goto(address)
        assert answer.status == 200, (address, answer.status)
        return self.now(address)

    def now(self, address):
        # What is asked for by an image, a refresh or a timer had its chance.
        self.page.wait_for_timeout(50)
        if not self.page.url.split("#")[0].endswith(address):
            return [*self.seen, f"led to {self.page.url}"]
        faults = [*self.seen, *self.page.evaluate(FOREIGN)]
        if self.page.evaluate(RAN):
            faults.append("a script ran")
        if len(self.page.frames) > 1:
            faults.append("a frame")
        self.seen.clear()
        return faults


@pytest.fixture
def watch(visit, asgi_server):
    return lambda user=None: Watch(visit(user), f"{asgi_server.url}/")


# --- plans that hold them ---

PLACES = """\
# Implementation Plan: Hostile

## Fields

- **Alone**: x

**Of a paragraph**: x

## Checks

- [ ] x

## Entries

- x

## Cells

| Risk ID | Description | Impact | Likelihood | Mitigation Strategy | Owner |
|---------|-------------|--------|------------|---------------------|-------|
| R-001 | x | High | Low | x | x |

## Words

Words of a passage.

```html
x
```
"""
SKELETON = PLACES + "\n## Approvals\n\n- **Technical Design**: Dana\n"
PER_PLAN = 100
# What a comment takes: it refuses others, and says why.
SHORT_PAYLOADS = [p for p in hostile.PAYLOADS if "\0" not in p and len(p) < 4_000]


def typed_in(payloads):
    """A plan with each payload as a value, where the writer escapes what it must."""
    document = doc.read(SKELETON)
    supply = cycle(payloads)
    for section in document.sections:
        for block in section.blocks:
            if block.kind.value == "approvals" or not block.items:
                continue
            first = block.items[0]
            for _ in range(len(payloads) // 5):
                block.items.append(doc.new_like(first))
            for item in [item for item in block.walk() if can_be_typed_into(item)]:
                for index in range(len(doc.values_of(item))):
                    set_value(item, index, next(supply))
        if section.level == 2 and section.heading != "Approvals":
            section.heading = doc.read(f"## {next(supply)!a}").sections[-1].heading
    return doc.write(document)


def is_greedy(payload):
    """Whether it takes in all that follows it: a tag of raw text that nobody closes."""
    return "AFTER" not in markdown_html(f"{payload}\n\nAFTER")


def as_files(payloads):
    """Plans as somebody brings them: HTML and Markdown as it is. What takes in all that
    follows it (a tag of raw text that nobody closes) is the last one of its plan."""
    greedy = [p for p in payloads if is_greedy(p)]
    others = [p for p in payloads if p not in greedy]
    count = max(len(greedy), 12)
    for number in range(count):
        part = others[number::count]
        fields = [f"- **{one}**: {one}" for one in part if "\n" not in one]
        parts = [f"# {part[0]}", "\n".join(fields), *part, *greedy[number : number + 1]]
        yield "\n\n".join(parts) + "\n"


@pytest.fixture
def crowd(team):
    """People whose names are payloads."""
    names = islice((p for p in hostile.SHORT if "\\" not in p), 0, None, 40)
    return [
        make.make_user(f"user{number}", team=team, display_name=name[:100])
        for number, name in enumerate(names)
    ]


def test_no_payload_does_anything_on_the_pages_of_a_plan(
    watch, team, alice, bob, dana, victor, crowd
):
    typed = [
        make.make_plan(
            team=team,
            actor=alice,
            text=typed_in(hostile.PAYLOADS[start : start + PER_PLAN]),
        )
        for start in range(0, len(hostile.PAYLOADS), PER_PLAN)
    ]
    writing, reading = watch(alice), watch(victor)
    for plan in typed:
        address = plan.get_absolute_url()
        assert writing.looked_at(address) == []
        assert reading.looked_at(address) == []
        assert reading.looked_at(f"{address}preview/") == []


def test_no_payload_does_anything_in_a_file_that_somebody_brings(
    watch, team, alice, victor
):
    reading, anybody = watch(victor), watch()
    for text in as_files(hostile.PAYLOADS):
        plan = import_plan(team=team, actor=alice, text=text)
        address = plan.get_absolute_url()
        assert reading.looked_at(f"{address}preview/") == []
        _, token = sharing.share_plan(plan=plan, actor=alice, days=1)
        assert anybody.looked_at(f"/shared/{token}/") == []
    assert reading.looked_at(address) == []
    assert reading.looked_at("/") == []


def test_no_payload_does_anything_in_what_people_say_and_are_called(
    watch, team, alice, bob, dana, crowd
):
    supply = cycle(SHORT_PAYLOADS)
    team.name = hostile.QUOTES[0][:100]
    team.save()
    roles = [p for p in hostile.SHORT[::30] if "|" not in p and "*" not in p]
    lines = "".join(f"- **{role}**: Dana\n" for role in roles)
    plan = make.make_plan(
        team=team,
        actor=alice,
        text=make.FINISHED.replace("- **Launch Approval**: Alice\n", lines),
    )
    place = make.find(plan, label="Storage")
    for number in range(0, len(SHORT_PAYLOADS), 12):
        text = "\n\n".join(SHORT_PAYLOADS[number : number + 12])[:4_900]
        author = crowd[number % len(crowd)]
        comments.comment(plan=plan, actor=author, text=f"@{author.username} {text}",
                         item=place)  # fmt: skip
    for _ in range(10):
        values = {"value": next(supply)}
        save_item(plan=plan, item=place, actor=bob, values=values, seen=None)
    request_review(plan=plan, actor=bob)
    slot = make.slot_of(plan)
    for decision, words in (("changes_requested", supply), ("declined", supply)):
        make.sign(plan, dana, decision=decision, comment="".join(islice(words, 9))[:1_900],
                  meaning=hostile.QUOTES[1])  # fmt: skip
        make.signing.withdraw(
            plan=plan, approval=slot, actor=dana, comment=next(supply), proof="password"
        )
    agreed = make.make_submitted(team=team, actor=alice, editor=bob)
    make.sign(
        agreed,
        dana,
        decision="approved_if",
        comment="\n\n".join(SHORT_PAYLOADS)[:4_900],
    )
    looking, leading = watch(dana), watch(alice)
    address, other = plan.get_absolute_url(), agreed.get_absolute_url()
    row = add_template(
        team=team,
        actor=alice,
        name=hostile.QUOTES[0],
        markdown=make.text_of(plan),
        hints="# A\n\n" + "\n\n".join(SHORT_PAYLOADS),
        note=hostile.QUOTES[1],
    ).template
    own = f"/teams/{team.slug}/templates/"
    for page in ("", f"{row.pk}/", f"{row.pk}/edit/", f"new/?plan={plan.slug}"):
        assert leading.looked_at(own + page) == [], page
    pages = [
        *(f"{address}{part}" for part in (
            "", "comments/", "history/", "review/", "review/setup/", "evidence/",
            "sharing/", f"items/{place.pk}/history/", f"items/{place.pk}/",
        )),
        other, f"{other}review/", f"{other}evidence/", "/", "/inbox/", "/teams/", f"/teams/{team.slug}/", "/new/", "/profile/",
    ]  # fmt: skip
    for page in pages:
        assert looking.looked_at(page) == [], page


def test_no_payload_does_anything_when_it_arrives_in_an_open_page(
    watch, team, alice, bob, victor, crowd
):
    plan = make.make_plan(team=team, actor=alice, text=SKELETON)
    words = make.find(plan, text="Words of a passage.")
    field = make.find(plan, label="Alone")
    address = plan.get_absolute_url()
    looking, writing = watch(victor), watch(crowd[0])
    assert looking.looked_at(address) == [] == writing.looked_at(address)
    shown = looking.page.locator(f"#item-{words.pk}")
    steps.press(writing.page, words, "Comment")
    expect(writing.page.locator("#threads")).to_be_visible()
    # Who is there, and who can be mentioned.
    expect(looking.page.locator("#people-here li")).to_have_count(1)
    writing.page.locator("#threads .comment-new textarea").press_sequentially("@user")
    expect(writing.page.get_by_role("listbox")).to_be_visible()
    for number in range(3):
        part = sorted(hostile.PAYLOADS[number::3], key=is_greedy)
        text = "\n\n".join(part)
        short = [payload for payload in part if payload in SHORT_PAYLOADS]
        save_item(plan=plan, item=words, actor=bob, values={"text": f"Arrived {number}\n\n{text}"},
                  seen=None)  # fmt: skip
        save_item(
            plan=plan, item=field, actor=bob, values={"value": part[0]}, seen=None
        )
        comments.comment(plan=plan, actor=crowd[number], item=words,
                         text=f"Said {number}\n\n" + "\n\n".join(short)[:4_000])  # fmt: skip
        expect(shown).to_contain_text(f"Arrived {number}")
        expect(writing.page.locator("#threads")).to_contain_text(f"Said {number}")
        assert looking.now(address) == []
        assert writing.now(address) == []


# --- the watch itself ---


def test_the_watch_sees_what_an_unsafe_page_does(watch, visit, asgi_server):
    address = f"{asgi_server.url}/unsafe/"
    blank = {"body": "", "content_type": "text/html"}

    def unsafe_page():
        watching = watch()
        watching.page.route(address, lambda route: route.fulfill(**blank))
        watching.page.goto(address)
        return watching

    watching = unsafe_page()
    kinds = set()
    # Put in and looked at in one go: some of them lead the page away.
    put_in = f"html => {{ document.body.innerHTML = html; return ({FOREIGN})(); }}"
    for payloads in (hostile.HANDLERS, hostile.LOADS, hostile.TAKES_PLACE):
        unsafe = "".join(payload for payload in payloads if "refresh" not in payload)
        faults = watching.page.evaluate(put_in, f"<div class=markdown>{unsafe}")
        kinds |= {text.split(":")[0] for text in faults}
        watching = unsafe_page()
    watching.page.set_content(
        "<img src=x onerror=window.ran=1><script>alert(1)</script>"
        "<meta http-equiv=x><link rel=icon href=//evil.test/a><iframe></iframe>"
        "<img src=//evil.test/b>"
        "<header class=site-header><a class=brand>x</a></header>"
        "<p style='position:fixed;inset:0'>over it all"
    )
    faults = watching.now("/unsafe/")
    kinds |= {text.split(":")[0] for text in faults}
    for sign in ("a script ran", "dialog 1", "asked http", "a frame", "covered by"):
        assert sign in " ".join(faults), sign
    for kind in ("handler", "steers", "attribute", "tag", "class", "place", "frame",
                 "meta", "loads", "script", "elsewhere"):  # fmt: skip
        assert kind in kinds, kind
    watching.page.goto("about:blank")
    assert watching.now("/unsafe/") == ["led to about:blank"]
    assert visit.complaints
    visit.complaints.clear()
