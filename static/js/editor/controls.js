// What a control of an item says, and what the server has of it.
//
// What the server has is the control's default (the text that its markup came with, or
// that its last save stored): so the markup, a save and the feed all keep it in one place,
// and a control is dirty as long as it says something else.

export const CONTROLS = "textarea, select, input:not([type=hidden])";

export const isItemForm = (form) => Boolean(form?.classList.contains("item-form"));

// Not what a tool of the item does, which posts the form as well.
export function isSave({ request, sourceElement }) {
  const isTool = request?.submitter?.hasAttribute("formaction");
  return isItemForm(request?.form) && sourceElement === request.form && !isTool;
}

export function formOf(target) {
  const form = target.form ?? target.closest?.("form");
  return isItemForm(form) ? form : null;
}

export const controlsOf = (form) =>
  [...form.elements].filter((control) => control.matches(CONTROLS));

// Has words and a caret. (Dates, boxes and choices are taken or left as a whole.)
export const isText = (control) =>
  control.tagName === "TEXTAREA" ||
  (control.tagName === "INPUT" &&
    ["text", "search", "email", "url"].includes(control.type));

export const textOf = (control) =>
  control.type === "checkbox" ? String(control.checked) : control.value;

export function storedTextOf(control) {
  if (control.type === "checkbox") return String(control.defaultChecked);
  if (control.tagName !== "SELECT") return control.defaultValue;
  const options = [...control.options];
  return (options.find((each) => each.defaultSelected) ?? options[0])?.value ?? "";
}

// What was typed and saved, where the server stored a cleaner form of it. The typed text
// stays while somebody is in it: they may go on from a space or an empty line.
const cleaned = new WeakMap(); // controls to { typed, stored }

export function setCleaned(control, typed, stored) {
  setStoredText(control, stored);
  if (typed === stored) cleaned.delete(control);
  else cleaned.set(control, { typed, stored });
}

export function isDirty(control) {
  const text = textOf(control);
  const stored = storedTextOf(control);
  const known = cleaned.get(control);
  return text !== stored && !(known?.typed === text && known.stored === stored);
}

const wordsOf = (text) => text.split(/\s+/).filter(Boolean).join(" ");
export const isSameButForSpace = (a, b) => wordsOf(a) === wordsOf(b);

// Shows what is stored, where more than white space was cleaned from what was typed.
export function showCleaned(control) {
  const stored = storedTextOf(control);
  if (isDirty(control) || isSameButForSpace(textOf(control), stored)) return;
  setText(control, stored);
}

// Saves of a control whose answers were lost: the server may have stored one of them.
const unanswered = new WeakMap(); // controls to texts

export const unansweredOf = (control) => unanswered.get(control) ?? [];

export const setUnanswered = (control, texts) => unanswered.set(control, texts);

// What may be stored, as far as this page knows; the likeliest first.
export const basesOf = (control) => [storedTextOf(control), ...unansweredOf(control)];

export function setText(control, text) {
  if (control.type === "checkbox") control.checked = text === "true";
  else if (control.value !== text) control.value = text;
}

// The server has this text now; what the control says stays.
export function setStoredText(control, text) {
  if (storedTextOf(control) === text) return;
  const current = textOf(control);
  if (control.type === "checkbox") control.defaultChecked = text === "true";
  else if (control.tagName !== "SELECT") control.defaultValue = text;
  else
    for (const option of control.options) {
      option.defaultSelected = option.value === text;
    }
  setText(control, current);
}

// What people call it: "Risk ID", or the label of its field.
export function nameOf(control) {
  return (
    control.getAttribute("aria-label") ??
    control.labels?.[0]?.textContent.trim() ??
    "Text"
  );
}
