// A value at rest shows what it says. A click, Enter or F2 puts its control in its place.
//
// `.value` holds all that a control is made from, so opening asks nobody. The control posts
// with the form of its item, which is there while one of the item's values is open.
import { all, byId, closest, focused } from "../dom.js";
import { isDirty, isItemForm } from "./controls.js";
import { askToEdit, isForReading } from "./reading.js";
import { sourceOf } from "./source-of.js";
import { sourceOffset } from "./source-offset.js";

export const VALUE = ".value[data-control]";
const SKIP = "hx-morph-skip";

/**
 * Ids of open values to how they look at rest: as they were, or as newer markup has them.
 * (A swap may put a copy of a value into its place.)
 * @type {Map<string, HTMLElement>}
 */
const atRest = new Map();

/** @param {ParentNode} root */
export const valuesIn = (root) => /** @type {HTMLElement[]} */ (all(root, VALUE));

/** @param {Element} value */
export const isOpen = (value) => value.matches(".is-open");

/**
 * The control of an open value.
 * @param {Element} value
 */
export const controlOf = (value) =>
  /** @type {Control | null} */ (value.querySelector("textarea, select, input"));

/** @param {HTMLElement} value */
const controlIdOf = (value) => value.id.replace(/-view$/, "");

/**
 * What the server calls a value of an item: `value`, `text`, `label` or `cell-2`.
 * @param {HTMLElement} value
 */
export const keyOf = (value) => controlIdOf(value).replace(/^item-\d+-/, "");

/**
 * The stored text of a value at rest: what it shows, where its markup says no other.
 * @param {HTMLElement} value
 */
export const storedOf = (value) =>
  value.dataset.stored ??
  (value.dataset.control === "label" ? value.textContent.trim() : sourceOf(value));

/**
 * Where an item is edited: its address, and what is posted there.
 * @param {Element} item
 */
export function addressOf(item) {
  const items = /** @type {HTMLElement | null} */ (item.closest("[data-items]"));
  return `${items?.dataset.items}${item.id.replace("item-", "")}/`;
}

/**
 * @param {string} id
 * @param {string[]} choices
 */
function datalist(id, choices) {
  const list = document.createElement("datalist");
  list.id = `${id}-list`;
  list.append(...choices.map((choice) => new Option("", choice)));
  return list;
}

/**
 * @param {string[]} choices
 * @param {string} stored
 * @param {boolean} isBlank
 */
function select(choices, stored, isBlank) {
  const control = document.createElement("select");
  control.append(new Option(isBlank ? "Choose…" : "—", ""));
  for (const choice of choices) {
    const isStored = choice === stored;
    control.append(new Option(choice, choice, isStored, isStored));
  }
  return control;
}

/**
 * The control of a value, and what stands beside it.
 * @param {HTMLElement} value
 * @returns {[Control, ...HTMLElement[]]}
 */
export function makeControl(value) {
  const { control: kind, hint, choices } = value.dataset;
  const stored = storedOf(value);
  const id = controlIdOf(value);
  /** @type {string[]} */
  const options = choices ? JSON.parse(choices) : [];
  const beside = [];
  /** @type {Control} */
  let control;
  if (kind === "choice") {
    control = select(options, stored, value.matches(".is-blank"));
  } else if (kind === "label") {
    control = document.createElement("input");
    control.className = "field-name";
    control.defaultValue = stored;
  } else if (kind === "date" || kind === "suggest" || kind === "person") {
    control = document.createElement("input");
    control.type = kind === "date" ? "date" : "text";
    control.autocomplete = "off";
    if (kind === "suggest") beside.push(datalist(id, options));
    if (kind !== "date") {
      control.setAttribute("list", kind === "person" ? "people" : `${id}-list`);
      control.placeholder = hint ?? (kind === "person" ? "Name" : "Write here");
    }
    control.defaultValue = stored;
  } else {
    control = document.createElement("textarea");
    control.rows = kind === "passage" ? 3 : 1;
    control.placeholder =
      hint ?? (kind === "passage" ? "Write in Markdown" : "Write here");
    control.defaultValue = stored;
    if (kind === "code") {
      control.className = "code-editor";
      control.spellcheck = false;
      control.wrap = "off";
    }
  }
  control.id = id;
  control.name = keyOf(value);
  control.setAttribute("aria-label", nameOf(value));
  const item = value.closest(".item");
  if (item) control.setAttribute("form", `${item.id}-form`);
  return [control, ...beside];
}

