// The browser's undo in a text that changes from outside.
//
// Setting a control's value empties its undo list. So text that arrives in the control that
// somebody is in is inserted by an editing command, which goes into that list like typing.
// Undo must not take back the words of others, though: it passes over what arrived.
//
// What arrived is then inserted again, and a command empties the browser's redo list. So
// from there on the steps that were taken back are kept here. (The browser's menu cannot
// redo them: it sends no event while its own list is empty.)
import { targetOf } from "../dom.js";
import { isText, setText } from "./controls.js";
import { rebaseTyped } from "./text.js";

/** @typedef {{ before: string, after: string }} Step */

/** @type {WeakMap<EventTarget, Step[]>} */
const arrivals = new WeakMap(); // of controls, the newest last
/** @type {WeakMap<EventTarget, Step[]>} */
const undone = new WeakMap(); // of controls, the newest last
/** @type {Control | null} */
let commanded = null; // the control that a command of ours is for
let caretBefore = 0; // a person's undo
let textBefore = "";

/**
 * @param {Event} event
 * @returns {TextControl | null}
 */
const controlOf = (event) => {
  const target = targetOf(event);
  const isControl =
    target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  return isControl ? target : null;
};

// The events of our own commands are nobody's typing. (Undo may reach other controls.)
for (const type of ["beforeinput", "input"]) {
  addEventListener(
    type,
    (event) => {
      if (event.target === commanded) event.stopImmediatePropagation();
    },
    true,
  );
}

/**
 * @param {Control} control
 * @param {"undo" | "insertText" | "delete"} name
 * @param {string} [text]
 */
function command(control, name, text) {
  commanded = control;
  document.execCommand(name, false, text);
  commanded = null;
}

/**
 * Makes `text` the value of the control.
 * @param {Control} control
 * @param {string} text
 */
export function putIn(control, text) {
  if (!isText(control) || control !== document.activeElement) {
    forget(control);
    setText(control, text);
    return;
  }
  if (control.value === text) return;
  const base = passOver(control);
  replace(control, text);
  remember(control, base, text);
}

/**
 * @param {Control} control
 * @param {string} before
 * @param {string} after
 */
function remember(control, before, after) {
  arrivals.set(control, [...(arrivals.get(control) ?? []), { before, after }]);
}

/** @param {EventTarget} control */
function forget(control) {
  arrivals.delete(control);
  undone.delete(control);
}

/**
 * Takes back the arrivals that are the newest steps in the list, so that they can be
 * inserted again behind another step. Returns the value that is left.
 * @param {TextControl} control
 */
function passOver(control) {
  const known = arrivals.get(control) ?? [];
  for (let step = known.at(-1); step?.after === control.value; step = known.at(-1)) {
    known.pop();
    command(control, "undo");
    if (control.value !== step.before) break; // an own step that led to the same text
  }
  return control.value;
}

/**
 * @param {TextControl} control
 * @param {string} text
 */
function replace(control, text) {
  const { value } = control;
  let head = 0;
  while (head < value.length && head < text.length && value[head] === text[head])
    head++;
  if (isHalf(value, head) || isHalf(text, head)) head--;
  let tail = 0;
  while (
    tail < Math.min(value.length, text.length) - head &&
    value[value.length - 1 - tail] === text[text.length - 1 - tail]
  )
    tail++;
  if (isHalf(value, value.length - tail) || isHalf(text, text.length - tail)) tail--;
  control.setSelectionRange(head, value.length - tail);
  const between = text.slice(head, text.length - tail);
  command(control, between ? "insertText" : "delete", between);
  if (control.value !== text) setText(control, text); // a browser that cannot
}

/**
 * Whether a position is in the middle of a character.
 * @param {string} text
 * @param {number} at
 */
const isHalf = (text, at) =>
  /[\ud800-\udbff]/.test(text[at - 1] ?? "") && /[\udc00-\udfff]/.test(text[at] ?? "");

document.addEventListener(
  "input",
  (event) => {
    const control = controlOf(event);
    if (!event.isTrusted || !control) return;
    if (/** @type {InputEvent} */ (event).inputType === "historyUndo") undo(control);
    else undone.delete(control);
  },
  true,
);

/** @param {TextControl} control */
function undo(control) {
  const newest = arrivals.get(control)?.at(-1);
  const steps = undone.get(control);
  if (newest && control.value === newest.before) undoBehind(control, newest);
  else steps?.push({ before: control.value, after: textBefore });
}

/**
 * The newest step was an arrival: the person means their own step behind it.
 * @param {TextControl} control
 * @param {Step} newest
 */
function undoBehind(control, newest) {
  arrivals.get(control)?.pop();
  const base = passOver(control);
  command(control, "undo");
  if (control !== document.activeElement) {
    setText(control, newest.after); // nothing of theirs was left here
    return;
  }
  const own = control.value;
  const { selectionEnd } = control;
  const { text, clean, map } = rebaseTyped(base, own, newest.after);
  replace(control, clean ? text : newest.after);
  remember(control, own, control.value);
  if (clean && own !== base) {
    undone.set(control, [...(undone.get(control) ?? []), { before: own, after: base }]);
  }
  const caret = own === base ? caretBefore : map(selectionEnd ?? 0);
  control.setSelectionRange(caret, caret);
}

document.addEventListener(
  "beforeinput",
  (event) => {
    const control = controlOf(event);
    if (event.inputType !== "historyUndo" || !control) return;
    caretBefore = control.selectionEnd ?? 0;
    textBefore = control.value;
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const control = controlOf(event);
  const step = control && isRedo(event) ? undone.get(control)?.pop() : undefined;
  if (!control || !step) return;
  event.preventDefault();
  const { text, clean } = rebaseTyped(step.before, step.after, control.value);
  if (!clean) return; // others have changed the same words since
  replace(control, text);
  const { selectionEnd: caret } = control;
  control.setSelectionRange(caret, caret);
  control.dispatchEvent(
    new InputEvent("input", { bubbles: true, inputType: "historyRedo" }),
  );
});

const isMac = /^(Mac|iP)/.test(navigator.platform);

/** @param {KeyboardEvent} event */
function isRedo({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (altKey || ctrlKey === metaKey) return false;
  const name = key.toLowerCase();
  return (name === "z" && shiftKey) || (name === "y" && !shiftKey && ctrlKey && !isMac);
}

document.addEventListener("focusout", (event) => {
  if (event.target) forget(event.target);
});
