// Sections that are folded, and one section alone (focus mode).
//
// What is away has `hidden="until-found"`: the browser's own search opens it, too. Which
// sections are folded is kept in this browser; markup from the feed knows nothing of it,
// so it is said again after each swap.
import { all, byId, closest, goalOf } from "../dom.js";
import {
  allSections,
  ancestorsOf,
  currentSection,
  depthOf,
  sectionOf,
  subtreeOf,
  titleOf,
} from "./tree.js";

const plan = byId("plan");
const KEY = `planner:folded:${plan?.dataset.plan}`;
/** @type {Set<string>} */
const folded = new Set(read()); // ids of sections
let alone = ""; // the id of the section that is shown alone

/** @returns {string[]} */
function read() {
  try {
    const ids = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(ids) ? ids.map(String) : [];
  } catch {
    return [];
  }
}

function keep() {
  if (folded.size) localStorage.setItem(KEY, JSON.stringify([...folded]));
  else localStorage.removeItem(KEY);
}

// --- What the page shows ----------------------------------------------------------------

/**
 * @param {HTMLElement} element
 * @param {boolean} isAway
 */
function setAway(element, isAway) {
  if (isAway && !element.hasAttribute("hidden")) {
    element.setAttribute("hidden", "until-found");
    element.dataset.away = "";
  } else if (!isAway && element.dataset.away !== undefined) {
    element.removeAttribute("hidden");
    delete element.dataset.away;
  }
}

const SHUT = '[data-do="fold"][aria-expanded="false"]';

/**
 * The buttons of a heading that only scripts serve.
 * @param {Element} heading
 */
function addButtons(heading) {
  const alone = document.createElement("button");
  const fold = document.createElement("button");
  const title = heading.querySelector("h1, h2, h3, h4, h5, h6")?.textContent ?? "";
  for (const [button, action, name, hint] of /** @type {const} */ ([
    [alone, "alone", `Show only ${title}`, "Only this section"],
    [fold, "fold", `Content of ${title}`, "Fold or unfold"],
  ])) {
    button.type = "button";
    button.className = `icon-button section-${action}`;
    button.tabIndex = -1;
    button.dataset.do = action;
    button.title = hint;
    button.setAttribute("aria-label", name);
  }
  fold.setAttribute("aria-expanded", "true");
  heading.insertBefore(fold, heading.querySelector(":scope > .section-actions"));
  fold.before(alone);
}

const BARE =
  "#plan-body > .section:not(.depth-1) > .section-heading:not(:has(> .section-fold))";

export function showSections() {
  for (const heading of all(document, BARE)) addButtons(heading);
  const isAny = folded.size || alone || document.querySelector(`[data-away], ${SHUT}`);
  if (!isAny) {
    showBar();
    return;
  }
  const sections = allSections();
  const own = byId(alone);
  const shown = own ? new Set(subtreeOf(own)) : null;
  const away = new Set(sections.filter((each) => shown && !shown.has(each)));
  for (const section of sections) {
    const isFolded = folded.has(section.id) && section.id !== alone;
    if (isFolded) for (const each of subtreeOf(section).slice(1)) away.add(each);
    const [heading, ...rest] = /** @type {HTMLElement[]} */ ([...section.children]);
    if (!heading?.matches(".section-heading")) continue;
    for (const each of rest) setAway(each, isFolded);
    for (const button of all(heading, '[data-do="fold"]')) {
      button.setAttribute("aria-expanded", String(!isFolded));
    }
  }
  for (const section of sections) setAway(section, away.has(section));
  showBar();
}

function showBar() {
  const bar = byId("alone");
  const own = byId(alone);
  for (const button of all(document, '#plan-outline [data-do="alone"]')) {
    button.setAttribute("aria-pressed", String(Boolean(own)));
  }
  if (!bar) return;
  bar.hidden = !own;
  if (!own) return;
  const peers = peersOf(own);
  const title = byId("alone-title");
  if (title)
    title.textContent = `${titleOf(own)} (${peers.indexOf(own) + 1} of ${peers.length})`;
  all(bar, '[data-do="alone-previous"]')[0].toggleAttribute(
    "disabled",
    own === peers[0],
  );
  all(bar, '[data-do="alone-next"]')[0].toggleAttribute(
    "disabled",
    own === peers.at(-1),
  );
}

// --- Folding ----------------------------------------------------------------------------

// The title is the heading of everything.
/** @param {HTMLElement | null} section */
const canFold = (section) => Boolean(section && depthOf(section) > 1);

/** @param {HTMLElement | null} [section] */
export function toggleFold(section = currentSection()) {
  if (!section || !canFold(section)) return;
  if (!folded.delete(section.id)) folded.add(section.id);
  keep();
  showSections();
}

/** @param {boolean} isFolded */
export function foldAll(isFolded) {
  folded.clear();
  for (const section of allSections()) {
    if (isFolded && canFold(section)) folded.add(section.id);
  }
  keep();
  showSections();
}

/**
 * Shows where an element is, whatever was folded around it.
 * @param {Element | null} element
 */
export function reveal(element) {
  const section = sectionOf(element);
  if (!section) return;
  const around = [section, ...ancestorsOf(section)];
  const own = byId(alone);
  if (own && !subtreeOf(own).includes(section)) {
    alone = (around.find((each) => depthOf(each) <= depthOf(own)) ?? section).id;
  }
  const closed = around.filter((each) => folded.delete(each.id));
  if (closed.length) keep();
  showSections();
}

// --- One section alone ------------------------------------------------------------------

/** @param {HTMLElement} section */
const peersOf = (section) =>
  allSections().filter((each) => depthOf(each) === depthOf(section));

export const isAlone = () => Boolean(byId(alone));

/** @param {HTMLElement | null} [section] */
export function showAlone(section = currentSection()) {
  if (!section) return;
  alone = section.id;
  showSections();
  scrollTo({ top: 0 });
  section.querySelector("h1, h2, h3, h4, h5, h6")?.setAttribute("tabindex", "-1");
  /** @type {HTMLElement | null} */ (
    section.querySelector("h1, h2, h3, h4, h5, h6")
  )?.focus({ preventScroll: true });
}

export function endAlone() {
  const own = byId(alone);
  alone = "";
  showSections();
  own?.scrollIntoView();
}

/** @param {1 | -1} step */
export function showNeighbour(step) {
  const own = byId(alone);
  if (!own) return;
  const peers = peersOf(own);
  const next = peers[peers.indexOf(own) + step];
  if (next) showAlone(next);
}

// --- What people press, and what has to be open -----------------------------------------

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-do]");
  const section = sectionOf(button);
  switch (button?.dataset.do) {
    case "fold":
      return toggleFold(section);
    case "alone":
      return isAlone() && (!section || section.id === alone)
        ? endAlone()
        : showAlone(section ?? currentSection());
    case "alone-previous":
      return showNeighbour(-1);
    case "alone-next":
      return showNeighbour(1);
    case "alone-end":
      return endAlone();
  }
});

document.addEventListener(
  "click",
  (event) => {
    const link = closest(event, 'a[href^="#"]');
    if (link) reveal(goalOf(link));
  },
  true,
);
document.addEventListener("beforematch", ({ target }) => {
  if (target instanceof Element) reveal(target);
});
addEventListener("hashchange", () => reveal(byId(location.hash.slice(1))));

showSections();
if (folded.size && location.hash) {
  reveal(byId(location.hash.slice(1)));
  byId(location.hash.slice(1))?.scrollIntoView();
}
