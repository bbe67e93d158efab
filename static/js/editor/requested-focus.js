// After an action, the focus goes to what it created, or on from what it removed.
import { all, byId, focused } from "../dom.js";
import { controlIn, hasGoneOn, isNowhere } from "../focus.js";
import { reveal } from "../sections/folding.js";
import { isHeading, openHeading } from "./headings.js";
import { outerOf } from "./places.js";
import { keyOf, open, VALUE } from "./values.js";

// --- To what an answer names ------------------------------------------------------------

// The new row may come with the answer, or before or after it by the feed.
const AWAITED_FOR = 5000; // milliseconds
/** @type {{ id: string, until: number, from: Element | null } | null} */
let awaited = null;
/** @type {string | null} */
let answered = null; // the id that the answer names; the answer is swapped in after that

document.addEventListener("planner:focus", ({ detail }) => {
  answered = detail.id;
});

/** @param {RequestEvent} event */
export function focusWhatWasCreated({ detail: { ctx } }) {
  const id = answered;
  answered = null;
  if (!id || hasGoneOn(ctx.sourceEvent)) return;
  awaited = byId(id)
    ? null
    : { id, until: Date.now() + AWAITED_FOR, from: document.activeElement };
  if (!awaited) goTo(id);
}

export function focusWhatWasAwaited() {
  if (!awaited || !byId(awaited.id)) return;
  const { id, until, from } = awaited;
  awaited = null;
  const element = document.activeElement;
  if (Date.now() < until && (element === from || element === document.body)) goTo(id);
}

/** @param {string} id */
function goTo(id) {
  const element = byId(id);
  if (!element || element.contains(document.activeElement)) return;
  reveal(element);
  if (isHeading(element)) {
    element.scrollIntoView({ block: "center" });
    openHeading(element);
    return;
  }
  const label = all(element, ".field-label")[0];
  const stop =
    label?.textContent === "New field" ? label : (controlIn(element) ?? element);
  const value = /** @type {HTMLElement | null} */ (stop.closest(VALUE));
  if (value) open(value, { isSelected: true });
  /** @type {HTMLElement} */ else stop.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}

// --- On from what is removed ------------------------------------------------------------

/**
 * Where the focus goes when an item is gone: by the answer, or by the feed before it.
 * @type {{ gone: string, peer?: string, around?: string, place: string } | null}
 */
let next = null;

/** @param {RequestEvent} event */
export function noteFocusBeforeRemoval({ detail: { ctx } }) {
  const item = ctx.sourceElement?.closest?.(".item");
  const element = focused();
  if (!/\/remove\/$/.test(ctx.request?.action ?? "") || !item?.contains(element))
    return;
  const outer = outerOf(item);
  const list = outer.parentElement?.closest(".field-list, .block");
  if (!list) return;
  const peers = all(list, ".item").filter(
    (peer) => peer === item || !outer.contains(peer),
  );
  const at = peers.indexOf(/** @type {HTMLElement} */ (item));
  const value = /** @type {HTMLElement | null} */ (element.closest(VALUE));
  const name = element.getAttribute("name");
  next = {
    gone: item.id,
    peer: (peers[at + 1] ?? peers[at - 1])?.id,
    around: (outer.parentElement?.closest(".node") ?? list).id,
    // The same cell, or the same button.
    place: value
      ? `[id$="-${keyOf(value)}-view"] > .edit`
      : name
        ? `[name="${name}"]`
        : `[data-do="${element.dataset.do}"]`,
  };
}

export function focusNextToRemoved() {
  if (!next || byId(next.gone)) return;
  const { place } = next;
  const peer = byId(next.peer);
  const around = byId(next.around);
  next = null;
  if (!isNowhere(document.activeElement)) return;
  const goal =
    (peer && all(peer, place)[0]) ??
    (peer && controlIn(peer)) ??
    (around && all(around, '[data-do="add"]').at(-1)) ??
    (around && controlIn(around));
  goal?.focus();
}
