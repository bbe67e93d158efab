// Sharing a plan: its page, shown in a dialog wherever one is. What is posted there
// answers with the dialog as it is then.
import { isOfAnother, OF_ANOTHER, openedBy } from "./account.js";
import { say, tell } from "./announce.js";
import { newestToken } from "./csrf.js";
import { closest } from "./dom.js";

const NO_CONNECTION = "Not done: no connection. Try again when it is back.";
/** @type {HTMLDialogElement | null} */
let dialog = null;
/** @type {HTMLElement | null} */
let opener = null;

function ready() {
  if (dialog) return dialog;
  dialog = document.createElement("dialog");
  dialog.className = "share";
  dialog.setAttribute("aria-labelledby", "share-title");
  const close =
    '<form class="share-head" method="dialog"><h2 id="share-title">Share</h2>' +
    '<button class="button button-small">Close</button></form><div></div>';
  dialog.innerHTML = close;
  dialog.addEventListener("close", () => opener?.focus());
  document.body.append(dialog);
  return dialog;
}

/**
 * @param {string} address
 * @param {RequestInit} options
 */
async function ask(address, options = {}) {
  const headers = { "HX-Request": "true", ...openedBy(), ...newestToken() };
  const answer = await fetch(address, { headers, ...options }).catch(() => null);
  if (!answer) tell(NO_CONNECTION);
  else if (isOfAnother(answer)) tell(`Not done. ${OF_ANOTHER}`);
  else return { answer, text: await answer.text() };
  return null;
}

/** @param {string} text */
function show(text) {
  const content = ready().lastElementChild;
  const parsed = new DOMParser().parseFromString(text, "text/html");
  const sharing = parsed.getElementById("sharing");
  if (!content || !sharing) return false;
  content.replaceChildren(sharing);
  if (!dialog?.open) dialog?.showModal();
  /** @type {HTMLElement | null} */
  const first = sharing.querySelector(
    "[aria-invalid=true], [role=alert], [autofocus], .secret-link",
  );
  if (first?.matches("[role=alert]")) first.tabIndex = -1;
  first?.focus();
  const message = sharing.querySelector("[role=alert], [role=status]")?.textContent;
  if (message) say(message.trim());
  return true;
}

/** @param {HTMLAnchorElement} link */
async function open(link) {
  const menu = /** @type {HTMLDetailsElement | null} */ (link.closest("details.menu"));
  opener = menu?.querySelector("summary") ?? link;
  menu?.removeAttribute("open");
  const page = await ask(link.href);
  if (page && !(page.answer.ok && show(page.text))) location.assign(link.href);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function send(form, button) {
  const body = new FormData(form, button);
  const page = await ask(form.action, { method: "POST", body });
  if (!page || show(page.text)) return;
  const parsed = new DOMParser().parseFromString(page.text, "text/html");
  const reason = parsed.querySelector(".toast, .notice, h1")?.textContent;
  dialog?.close();
  tell(reason?.trim() || "Not done. Reload the page, then try again.");
}

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (
    closest(event, '[data-do="share"]')
  );
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !dialog?.contains(form)) return;
  if (form.method === "dialog") return;
  event.preventDefault();
  send(form, event.submitter);
});