/**
 * What people call a value: its link is named "Edit Risk ID".
 * @param {HTMLElement} value
 */
const nameOf = (value) =>
  value.dataset.control === "label"
    ? "Label"
    : (value
        .querySelector(".edit")
        ?.getAttribute("aria-label")
        ?.replace(/^Edit /, "") ?? "");

// What stands behind the state of a save, at the end of an item.
const TAIL = ":scope > :is(.assignment, .comment-button, [id$='-comments'], .conflict)";

/**
 * Where an item says how its save stands. Its markup has that only where there is something
 * to say.
 * @param {Element} item on the page, or in markup
 */
export function statusOf(item) {
  const end = item.querySelector(":scope > .row-tools") ?? item;
  const known = /** @type {HTMLElement | null} */ (
    end.querySelector(":scope > .item-status")
  );
  if (known) return known;
  const status = document.createElement("span");
  status.className = "item-status";
  status.id = `${item.id}-status`;
  end.insertBefore(status, end.querySelector(TAIL));
  return status;
}

/**
 * The form of an item. It is made from the markup of the item alone.
 * @param {HTMLElement} item
 * @returns {HTMLFormElement}
 */
export function formFor(item) {
  const id = `${item.id}-form`;
  const known = /** @type {HTMLFormElement | null} */ (byId(id));
  if (known) return known;
  const { version = "", author, authorName } = item.dataset;
  const form = document.createElement("form");
  form.id = id;
  form.className = "item-form";
  form.method = "post";
  form.action = addressOf(item);
  form.noValidate = true;
  form.setAttribute("hx-post", "");
  form.setAttribute("hx-trigger", "submit, change delay:50ms, input delay:500ms");
  form.setAttribute("hx-sync", "this:queue all");
  form.setAttribute("hx-swap", "none");
  form.setAttribute(SKIP, "");
  if (author) form.dataset.author = author;
  if (authorName) form.dataset.authorName = authorName;
  const seen = document.createElement("input");
  seen.type = "hidden";
  seen.name = "seen";
  seen.value = version;
  form.append(seen);
  statusOf(item).before(form);
  htmx.process(form);
  return form;
}

// --- Opening and closing ----------------------------------------------------------------

/**
 * @param {HTMLElement} value
 * @param {{ focus?: boolean, caret?: number, isSelected?: boolean }} [options]
 * @returns {Control | null}
 */
export function open(value, { focus = true, caret, isSelected = false } = {}) {
  const item = /** @type {HTMLElement | null} */ (value.closest(".item"));
  if (!item) return null;
  // Text that was typed before is put back all the same.
  if (focus && isForReading()) {
    askToEdit(() => open(/** @type {HTMLElement} */ (byId(value.id) ?? value)));
    return null;
  }
  if (!isOpen(value)) {
    const rest = /** @type {HTMLElement} */ (value.cloneNode(true));
    atRest.set(value.id, rest);
    const { height } = value.getBoundingClientRect();
    const controls = makeControl(value);
    formFor(item);
    value.classList.add("is-open");
    value.setAttribute(SKIP, "");
    // In a table its text stays below the control, unseen, so that no column moves.
    if (value.parentElement?.matches(".row > td")) {
      value.querySelector(":scope > .edit")?.remove();
      value.append(...controls);
    } else value.replaceChildren(...controls);
    // What is around does not jump; a control that needs more room takes it.
    if (controls[0] instanceof HTMLTextAreaElement)
      controls[0].style.minHeight = `${height}px`;
  }
  const control = controlOf(value);
  if (control && focus) {
    control.focus({ preventScroll: true });
    if (
      caret !== undefined &&
      "setSelectionRange" in control &&
      control.type !== "date"
    ) {
      control.setSelectionRange(caret, caret);
    }
    if (isSelected && "select" in control) control.select();
    control.scrollIntoView({ block: "nearest" });
    closeIdle(); // Tab would go into what was left, and is still open
  }
  return control;
}

/**
 * Shows an open value at rest again, unless it has text that is not stored.
 * @param {HTMLElement} value
 */
