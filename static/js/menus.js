// Menus and toasts, on every page.
import { say } from "./announce.js";
import { all, byId, closest, targetOf } from "./dom.js";

const TOAST_STAYS = 10_000; // milliseconds

const openMenus = () =>
  /** @type {HTMLDetailsElement[]} */ (all(document, "details.menu[open]"));

document.addEventListener("click", (event) => {
  closest(event, '[data-do="dismiss"]')?.closest(".toast")?.remove();
  for (const menu of openMenus()) {
    if (!menu.contains(targetOf(event))) menu.open = false;
  }
});

document.addEventListener(
  "submit",
  (event) => {
    closest(event, "details.menu")?.removeAttribute("open");
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const [menu] = openMenus();
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});

const toasts = byId("toasts");
if (toasts) {
  new MutationObserver(() => {
    const toast = toasts.querySelector(".toast");
    if (!toast) return;
    say(toast.querySelector("span")?.textContent ?? "");
    setTimeout(() => toast.remove(), TOAST_STAYS);
  }).observe(toasts, { childList: true });
}
