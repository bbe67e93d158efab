// Lays out a plan step by step. All at once would keep the page from answering for a tenth
// of a second: so the sections below the first screens begin as those do that are out of
// view in a long plan (css/components/section.css), and a few at a time are laid out
// whenever the browser has nothing else to do. In the end each has its real height.
import { all, closest } from "../dom.js";

const AT_ONCE = 4; // sections
const LATEST = 300; // milliseconds, where the browser is never idle
const WAITING = ".in-steps .plan-body > .section:not(.is-laid-out)";

const whenIdle =
  "requestIdleCallback" in window
    ? (/** @type {() => void} */ step) => requestIdleCallback(step, { timeout: LATEST })
    : (/** @type {() => void} */ step) => setTimeout(step, 50);

/** @param {number} [many] */
function layOut(many) {
  const waiting = all(document, WAITING).slice(0, many);
  for (const section of waiting) section.classList.add("is-laid-out");
  return waiting.length > 0;
}

function layOutSome() {
  // The step is taken when the browser draws.
  if (layOut(AT_ONCE)) requestAnimationFrame(() => whenIdle(layOutSome));
}

// Before somebody goes to another place of the page, which must not move then.
for (const type of ["keydown", "hashchange", "beforematch"]) {
  addEventListener(type, () => layOut(), { capture: true, once: true });
}
document.addEventListener(
  "click",
  (event) => {
    if (closest(event, 'a[href^="#"]')) layOut();
  },
  true,
);
document.addEventListener("htmx:after:swap", layOutSome); // markup knows nothing of it

whenIdle(layOutSome);
