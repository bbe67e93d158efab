// Keys that walk from value to value: arrows, Home and End over values at rest, Tab from an
// open control to the next. F2 opens a value as Enter does, and Esc leaves it.
import { all, closest } from "../dom.js";
import { isOpen, keyOf, leave, linkOf, open, storedOf } from "./values.js";

// What opens, as an edit or as a suggestion. A label has no link.
const STOPS = ".value:is(:has(> .edit), .is-open)";

/** @param {ParentNode} root */
const stopsIn = (root) => all(root, STOPS);

/** @param {HTMLElement} value */
const allAround = (value) => stopsIn(value.closest(".plan-body, main") ?? document);

/**
 * Whether keys lead there. Asked of a few values at a time: what is far from view has to
 * be laid out for the answer.
 * @param {HTMLElement} value
 */
const isStop = (value) => value.dataset.control !== "label" && value.checkVisibility();

/**
 * @param {HTMLElement} value
 * @param {number} step 1 or -1
 */
function neighbour(value, step) {
  const values = allAround(value);
  let at = values.indexOf(value) + step;
  while (values[at] && !isStop(values[at])) at += step;
  return values[at];
}

/**
 * The same cell of the row above or below; from the first or last row, and from all that
 * is in no table, the value before or after.
 * @param {HTMLElement} value
 * @param {number} step
 */
function aboveOrBelow(value, step) {
  const row = value.closest("tr.row");
  if (!row) return neighbour(value, step);
  const next = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  const cell = next && stopsIn(next).find((other) => keyOf(other) === keyOf(value));
  const cells = stopsIn(row);
  const edge = step < 0 ? cells[0] : cells.at(-1);
  return cell ?? neighbour(edge ?? value, step);
}

/**
 * Where a key leads from a value at rest.
 * @type {Record<string, (value: HTMLElement) => HTMLElement | undefined>}
 */
const WALK = {
  ArrowDown: (value) => aboveOrBelow(value, 1),
  ArrowUp: (value) => aboveOrBelow(value, -1),
  ArrowRight: (value) => neighbour(value, 1),
  ArrowLeft: (value) => neighbour(value, -1),
  Home: (value) => allAround(value).find(isStop),
  End: (value) => allAround(value).findLast(isStop),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const value = closest(event, STOPS);
  if (!value || event.altKey) return;
  const isCommand = event.ctrlKey || event.metaKey;
  if (!isOpen(value)) {
    if (event.key === "F2" && !isCommand && value.dataset.control) {
      event.preventDefault();
      open(value, { caret: storedOf(value).length });
    }
    const goal = WALK[event.key]?.(value);
    if (!goal || isCommand || event.shiftKey) return;
    event.preventDefault();
    linkOf(goal)?.focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    leave(value);
  } else if (event.key === "Tab" && !isCommand) {
    const next = neighbour(value, event.shiftKey ? -1 : 1);
    if (!next) return;
    event.preventDefault();
    open(next, { caret: storedOf(next).length });
  }
});
