// Rows, entries, checks, fields, sections and phases are dragged to another place among
// their siblings.
//
// One handle serves all of them: it stands at the one that is pointed at or written in. It
// is no stop of Tab, for "Move up" and "Move down" are in each menu. Nothing on the page
// moves before the server has moved it; a line shows where a drop would put it.
import { say } from "../announce.js";
import { all, byId, closest } from "../dom.js";
import { whenSaved } from "./autosave.js";
import { openMenuOf, postOf } from "./item-menu.js";
import { groupsBeside, nameOf, outerOf, siblingsOf } from "./places.js";
import { postTo } from "./posting.js";
import { isForReading } from "./reading.js";
import { linkOf, valuesIn } from "./values.js";

const STARTS_AFTER = 5; // pixels; less is a click
const EDGE = 72; // pixels from the edge of the window in which it scrolls
const FASTEST = 18; // pixels a frame
const DRAGGED = ".item:is(.row, .entry, .check, .field), .section > .section-heading";

/**
 * @typedef {object} Drag
 * @property {string} id of the item or section
 * @property {number} pointer
 * @property {{ x: number, y: number }} from
 * @property {{ x: number, y: number }} at
 * @property {boolean} isMoving
 * @property {Place | null} place
 */
/** @typedef {{ beside: string, side: "before" | "after" }} Place an id, and where of it */

const hasPointer = matchMedia("(hover: hover)");
/** @type {HTMLElement | null} */
let of = null; // what the handle is for
/** @type {Drag | null} */
let drag = null;
let pressed = ""; // the id of what the handle was pressed for, without a move

const handle = () => byId("drag-handle");
const line = () => byId("drop-line");

/** @param {Event} event */
function draggableAt(event) {
  const found = closest(event, DRAGGED);
  if (!found || isForReading()) return null;
  if (found.matches(".section-heading")) {
    return found.querySelector("[data-version]") ? found.closest(".section") : null;
  }
  return found.querySelector(".value[data-control]") ? found : null;
}

/**
 * Where a finger's buttons end: before the comments of an item, which stay in reach.
 * @param {HTMLElement} of
 * @param {DOMRect} box
 */
function endFor(of, box) {
  const comments =
    of.matches(".item") && of.querySelector(".comment-button.has-comments");
  return comments ? comments.getBoundingClientRect().left + 48 : box.right;
}

/** @param {HTMLElement | null} element */
function showHandle(element) {
  const button = handle();
  if (!button || drag) return;
  of = /** @type {HTMLElement | null} */ (element);
  const hasPeers = of && peersOf(of).length > 1;
  button.hidden = !hasPeers;
  if (!of || !hasPeers) return;
  const frame = /** @type {HTMLElement} */ (button.offsetParent ?? document.body);
  const { top, left } = frame.getBoundingClientRect();
  const head = of.querySelector(":scope > .section-heading") ?? of;
  const box = head.getBoundingClientRect();
  const start = outerOf(of).getBoundingClientRect().left;
  button.style.top = `${box.top - top}px`;
  // For a finger beside the button of the menu, for there is no room before the text.
  const side = hasPointer.matches ? Math.max(start, 0) : endFor(of, box);
  button.style.left = `${side - left}px`;
  button.setAttribute("aria-label", `Move ${nameOf(of)}`);
}

/**
 * @param {Element} element
 * @returns {HTMLElement[][]}
 */
const peersOf = (element) =>
  element.matches(".section")
    ? groupsBeside(element)
    : siblingsOf(element).map((each) => [each]);

for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => {
    if (closest(event, "#drag-handle")) return;
    const element = draggableAt(event);
    if (element) showHandle(/** @type {HTMLElement} */ (element));
    else if (type === "focusin") showHandle(null);
  });
}

// --- From the press to the drop ---------------------------------------------------------

document.addEventListener("pointerdown", (event) => {
  const button = closest(event, "#drag-handle");
  if (!button || event.button || !of) return;
  event.preventDefault(); // neither focus nor selection
  button.setPointerCapture(event.pointerId);
  const point = { x: event.clientX, y: event.clientY };
  drag = {
    id: of.id,
    pointer: event.pointerId,
    from: point,
    at: point,
    isMoving: false,
    place: null,
  };
});

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  const { clientX: x, clientY: y } = event;
  drag.at = { x, y };
  if (!drag.isMoving) {
    if (Math.hypot(x - drag.from.x, y - drag.from.y) < STARTS_AFTER) return;
    drag.isMoving = true;
    document.documentElement.classList.add("is-dragging");
    requestAnimationFrame(scroll);
  }
  showPlace();
});

