// The columns of plain tables: a menu at each header adds, renames, moves and removes them.
import { byId, closest } from "../dom.js";
import { whenSaved } from "./autosave.js";
import { openAt, walk } from "../popover-menus.js";
import { postTo } from "./posting.js";
import { askToEdit, isForReading } from "./reading.js";

const menu = () => byId("column-menu");
/** @type {HTMLAnchorElement | null} */
let header = null; // whose menu is open

/** @param {Element} link */
const placeOf = (link) => /** @type {HTMLTableCellElement} */ (link.closest("th"));

/** @param {HTMLAnchorElement} link */
const nameOf = (link) => link.textContent.trim();

/** @param {HTMLAnchorElement} link */
function openMenu(link) {
  const list = menu();
  const cell = placeOf(link);
  const row = /** @type {HTMLTableRowElement | null} */ (cell?.parentElement);
  if (!list || !row) return;
  header = link;
  const count = row.cells.length - 1; // the last one is of the rows' tools
  /** @type {Record<string, boolean>} */
  const isOff = {
    back: cell.cellIndex === 0,
    on: cell.cellIndex === count - 1,
    remove: count === 1,
  };
  for (const choice of list.querySelectorAll("[data-column]")) {
    const { column = "" } = /** @type {HTMLElement} */ (choice).dataset;
    choice.toggleAttribute("hidden", isOff[column] ?? false);
  }
  openAt(list, link, "left");
}

function close() {
  menu()?.hidePopover();
  header?.focus({ preventScroll: true });
}

/**
 * @param {HTMLAnchorElement} link
 * @param {string} tool
 */
function choose(link, tool) {
  const at = placeOf(link).cellIndex;
  const address = link.href;
  const named = nameOf(link);
  if (tool === "rename") askName(address, "rename", at, named);
  else if (tool === "left") askName(address, "add", at, "");
  else if (tool === "right") askName(address, "add", at + 1, "");
  else {
    /** @type {Record<string, string>} */
    const fields = { do: "remove", column: String(at), named };
    if (tool !== "remove") {
      fields.do = "move";
      fields.to = String(tool === "back" ? at - 1 : at + 1);
    }
    whenSaved(() => postTo(address, fields));
  }
}

/**
 * @param {string} address
 * @param {string} what
 * @param {number} at
 * @param {string} named
 */
function askName(address, what, at, named) {
  const dialog = /** @type {HTMLDialogElement | null} */ (byId("name-column"));
  const form = dialog?.querySelector("form");
  const input = /** @type {HTMLInputElement | null} */ (byId("column-name"));
  if (!dialog || !form || !input) return;
  form.setAttribute("hx-post", address);
  for (const [name, value] of Object.entries({ do: what, column: String(at), named })) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }
  input.value = named;
  dialog.showModal();
  input.select();
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const opener = closest(event, '[data-do="column-menu"]');
  if (opener && menu()) {
    event.preventDefault();
    const link = /** @type {HTMLAnchorElement} */ (opener);
    if (isForReading()) askToEdit(() => openMenu(link));
    else openMenu(link);
    return;
  }
  const chosen = closest(event, "#column-menu [role=menuitem]");
  if (!chosen || !header) return;
  const link = header;
  close();
  choose(link, chosen.dataset.column ?? "");
});

document.addEventListener("keydown", (event) => walk(event, menu(), close));
