// Dialogs of a plan: asking a question and dismissing one, saving a version, and what can
// be done with a section.
import { isOfAnother, OF_ANOTHER, openedBy } from "../account.js";
import { tell } from "../announce.js";
import { byId, closest } from "../dom.js";
import { focusWentBack, isNowhere } from "../focus.js";
import { restore } from "./drafts.js";
import { addressOf, keyOf, valuesIn } from "./values.js";

/**
 * One dialog asks for all items: fill in which item, and which of its texts.
 * @param {HTMLElement} item
 */
export function ask(item) {
  const dialog = /** @type {HTMLDialogElement | null} */ (byId("ask"));
  const form = dialog?.querySelector("form");
  const values = valuesIn(item).filter((value) => value.dataset.control !== "label");
  // Of a row, what is described, and not its number.
  const texts = values.filter((value) => value.dataset.control === "text");
  const value = texts[item.matches(".row") ? 1 : 0] ?? texts[0] ?? values[0];
  if (!dialog || !form || !value) return;
  form.setAttribute("hx-post", `${addressOf(item)}question/`);
  const key = keyOf(value);
  const fields = /** @type {{ key: HTMLInputElement, answer: HTMLTextAreaElement }} */ (
    /** @type {unknown} */ (form.elements)
  );
  fields.key.value = key;
  fields.answer.value = "";
  fields.answer.dataset.draft = `ask-${item.id}-${key}`;
  restore(fields.answer);
  dialog.showModal();
}

/**
 * Dismissing the question that stands in place of a text asks why.
 * @param {HTMLElement} item
 */
export function askWhyDismissed(item) {
  const dialog = /** @type {HTMLDialogElement | null} */ (byId("dismiss"));
  const form = dialog?.querySelector("form");
  const value = valuesIn(item).find(({ dataset }) => dataset.isQuestion !== undefined);
  if (!dialog || !form || !value) return;
  form.setAttribute("hx-post", `${addressOf(item)}question/`);
  const fields = /** @type {{ key: HTMLInputElement, reason: HTMLTextAreaElement }} */ (
    /** @type {unknown} */ (form.elements)
  );
  fields.key.value = keyOf(value);
  fields.reason.value = "";
  fields.reason.dataset.draft = `dismiss-${item.id}-${fields.key.value}`;
  restore(fields.reason);
  const question = dialog.querySelector(".dismiss-question");
  if (question) question.textContent = value.dataset.hint ?? "";
  dialog.showModal();
}

/**
 * @param {HTMLElement} opener
 * @returns {boolean} whether this page has the dialog
 */
function saveVersion(opener) {
  const dialog = /** @type {HTMLDialogElement | null} */ (byId("save-version"));
  const name = /** @type {HTMLInputElement | null} */ (byId("save-version-name"));
  if (!dialog || !name) return false;
  name.value = "";
  restore(name); // half-typed, or not saved for want of a connection
  const menu = /** @type {HTMLDetailsElement | null} */ (
    opener.closest("details.menu")
  );
  menu?.querySelector("summary")?.focus(); // where one comes back to
  menu?.removeAttribute("open");
  dialog.showModal();
  return true;
}

/**
 * One dialog for all sections, and for assigning items, another for suggestions: the
 * server fills it in.
 * @param {string} address
 * @param {string} [body] the id of what is filled in
 */
export async function openFilledDialog(address, body = "section-menu-body") {
  const from = document.activeElement;
  const answer = await fetch(address, {
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
    location.assign(address); // a page that says why
    return;
  }
  const target = byId(body);
  if (!target) {
    location.assign(address); // the page of an item alone has no dialog
    return;
  }
  const text = await answer.text();
  await htmx.swap({ text, target, sourceElement: target, swap: "innerHTML" });
  const now = document.activeElement;
  const hasGoneOn = now !== from && !isNowhere(now);
  const dialog = target.closest("dialog");
  if (dialog?.open === false && !hasGoneOn) dialog.showModal();
}

/**
 * Not a click that opens a tab or a window.
 * @param {MouseEvent} event
 */
const isPlainClick = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey;

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-do]");
  if (button?.dataset.do === "close-dialog") button.closest("dialog")?.close();
  if (button?.dataset.do === "section-menu" && isPlainClick(event)) {
    event.preventDefault();
    openFilledDialog(/** @type {HTMLAnchorElement} */ (button).href);
  }
  if (
    button?.dataset.do === "save-version" &&
    isPlainClick(event) &&
    saveVersion(button)
  ) {
    event.preventDefault();
  }
});

document.addEventListener(
  "submit",
  (event) => {
    const dialog = closest(event, "dialog.ask");
    if (!(dialog instanceof HTMLDialogElement)) return;
    dialog.close();
    focusWentBack(event);
  },
  true,
);
