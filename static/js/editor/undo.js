// The browser's undo in a text that changes from outside.
//
// Setting a control's value empties its list of undo. So what arrives in the text that
// somebody is in is put in as an editing command, which stands in that list like typing.
// Undo must not take back the words of others, though: it passes over what arrived.
//
// What arrived is then put in again, and a command empties the browser's list of redo. So
// from there on the steps that were taken back are kept here. (The browser's menu cannot
// redo them: it asks nobody while its own list is empty.)
import { isText, setText } from "./controls.js";
import { rebaseTyped } from "./text.js";

const arrivals = new WeakMap(); // controls to [{ before, after }], the newest last
let commanded = null; // the control that a command of ours is for
const undone = new WeakMap(); // controls to [{ before, after }], the newest last
let caretBefore = 0; // somebody's undo
let textBefore = "";

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

function command(control, name, text) {
  commanded = control;
  document.execCommand(name, false, text);
  commanded = null;
}

// What stands in the control becomes `text`.
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

function remember(control, before, after) {
  arrivals.set(control, [...(arrivals.get(control) ?? []), { before, after }]);
}

function forget(control) {
  arrivals.delete(control);
  undone.delete(control);
}

// Takes back the arrivals that are the newest steps in the list, so that they can be put
// in again behind another step. What then stands in the control is returned.
function passOver(control) {
  const known = arrivals.get(control) ?? [];
  while (known.length && control.value === known.at(-1).after) {
    const { before } = known.pop();
    command(control, "undo");
    if (control.value !== before) break; // an own step, which led to the same text
  }
  return control.value;
}

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

// Whether a position is in the middle of a character.
const isHalf = (text, at) =>
  /[\ud800-\udbff]/.test(text[at - 1] ?? "") && /[\udc00-\udfff]/.test(text[at] ?? "");

document.addEventListener(
  "input",
  ({ target: control, inputType, isTrusted }) => {
    if (!isTrusted) return;
    if (inputType === "historyUndo") undo(control);
    else undone.delete(control);
  },
  true,
);

function undo(control) {
  const newest = arrivals.get(control)?.at(-1);
  const steps = undone.get(control);
  if (newest && control.value === newest.before) undoBehind(control);
  else steps?.push({ before: control.value, after: textBefore });
}

// The newest step was an arrival: the person means their own step behind it.
function undoBehind(control) {
  const newest = arrivals.get(control).pop();
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
  const caret = own === base ? caretBefore : map(selectionEnd);
  control.setSelectionRange(caret, caret);
}

document.addEventListener(
  "beforeinput",
  ({ target, inputType }) => {
    if (inputType !== "historyUndo") return;
    caretBefore = target.selectionEnd;
    textBefore = target.value;
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const { target: control } = event;
  const step = isRedo(event) && undone.get(control)?.pop();
  if (!step) return;
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

function isRedo({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (altKey || ctrlKey === metaKey) return false;
  const name = key.toLowerCase();
  return (name === "z" && shiftKey) || (name === "y" && !shiftKey && ctrlKey && !isMac);
}

document.addEventListener("focusout", ({ target }) => forget(target));
