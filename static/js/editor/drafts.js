// Text that the server does not have yet outlives a reload or a crash of its tab.
//
// It is kept in the tab's sessionStorage, with what stood there when it was typed, so that
// it can be put back and saved as if nothing had been. What has no place to go back to is
// offered for copying.
import {
  isDirty,
  isSameButForSpace,
  isText,
  nameOf,
  setStoredText,
  setText,
  setUnanswered,
  storedTextOf,
  textOf,
  unansweredOf,
} from "./controls.js";
import { copy } from "../copy.js";
import { rebase } from "./text.js";

const page = () => document.getElementById("plan");
const plan = () =>
  page()?.dataset.plan ?? location.pathname.match(/\/plans\/([^/]+)\//)?.[1];
const prefix = () => `planner:draft:${document.body.dataset.user}:${plan()}:`;

// Texts of which no item takes care, and that are sent only when somebody says so: answers
// to questions, comments, and what is typed into dialogs.
const LOOSE =
  ":is(.question-form, .comment-form, #ask, .section-menu)" +
  " :is(textarea, input:not([type=hidden]))[id]";

// A control that serves for several places says in `data-draft` which one it is.
const draftIdOf = (control) => control.dataset.draft ?? control.id;

export function keepDraft(control) {
  const id = draftIdOf(control);
  if (!id || !plan()) return;
  try {
    if (!isDirty(control)) {
      sessionStorage.removeItem(prefix() + id);
      return;
    }
    sessionStorage.setItem(
      prefix() + id,
      JSON.stringify({
        text: textOf(control),
        base: storedTextOf(control),
        sent: unansweredOf(control),
        name: nameOf(control),
        when: Date.now(),
      }),
    );
  } catch {
    // Full, or forbidden: the text is on the page all the same.
  }
}

export function forgetDraft(id) {
  sessionStorage.removeItem(prefix() + id);
}

function drafts() {
  try {
    return Object.keys(sessionStorage)
      .filter((key) => key.startsWith(prefix()))
      .map((key) => [key.slice(prefix().length), JSON.parse(sessionStorage[key])])
      .sort(([, a], [, b]) => a.when - b.when);
  } catch {
    return [];
  }
}

// --- Putting them back ----------------------------------------------------------------

// What was typed, around what was stored meanwhile.
function putBack(control, { text, base, sent = [] }) {
  const theirs = storedTextOf(control);
  if (sent.some((each) => isSameButForSpace(each, theirs))) base = theirs;
  if (text === theirs) {
    forgetDraft(control.id);
    return;
  }
  const { clean, text: together } = isText(control)
    ? rebase(base, text, theirs)
    : { clean: theirs === base, text };
  // Otherwise the server tells of both texts.
  if (!clean) {
    setStoredText(control, base);
    setUnanswered(control, sent);
  }
  setText(control, clean ? together : text);
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

function putAllBack() {
  const lost = [];
  for (const [id, draft] of drafts()) {
    const control = document.getElementById(id);
    if (control && "value" in control && !control.disabled) putBack(control, draft);
    else if (!isLater(id)) lost.push([id, draft]);
  }
  for (const [id, draft] of lost) {
    offer(draft.name, draft.text);
    forgetDraft(id);
  }
}

// A place that is asked for only when somebody opens it.
const isLater = (id) => !id.startsWith("item-");

// --- Those that wait for a button -------------------------------------------------------

const looseIn = (root) => root?.querySelectorAll(LOOSE) ?? [];

// The form says that it is not sent.
function mark(control) {
  const { form } = control;
  form.toggleAttribute("data-unsent", [...looseIn(form)].some(isDirty));
}

function draftOf(control) {
  try {
    return JSON.parse(sessionStorage.getItem(prefix() + draftIdOf(control)));
  } catch {
    return null;
  }
}

// What was typed here last, where it is still about what stands here.
export function restore(control) {
  const draft = draftOf(control);
  if (draft && draft.base === storedTextOf(control) && !isDirty(control)) {
    setText(control, draft.text);
    const folded = control.closest("details");
    if (folded) folded.open = true;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  mark(control);
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.(LOOSE)) return;
  keepDraft(event.target);
  mark(event.target);
});

// Posted: the form's answer takes the text out of it.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  ctx.drafts = [...looseIn(ctx.request.form)].map((control) => [
    draftIdOf(control),
    textOf(control),
  ]);
});

document.addEventListener("htmx:after:request", (event) => {
  const { drafts: sent = [], response } = event.detail.ctx;
  if (response.status >= 300) return;
  const kept = new Map(drafts());
  for (const [id, text] of sent) {
    if (kept.get(id)?.text === text) forgetDraft(id);
  }
});

document.addEventListener("htmx:after:swap", () => {
  if (plan()) looseIn(document).forEach(restore);
});

// --- What has no place any more -------------------------------------------------------

// A notice with the text in it, until somebody dismisses it.
export function offer(name, text) {
  if (!text.trim() || text === "true" || text === "false") return;
  const notice = document.createElement("div");
  notice.className = "notice notice-error kept-text";
  notice.setAttribute("role", "alert");
  const told = document.createElement("p");
  told.textContent =
    `The place of this text is no longer in the plan (${name}). ` +
    "Copy what you need of it:";
  const kept = document.createElement("textarea");
  kept.readOnly = true;
  kept.rows = Math.min(8, text.split("\n").length + 1);
  kept.setAttribute("aria-label", "What you typed");
  kept.value = text;
  const actions = document.createElement("div");
  actions.className = "form-actions";
  actions.append(
    button("Copy", () => copy(kept)),
    button("Dismiss", () => {
      notice.remove();
    }),
  );
  notice.append(told, kept, actions);
  place().append(notice);
}

function place() {
  const found = document.getElementById("kept-texts");
  if (found) return found;
  const made = document.createElement("div");
  made.id = "kept-texts";
  made.className = "messages";
  document.getElementById("main").before(made);
  return made;
}

function button(text, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-small";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}

// Once the other modules, and htmx, listen: it begins by a timer of its own, which may be
// later than the end of loading.
function start() {
  if (page()) putAllBack();
  if (plan()) looseIn(document).forEach(restore);
}

window.addEventListener("load", () => {
  if (document.querySelector("[data-htmx-powered]")) start();
  else document.addEventListener("htmx:after:process", start, { once: true });
});
