// What scrolls sideways can be scrolled by the keyboard: it is a stop of the Tab key while
// it is wider than its frame, and has nothing in it that is. Of tabs that don't fit, the
// current one is shown.
import { all } from "./dom.js";

const WIDE = ".markdown :is(table, pre), .rows-scroll, .raw, .option-preview, .diff";

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) update(/** @type {HTMLElement} */ (target));
});

/** @param {HTMLElement} element */
function update(element) {
  const isWide = element.scrollWidth > element.clientWidth + 1;
  const hasStop = element.querySelector("a[href], button, input, textarea, select");
  if (isWide && !hasStop) element.tabIndex = 0;
  else element.removeAttribute("tabindex");
}

/** @param {HTMLElement} tab */
function show(tab) {
  const tabs = tab.parentElement;
  const frame = tabs?.getBoundingClientRect();
  const { left, right } = tab.getBoundingClientRect();
  if (!tabs || !frame || (left >= frame.left && right <= frame.right)) return;
  tabs.scrollLeft += (left + right - frame.left - frame.right) / 2;
}

function watch() {
  for (const element of all(document, WIDE)) sizes.observe(element);
  for (const tab of all(document, ".tabs > [aria-current]")) show(tab);
}

watch();
document.addEventListener("htmx:after:swap", watch);
