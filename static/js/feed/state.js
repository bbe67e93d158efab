// The state of the connection: a word in the toolbar, and a sentence below it when the
// person needs to know more.
import { isOfAnother, OF_ANOTHER } from "../account.js";
import { byId } from "../dom.js";

/** @typedef {Exclude<FeedState, "closed"> | "refused"} ShownState */

/** @type {Record<ShownState, [word: string, sentence: string]>} */
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

// A connection that is back within this time is not worth a word.
const QUIET_FOR = 1500; // milliseconds
/** @type {number | undefined} */
let timer;
/** @type {ShownState | null} */
let shown = null;
/** @type {[ShownState, string?]} */
let latest = ["connecting"]; // as the feed has it

/**
 * @param {FeedState | "refused"} state
 * @param {string} [sentence]
 */
export function showState(state, sentence) {
  if (state === "closed" || shown === "refused") return;
  latest = [state, sentence];
  clearTimeout(timer);
  if (state === "connecting" && shown) {
    timer = setTimeout(put, QUIET_FOR, state, sentence);
  } else {
    put(state, sentence);
  }
}

/**
 * @param {ShownState} state
 * @param {string} [sentence]
 */
function put(state, sentence) {
  if (shown === state) return;
  shown = state;
  const [word, usual] = WORDS[state];
  const explanation = sentence ?? usual;
  const pill = byId("live-state");
  if (pill) {
    pill.dataset.state = state;
    pill.replaceChildren(word);
    if (explanation) {
      const rest = document.createElement("span");
      rest.className = "visually-hidden";
      rest.textContent = `. ${explanation}`;
      pill.append(rest);
    }
  }
  const note = byId("live-note");
  const paragraph = note?.querySelector("p");
  if (!note || !paragraph) return;
  note.hidden = !explanation;
  paragraph.textContent = explanation;
}

/**
 * An answer may know before the feed that somebody else is signed in, or no longer is.
 * @param {RequestEvent} event
 */
export function showAccountOfAnswer({ detail: { ctx } }) {
  const { response } = ctx;
  if (!response) return;
  if (isOfAnother(response)) put("other-account");
  else if (shown === "other-account" && response.status < 300) put(...latest);
}
