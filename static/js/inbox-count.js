// How much waits for the person, in the navigation of every page.
//
// The pages that show the inbox bring the number. The others ask for it once they are
// shown, and show meanwhile what the last page knew; then all ask when the feed says so.
import { openedBy, user } from "./account.js";
import { byId } from "./dom.js";
import { connectIfAlone } from "./feed/connection.js";

const KEY = `planner:inbox:${user}`;
const AT_MOST_EVERY = 2000; // milliseconds

/** @type {number | null} */
let timer = null;
let askedAt = 0;
let isDue = false;

/** @typedef {{ label: string, count: number, at: number }} Known */

/** @param {Known} known */
function show({ label, count }) {
  const mark = byId("inbox-count");
  if (!mark) return;
  mark.hidden = count === 0;
  if (mark.textContent !== label) mark.textContent = label;
}

/** @returns {Known | null} */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

async function ask() {
  timer = null;
  isDue = false;
  askedAt = Date.now();
  const url = byId("inbox-count")?.dataset.url;
  if (!url) return;
  const response = await fetch(url, { headers: openedBy() }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  show(remember(await response.json()));
}

// Hidden pages ask when they are shown; pages that hear of the same change, not at once.
function askSoon() {
  isDue = true;
  if (document.hidden || timer) return;
  const wait = Math.max(0, askedAt + AT_MOST_EVERY - Date.now());
  timer = setTimeout(ask, wait + Math.random() * 300);
}

/** @param {Omit<Known, "at">} news */
function remember(news) {
  const known = { ...news, at: Date.now() };
  sessionStorage.setItem(KEY, JSON.stringify(known));
  return known;
}

const mark = byId("inbox-count");
if (user && mark) {
  const label = mark.textContent.trim();
  const known = label ? remember({ label, count: +!mark.hidden }) : remembered();
  askedAt = known?.at ?? 0;
  if (known) show(known);
  if (!label) askSoon();
  document.addEventListener("planner:inbox", askSoon);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && isDue) askSoon();
  });
  // After the other modules of the page, which may connect it for more.
  document.addEventListener("DOMContentLoaded", connectIfAlone);
}
