// The list of keys, and whether single ones of them work.
import { tell } from "../announce.js";
import { byId, closest } from "../dom.js";

const OFF = "planner:single-keys-off"; // WCAG 2.1.4: single keys can be switched off

export const areLettersOn = () => localStorage.getItem(OFF) === null;

const known = () => /** @type {HTMLDialogElement | null} */ (byId("keys"));

async function made() {
  const { makeKeysDialog } = await import("./keys-dialog.js");
  const { mayEdit: may, maySuggest } = byId("plan")?.dataset ?? {};
  const mayEdit = may === "true";
  const reader = { mayEdit, maySuggest: mayEdit || maySuggest !== undefined };
  // Asked for twice meanwhile, it is one.
  if (!known()) byId("main")?.append(makeKeysDialog(reader));
  return known();
}

export async function openKeys() {
  const dialog = known() ?? (await made().catch(() => null));
  if (!dialog) {
    tell("Not done: no connection. Try again when it is back.");
    return;
  }
  const box = /** @type {HTMLInputElement | null} */ (byId("keys-letters"));
  if (box) box.checked = areLettersOn();
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("change", (event) => {
  const box = closest(event, "#keys-letters");
  if (!(box instanceof HTMLInputElement)) return;
  if (box.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});
