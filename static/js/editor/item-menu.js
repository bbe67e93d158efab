// The menu of an item: what can be done with it, apart from writing in it.
//
// One menu serves all items. Where it opens, its buttons become those of the item, and post
// the item's form to other addresses, queued behind its saves.
import { all, byId, closest, focused, targetOf } from "../dom.js";
import { whenSaved } from "./autosave.js";
import { openComments } from "./comments.js";
import { formOf } from "./controls.js";
import { ask, askWhyDismissed, openFilledDialog } from "./dialogs.js";
import { nameOf } from "./places.js";
import { openAt, walk } from "../popover-menus.js";
import { isForReading } from "./reading.js";
import { commentOnSelection } from "./stretches.js";
import { suggest } from "./suggest.js";
import {
  addressOf,
  closeIdle,
  formFor,
  keepWhile,
  linkOf,
  open,
  VALUE,
  valuesIn,
} from "./values.js";

// What the menu offers, apart from comments.
const ARRANGE = ["assign", "history", "up", "down", "duplicate", "remove"];
/** @type {Record<string, string[]>} */
const TOOLS = {
  field: ["rename", "ask", ...ARRANGE],
  row: ["ask", ...ARRANGE],
  entry: ["ask", ...ARRANGE],
  check: ARRANGE,
  passage: ["ask", "assign", "history"],
  code: ["assign", "history"],
  "node-part": ["ask", "assign", "history"],
};

const menu = () => byId("item-menu");
const more = () => byId("item-more");
/** @type {HTMLElement | null} */
let item = null; // whose menu the button opens
/** @type {HTMLElement | null} */
let cameFrom = null;
let cameFromValue = ""; // its id: a control gives way to its value at rest

/** @param {Element} of */
function toolsOf(of) {
  const kinds = Object.keys(TOOLS).filter((kind) => of.classList.contains(kind));
  const tools = TOOLS[kinds.at(-1) ?? ""] ?? [];
  const mayEdit = byId("plan")?.dataset.mayEdit !== "false";
  if (!mayEdit) return ["comment", "suggest", "history"];
  if (isForReading()) return ["comment", "suggest", "assign", "history"];
  const isAsked = valuesIn(of).some(({ dataset }) => dataset.isQuestion !== undefined);
  return ["comment", "suggest", ...tools, ...(isAsked ? ["dismiss"] : [])];
}

// --- The button: one for all items, at the one that is pointed at or written in ---------

/** @param {HTMLElement | null} of */
function showButton(of) {
  const button = more();
  if (!button || isShown()) return;
  item = of?.isConnected ? of : null;
  button.hidden = !item;
  if (!item) return;
  const frame = /** @type {HTMLElement} */ (button.offsetParent ?? document.body);
  const { top, left } = frame.getBoundingClientRect();
  const box = item.getBoundingClientRect();
  const width = Math.min(box.right, document.documentElement.clientWidth - 4);
  button.style.top = `${box.top - top}px`;
  button.style.left = `${width - left}px`;
  button.setAttribute("aria-label", `Actions for ${nameOf(item)}`);
}

/** @param {Event} event */
const itemAt = (event) => {
  const of = /** @type {HTMLElement | null} */ (closest(event, ".item"));
  return of?.querySelector(".value") ? of : null;
};

for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => {
    if (more()?.contains(targetOf(event)) || menu()?.contains(targetOf(event))) return;
    const of = itemAt(event);
    if (of) showButton(of);
    else if (type === "focusin") showButton(null);
  });
}

// --- The menu ---------------------------------------------------------------------------

/** @param {HTMLElement} of */
export function openMenuOf(of) {
  const list = menu();
  const button = more();
  if (!list || !button) return;
  showButton(of);
  cameFrom = of.contains(document.activeElement) ? focused() : null;
  cameFromValue = cameFrom?.closest(VALUE)?.id ?? "";
  list.dataset.item = of.id;
  const tools = toolsOf(of);
  for (const choice of all(list, "[data-tool]")) {
    choice.hidden = !tools.includes(choice.dataset.tool ?? "");
  }
  for (const tool of ["assign", "history"]) {
    const link = all(list, `[data-tool="${tool}"]`)[0];
    link?.setAttribute("href", `${addressOf(of)}${tool}/`);
  }
  openAt(list, button);
}

