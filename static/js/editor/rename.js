// Renaming a field: its label becomes an input until it is saved and left.
import { all, closest } from "../dom.js";
import { isDirty } from "./controls.js";

/** @param {Element} item */
function rename(item) {
  const label = item.querySelector(":scope > label");
  if (!label) {
    // It is an input already.
    /** @type {HTMLInputElement | undefined} */ (all(item, ".field-name")[0])?.select();
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
  // Later: removing a focused input blurs it, in the middle of its replacement.
  input.addEventListener("blur", () => setTimeout(() => restoreLabelOf(input)));
}

/**
 * The label again, with what is stored, unless the input is still in use.
 * @param {HTMLInputElement} input
 */
function restoreLabelOf(input) {
  if (isDirty(input) || document.activeElement === input || !input.isConnected) return;
  const label = document.createElement("label");
  label.id = input.id;
  label.htmlFor = input.id.replace(/-label$/, "-value");
  label.textContent = input.defaultValue;
  input.replaceWith(label);
}

/**
 * The markup of a saved label may come by the feed, and not with the answer.
 * @param {RequestEvent} event
 */
export function restoreSavedLabel({ detail: { ctx } }) {
  const { form } = ctx.request ?? {};
  const input =
    form && [...form.elements].find((each) => each.matches("[data-was-label]"));
  if (input instanceof HTMLInputElement) restoreLabelOf(input);
}

document.addEventListener("click", (event) => {
  const button = closest(event, '[data-do="rename"]');
  const item = button?.closest(".item");
  if (!item) return;
  event.preventDefault();
  rename(item);
});
