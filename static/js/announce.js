// Announces to screen readers what others see, and shows the page's own toasts.

const EVERY = 1000; // milliseconds; sentences in quick succession are not read out
/** @type {string[]} */
const sentences = [];
let isSpeaking = false;

/** @param {string} text */
export function say(text) {
  sentences.push(text);
  if (!isSpeaking) next();
}

function next() {
  const text = sentences.shift();
  isSpeaking = text !== undefined;
  if (text === undefined) return;
  announceNow(text);
  setTimeout(next, EVERY);
}

/**
 * Out of turn, for what changes with every key.
 * @param {string} text
 */
export function announceNow(text) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = text;
}

/**
 * A toast like those of the server; menus.js announces and removes it.
 * @param {string} text
 */
export function tell(text) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  const message = document.createElement("span");
  message.textContent = text;
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.className = "icon-button";
  dismiss.dataset.do = "dismiss";
  dismiss.setAttribute("aria-label", "Dismiss");
  dismiss.textContent = "×";
  toast.append(message, dismiss);
  document.getElementById("toasts")?.replaceChildren(toast);
}
