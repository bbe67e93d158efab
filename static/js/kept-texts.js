// Texts whose place is gone are offered for copying.
import { copy } from "./copy.js";
import { byId } from "./dom.js";

/**
 * A notice with the text in it, until somebody dismisses it.
 * @param {string} name of the control
 * @param {string} text
 */
export function offer(name, text) {
  if (!text.trim() || text === "true" || text === "false") return;
  const notice = document.createElement("div");
  notice.className = "notice notice-error kept-text";
  notice.setAttribute("role", "alert");
  const explanation = document.createElement("p");
  explanation.textContent =
    `The place of this text is no longer in the plan (${name}). ` +
    "Copy what you need of it:";
  const kept = document.createElement("textarea");
  kept.readOnly = true;
  kept.rows = Math.min(8, text.split("\n").length + 1);
  kept.setAttribute("aria-label", "What you typed");
  kept.value = text;
  const actions = document.createElement("div");
  actions.className = "form-actions";
  actions.append(
    button("Copy", () => copy(kept)),
    button("Dismiss", () => notice.remove()),
  );
  notice.append(explanation, kept, actions);
  place().append(notice);
}

function place() {
  const existing = byId("kept-texts");
  if (existing) return existing;
  const place = document.createElement("div");
  place.id = "kept-texts";
  place.className = "messages";
  byId("main")?.before(place);
  return place;
}

/**
 * @param {string} text
 * @param {() => void} press
 */
function button(text, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = text;
  button.addEventListener("click", press);
  return button;
}
