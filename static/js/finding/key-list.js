// The list of keys, and whether single ones of them work.
import { byId } from "../dom.js";

const OFF = "planner:single-keys-off"; // WCAG 2.1.4: single keys can be switched off

export const areLettersOn = () => localStorage.getItem(OFF) === null;

export function openKeys() {
  const box = /** @type {HTMLInputElement | null} */ (byId("keys-letters"));
  if (box) box.checked = areLettersOn();
  /** @type {HTMLDialogElement | null} */ (byId("keys"))?.showModal();
}

byId("keys-letters")?.addEventListener("change", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  if (box.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});
