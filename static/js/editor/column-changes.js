// A colleague changes the columns of a table while somebody is in one of its cells.
//
// New markup is merged into controls by their names, and cells are named by their columns'
// places. So before the merge the cells of the page take the names that their columns have
// in the markup.
import { all, byId } from "../dom.js";
import { forgetDraft, keepDraft } from "./drafts.js";
import { controlOf, isOpen, renameValue, valuesIn } from "./values.js";

/** @param {ParentNode} table */
const namesIn = (table) =>
  all(table, "thead th:not(.row-tools)").map((cell) => cell.textContent.trim());

/** @param {SwapEvent} event */
export function followColumns({ detail: { tasks } }) {
  for (const { fragment } of tasks) {
    for (const theirs of all(fragment, ".block table.rows")) {
      const block = theirs.closest(".block");
      const mine = byId(block?.id)?.querySelector("table.rows");
      if (mine && valuesIn(mine).some(isOpen)) follow(mine, namesIn(theirs));
    }
  }
}

/**
 * @param {Element} table
 * @param {string[]} names
 */
function follow(table, names) {
  const before = namesIn(table);
  if (before.join("\n") === names.join("\n")) return;
  // A new name at a place whose old one is nowhere: it was renamed.
  const places = before.map((name, at) => {
    const to = names.indexOf(name);
    const isRenamed = names.length === before.length && !before.includes(names[at]);
    return to >= 0 ? to : isRenamed ? at : -1;
  });
  for (const row of all(table, "tbody > .row")) {
    for (const [at, cell] of all(row, ":scope > td[data-label]").entries()) {
      const value = valuesIn(cell)[0];
      if (!value || at >= places.length) continue;
      // Without a column, its name is nobody's: what is typed there is offered.
      const key = places[at] < 0 ? `gone-${at}` : `cell-${places[at]}`;
      const control = controlOf(value);
      if (control) forgetDraft(control.id);
      renameValue(value, key);
      if (control) keepDraft(control);
    }
  }
}
