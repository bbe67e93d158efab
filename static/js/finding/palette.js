// The palette, on every page of a person who is signed in: what can be done on the page, if
// it has anything of its own (plan-choices.js), the person's plans, teams and pages, and
// what the search finds in all plans.
import { all, byId, closest } from "../dom.js";
import { fitting } from "./matches.js";
import { ask, forgetSearch, passageOf, searchSoon } from "./search.js";

const MOST = 50; // lines; more would be searched, not read

/** @typedef {{ name: string, kind: string, passage?: HTMLElement,
 *              url?: string, act: () => void }} Choice */

const dialog = () => /** @type {HTMLDialogElement | null} */ (byId("palette"));
const input = () => /** @type {HTMLInputElement | null} */ (byId("palette-text"));
/** @type {Choice[]} */
let choices = [];
/** @type {Choice[]} */
let shown = [];
/** @type {Choice[]} */
let results = []; // of the search, for what is typed now
let current = 0;
let isLoaded = false; // whether all that can be chosen from is there

/** @type {Promise<Choice[]> | undefined} */
let places; // asked for once a page, when the palette is first opened

/** @type {() => Choice[]} */
let ofThisPage = () => [];

/**
 * What a page has of its own, which comes first.
 * @param {() => Choice[]} choose
 */
export function offer(choose) {
  ofThisPage = choose;
}

/** The person's plans, teams and pages. @returns {Promise<Choice[]>} */
async function loadPlaces() {
  const answer = await ask(dialog()?.dataset.placesUrl ?? "");
  if (!answer) places = undefined; // the next time, perhaps
  return (answer?.places ?? []).map(
    (/** @type {{ name: string, kind: string, url: string }} */ place) => ({
      ...place,
      act: () => location.assign(place.url),
    }),
  );
}

export function openPalette() {
  const field = input();
  if (!dialog() || !field || dialog()?.open) return;
  choices = ofThisPage();
  field.value = "";
  dialog()?.showModal();
  typed();
  places ??= loadPlaces();
  const own = choices;
  places.then((found) => {
    if (own !== choices) return; // it was opened again
    choices = [...own, ...found];
    isLoaded = true;
    show();
  });
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
      url: result.url,
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
  const first = fitting(choices, input()?.value ?? "").slice(0, MOST);
  const known = new Set(first.map(({ url }) => url).filter(Boolean));
  shown = [...first, ...results.filter(({ url }) => !known.has(url))];
  list.replaceChildren(...shown.map(lineOf));
  empty.hidden = shown.length > 0 || !isLoaded;
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
