// How it stands with the connection: a word in the toolbar, and a sentence below it when
// there is something to know.

import { isOfAnother, OF_ANOTHER } from "../account.js";

const WORDS = {
  connecting: ["Connecting…", ""],
  live: ["Live", ""],
  offline: [
    "Offline",
    "What you type is kept here and saved when the connection is back.",
  ],
  "signed-out": [
    "Signed out",
    "Your sign-in has ended. Sign in in another tab, then come back here: what you " +
      "typed is still on this page.",
  ],
  "other-account": ["Signed out", OF_ANOTHER],
  refused: ["No access", "You no longer have access to this plan."],
};

// A connection that is back within this time is not worth a word. Milliseconds.
const QUIET_FOR = 1500;
let timer = null;
let shown = "";
let latest = ["connecting"]; // as the feed has it

export function showState(state, sentence) {
  if (!(state in WORDS) || shown === "refused") return;
  latest = [state, sentence];
  clearTimeout(timer);
  if (state === "connecting" && shown) {
    timer = setTimeout(put, QUIET_FOR, state, sentence);
  } else {
    put(state, sentence);
  }
}

function put(state, sentence) {
  if (shown === state) return;
  shown = state;
  const [word, usual] = WORDS[state];
  const told = sentence ?? usual;
  const pill = document.getElementById("live-state");
  if (pill) {
    pill.dataset.state = state;
    pill.replaceChildren(word);
    if (told) {
      const rest = document.createElement("span");
      rest.className = "visually-hidden";
      rest.textContent = `. ${told}`;
      pill.append(rest);
    }
  }
  const note = document.getElementById("live-note");
  if (!note) return;
  note.hidden = !told;
  note.querySelector("p").textContent = told;
}

// An answer may know before the feed that somebody else is signed in, or no longer is.
document.addEventListener("htmx:after:request", (event) => {
  const { response } = event.detail.ctx;
  if (isOfAnother(response)) put("other-account");
  else if (shown === "other-account" && response.status < 300) put(...latest);
});
