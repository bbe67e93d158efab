// The menu of an item: what can be done with it, apart from writing in it.
//
// One menu serves all items. Where it opens, its buttons become those of the item, and post
// the item's form to other addresses, queued behind its saves.
import { all, byId, closest, focused, targetOf } from "../dom.js";
import { ask } from "./dialogs.js";
import { formFor, keepWhile, linkOf, open, valuesIn } from "./values.js";

const menu = () => byId("item-menu");
/** @type {HTMLElement | null} */
let item = null; // whose menu is open
/** @type {HTMLElement | null} */
let cameFrom = null;

/** @returns {HTMLElement[]} */
const choices = () => {
  const list = menu();
  return list ? all(list, "[role=menuitem]:not([hidden])") : [];
};

/** @param {HTMLElement} of */
function openMenu(of) {
  const list = menu();
  const opener = of.querySelector(".item-more");
  if (!list || !opener) return;
  item = of;
  cameFrom = of.contains(document.activeElement) ? focused() : null;
  const tools = ["comment", ...(of.dataset.tools?.split(" ") ?? [])];
  for (const choice of all(list, "[data-tool]")) {
    choice.hidden = !tools.includes(choice.dataset.tool ?? "");
  }
  const history = all(list, '[data-tool="history"]')[0];
  history?.setAttribute("href", `${of.dataset.url}history/`);
  list.showPopover();
  const { bottom, right, top } = opener.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = bottom + height < innerHeight ? bottom : Math.max(0, top - height);
  list.style.top = `${below}px`;
  list.style.left = `${Math.max(4, right - width)}px`;
  choices()[0]?.focus();
}

function close() {
  menu()?.hidePopover();
  const value = item && valuesIn(item).find(linkOf);
  const goal = cameFrom?.isConnected ? cameFrom : value && linkOf(value);
  goal?.focus({ preventScroll: true });
}

/** @type {Set<string>} */
const posting = new Set(); // ids of forms
keepWhile((form) => posting.has(form.id));

/**
 * @param {HTMLElement} of
 * @param {string} address
 * @param {Record<string, string>} fields
 */
function post(of, address, fields) {
  const form = formFor(of);
  const button = document.createElement("button");
  button.hidden = true;
  button.setAttribute("formaction", `${of.dataset.url}${address}`);
  const inputs = Object.entries(fields).map(([name, value]) =>
    Object.assign(document.createElement("input"), { type: "hidden", name, value }),
  );
  form.append(button, ...inputs);
  posting.add(form.id);
  form.requestSubmit(button);
  for (const element of [button, ...inputs]) element.remove();
}

/** @param {RequestEvent} event */
export function endPosting({ detail: { ctx } }) {
  if (ctx.request?.submitter) posting.delete(ctx.request.form?.id ?? "");
}

/** @param {HTMLElement} of */
function dismiss(of) {
  const value = valuesIn(of).find(({ dataset }) => dataset.isQuestion !== undefined);
  const key = value?.dataset.name;
  if (key) post(of, "question/", { do: "drop", key, number: "0" });
}

document.addEventListener("click", (event) => {
  const opener = closest(event, '[data-do="item-menu"]');
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const of = /** @type {HTMLElement | null} */ (opener.closest(".item"));
    event.preventDefault();
    if (of) openMenu(of);
    return;
  }
  const choice = closest(event, "#item-menu [role=menuitem]");
  if (!choice || !item) return;
  const of = item;
  const { tool } = choice.dataset;
  if (tool === "history") return; // a link
  close();
  if (tool === "rename") open(valuesIn(of)[0], { isSelected: true });
  if (tool === "ask") ask(of);
  if (tool === "comment") all(of, '[data-do="comments"]')[0]?.click();
  if (tool === "up" || tool === "down") post(of, "move/", { direction: tool });
  if (tool === "dismiss") dismiss(of);
  if (tool === "remove") post(of, "remove/", {});
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.shiftKey && event.key === "F10") {
    const of = /** @type {HTMLElement | null} */ (closest(event, ".item"));
    if (!of?.querySelector(".item-more")) return;
    event.preventDefault();
    openMenu(of);
    return;
  }
  const list = menu();
  if (!list?.contains(targetOf(event))) return;
  const shown = choices();
  const at = shown.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const goals = {
    ArrowDown: shown[(at + 1) % shown.length],
    ArrowUp: shown.at(at - 1),
    Home: shown[0],
    End: shown.at(-1),
  };
  const goal = goals[/** @type {keyof typeof goals} */ (event.key)];
  if (goal) {
    event.preventDefault();
    goal.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    close();
  }
});
