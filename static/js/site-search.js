// The keys that lead to the search of all plans, where the page has no palette of its own.
import { byId, targetOf } from "./dom.js";
import { areLettersOn } from "./finding/key-list.js";
import { isPaletteKey, isWriting } from "./finding/which-key.js";

function open() {
  const field = /** @type {HTMLInputElement | null} */ (byId("site-search"));
  if (field?.checkVisibility()) {
    field.select();
    field.focus();
    return;
  }
  // A small screen has a link in its place.
  const link = document.querySelector(".site-search-link");
  if (link instanceof HTMLElement) link.click();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  if (byId("palette") || document.querySelector("dialog:modal, :popover-open")) return;
  const isCommand = event.ctrlKey || event.metaKey;
  const isSlash = event.key === "/" && !isCommand && areLettersOn();
  if (!isPaletteKey(event) && (!isSlash || isWriting(targetOf(event)))) return;
  event.preventDefault();
  open();
});
