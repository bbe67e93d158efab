// The inbox: what is opened is read, keys go from entry to entry and mark them, and after
// an entry has gone the focus goes on to the next.
import "./refreshed.js";
import { openedBy } from "../account.js";
import { all, byId, closest, focused } from "../dom.js";
import { areLettersOn } from "../finding/key-list.js";

const LINKS = ".entry-link";

/** @returns {HTMLAnchorElement[]} */
const links = () => all(document, LINKS);

/** @param {Element | null} element */
const entryOf = (element) =>
  /** @type {HTMLElement | null} */ (element?.closest(".entry") ?? null);

/**
 * The button that marks an entry so.
 * @param {Element} entry
 * @param {string} mark
 */
const buttonOf = (entry, mark) =>
  /** @type {HTMLButtonElement | null} */ (
    entry.querySelector(`.entry-marks button[name="do"][value="${mark}"]`)
  );

// --- What is opened is read -------------------------------------------------------------

document.addEventListener("click", (event) => {
  const link = closest(event, `${LINKS}, .entry-tools > a`);
  const entry = entryOf(link);
  const button = entry && buttonOf(entry, "read");
  if (!button?.form) return;
  const values = new FormData(button.form, button);
  // It goes on while the page is left.
  fetch(button.form.action, {
    method: "POST",
    body: values,
    keepalive: true,
    redirect: "manual",
    headers: openedBy(),
  }).catch(() => {});
});

// --- Keys -------------------------------------------------------------------------------

/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
/** @type {Record<string, string[]>} */
const MARKS = { d: ["done"], s: ["tomorrow"], u: ["unread"], b: ["open"] };

document.addEventListener("keydown", (event) => {
  const { key, altKey, ctrlKey, metaKey, shiftKey, isComposing } = event;
  if (isComposing || event.defaultPrevented || altKey || ctrlKey || metaKey) return;
  const element = focused();
  if (element.matches("input, textarea, select") || element.closest("details[open]"))
    return;
  const entry = entryOf(element);
  if (key in STEPS && !shiftKey && (entry || element === document.body)) {
    const stops = links();
    const link = entry?.querySelector(LINKS);
    const at = link ? stops.indexOf(/** @type {HTMLAnchorElement} */ (link)) : -1;
    const next = stops[at < 0 ? 0 : at + STEPS[key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
    return;
  }
  if (!entry || !areLettersOn()) return;
  const button = (MARKS[key] ?? [])
    .map((mark) => buttonOf(entry, mark))
    .find((each) => each !== null);
  if (!button) return;
  event.preventDefault();
  button.form?.requestSubmit(button);
});

// --- The focus goes on ------------------------------------------------------------------

/** @type {{ id: string, at: number } | null} */
let left = null;

document.addEventListener("htmx:before:request", (event) => {
  const entry = entryOf(/** @type {Element | null} */ (event.target));
  const ids = all(document, ".entry").map((each) => each.id);
  left = entry && { id: entry.id, at: ids.indexOf(entry.id) };
});

document.addEventListener("htmx:after:swap", () => {
  if (!left) return;
  document.dispatchEvent(new CustomEvent("planner:inbox")); // its number, too
  const { id, at } = left;
  const stops = links();
  const same = byId(id)?.querySelector(LINKS);
  const isLost = focused() === document.body || !focused().checkVisibility();
  if (same && !isLost) return;
  left = null;
  const next = same ?? stops[Math.min(at, stops.length - 1)];
  (next instanceof HTMLElement ? next : byId("main"))?.focus();
});
