// A second click where something was removed is meant for what was there, and not for
// what has moved under the pointer since. Moving the pointer away and back aims again.
import { byId, closest, targetOf } from "../dom.js";

const NEAR = 6; // pixels
const LOOKS_AFTER = 700; // milliseconds until a person has seen what is there now
const REMOVERS = '[data-do="remove"], .block-remove button';
/** @type {{ x: number, y: number, of: string, goneAt?: number } | null} */
let press = null; // `of`: the id of the item or block that it removes

/**
 * The menu of an item is outside it.
 * @param {HTMLElement} button
 */
const removedBy = (button) =>
  button.closest("#item-menu")?.getAttribute("data-item") ??
  button.closest(".item, .block")?.id ??
  "";

/** @param {NonNullable<typeof press>} press */
const isGone = ({ of }) => !byId(of);

/**
 * @param {MouseEvent} event
 * @param {NonNullable<typeof press>} press
 */
const isNear = ({ clientX, clientY }, { x, y }) =>
  Math.hypot(clientX - x, clientY - y) <= NEAR;

document.addEventListener(
  "pointermove",
  (event) => {
    if (press && !isNear(event, press)) press = null;
  },
  { capture: true, passive: true },
);

document.addEventListener(
  "click",
  (event) => {
    if (!event.detail) return; // by the keyboard, or a script
    const isMeantForRemoved =
      press &&
      isNear(event, press) &&
      isGone(press) &&
      Date.now() < (press.goneAt ?? Date.now()) + LOOKS_AFTER;
    if (isMeantForRemoved) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const button = closest(event, REMOVERS);
    press = button
      ? { x: event.clientX, y: event.clientY, of: removedBy(button) }
      : null;
  },
  true,
);

export function noteRemovedButton() {
  if (press && isGone(press)) press.goneAt ??= Date.now();
}

// A key that is held down also presses what gets the focus next.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.repeat && targetOf(event)?.matches(REMOVERS)) {
    event.preventDefault();
  }
});
