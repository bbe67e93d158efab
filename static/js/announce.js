// Says to screen readers what others see, and shows passing messages of the page's own.

const EVERY = 1000; // milliseconds; one sentence at a time, or the first is not heard
const sentences = [];
let isSpeaking = false;

export function say(text) {
  sentences.push(text);
  if (!isSpeaking) next();
}

function next() {
  const text = sentences.shift();
  isSpeaking = text !== undefined;
  if (!isSpeaking) return;
  document.getElementById("announcer").textContent = text;
  setTimeout(next, EVERY);
}

// A message like those of the server; menus.js announces it and takes it away.
export function tell(text) {
  const message = document.createElement("div");
  message.className = "toast";
  message.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = text;
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.className = "icon-button";
  dismiss.dataset.do = "dismiss";
  dismiss.setAttribute("aria-label", "Dismiss");
  dismiss.textContent = "×";
  message.append(words, dismiss);
  document.getElementById("toasts")?.replaceChildren(message);
}
