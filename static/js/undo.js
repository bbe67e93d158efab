// The browser's undo in a text that changes from outside.
//
// Setting a control's value empties its list of undo. So what arrives in the text that
// somebody is in is put in as an editing command, which stands in that list like typing.
// Undo must not take back the words of others, though: it passes over what arrived.
import { isText, setText } from "./controls.js";
import { rebaseTyped } from "./text.js";

const arrivals = new WeakMap(); // controls to [{ before, after }], the newest last
let commanded = null; // the control that a command of ours is for
let caretBefore = 0; // somebody's undo

// The events of our own commands are nobody's typing. (Undo may reach other controls.)
for (const type of ["beforeinput", "input"]) {
  addEventListener(type, (event) => {
    if (event.target === commanded) event.stopImmediatePropagation();
  }, true);
}

function command(control, name, text) {
  commanded = control;
  document.execCommand(name, false, text);
  commanded = null;
}

// What stands in the control becomes `text`.
export function putIn(control, text) {
  if (!isText(control) || control !== document.activeElement) {
    arrivals.delete(control);
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
  while (head < value.length && head < text.length && value[head] === text[head]) head++;
  if (isHalf(value, head) || isHalf(text, head)) head--;
  let tail = 0;
  while (
    tail < Math.min(value.length, text.length) - head
    && value[value.length - 1 - tail] === text[text.length - 1 - tail]
  ) tail++;
  if (isHalf(value, value.length - tail) || isHalf(text, text.length - tail)) tail--;
  control.setSelectionRange(head, value.length - tail);
  const between = text.slice(head, text.length - tail);
  command(control, between ? "insertText" : "delete", between);
  if (control.value !== text) setText(control, text); // a browser that cannot
}

// Whether a position is in the middle of a character.
const isHalf = (text, at) =>
  /[\ud800-\udbff]/.test(text[at - 1] ?? "") && /[\udc00-\udfff]/.test(text[at] ?? "");

// Somebody undoes, and the newest step was an arrival: their own step behind it is meant.
document.addEventListener("input", ({ target: control, inputType }) => {
  const newest = arrivals.get(control)?.at(-1);
  if (inputType !== "historyUndo" || control.value !== newest?.before) return;
  arrivals.get(control).pop();
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
  const caret = own === base ? caretBefore : map(selectionEnd);
  control.setSelectionRange(caret, caret);
}, true);

document.addEventListener("beforeinput", ({ target, inputType }) => {
  if (inputType === "historyUndo") caretBefore = target.selectionEnd;
}, true);

document.addEventListener("focusout", ({ target }) => arrivals.delete(target));
