// What a control of an item says, and what the server has of it.
//
// What the server has is the control's default value: the text that its markup came with,
// or that its last save stored. So the markup, a save and the feed all keep it in one
// place, and a control is dirty while its value differs.
import { CONTROLS } from "../dom.js";

/**
 * @param {Element | null | undefined} form
 * @returns {form is HTMLFormElement}
 */
export const isItemForm = (form) => Boolean(form?.classList.contains("item-form"));

/**
 * Not a tool of the item, which posts its form as well.
 * @param {RequestContext} ctx
 */
export function isSave({ request, sourceElement }) {
  const isTool = request?.submitter?.hasAttribute("formaction");
  return isItemForm(request?.form) && sourceElement === request.form && !isTool;
}

/**
 * The form of an item's control.
 * @param {EventTarget | null} target
 */
export function formOf(target) {
  if (!(target instanceof Element)) return null;
  const form = /** @type {Partial<Control>} */ (target).form ?? target.closest("form");
  return isItemForm(form) ? form : null;
}

/** @param {HTMLFormElement} form */
export const controlsOf = (form) =>
  /** @type {Control[]} */ (
    [...form.elements].filter((control) => control.matches(CONTROLS))
  );

/**
 * Has words and a caret. (Dates, boxes and choices are taken or left as a whole.)
 * @param {Control} control
 * @returns {control is TextControl}
 */
export const isText = (control) =>
  control.tagName === "TEXTAREA" ||
  (control.tagName === "INPUT" &&
    ["text", "search", "email", "url"].includes(control.type));

/**
 * @param {Control} control
 * @returns {control is HTMLInputElement}
 */
const isCheckbox = (control) => control.type === "checkbox";

/**
 * @param {Control} control
 * @returns {control is HTMLSelectElement}
 */
const isChoice = (control) => control.tagName === "SELECT";

/** @param {Control} control */
export const textOf = (control) =>
  isCheckbox(control) ? String(control.checked) : control.value;

/** @param {Control} control */
export function storedTextOf(control) {
  if (isCheckbox(control)) return String(control.defaultChecked);
  if (!isChoice(control)) return control.defaultValue;
  const options = [...control.options];
  return (options.find((each) => each.defaultSelected) ?? options[0])?.value ?? "";
}

/**
 * Typed texts of which the server stored a cleaner form. The typed text stays while
 * somebody is in it: they may go on from a space or an empty line.
 * @type {WeakMap<Control, { typed: string, stored: string }>}
 */
const cleaned = new WeakMap();

/**
 * @param {Control} control
 * @param {string} typed
 * @param {string} stored
 */
export function setCleaned(control, typed, stored) {
  setStoredText(control, stored);
  if (typed === stored) cleaned.delete(control);
  else cleaned.set(control, { typed, stored });
}

/** @param {Control} control */
export function isDirty(control) {
  const text = textOf(control);
  const stored = storedTextOf(control);
  const known = cleaned.get(control);
  return text !== stored && !(known?.typed === text && known.stored === stored);
}

/** @param {string} text */
const normalized = (text) => text.split(/\s+/).filter(Boolean).join(" ");

/**
 * @param {string} a
 * @param {string} b
 */
export const isSameButForSpace = (a, b) => normalized(a) === normalized(b);

/**
 * Shows what is stored where cleaning changed more than white space.
 * @param {Control} control
 */
export function showCleaned(control) {
  const stored = storedTextOf(control);
  if (isDirty(control) || isSameButForSpace(textOf(control), stored)) return;
  setText(control, stored);
}

/**
 * Texts of saves whose answers were lost: the server may have stored one of them.
 * @type {WeakMap<Control, string[]>}
 */
const unanswered = new WeakMap();

/** @param {Control} control */
export const unansweredOf = (control) => unanswered.get(control) ?? [];

/**
 * @param {Control} control
 * @param {string[]} texts
 */
export const setUnanswered = (control, texts) => unanswered.set(control, texts);

/**
 * What may be stored, as far as this page knows; the likeliest first.
 * @param {Control} control
 */
export const basesOf = (control) => [storedTextOf(control), ...unansweredOf(control)];

/**
 * @param {Control} control
 * @param {string} text
 */
export function setText(control, text) {
  if (isCheckbox(control)) control.checked = text === "true";
  else if (control.value !== text) control.value = text;
}

/**
 * The server has this text now; what the control says stays.
 * @param {Control} control
 * @param {string} text
 */
export function setStoredText(control, text) {
  if (storedTextOf(control) === text) return;
  const current = textOf(control);
  if (isCheckbox(control)) control.defaultChecked = text === "true";
  else if (!isChoice(control)) control.defaultValue = text;
  else
    for (const option of control.options) {
      option.defaultSelected = option.value === text;
    }
  setText(control, current);
}

/**
 * What people call it: "Risk ID", or the label of its field.
 * @param {Control} control
 */
export function nameOf(control) {
  return (
    control.getAttribute("aria-label") ??
    control.labels?.[0]?.textContent.trim() ??
    "Text"
  );
}
