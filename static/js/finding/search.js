// What the search across all plans knows of the words in the palette.
import { openedBy } from "../account.js";

const AFTER = 150; // milliseconds of no typing
const SHORTEST = 2; // letters; a single one is asked for on the search's own page

/**
 * A result, as the server sends it. Passages are pieces: texts, and whether they fit.
 * @typedef {{ kind: string, plan: string, place: string, url: string,
 *             passage: [string, boolean][] }} Result
 * @typedef {{ results: Result[], count: string }} Answer
 */

/** @type {number | undefined} */
let timer;
/** @type {AbortController | null} */
let request = null;

/** What is asked for is of no use any more. */
export function forgetSearch() {
  clearTimeout(timer);
  request?.abort();
  request = null;
}

/**
 * Ask for these words once nobody types, and hand the answer over; null where there is
 * none. Only the last question is answered.
 * @param {string} url
 * @param {string} words
 * @param {(answer: Answer | null) => void} show
 */
export function searchSoon(url, words, show) {
  forgetSearch();
  if ([...words.trim()].length < SHORTEST) {
    show(null);
    return;
  }
  timer = setTimeout(async () => {
    const mine = new AbortController();
    request = mine;
    show(await ask(`${url}?${new URLSearchParams({ q: words })}`, mine.signal));
  }, AFTER);
}

/**
 * What the server answers, null if it does not.
 * @param {string} address
 * @param {AbortSignal} [signal]
 */
export async function ask(address, signal) {
  const headers = openedBy();
  const response = await fetch(address, { headers, signal }).catch(() => null);
  return response?.ok && !response.redirected ? response.json() : null;
}

/**
 * The passage of a result, with what fits marked.
 * @param {Result} result
 */
export function passageOf({ passage }) {
  const line = document.createElement("span");
  line.className = "palette-passage";
  line.dir = "auto";
  line.append(
    ...passage.map(([text, isMarked]) => {
      if (!isMarked) return document.createTextNode(text);
      const mark = document.createElement("mark");
      mark.textContent = text;
      return mark;
    }),
  );
  return line;
}
