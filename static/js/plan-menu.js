// The menu of a plan, in the head of its pages and in lists: its page, shown at the button.
import { openedBy } from "./account.js";
import { all, closest } from "./dom.js";
import { openAt, walk } from "./popover-menus.js";

const LIST = "plan-menu-here";
/** @type {HTMLElement | null} */
let button = null;

function list() {
  const shown = document.getElementById(LIST);
  if (shown) return shown;
  const menu = document.createElement("div");
  menu.id = LIST;
  menu.className = "item-menu";
  menu.popover = "auto";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", "Actions for this plan");
  (document.getElementById("main") ?? document.body).append(menu);
  return menu;
}

/** @param {HTMLAnchorElement} link */
async function open(link) {
  const address = new URL(link.href);
  const here = location.pathname + location.search;
  if (!address.searchParams.has("next")) address.searchParams.set("next", here);
  const headers = { ...openedBy(), "HX-Request": "true" };
  const response = await fetch(address, { headers }).catch(() => null);
  if (!response?.ok || response.redirected) {
    location.assign(link.href);
    return;
  }
  const menu = list();
  menu.innerHTML = await response.text();
  for (const entry of all(menu, "a, button")) entry.setAttribute("role", "menuitem");
  for (const form of all(menu, "form, .plan-menu")) form.setAttribute("role", "none");
  // A link in another menu is gone with that one.
  button = link.closest("details.menu")?.querySelector("summary") ?? link;
  openAt(menu, button);
}

function close() {
  document.getElementById(LIST)?.hidePopover();
  button?.focus();
}

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (
    closest(event, '[data-do="plan-menu"]')
  );
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("details.menu")?.removeAttribute("open");
  open(link);
});

document.addEventListener("keydown", (event) => {
  walk(event, document.getElementById(LIST), close);
});
