// From one blank or open question to the next.
import { announceNow } from "../announce.js";
import { all, closest, focused } from "../dom.js";
import { reveal } from "../sections/folding.js";

const OPEN =
  ".value:has(> .blank), .value:has(mark), .question-form, .item.code.is-blank";

const openPlaces = () =>
  all(document, `.plan-body :is(${OPEN})`).filter(
    (place) => place.checkVisibility() || place.closest("[data-away]"),
  );

/**
 * The next or previous open place from where one is: the focus, or else the top of what is
 * in view.
 * @param {HTMLElement[]} places
 * @param {number} step
 */
function neighbour(places, step) {
  const from = focused();
  const at = places.findIndex((place) => place.contains(from));
  if (at >= 0) return places[(at + step + places.length) % places.length];
  /** @param {HTMLElement} place */
  const isAfter = (place) =>
    from.closest(".plan-body")
      ? Boolean(from.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING)
      : place.getBoundingClientRect().top > 120;
  const after = places.findIndex(isAfter);
  if (step > 0) return places[Math.max(after, 0)];
  return places.at((after < 0 ? places.length : after) - 1);
}

/** @param {1 | -1} step */
export function goToOpen(step) {
  const places = openPlaces();
  const place = neighbour(places, step);
  if (!place) {
    announceNow("Nothing is blank, and no question is open.");
    return;
  }
  const stop = /** @type {HTMLElement} */ (
    place.querySelector(":scope > .edit, textarea, input:not([type=hidden])") ?? place
  );
  reveal(place);
  place.scrollIntoView({ block: "center" });
  stop.focus({ preventScroll: true });
  announceNow(`${places.indexOf(place) + 1} of ${places.length} open`);
}

const BUTTON = '[data-do="next-blank"]';

// The walk goes on from where the focus is: a press must not move it to the button.
document.addEventListener("mousedown", (event) => {
  if (closest(event, BUTTON)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (closest(event, BUTTON)) goToOpen(1);
});
