// The keys that work where nobody is writing, and the list of all keys.
import { byId, targetOf } from "../dom.js";
import { openFind } from "./find.js";
import { goToOpen } from "./open-places.js";
import { openPalette } from "./palette.js";

const OFF = "planner:single-keys-off"; // WCAG 2.1.4: single keys can be switched off

const areLettersOn = () => localStorage.getItem(OFF) === null;

/** @type {Record<string, () => void>} */
const LETTERS = {
  n: () => goToOpen(1),
  p: () => goToOpen(-1),
  "/": openFind,
  "?": openKeys,
};

export function openKeys() {
  const box = /** @type {HTMLInputElement | null} */ (byId("keys-letters"));
  if (box) box.checked = areLettersOn();
  /** @type {HTMLDialogElement | null} */ (byId("keys"))?.showModal();
}

/**
 * Ctrl K cuts a line off on a Mac, where Cmd K does not.
 * @param {KeyboardEvent} event
 */
const isPaletteKey = ({ key, ctrlKey, metaKey, shiftKey }) =>
  key.toLowerCase() === "k" &&
  !shiftKey &&
  (/Mac|iP/.test(navigator.platform) ? metaKey && !ctrlKey : ctrlKey && !metaKey);

/** @param {KeyboardEvent} event */
const isWriting = (event) =>
  Boolean(
    targetOf(event)?.matches(
      "input:not([type=checkbox], [type=radio]), textarea, select",
    ),
  );

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isPaletteKey(event)) {
    event.preventDefault();
    openPalette();
    return;
  }
  if (isCommand || isWriting(event) || !areLettersOn()) return;
  if (document.querySelector("dialog:modal, :popover-open")) return;
  const act = LETTERS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

byId("keys-letters")?.addEventListener("change", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  if (box.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});
