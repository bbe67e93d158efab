// The rows that pasted cells would become, shown before they go in.
import { all, byId, closest } from "../dom.js";
import { whenSaved } from "./autosave.js";
import { controlOf, keepWhile, keyOf, open, storedOf, valuesIn } from "./values.js";
import { insert } from "./insert.js";
import { postOf } from "./item-menu.js";
import { fit } from "./pasted-text.js";

const MOST_SHOWN = 30;

/** @typedef {{ item: string, value: string, text: string, rows: string[][], fills: boolean }} Pasted */

const dialog = () => /** @type {HTMLDialogElement | null} */ (byId("paste-rows"));
/** @type {Pasted | null} */
let pasted = null;

// The cell that it was pasted into stays open meanwhile.
keepWhile((form) => Boolean(dialog()?.open) && form.id === `${pasted?.item}-form`);

/**
 * Whether nothing is in a row yet, but perhaps its number.
 * @param {HTMLElement} item
 * @param {number} at the column that is pasted into
 */
function isEmpty(item, at) {
  const texts = valuesIn(item).map(
    (value) => controlOf(value)?.value ?? storedOf(value),
  );
  return texts.every((text, column) => !text || (column === 0 && at > 0));
}

/** @param {string[]} left */
function sentenceOf(left) {
  const names = left.filter(Boolean).map((name) => `“${name}”`);
  if (!left.length) return "";
  if (names.length) return `Not in this table, so left out: ${names.join(", ")}. `;
  return left.length === 1
    ? "One column doesn’t fit and is left out. "
    : `${left.length} columns don’t fit and are left out. `;
}

/**
 * @param {string[]} texts
 * @param {"th" | "td"} tag
 */
function line(texts, tag) {
  const row = document.createElement("tr");
  for (const text of texts) {
    const cell = document.createElement(tag);
    if (tag === "th") cell.setAttribute("scope", "col");
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}

/**
 * Shows what would go in; false where it cannot be shown.
 * @param {HTMLTextAreaElement} control
 * @param {HTMLElement} item
 * @param {string[][]} cells
 * @param {string} text
 */
export function previewRows(control, item, cells, text) {
  const window = dialog();
  const value = /** @type {HTMLElement | null} */ (control.closest(".value"));
  const table = window?.querySelector("table");
  if (!window || !value || !table) return false;
  const columns = all(item, ":scope > td[data-label]").map(
    ({ dataset }) => dataset.label ?? "",
  );
  const at = Number(keyOf(value).replace("cell-", ""));
  const { rows, left, hasHeader } = fit(cells, columns, at);
  if (!rows.length) return false;
  pasted = { item: item.id, value: value.id, text, rows, fills: isEmpty(item, at) };
  const count = rows.length === 1 ? "One row" : `${rows.length} rows`;
  const more = rows.length - MOST_SHOWN;
  const title = window.querySelector("h2");
  const note = window.querySelector("p");
  if (title) title.textContent = `Paste ${count.toLowerCase()}`;
  if (note) {
    note.textContent =
      sentenceOf(left) +
      (hasHeader ? "The first row named the columns. " : "") +
      (more > 0 ? `The first ${MOST_SHOWN} are shown. ` : "") +
      `${count} ${pasted.fills ? "from here on" : "below this one"}:`;
  }
  table.replaceChildren(
    document.createElement("thead"),
    document.createElement("tbody"),
  );
  table.tHead?.append(line(columns, "th"));
  table.tBodies[0]?.append(...rows.slice(0, MOST_SHOWN).map((row) => line(row, "td")));
  window.showModal();
  all(window, '[data-do="paste-rows"]')[0]?.focus();
  return true;
}

/** @param {string[]} row */
const named = (row) =>
  Object.fromEntries(
    row.map((cell, at) => [`cell-${at}`, cell]).filter(([, cell]) => cell),
  );

document.addEventListener("click", (event) => {
  const button = closest(event, "#paste-rows [data-do]");
  const what = button?.dataset.do;
  if (!button || !pasted) return;
  const { item, value, text, rows, fills } = pasted;
  const element = byId(item);
  const cell = byId(value);
  dialog()?.close();
  const control = cell && open(cell);
  if (what === "paste-text" && control instanceof HTMLTextAreaElement) {
    insert(control, text);
  }
  if (what !== "paste-rows" || !element) return;
  const sent = [...(fills ? [] : [{}]), ...rows.map(named)];
  whenSaved(() => {
    const now = byId(item);
    if (now) postOf(now, "paste/", { rows: JSON.stringify(sent) });
  });
});
