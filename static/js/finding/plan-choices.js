// What the palette offers on the page of a plan: every section to go to, and everything that
// can be done there.
import { all, byId } from "../dom.js";
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
import { goToOpen } from "./open-places.js";
import { offer } from "./palette.js";

/** @import { Choice } from "./palette.js" */

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
    ".toolbar-actions > form button, .toolbar-wide a, .plan-body > .block-add button",
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

offer(() => [...sections(), ...actions()]);
