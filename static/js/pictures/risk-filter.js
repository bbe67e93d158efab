// A cell of the risk matrix shows its risks alone in their table.
//
// Rows are hidden by a style sheet of the script, which swaps do not meet. It names the rows
// of the other cells, so that a row that comes later shows. What is being edited stays.
import { announceNow } from "../announce.js";
import { all, closest, goalOf } from "../dom.js";

const sheet = new CSSStyleSheet();
/** @type {{ picture: string, cell: string } | null} */
let chosen = null; // the ids of a matrix, and of a cell in it

document.adoptedStyleSheets.push(sheet);

/** @param {Element} cell */
const itemsOf = (cell) => (cell.getAttribute("data-items") ?? "").split(" ");

/** After a swap, for risks may have come, gone, or moved to another cell. */
export function filterAgain() {
  if (!chosen) return;
  const picture = document.getElementById(chosen.picture);
  const cells = picture ? all(picture, "[data-items]") : [];
  const cell = cells.find((each) => each.dataset.cell === chosen?.cell);
  if (!picture || !cell) {
    showAllRisks();
    return;
  }
  const others = cells.filter((each) => each !== cell).flatMap(itemsOf);
  const unplaced = picture.querySelector("[data-unplaced]");
  if (unplaced)
    others.push(...(unplaced.getAttribute("data-unplaced") ?? "").split(" "));
  const rows = others.map((id) => `#item-${id}:not(:focus-within)`).join();
  sheet.replaceSync(rows ? `@media screen { ${rows} { display: none } }` : "");
  for (const each of cells) each.removeAttribute("aria-current");
  cell.setAttribute("aria-current", "true");
  const note = /** @type {HTMLElement} */ (picture.querySelector(".picture-filter"));
  note.hidden = false;
  const text = textOf(cell, note);
  const words = /** @type {HTMLElement} */ (note.firstElementChild);
  if (words.textContent !== text) words.textContent = text;
}

/**
 * @param {Element} cell
 * @param {HTMLElement} note
 */
function textOf(cell, note) {
  const [impact, likelihood] = (cell.getAttribute("data-cell") ?? "").split("-");
  const { length } = itemsOf(cell);
  return `The table shows ${length} of ${note.dataset.of} risks: impact ${impact}, likelihood ${likelihood}.`;
}

export function showAllRisks() {
  if (!chosen) return;
  const picture = document.getElementById(chosen.picture);
  chosen = null;
  sheet.replaceSync("");
  if (!picture) return;
  for (const each of all(picture, "[aria-current]")) {
    each.removeAttribute("aria-current");
  }
  const note = /** @type {HTMLElement} */ (picture.querySelector(".picture-filter"));
  note.hidden = true;
}

document.addEventListener(
  "click",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const cell = closest(event, '[data-do="filter-risks"]');
    if (!cell) return;
    event.preventDefault();
    const picture = cell.closest(".picture")?.id ?? "";
    const key = cell.dataset.cell ?? "";
    const isAgain = chosen?.picture === picture && chosen.cell === key;
    showAllRisks();
    if (isAgain) {
      announceNow("The table shows all risks.");
      return;
    }
    chosen = { picture, cell: key };
    filterAgain();
    const note = document.querySelector(`#${picture} .picture-filter`);
    note?.scrollIntoView({ block: "nearest" });
    announceNow(note?.firstElementChild?.textContent ?? "");
  },
  true, // before a link is followed
);

document.addEventListener("click", (event) => {
  const button = closest(event, '[data-do="show-all-risks"]');
  if (button) {
    const cell = button.closest(".picture")?.querySelector("[aria-current]");
    showAllRisks();
    announceNow("The table shows all risks.");
    /** @type {SVGAElement | null | undefined} */ (cell)?.focus({
      preventScroll: true,
    });
    return;
  }
  // A link to a row that is hidden, from the panels or the outline.
  const target = goalOf(closest(event, 'a[href^="#"]'));
  if (target && !target.checkVisibility()) showAllRisks();
});

// A matrix that is folded away does not go on hiding rows.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target instanceof HTMLDetailsElement && !target.open) {
      if (target.id === chosen?.picture) showAllRisks();
    }
  },
  true,
);
