// How a longer text will look, below or beside it while somebody writes. The server renders
// it, as it renders the text at rest. The choice is kept in this browser.
import { isOfAnother, OF_ANOTHER, openedBy } from "../account.js";
import { newestToken } from "../csrf.js";
import { all, byId, closest } from "../dom.js";
import { hasPreview, longerText, textInUse } from "./text-bar.js";
import { addressOf } from "./values.js";

const KEY = "planner:text-preview";
const PAUSE = 300; // milliseconds without a key, until it is asked for
const hasRoom = matchMedia("(min-width: 48rem)"); // for two columns

/** Where it stands: `below`, `beside`, or nowhere. */
const place = () => {
  const chosen = localStorage.getItem(KEY) ?? "";
  return chosen && !hasRoom.matches ? "below" : chosen;
};

/** @type {WeakMap<HTMLElement, string>} */
const textsOf = new WeakMap(); // of previews: the text that they show
/** @type {number | undefined} */
let timer;
let isAsking = false;

/** @param {HTMLTextAreaElement} text */
const previewOf = (text) =>
  /** @type {HTMLElement | null} */ (
    text.parentElement?.querySelector(":scope > .text-preview") ?? null
  );

/** @param {HTMLTextAreaElement} text */
function makePreview(text) {
  const preview = document.createElement("div");
  preview.className = "text-preview";
  preview.setAttribute("role", "region");
  preview.setAttribute("aria-label", "Preview");
  text.after(preview);
  return preview;
}

/** Brings the preview and the buttons in line with the choice. */
function show() {
  const chosen = place();
  for (const button of all(document, "#text-bar [data-preview]")) {
    button.setAttribute("aria-pressed", String(button.dataset.preview === chosen));
    button.hidden = button.dataset.preview === "beside" && !hasRoom.matches;
  }
  const text = textInUse();
  if (!text || !hasPreview(text)) return;
  const preview = previewOf(text);
  if (!chosen) preview?.remove();
  else (preview ?? makePreview(text)).dataset.place = chosen;
  ask();
}

function askSoon() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

/** One at a time: a text that changed meanwhile is asked for with the answer. */
async function ask() {
  const text = textInUse();
  const preview = text && previewOf(text);
  if (!preview || isAsking || textsOf.get(preview) === text.value) return;
  const { value } = text;
  isAsking = true;
  const shown = await render(text);
  isAsking = false;
  preview.replaceChildren(shown);
  textsOf.set(preview, value);
  ask();
}

/**
 * @param {HTMLTextAreaElement} text
 * @returns {Promise<Node>}
 */
async function render(text) {
  const item = text.closest(".item");
  if (!item) return document.createDocumentFragment();
  const answer = await fetch(`${addressOf(item)}preview/`, {
    method: "POST",
    headers: { "HX-Request": "true", ...openedBy(), ...newestToken() },
    body: new URLSearchParams({ [text.name]: text.value }),
  }).catch(() => null);
  if (answer?.ok) {
    const html = await answer.text();
    return document.createRange().createContextualFragment(html);
  }
  const reason = isOfAnother(answer)
    ? OF_ANOTHER
    : "No preview: the server can’t be reached, or it refused this text. What you typed " +
      "is still here. Go on writing to try again.";
  const note = document.createElement("p");
  note.className = "form-help";
  note.textContent = reason;
  return note;
}

document.addEventListener("focusin", (event) => {
  if (longerText(event)) show();
});

document.addEventListener("input", (event) => {
  const text = longerText(event);
  if (!text) return;
  if (previewOf(text)) askSoon();
  else show();
});

// What colleagues write comes into the text without an event.
document.addEventListener("htmx:after:swap", askSoon);

hasRoom.addEventListener("change", show);

// The focus stays in the text; links are followed all the same.
document.addEventListener("pointerdown", (event) => {
  if (closest(event, ".text-preview") && textInUse()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = closest(event, "#text-bar [data-preview]");
  if (!button) return;
  const chosen = button.dataset.preview ?? "";
  if (chosen === place()) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, chosen);
  show();
});

// Other tabs follow.
addEventListener("storage", (event) => {
  if (event.key === KEY && byId("text-bar")) show();
});
