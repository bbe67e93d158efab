// Small behaviours of the page: focus after an action, menus, toasts, the outline.
import { isOfAnother, OF_ANOTHER, openedBy } from "./account.js";
import { say, tell } from "./announce.js";
import { isDirty } from "./editor/controls.js";
import { restore } from "./editor/drafts.js";
import { controlIn, focusIn, hasGoneOn } from "./focus.js";

// The row that was asked for may come with the answer, or before or after it by the feed.
const AWAITED_FOR = 5000;
let awaited = null;

let answered = null; // the id that the answer names; what it answers comes right after

document.addEventListener("planner:focus", ({ detail }) => {
  answered = detail.id;
});

document.addEventListener("htmx:finally:request", (event) => {
  const id = answered;
  answered = null;
  if (!id || hasGoneOn(event.detail.ctx.sourceEvent)) return;
  awaited = document.getElementById(id)
    ? null
    : { id, until: Date.now() + AWAITED_FOR, from: document.activeElement };
  if (!awaited) goTo(id);
});

document.addEventListener("htmx:after:swap", () => {
  if (!awaited || !document.getElementById(awaited.id)) return;
  const { id, until, from } = awaited;
  awaited = null;
  const focused = document.activeElement;
  if (Date.now() < until && (focused === from || focused === document.body)) goTo(id);
});

function goTo(id) {
  const element = document.getElementById(id);
  if (element.contains(document.activeElement)) return;
  (controlIn(element) ?? element).focus({ preventScroll: true });
  if (element.querySelector(":scope > label")?.textContent === "New field") {
    element.querySelector('[data-do="rename"]')?.click();
  }
  element.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest?.('[data-do="dismiss"]');
  dismiss?.closest(".toast")?.remove();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const link = event.target.closest?.('a[href^="#"]');
  if (link) {
    link.closest("details.sheet")?.removeAttribute("open");
    const target = document.getElementById(link.hash.slice(1));
    // After the browser has scrolled there.
    setTimeout(() => focusIn(target));
  }
});

// Not one that opens a tab or a window.
const isPlainClick = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey;

// One dialog asks for every item; it learns here which item and which of its texts.
function ask(button) {
  const dialog = document.getElementById("ask");
  const item = button.closest(".item");
  const form = dialog.querySelector("form");
  const control =
    item.querySelector("textarea[name^=cell-]:not([aria-label*=ID])") ??
    item.querySelector("[name=value], [name=text], [name^=cell-]");
  const address = document.getElementById(`${item.id}-form`).getAttribute("action");
  form.setAttribute("hx-post", `${address}question/`);
  form.elements.key.value =
    control?.name ?? (item.matches(".field") ? "value" : "text");
  const { answer } = form.elements;
  answer.value = "";
  answer.dataset.draft = `ask-${item.id}-${form.elements.key.value}`;
  restore(answer);
  dialog.showModal();
}

// One dialog for every section, too: the server fills it in.
async function openSectionMenu(link, event) {
  const answer = await fetch(link.href, {
    headers: { "HX-Request": "true", ...openedBy() },
  }).catch(() => null);
  if (!answer) {
    tell("Not done: no connection. Try again when it is back.");
    return;
  }
  if (isOfAnother(answer)) {
    tell(`Not done. ${OF_ANOTHER}`);
    return;
  }
  if (!answer.ok) {
    location.assign(link.href); // a page that says why
    return;
  }
  const target = document.getElementById("section-menu-body");
  const text = await answer.text();
  await htmx.swap({ text, target, sourceElement: target, swap: "innerHTML" });
  if (!hasGoneOn(event)) target.closest("dialog").showModal();
}

// A label becomes an input until it is left.
function rename(link) {
  const item = link.closest(".item");
  const label = item.querySelector(":scope > label");
  if (!label) {
    item.querySelector(".field-name")?.select(); // it is an input already
    return;
  }
  const input = document.createElement("input");
  input.className = "field-name";
  input.id = `${item.id}-label`;
  input.name = "label";
  input.defaultValue = label.textContent;
  input.dataset.wasLabel = "";
  input.setAttribute("form", `${item.id}-form`);
  input.setAttribute("aria-label", "Label");
  label.replaceWith(input);
  input.select();
  // Later: what takes the input out of the page makes it lose its focus meanwhile.
  input.addEventListener("blur", () =>
    setTimeout(() => {
      if (!isDirty(input) && document.activeElement !== input) nameAgain(input);
    }),
  );
}

// The input a label again, with what is stored.
function nameAgain(input) {
  if (!input.isConnected) return;
  const label = document.createElement("label");
  label.id = input.id;
  label.htmlFor = input.id.replace(/-label$/, "-value");
  label.textContent = input.defaultValue;
  input.replaceWith(label);
}

// Its save may be answered by an event of the feed, and not by the answer.
document.addEventListener("htmx:finally:request", (event) => {
  const { request } = event.detail.ctx;
  const input =
    request?.form &&
    [...request.form.elements].find((each) => each.matches("[data-was-label]"));
  if (input && !isDirty(input) && document.activeElement !== input) nameAgain(input);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (button?.dataset.do === "ask") ask(button);
  if (button?.dataset.do === "close-dialog") button.closest("dialog").close();
  if (button?.dataset.do === "section-menu" && isPlainClick(event)) {
    event.preventDefault();
    openSectionMenu(button, event);
  }
  if (button?.dataset.do === "rename") {
    event.preventDefault();
    rename(button);
  }
});

document.addEventListener(
  "submit",
  (event) => {
    event.target.closest?.("dialog.ask")?.close();
    event.target.closest?.("details.menu")?.removeAttribute("open");
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

const toasts = document.getElementById("toasts");
if (toasts) {
  new MutationObserver(() => {
    const toast = toasts.querySelector(".toast");
    if (!toast) return;
    say(toast.querySelector("span")?.textContent ?? "");
    setTimeout(() => toast.remove(), 10_000);
  }).observe(toasts, { childList: true });
}

// Which section is being read.
const links = () =>
  new Map(
    [...document.querySelectorAll(".outline a")].map((a) => [a.hash.slice(1), a]),
  );
const watcher = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      const link = links().get(entry.target.id);
      if (!link) continue;
      document
        .querySelector(".outline a[aria-current]")
        ?.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
    }
  },
  { rootMargin: "-20% 0px -70% 0px" },
);
function watch() {
  for (const section of document.querySelectorAll(".section")) watcher.observe(section);
}
document.addEventListener("htmx:after:swap", watch);
watch();
