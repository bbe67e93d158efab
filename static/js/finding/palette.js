// The palette: every section to go to, everything that can be done on this page, and what
// the search finds in all plans.
import { all, byId, closest } from "../dom.js";
import { focusIn } from "../focus.js";
import {
  endAlone,
  foldAll,
  isAlone,
  reveal,
  showAlone,
  showNeighbour,
  toggleFold,
} from "../sections/folding.js";
import { openFind } from "./find.js";
import { openKeys } from "./key-list.js";
import { fitting } from "./matches.js";
import { goToOpen } from "./open-places.js";
import { forgetSearch, passageOf, searchSoon } from "./search.js";

const MOST = 50; // lines; more would be searched, not read

/** @typedef {{ name: string, kind: string, passage?: HTMLElement,
 *              act: () => void }} Choice */

const dialog = () => /** @type {HTMLDialogElement | null} */ (byId("palette"));
const input = () => /** @type {HTMLInputElement | null} */ (byId("palette-text"));
/** @type {Choice[]} */
let choices = [];
/** @type {Choice[]} */
let shown = [];
/** @type {Choice[]} */
let results = []; // of the search, for what is typed now
let current = 0;

/** @returns {Choice[]} */
function sections() {
  return all(document, "#plan-outline .outline a").map((link) => ({
    name: link.querySelector(".outline-text")?.textContent.trim() ?? "",
    kind: "Section",
    act: () => {
      const target = byId(/** @type {HTMLAnchorElement} */ (link).hash.slice(1));
      reveal(target);
      target?.scrollIntoView();
      focusIn(target);
    },
  }));
}

/** What the page's own buttons and links do, by their names. */
function actions() {
  const pressed = all(
    document,
    // The toolbar's menu says again what does not fit a small screen.
    ".toolbar-actions > form button, .toolbar-wide a, .plan-body > .block-add button, " +
      ".site-nav a",
  );
  /** @type {Choice[]} */
  const own = pressed.map((element) => ({
    name: (element.getAttribute("aria-label") ?? element.textContent)
      .replace(/\s+/g, " ")
      .trim(),
    kind: "Action",
    act: () => element.click(),
  }));
  return [
    { name: "Next blank or question", kind: "Action", act: () => goToOpen(1) },
    { name: "Previous blank or question", kind: "Action", act: () => goToOpen(-1) },
    { name: "Find in this plan", kind: "Action", act: openFind },
    { name: "Show the keys", kind: "Action", act: openKeys },
    ...arrangement(),
    ...own,
  ];
}

/** What of the plan is in view. @returns {Choice[]} */
function arrangement() {
  const kind = "Action";
  const mine = all(document, '#plan-outline [data-do="mine"]')[0];
  const ofOne = isAlone()
    ? [
        { name: "Show all sections", kind, act: endAlone },
        { name: "Next section", kind, act: () => showNeighbour(1) },
        { name: "Previous section", kind, act: () => showNeighbour(-1) },
      ]
    : [{ name: "Show only this section", kind, act: () => showAlone() }];
  return [
    ...ofOne,
    { name: "Fold or unfold this section", kind, act: () => toggleFold() },
    { name: "Fold all sections", kind, act: () => foldAll(true) },
    { name: "Unfold all sections", kind, act: () => foldAll(false) },
    ...(mine ? [{ name: "Outline: only mine", kind, act: () => mine.click() }] : []),
  ];
}

export function openPalette() {
  const field = input();
  if (!dialog() || !field || dialog()?.open) return;
  choices = [...sections(), ...actions()];
  field.value = "";
  dialog()?.showModal();
  typed();
}

function typed() {
  const { searchUrl, searchPage } = dialog()?.dataset ?? {};
  const words = input()?.value ?? "";
  results = [];
  current = 0;
  show();
  if (!searchUrl || !searchPage) return;
  searchSoon(searchUrl, words, (answer) => {
    results = (answer?.results ?? []).map((result) => ({
      name: [result.plan, result.place].filter(Boolean).join(" › "),
      kind: result.kind,
      passage: result.passage.length ? passageOf(result) : undefined,
      act: () => location.assign(result.url),
    }));
    if (results.length) {
      results.push({
        name: `Search all plans for “${words.trim()}”`,
        kind: "Search",
        act: () =>
          location.assign(`${searchPage}?${new URLSearchParams({ q: words })}`),
      });
    }
    show();
    tell(answer?.count ?? "");
  });
}

/** For screen readers; a page behind a dialog is not read out. @param {string} count */
function tell(count) {
  const status = byId("palette-status");
  if (status) status.textContent = count;
}

function show() {
  const list = byId("palette-list");
  const empty = byId("palette-empty");
  if (!list || !empty) return;
  // Results come behind what is chosen from already.
  shown = [...fitting(choices, input()?.value ?? "").slice(0, MOST), ...results];
  list.replaceChildren(...shown.map(lineOf));
  empty.hidden = shown.length > 0;
  mark();
}

/**
 * @param {Choice} choice
 * @param {number} at
 */
function lineOf({ name, kind, passage }, at) {
  const line = document.createElement("li");
  line.id = `palette-${at}`;
  line.setAttribute("role", "option");
  const text = document.createElement("span");
  text.className = "palette-text";
  text.dir = "auto";
  text.textContent = name;
  if (passage) text.append(passage);
  const note = document.createElement("span");
  note.className = "palette-kind";
  note.textContent = kind;
  line.append(text, note);
  return line;
}

function mark() {
  for (const [at, line] of all(document, "#palette-list > li").entries()) {
    line.setAttribute("aria-selected", String(at === current));
    if (at === current) line.scrollIntoView({ block: "nearest" });
  }
  input()?.setAttribute(
    "aria-activedescendant",
    shown.length ? `palette-${current}` : "",
  );
}

/** @param {number} at */
function choose(at) {
  const choice = shown[at];
  if (!choice) return;
  dialog()?.close();
  forgetSearch();
  choice.act();
}

input()?.addEventListener("input", typed);

dialog()?.addEventListener("close", forgetSearch);

dialog()?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  const step = steps[/** @type {keyof typeof steps} */ (event.key)];
  if (step && shown.length) {
    current = (current + step + shown.length) % shown.length;
    mark();
  } else if (event.key === "Enter") choose(current);
  else return;
  event.preventDefault();
});

dialog()?.addEventListener("click", (event) => {
  const line = closest(event, "#palette-list > li");
  if (line) choose(Number(line.id.replace("palette-", "")));
  else if (event.target === dialog()) dialog()?.close();
});
