// A filter of the outline: only sections that are mine, or hold something that is.
import { all, byId, closest } from "../dom.js";

const me = document.body.dataset.user ?? "";
const outline = () => byId("plan-outline");
let isOn = false;

/** @param {HTMLElement} line */
const isMine = (line) => (line.dataset.assignees ?? "").split(" ").includes(me);

/** Also after a swap: the outline comes anew with each change. */
export function showMine() {
  const nav = outline();
  if (!nav) return;
  for (const button of all(nav, '[data-do="mine"]')) {
    button.setAttribute("aria-pressed", String(isOn));
  }
  const lines = all(nav, ".outline-item");
  for (const line of lines) line.hidden = isOn && !isMine(line);
  for (const note of all(nav, ".outline-none")) {
    note.hidden = !isOn || lines.some(isMine);
  }
}

document.addEventListener("click", (event) => {
  if (!closest(event, '[data-do="mine"]')) return;
  isOn = !isOn;
  showMine();
});
