// Suggesting a change: a dialog with the control of a value, filled in by the server.
//
// Who may edit finds it in the menu of an item; for who may only comment, opening a value
// leads to it too.
import { say } from "../announce.js";
import { byId, closest, focused } from "../dom.js";
import { openFilledDialog } from "./dialogs.js";
import { restore, restoreSuggestion } from "./drafts.js";
import { askToEdit, isForReading } from "./reading.js";
import { isSuggesting } from "./suggest-links.js";
import { addressOf, keyOf } from "./values.js";

const dialog = () => /** @type {HTMLDialogElement | null} */ (byId("suggest"));

/**
 * @param {HTMLElement} item
 * @param {HTMLElement | null} [value] which of its values, where that is known
 */
export function suggest(item, value) {
  const key = value ? keyOf(value).replace("label", "value") : "";
  show(`${addressOf(item)}suggest/${key && `?key=${key}`}`);
}

/**
 * Half-typed suggestions are kept for each value of an item. After a swap, for the server
 * fills the form in, and again where it refuses what was sent.
 */
export function restoreSuggested() {
  const form = /** @type {HTMLFormElement | null} */ (
    dialog()?.querySelector(".suggest-form") ?? null
  );
  const was = form?.querySelector("textarea[name=was]");
  if (!form || form.matches(".is-known") || !(was instanceof HTMLTextAreaElement))
    return;
  form.classList.add("is-known"); // until the server fills it in again
  const key = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=key]"));
  const place = `${form.action.match(/items\/(\d+)\//)?.[1]}-${key?.value}`;
  const text = /** @type {Control | null} */ (byId("suggest-text"));
  const reason = /** @type {HTMLTextAreaElement | null} */ (byId("suggest-reason"));
  if (!text || !reason) return;
  text.dataset.draft = `suggest-${place}`;
  reason.dataset.draft = `suggest-reason-${place}`;
  restoreSuggestion(text, was);
  restore(reason);
}

/** @param {string} address */
async function show(address) {
  await openFilledDialog(address, "suggest-body");
  const control = byId("suggest-text") ?? byId("suggest-title");
  if (dialog()?.open) control?.focus();
}

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || !dialog())
    return;
  const link = /** @type {HTMLAnchorElement | null} */ (
    closest(event, '[data-do="suggest"]')
  );
  if (link) {
    event.preventDefault();
    show(link.href);
    return;
  }
  if (closest(event, '[data-do="close-suggest"]')) {
    event.preventDefault();
    dialog()?.close();
    return;
  }
  const value = closest(event, ".item .value");
  const item = /** @type {HTMLElement | null} */ (value?.closest(".item"));
  if (!item || !isSuggesting()) return;
  const isLink = closest(event, ".edit");
  const isText = !closest(event, "a, button, summary, input, label, mark[data-thread]");
  if (isLink) event.preventDefault();
  if (isLink || (isText && !String(getSelection()))) suggest(item, value);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "F2" || event.isComposing || !isSuggesting()) return;
  const item = /** @type {HTMLElement | null} */ (focused().closest(".item"));
  if (!item) return;
  event.preventDefault();
  suggest(item, focused().closest(".value"));
});

/**
 * What was suggested is with the editors; what was refused stays open.
 * @param {RequestEvent} event
 */
export function closeSuggested({ detail: { ctx } }) {
  const form = ctx.request?.form;
  if (!form?.matches?.(".suggest-form") || ctx.response?.status !== 200) return;
  dialog()?.close();
  say(form.dataset.said ?? "");
}

// Accepting edits the plan: where people sign it, that is asked as before an edit.
document.addEventListener(
  "submit",
  (event) => {
    const form = /** @type {HTMLFormElement | null} */ (
      closest(event, ".suggestion-accept")
    );
    if (!form || !isForReading()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    askToEdit(() => form.requestSubmit());
  },
  true,
);