export function close(value) {
  const control = controlOf(value);
  const rest = atRest.get(value.id);
  if (!isOpen(value) || !control || !rest || isBusy(value)) return;
  const hadFocus = control === focused();
  atRest.delete(value.id);
  if (leaving === value.id) leaving = "";
  value.replaceWith(rest);
  dropForm(rest);
  if (hadFocus) linkOf(rest)?.focus({ preventScroll: true });
}

/**
 * What has the focus for a value at rest. A label has no link of its own.
 * @param {HTMLElement} value
 */
export const linkOf = (value) =>
  /** @type {HTMLElement | null} */ (
    value.querySelector(":scope > .edit") ??
      value.closest(".item")?.querySelector(".value > .edit")
  );

/**
 * What a value looks like at rest from now on.
 * @param {HTMLElement} value
 * @param {HTMLElement} markup
 */
export const setAtRest = (value, markup) =>
  atRest.set(value.id, /** @type {HTMLElement} */ (markup.cloneNode(true)));

/**
 * A cell whose column stands at another place has another name.
 * @param {HTMLElement} value open or at rest
 * @param {string} key
 */
export function renameValue(value, key) {
  const rest = atRest.get(value.id);
  const id = controlIdOf(value).replace(/[^-]+-\d+$/, key);
  atRest.delete(value.id);
  value.id = `${id}-view`;
  if (rest) {
    rest.id = value.id;
    atRest.set(value.id, rest);
  }
  const control = controlOf(value);
  if (!control) return;
  control.id = id;
  control.name = key;
}

/** @type {((form: HTMLFormElement) => boolean)[]} */
const holders = [];

/**
 * A form stays while one of these says so.
 * @param {(form: HTMLFormElement) => boolean} holder
 */
export const keepWhile = (holder) => holders.push(holder);

/** @param {HTMLElement} value */
function isBusy(value) {
  const control = controlOf(value);
  const { form } = control ?? {};
  if (!control || !form) return false;
  return isDirty(control) || holders.some((holds) => holds(form));
}

/** @param {HTMLElement} element of an item */
function dropForm(element) {
  const item = element.closest(".item");
  const form = item && byId(`${item.id}-form`);
  if (!item || !isItemForm(form)) return;
  const isNeeded = valuesIn(item).some(
    (each) => isOpen(each) && each.closest(".item") === item,
  );
  if (!isNeeded && !holders.some((holds) => holds(form))) form.remove();
}

/** What is done with is shown at rest again, except where somebody is in it. */
export function closeIdle() {
  for (const value of /** @type {HTMLElement[]} */ (all(document, ".value.is-open"))) {
    const isLeft = value.id === leaving || !value.contains(document.activeElement);
    if (isLeft) close(value);
  }
  for (const form of all(document, ".item > .item-form, td > .item-form"))
    dropForm(form);
}

// The box of a check is a control at rest; its form is made when it is used.
for (const type of ["input", "change"]) {
  addEventListener(
    type,
    (event) => {
      const box = event.target;
      if (!(box instanceof HTMLInputElement) || !box.matches(".check-box > input"))
        return;
      const item = /** @type {HTMLElement | null} */ (box.closest(".item"));
      if (item) formFor(item);
    },
    true,
  );
}

document.addEventListener("focusout", () => setTimeout(closeIdle));

// --- By mouse and keyboard --------------------------------------------------------------

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const value = closest(event, VALUE);
  if (!value || isOpen(value)) return;
  const link = closest(event, "a, button, summary, input, label");
  if (link && !link.matches(".edit")) return; // a link of the text is followed
  if (!link && String(getSelection())) return; // text is being selected
  event.preventDefault();
  const stored = storedOf(value);
  open(value, {
    caret: event.detail && !link ? sourceOffset(value, stored, event) : stored.length,
  });
});

/**
 * Back to the value at rest, when what was typed is saved.
 * @param {HTMLElement} value
 */
export function leave(value) {
  const control = controlOf(value);
  if (!control) return;
  leaving = value.id;
  if (isDirty(control)) control.form?.requestSubmit();
  close(value);
}

let leaving = ""; // the id of a value that was left by Escape, until its save is done

// Who goes on writing is not leaving.
document.addEventListener("input", () => {
  leaving = "";
});
