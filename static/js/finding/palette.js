// The palette: every section to go to, and everything that can be done on this page.
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

const MOST = 50; // lines; more would be searched, not read

/** @typedef {{ name: string, kind: string, act: () => void }} Choice */

const dialog = () => /** @type {HTMLDialogElement | null} */ (byId("palette"));
const input = () => /** @type {HTMLInputElement | null} */ (byId("palette-text"));
/** @type {Choice[]} */
let choices = [];
/** @type {Choice[]} */
let shown = [];
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
  show();
}

function show() {
  const list = byId("palette-list");
  const empty = byId("palette-empty");
  if (!list || !empty) return;
  shown = fitting(choices, input()?.value ?? "").slice(0, MOST);
  current = 0;
  list.replaceChildren(
    ...shown.map(({ name, kind }, at) => {
      const line = document.createElement("li");
      line.id = `palette-${at}`;
      line.setAttribute("role", "option");
      const note = document.createElement("span");
      note.className = "palette-kind";
      note.textContent = kind;
      line.append(name, note);
      return line;
    }),
  );
  empty.hidden = shown.length > 0;
  mark();
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
  choice.act();
}

input()?.addEventListener("input", show);

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
