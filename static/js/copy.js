// Copies a text: `data-copy` on a button names the control to copy from.
import { say } from "./announce.js";
import { byId, closest } from "./dom.js";

/** @param {TextControl} control */
export async function copy(control) {
  control.select();
  try {
    await navigator.clipboard.writeText(control.value);
  } catch {
    document.execCommand("copy"); // without HTTPS there is no clipboard
  }
}

document.addEventListener("click", async (event) => {
  const button = closest(event, "[data-copy]");
  const control = /** @type {TextControl | null} */ (byId(button?.dataset.copy));
  if (!button || !control) return;
  await copy(control);
  button.textContent = "Copied";
  say("Copied");
});
