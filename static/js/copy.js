// Taking a text along: `data-copy` on a button names the control to copy from.

import { say } from "./announce.js";

export async function copy(control) {
  control.select();
  try {
    await navigator.clipboard.writeText(control.value);
  } catch {
    document.execCommand("copy"); // without HTTPS there is no clipboard
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await copy(document.getElementById(button.dataset.copy));
  button.textContent = "Copied";
  say("Copied");
});