for (const type of ["pointerup", "pointercancel"]) {
  document.addEventListener(type, (event) => {
    if (!drag || /** @type {PointerEvent} */ (event).pointerId !== drag.pointer) return;
    const { isMoving, place, id } = drag;
    end();
    if (type === "pointercancel") return;
    const element = byId(id);
    pressed = isMoving ? "" : id;
    if (isMoving && place && element) drop(element, place);
  });
}

document.addEventListener(
  "keydown",
  (event) => {
    if (!drag || event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    end();
    say("Not moved.");
  },
  true,
);

function end() {
  const button = handle();
  if (drag && button?.hasPointerCapture(drag.pointer)) {
    button.releasePointerCapture(drag.pointer);
  }
  drag = null;
  document.documentElement.classList.remove("is-dragging");
  for (const each of all(document, ".is-dragged")) each.classList.remove("is-dragged");
  line()?.toggleAttribute("hidden", true);
}

// A press without a move opens what else can be done.
document.addEventListener("click", (event) => {
  const element = closest(event, "#drag-handle") && byId(pressed);
  pressed = "";
  if (element?.matches(".item")) openMenuOf(element);
  else if (element) all(element, "[data-do='section-menu']")[0]?.click();
});

/**
 * @param {HTMLElement} element
 * @param {Place} place
 */
function drop(element, { beside, side }) {
  const number = beside.replace(/^\D+/, "");
  const fields = { beside: number, side };
  // The focus stays with what is moved.
  const goal = element.matches(".section")
    ? all(element, ":scope > .section-heading [data-do='section-menu']")[0]
    : linkOf(valuesIn(element)[0]);
  const { id } = element;
  whenSaved(() => {
    const now = byId(id);
    if (!now) return;
    goal?.focus({ preventScroll: true });
    if (now.matches(".item")) postOf(now, "move/", fields);
    else {
      const items = byId("plan")?.dataset.items ?? "";
      postTo(
        items.replace(/items\/$/, `sections/${id.replace("section-", "")}/move/`),
        fields,
      );
    }
  });
}

// --- Where a drop would put it ----------------------------------------------------------

/** @param {HTMLElement[]} group */
const topOf = (group) => group[0].getBoundingClientRect().top;

/** @param {HTMLElement[]} group */
const bottomOf = (group) =>
  Math.max(...group.map((each) => each.getBoundingClientRect().bottom));

function showPlace() {
  const element = drag && byId(drag.id);
  const mark = line();
  if (!drag || !mark) return;
  if (!element) {
    end(); // a colleague has removed it
    return;
  }
  const { y } = drag.at;
  const groups = peersOf(element);
  const own = groups.findIndex((group) => group.some((each) => each.contains(element)));
  for (const each of groups[own]) each.classList.add("is-dragged");
  // A section's middle is that of its heading: its text may fill several windows.
  /** @param {HTMLElement[]} group */
  const middleOf = (group) => {
    const box = group[0].querySelector(":scope > .section-heading") ?? group[0];
    const { top, bottom } = box.getBoundingClientRect();
    return (top + bottom) / 2;
  };
  const before = groups.filter((group) => middleOf(group) < y).length;
  const isWhereItIs = before === own || before === own + 1;
  mark.hidden = isWhereItIs;
  drag.place = null;
  if (isWhereItIs) return;
  const above = groups[before - 1];
  const below = groups[before];
  drag.place = above
    ? { beside: idOf(above[0]), side: "after" }
    : { beside: idOf(below[0]), side: "before" };
  const { left, width } = groups[own][0].getBoundingClientRect();
  const edges = [above && bottomOf(above), below && topOf(below)].filter(
    (edge) => edge !== undefined,
  );
  const top = edges.reduce((sum, edge) => sum + edge, 0) / edges.length;
  // The end of a tall section may be out of sight: the line says where it is.
  mark.style.top = `${Math.max(headerHeight(), Math.min(top, innerHeight - 24))}px`;
  mark.textContent = element.matches(".section")
    ? above
      ? `After ${nameOf(above[0])}`
      : `Before ${nameOf(below[0])}`
    : "";
  mark.style.left = `${left}px`;
  mark.style.width = `${width}px`;
}

/** @param {HTMLElement} outer */
const idOf = (outer) =>
  outer.matches(".item, .section")
    ? outer.id
    : (outer.querySelector(":scope > .item")?.id ?? outer.id);

const headerHeight = () =>
  Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 100;

function scroll() {
  if (!drag?.isMoving) return;
  const { y } = drag.at;
  const top = EDGE + headerHeight();
  const bottom = innerHeight - EDGE;
  const share = y < top ? (y - top) / EDGE : y > bottom ? (y - bottom) / EDGE : 0;
  if (share) {
    scrollBy({ top: FASTEST * Math.max(-1, Math.min(1, share)), behavior: "instant" });
    showPlace();
  }
  requestAnimationFrame(scroll);
}
