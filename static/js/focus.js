// Where the focus goes, and whether the person has moved on since.
import { all, byId, CONTROLS, closest, focused, goalOf } from "./dom.js";

/**
 * What most likely wants writing in an item, a row or a section: a control, or the link
 * that opens one.
 * @param {Element} element
 * @returns {HTMLElement | undefined}
 */
export function controlIn(element) {
  const stops = all(element, `${CONTROLS}, .edit`).filter(
    (stop) => stop.checkVisibility() && !stop.matches(":disabled"),
  );
  return stops.find(isBlank) ?? stops[0];
}

/** @param {HTMLElement} stop */
function isBlank(stop) {
  if (stop.matches(".edit")) return stop.matches('[data-stored=""] > *');
  const control = /** @type {Control} */ (stop);
  return control.type !== "checkbox" && control.value === "";
}

/** @param {Element | null} element */
export function focusIn(element) {
  (element && controlIn(element))?.focus({ preventScroll: true });
}

// --- People who have moved on meanwhile keep their focus ---------------------------------

/** @type {WeakMap<Event, Element | null>} */
const focusAt = new WeakMap(); // clicks and submits to what had the focus then
/** @type {Element | null} */
let replayedFrom = null;

for (const type of ["click", "submit"]) {
  addEventListener(
    type,
    (event) => {
      focusAt.set(event, replayedFrom ?? document.activeElement);
    },
    true,
  );
}

/**
 * What was pressed closed what it was in: the focus went back from there by itself.
 * @param {Event} event
 */
export const focusWentBack = (event) => focusAt.set(event, document.activeElement);

/**
 * Presses `element` for a person who pressed it when `from` had the focus.
 * @param {HTMLElement} element
 * @param {Element | null} from
 */
export function replay(element, from) {
  replayedFrom = from;
  element.click();
  replayedFrom = null;
}

/**
 * Whether nothing is focused that a key would write into or press.
 * @param {Element | null} element
 */
export const isNowhere = (element) =>
  !element ||
  element === document.body ||
  element.matches("[tabindex='-1']:not(a, button)");

/** @param {Event | null} event */
export function hasGoneOn(event) {
  const element = document.activeElement;
  return element !== (event && focusAt.get(event)) && !isNowhere(element);
}

// --- When the page opens ----------------------------------------------------------------

// A link from another page, after the browser has scrolled there (and taken the focus off).
addEventListener("load", () =>
  setTimeout(() => {
    const id = location.hash.slice(1);
    if (id.startsWith("item-")) focusIn(byId(id));
  }, 50),
);

// A form that was refused: its first wrong field.
addEventListener("load", () => {
  if (focused() !== document.body) return;
  all(document, "main [aria-invalid='true']")[0]?.focus();
});

// A link within the page, after the browser has scrolled there.
document.addEventListener("click", (event) => {
  const link = closest(event, 'a[href^="#"]:not(.skip-link)');
  if (!link || event.defaultPrevented) return;
  link.closest("details.sheet")?.removeAttribute("open");
  const target = goalOf(link);
  setTimeout(() => focusIn(target));
});
