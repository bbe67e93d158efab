// Text that the server does not have yet survives a reload or a crash of its tab.
//
// It is kept in the tab's sessionStorage, with the stored text that it was typed into, so
// that it can be restored and saved as if nothing had happened. Texts whose place is gone
// are offered for copying.
import { all, byId, targetOf } from "../dom.js";
import { offer } from "../kept-texts.js";
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
import { rebase } from "./text.js";
import { open } from "./values.js";

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string} base what was stored when it was typed
 * @property {string[]} [sent] saves without an answer
 * @property {string} name
 * @property {number} when
 */

const page = () => byId("plan");
const plan = () =>
  page()?.dataset.plan ?? location.pathname.match(/\/plans\/([^/]+)\//)?.[1];
const prefix = () => `planner:draft:${document.body.dataset.user}:${plan()}:`;

// Texts outside items, which are sent only by a button: answers to questions, comments,
// suggestions, and what is typed into dialogs.
const LOOSE =
  ":is(.question-form, .comment-form, .suggest-form, #ask, #dismiss, #save-version," +
  " .section-menu)" +
  " :is(textarea, input:not([type=hidden]))[id], .suggest-form select[id]";

/**
 * A control that serves several places names its current one in `data-draft`.
 * @param {Control} control
 */
const draftIdOf = (control) => control.dataset.draft ?? control.id;

/** @param {Control} control */
export function keepDraft(control) {
  const id = draftIdOf(control);
  if (!id || !plan()) return;
  try {
    if (!isDirty(control)) {
      sessionStorage.removeItem(prefix() + id);
      return;
    }
    /** @type {Draft} */
    const draft = {
      text: textOf(control),
      base: storedTextOf(control),
      sent: unansweredOf(control),
      name: nameOf(control),
      when: Date.now(),
    };
    sessionStorage.setItem(prefix() + id, JSON.stringify(draft));
  } catch {
    // Full, or forbidden: the text is on the page all the same.
  }
}

/** @param {string} id */
export function forgetDraft(id) {
  sessionStorage.removeItem(prefix() + id);
}

/** @returns {[string, Draft][]} */
function drafts() {
  try {
    return Object.keys(sessionStorage)
      .filter((key) => key.startsWith(prefix()))
      .map(
        (key) =>
          /** @type {[string, Draft]} */ ([
            key.slice(prefix().length),
            JSON.parse(sessionStorage[key]),
          ]),
      )
      .sort(([, a], [, b]) => a.when - b.when);
  } catch {
    return [];
  }
}

// --- Restoring them ---------------------------------------------------------------------

/**
 * Merges what was typed with what was stored meanwhile.
 * @param {Control} control
 * @param {Draft} draft
 */
function putBack(control, { text, base, sent = [] }) {
  const theirs = storedTextOf(control);
  if (sent.some((each) => isSameButForSpace(each, theirs))) base = theirs;
  if (text === theirs) {
    forgetDraft(control.id);
    return;
  }
  const { clean, text: merged } = isText(control)
    ? rebase(base, text, theirs)
    : { clean: theirs === base, text };
  // Otherwise the server answers with both texts.
  if (!clean) {
    setStoredText(control, base);
    setUnanswered(control, sent);
  }
  setText(control, clean ? merged : text);
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

function putAllBack() {
  /** @type {[string, Draft][]} */
  const lost = [];
  for (const [id, draft] of drafts()) {
    const value = byId(`${id}-view`);
    const control = value
      ? open(value, { focus: false })
      : /** @type {Control | null} */ (byId(id));
    if (control && "value" in control && !control.disabled) putBack(control, draft);
    else if (!isLater(id)) lost.push([id, draft]);
  }
  for (const [id, draft] of lost) {
    offer(draft.name, draft.text);
    forgetDraft(id);
  }
}

/**
 * Whether its place is only loaded when somebody opens it.
 * @param {string} id
 */
const isLater = (id) => !id.startsWith("item-");

// --- Those that wait for a button -------------------------------------------------------

/** @param {ParentNode | null | undefined} root */
const looseIn = (root) => /** @type {TextControl[]} */ (root ? all(root, LOOSE) : []);

/**
 * Marks the form while it has text that was not sent.
 * @param {TextControl} control
 */
function mark({ form }) {
  form?.toggleAttribute("data-unsent", looseIn(form).some(isDirty));
}

/**
 * @param {Control} control
 * @returns {Draft | null}
 */
function draftOf(control) {
  try {
    return JSON.parse(sessionStorage.getItem(prefix() + draftIdOf(control)) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Restores what was suggested here last and not sent, with the text that it was typed
 * into: the server then merges it with what has been written since, or says that it
 * cannot.
 * @param {Control} control
 * @param {HTMLTextAreaElement} was the stored text, as it is sent
 */
export function restoreSuggestion(control, was) {
  was.value = was.defaultValue;
  setStoredText(control, was.value); // after a refusal the control has what was typed
  const draft = draftOf(control);
  if (!draft || isDirty(control)) return;
  if (draft.text === was.value) {
    forgetDraft(draftIdOf(control));
    return;
  }
  setStoredText(control, draft.base);
  setText(control, draft.text);
  was.value = draft.base;
}

/**
 * Restores what was typed here last, where it is still about the same stored text.
 * @param {TextControl} control
 */
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
  const control = targetOf(event);
  if (!control?.matches(LOOSE)) return;
  keepDraft(/** @type {TextControl} */ (control));
  mark(/** @type {TextControl} */ (control));
});

/**
 * The answer to a post takes the text out of its form.
 * @param {RequestEvent} event
 */
export function noteSentDrafts({ detail: { ctx } }) {
  ctx.drafts = looseIn(ctx.request.form).map((control) => [
    draftIdOf(control),
    textOf(control),
  ]);
}

/** @param {RequestEvent} event */
export function forgetSentDrafts({ detail: { ctx } }) {
  const { drafts: sent = [], response } = ctx;
  if (!response || response.status >= 300) return;
  const kept = new Map(drafts());
  for (const [id, text] of sent) {
    if (kept.get(id)?.text === text) forgetDraft(id);
  }
}

export function restoreLooseDrafts() {
  if (plan()) looseIn(document).forEach(restore);
}

// --- When the page opens ----------------------------------------------------------------

// Other modules and htmx have to listen: htmx starts by a timer of its own, which may be
// later than the end of loading.
function start() {
  if (page()) putAllBack();
  restoreLooseDrafts();
}

window.addEventListener("load", () => {
  if (document.querySelector("[data-htmx-powered]")) start();
  else document.addEventListener("htmx:after:process", start, { once: true });
});
