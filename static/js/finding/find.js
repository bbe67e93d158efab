// Finds text in the plan: counts the matches, marks them, and walks from one to the next.
//
// The marks are highlights of the browser and no elements, so that swaps do not meet them.
import { announceNow } from "../announce.js";
import { byId, closest } from "../dom.js";
import { showAllRisks } from "../pictures/risk-filter.js";
import { reveal } from "../sections/folding.js";
import { occurrences } from "./matches.js";

const AFTER = 120; // milliseconds of no typing
const MOST = 5000; // matches; more are counted as so many
const bar = () => byId("find");
const input = () => /** @type {HTMLInputElement | null} */ (byId("find-text"));
/** @type {Range[]} */
let matches = [];
let current = -1;
/** @type {number | undefined} */
let timer;
/** @type {Element | null} */
let cameFrom = null;

export function openFind() {
  const field = input();
  const form = bar();
  if (!form || !field) return;
  showAllRisks(); // a match may be in a row that a filter hides
  if (form.hidden) cameFrom = document.activeElement;
  form.hidden = false;
  field.select();
  field.focus();
  if (field.value) search();
}

function close() {
  const form = bar();
  if (!form || form.hidden) return;
  form.hidden = true;
  const place = matches[current]?.startContainer.parentElement?.closest(".value");
  matches = [];
  paint();
  const goal = place?.querySelector(".edit") ?? cameFrom;
  /** @type {HTMLElement | null} */ (goal)?.focus({ preventScroll: true });
}

/** @param {string} wanted */
function* rangesOf(wanted) {
  const body = byId("plan-body");
  if (!body) return;
  const nodes = document.createTreeWalker(body, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest(
      "template, .visually-hidden, .item-status, .picture, button",
    )
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    for (const [start, end] of occurrences(node.nodeValue ?? "", wanted)) {
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, end);
      yield range;
    }
  }
}

function search() {
  const wanted = input()?.value ?? "";
  matches = [];
  for (const range of rangesOf(wanted)) {
    if (matches.length >= MOST) break;
    matches.push(range);
  }
  // From what is in view.
  current = matches.findIndex((range) => range.getBoundingClientRect().top > 100);
  if (current < 0) current = matches.length ? 0 : -1;
  show();
}

/** @param {number} step */
function go(step) {
  // Markup may have arrived since.
  if (matches.some((range) => !range.startContainer.isConnected || range.collapsed))
    search();
  if (!matches.length) return;
  current = (current + step + matches.length) % matches.length;
  show();
}

function show() {
  const count = byId("find-count");
  const wanted = input()?.value ?? "";
  const text = matches.length ? `${current + 1} of ${matches.length}` : "No matches";
  if (count) count.textContent = wanted ? text : "";
  if (wanted) announceNow(text);
  paint();
  const range = matches[current];
  if (!range) return;
  reveal(range.startContainer.parentElement);
  const { top, bottom } = range.getBoundingClientRect();
  if (top < 120 || bottom > innerHeight - 60) {
    range.startContainer.parentElement?.scrollIntoView({ block: "center" });
  }
}

function paint() {
  if (!("highlights" in CSS)) return;
  CSS.highlights.set("found", new Highlight(...matches));
  CSS.highlights.set(
    "found-here",
    new Highlight(...(matches[current] ? [matches[current]] : [])),
  );
}

input()?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, AFTER);
});

bar()?.addEventListener("submit", (event) => {
  event.preventDefault();
  go(1);
});

bar()?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  else if (event.key === "Enter" && event.shiftKey) go(-1);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (closest(event, '[data-do="find"]')) openFind();
  if (closest(event, '[data-do="find-previous"]')) go(-1);
  if (closest(event, '[data-do="find-close"]')) close();
});
