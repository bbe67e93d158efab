// The two dialogs of a plan: asking a question, and what can be done with a section.
import { isOfAnother, OF_ANOTHER, openedBy } from "../account.js";
import { tell } from "../announce.js";
import { all, byId, closest } from "../dom.js";
import { hasGoneOn } from "../focus.js";
import { restore } from "./drafts.js";

/**
 * One dialog asks for all items: fill in which item, and which of its texts.
 * @param {HTMLElement} button
 */
function ask(button) {
  const dialog = /** @type {HTMLDialogElement | null} */ (byId("ask"));
  const item = button.closest(".item");
  const form = dialog?.querySelector("form");
  if (!dialog || !item || !form) return;
  const control = /** @type {Control | undefined} */ (
    all(item, "textarea[name^=cell-]:not([aria-label*=ID])")[0] ??
      all(item, "[name=value], [name=text], [name^=cell-]")[0]
  );
  const address = byId(`${item.id}-form`)?.getAttribute("action");
  form.setAttribute("hx-post", `${address}question/`);
  const key = control?.name ?? (item.matches(".field") ? "value" : "text");
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
 * One dialog for all sections: the server fills it in.
 * @param {HTMLAnchorElement} link
 * @param {Event} event
 */
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
  const target = byId("section-menu-body");
  if (!target) return;
  const text = await answer.text();
  await htmx.swap({ text, target, sourceElement: target, swap: "innerHTML" });
  if (!hasGoneOn(event)) target.closest("dialog")?.showModal();
}

/**
 * Not a click that opens a tab or a window.
 * @param {MouseEvent} event
 */
const isPlainClick = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey;

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-do]");
  if (button?.dataset.do === "ask") ask(button);
  if (button?.dataset.do === "close-dialog") button.closest("dialog")?.close();
  if (button?.dataset.do === "section-menu" && isPlainClick(event)) {
    event.preventDefault();
    openSectionMenu(/** @type {HTMLAnchorElement} */ (button), event);
  }
});

document.addEventListener(
  "submit",
  (event) => {
    const dialog = closest(event, "dialog.ask");
    if (dialog instanceof HTMLDialogElement) dialog.close();
  },
  true,
);
