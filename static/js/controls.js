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
  control.tagName === "TEXTAREA" || (control.tagName === "INPUT"
    && ["text", "search", "email", "url"].includes(control.type));

export const textOf = (control) =>
  control.type === "checkbox" ? String(control.checked) : control.value;

export function storedTextOf(control) {
  if (control.type === "checkbox") return String(control.defaultChecked);
  if (control.tagName !== "SELECT") return control.defaultValue;
  const options = [...control.options];
  return (options.find((each) => each.defaultSelected) ?? options[0])?.value ?? "";
}

export const isDirty = (control) => textOf(control) !== storedTextOf(control);

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
  else for (const option of control.options) {
    option.defaultSelected = option.value === text;
  }
  setText(control, current);
}

// What people call it: "Risk ID", or the label of its field.
export function nameOf(control) {
  return control.getAttribute("aria-label")
    ?? control.labels?.[0]?.textContent.trim() ?? "Text";
}
