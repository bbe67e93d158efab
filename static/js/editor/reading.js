// A plan that people sign, or have signed, opens for reading: nobody edits it by accident.
// One that is locked is for reading only, and the server refuses every edit of it.
//
// It is asked once for each version and tab. The server does not know of it: an edit makes
// sign-offs stale whoever makes it, and this only says so before.
import { tell } from "../announce.js";
import { byId, closest } from "../dom.js";

const plan = byId("plan");
const note = () => byId("plan-reading");
const dialog = () => /** @type {HTMLDialogElement | null} */ (byId("edit-signed"));
const keyOf = () => `planner:edits:${plan?.dataset.plan}`;
/** @type {(() => void) | null} */
let goOn = null;

const isLocked = () => note()?.dataset.locked !== undefined;

export function isForReading() {
  if (isLocked()) return true;
  const version = note()?.dataset.version;
  return version !== undefined && sessionStorage.getItem(keyOf()) !== version;
}

/** After a swap, for the plan may have been submitted, signed or edited. */
export function showWhetherForReading() {
  const isReading = isForReading();
  plan?.toggleAttribute("data-reading", isReading);
  note()?.toggleAttribute("hidden", !isReading);
}

/**
 * @param {(() => void) | null} [then] what the person was about to do
 */
export function askToEdit(then = null) {
  if (isLocked()) {
    tell(note()?.querySelector("p")?.textContent.replace(/\s+/g, " ").trim() ?? "");
    return;
  }
  const why = note()?.querySelector(".reading-why");
  const place = byId("edit-signed-why");
  const question = dialog();
  if (!why || !place || !question || question.open) return;
  goOn = then;
  place.replaceChildren(...why.cloneNode(true).childNodes);
  question.showModal();
}

// A box is ticked without being opened.
document.addEventListener(
  "click",
  (event) => {
    if (!isLocked() || !closest(event, ".check-box input")) return;
    event.preventDefault();
    askToEdit();
  },
  true,
);

document.addEventListener("click", (event) => {
  if (closest(event, '[data-do="ask-to-edit"]')) askToEdit();
  if (!closest(event, '[data-do="edit-signed"]')) return;
  sessionStorage.setItem(keyOf(), note()?.dataset.version ?? "");
  showWhetherForReading();
  dialog()?.close();
  goOn?.();
  goOn = null;
});

showWhetherForReading();
