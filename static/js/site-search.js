// What leads to the palette: its key and, on a small screen, the button that is a link to
// the search's page without scripts. And the key of the search of all plans, where the page
// has no text of its own to find something in.
import { byId, closest, targetOf } from "./dom.js";
import { areLettersOn } from "./finding/key-list.js";
import { openPalette } from "./finding/palette.js";
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

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !byId("palette")) return;
  if (!closest(event, ".site-search-link")) return;
  event.preventDefault();
  openPalette();
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  if (isPaletteKey(event) && byId("palette")) {
    event.preventDefault();
    openPalette();
    return;
  }
  if (byId("find") || document.querySelector("dialog:modal, :popover-open")) return;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || !areLettersOn()) return;
  if (isWriting(targetOf(event))) return;
  event.preventDefault();
  open();
});
