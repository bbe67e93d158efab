// What a person looks at stays in place while markup above it changes.
import { byId, focused } from "../dom.js";

/**
 * @param {() => Promise<void>} change inserts markup at once; the promise is of the rest
 */
export async function keepingPlace(change) {
  const element = focused();
  const selection = selectionOf(element);
  const ancestors = ancestorsOf(element);
  const anchors = anchorsIn(element).map((each) => ({ each, top: topOf(each) }));
  const root = document.documentElement;
  // The browser's own scroll anchoring would do the same again a moment later.
  root.classList.add("is-swapping");
  const done = change();
  const anchor = anchors.find(({ each }) => each.isConnected);
  if (anchor) {
    scrollBy({ top: topOf(anchor.each) - anchor.top, behavior: "instant" });
  }
  requestAnimationFrame(() => root.classList.remove("is-swapping"));
  keepFocus(element, selection, ancestors);
  await done;
}

/** @param {Element} element */
const topOf = (element) => element.getBoundingClientRect().top;

/** @param {Element} element */
const isInView = (element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};

/**
 * The control in use first; then what is in the window, from above.
 * @param {HTMLElement} element
 */
function anchorsIn(element) {
  const body = byId("plan-body");
  if (!body) return [];
  const { left, width } = body.getBoundingClientRect();
  /** @type {Element[]} */
  const anchors = element !== document.body && isInView(element) ? [element] : [];
  for (const share of [0.2, 0.4, 0.6, 0.8]) {
    const seen = document.elementFromPoint(left + width / 2, innerHeight * share);
    for (const selector of [".item", ".block", ".section"]) {
      const around = seen?.closest(selector);
      if (around && body.contains(around)) anchors.push(around);
    }
  }
  return anchors;
}

/**
 * @param {HTMLElement} element
 * @returns {Parameters<HTMLTextAreaElement["setSelectionRange"]> | null}
 */
function selectionOf(element) {
  try {
    const { selectionStart, selectionEnd, selectionDirection } =
      /** @type {TextControl} */ (element);
    if (selectionStart === null || selectionStart === undefined) return null;
    return [selectionStart, selectionEnd, selectionDirection ?? undefined];
  } catch {
    return null;
  }
}

/** @param {HTMLElement} element */
function ancestorsOf(element) {
  const ancestors = [];
  for (let each = element.parentElement; each; each = each.parentElement) {
    if (each.id && each.id !== "plan") ancestors.push(each);
  }
  return ancestors;
}

/**
 * Moving an element takes the focus off it in some browsers. Where the element is gone,
 * the focus goes to what was around it, and not into a text that was not meant.
 * @param {HTMLElement} element that had the focus
 * @param {ReturnType<typeof selectionOf>} selection
 * @param {HTMLElement[]} ancestors
 */
function keepFocus(element, selection, ancestors) {
  if (element === document.body || document.activeElement !== document.body) return;
  if (element.isConnected) {
    element.focus({ preventScroll: true });
    if (selection) {
      /** @type {Partial<TextControl>} */ (element).setSelectionRange?.(...selection);
    }
    return;
  }
  const around = ancestors.find((each) => each.isConnected);
  if (!around) return;
  if (!around.hasAttribute("tabindex")) around.tabIndex = -1;
  around.focus({ preventScroll: true });
}