function close() {
  menu()?.hidePopover();
  const value =
    /** @type {HTMLElement | null} */ (byId(cameFromValue)) ??
    (item && valuesIn(item)[0]);
  const goal = cameFrom?.isConnected ? cameFrom : value && linkOf(value);
  goal?.focus({ preventScroll: true });
}

const isShown = () => menu()?.matches(":popover-open") ?? false;

// Who opens the menu while writing goes on writing after it.
keepWhile((form) => isShown() && cameFrom !== null && formOf(cameFrom) === form);
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target === menu() && !isShown()) closeIdle();
  },
  true,
);

/** @type {Set<string>} */
const posting = new Set(); // ids of forms
keepWhile((form) => posting.has(form.id));

/**
 * @param {HTMLElement} of
 * @param {string} address
 * @param {Record<string, string>} fields
 */
export function postOf(of, address, fields) {
  const form = formFor(of);
  const button = document.createElement("button");
  button.hidden = true;
  button.setAttribute("formaction", `${addressOf(of)}${address}`);
  const inputs = Object.entries(fields).map(([name, value]) =>
    Object.assign(document.createElement("input"), { type: "hidden", name, value }),
  );
  form.append(button, ...inputs);
  posting.add(form.id);
  form.requestSubmit(button);
  for (const element of [button, ...inputs]) element.remove();
}

/** @type {Set<string>} */
const removing = new Set(); // ids of forms

/**
 * Asked for again before the answer is there, it is the same removal.
 * @param {HTMLElement} of
 */
export function remove(of) {
  const id = `${of.id}-form`;
  if (removing.has(id)) return;
  removing.add(id);
  postOf(of, "remove/", {});
}

/** @param {RequestEvent} event */
export function endPosting({ detail: { ctx } }) {
  if (!ctx.request?.submitter) return;
  const id = ctx.request.form?.id ?? "";
  posting.delete(id);
  removing.delete(id);
}

document.addEventListener("click", (event) => {
  const opener = closest(event, '[data-do="item-menu"]');
  if (opener) {
    if (item) openMenuOf(item);
    return;
  }
  const choice = closest(event, "#item-menu [role=menuitem]");
  if (!choice || !item || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const of = item;
  event.preventDefault();
  close();
  choose(choice, of);
});

/**
 * @param {HTMLElement} choice
 * @param {HTMLElement} of
 */
function choose(choice, of) {
  const tool = choice.dataset.tool ?? "";
  const [value] = valuesIn(of);
  const address = choice.getAttribute("href");
  if (tool === "rename") open(value, { isSelected: true });
  else if (tool === "ask") ask(of);
  else if (tool === "comment") commentOnSelection(of) || openComments(of);
  else if (tool === "assign" && address) openFilledDialog(address);
  else if (tool === "suggest") whenSaved(() => suggest(of, valueIn(cameFromValue, of)));
  else if (address) whenSaved(() => location.assign(address));
  else whenSaved(() => byId(of.id) && change(of, tool));
}

/**
 * The value of an item that the menu was opened at, if any.
 * @param {string} id
 * @param {HTMLElement} of
 */
function valueIn(id, of) {
  const value = /** @type {HTMLElement | null} */ (byId(id));
  return value && of.contains(value) ? value : null;
}

/**
 * @param {HTMLElement} of
 * @param {string} tool
 */
function change(of, tool) {
  if (tool === "up" || tool === "down") postOf(of, "move/", { direction: tool });
  if (tool === "duplicate") postOf(of, "duplicate/", {});
  if (tool === "dismiss") askWhyDismissed(of);
  if (tool === "remove") remove(of);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.shiftKey && event.key === "F10") {
    const of = itemAt(event);
    if (!of || !menu()) return;
    event.preventDefault();
    openMenuOf(of);
    return;
  }
  walk(event, menu(), close);
});
