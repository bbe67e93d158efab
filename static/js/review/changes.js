// Walks from change to change in the text of a version, and folds what did not change.
import { say } from "../announce.js";
import { all, byId, closest, targetOf } from "../dom.js";
import { areLettersOn } from "../finding/key-list.js";

const notes = () => all(document, "#whole [data-walk]");
const parts = () =>
  /** @type {HTMLDetailsElement[]} */ (all(document, "#version-text .version-part"));

let at = ""; // the id of the change that was shown last

/** @param {HTMLElement} note */
function show(note) {
  for (let part = note.closest("details"); part; ) {
    part.open = true;
    part = part.parentElement?.closest("details") ?? null;
  }
  at = note.id;
  note.scrollIntoView({ block: "center" });
  note.focus({ preventScroll: true });
  const list = notes();
  const count = byId("change-count");
  const place = `${list.indexOf(note) + 1} of ${list.length}`;
  if (count) count.textContent = place;
  say(`Change ${place}`);
}

/** @param {number} step 1 or -1 */
function walk(step) {
  const list = notes();
  if (!list.length) return;
  const from = list.findIndex((note) => note.id === at);
  const start = step > 0 ? -1 : list.length;
  const next = (from < 0 ? start : from) + step;
  const note = list[(next + list.length) % list.length];
  if (note) show(note);
}

/** @param {HTMLElement} button */
function foldUnchanged(button) {
  const folds = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(folds));
  for (const part of parts()) {
    part.open = !folds || part.querySelector("[data-walk]") !== null;
  }
}

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-do]");
  if (button?.dataset.do === "next-change") walk(1);
  if (button?.dataset.do === "previous-change") walk(-1);
  if (button?.dataset.do === "fold-unchanged") foldUnchanged(button);
});

// Before focus.js, which would follow the link as any other.
document.addEventListener(
  "click",
  (event) => {
    const link = closest(event, 'a[href^="#change-"]');
    const note = link instanceof HTMLAnchorElement ? byId(link.hash.slice(1)) : null;
    if (!note?.matches("[data-walk]")) return;
    event.preventDefault();
    show(note);
  },
  true,
);

/** @type {Record<string, number>} */
const STEPS = { n: 1, p: -1 };

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if (event.altKey || event.ctrlKey || event.metaKey || !areLettersOn()) return;
  if (targetOf(event)?.matches("input:not([type=checkbox], [type=radio]), textarea"))
    return;
  if (document.querySelector("dialog:modal, :popover-open")) return;
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  walk(step);
});
