// How a name fits what was typed into the palette.

/** @param {string} text */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * How well a name fits: 0 when it does not, else higher for a closer fit. The typed words
 * may stand in any order; a start of the name, or of a word of it, counts for more.
 * @param {string} name
 * @param {string} typed
 */
export function fit(name, typed) {
  const whole = folded(name);
  const wanted = folded(typed).split(/\s+/).filter(Boolean);
  if (!wanted.length) return 1;
  const words = whole.split(/[^\p{L}\p{N}]+/u);
  let score = 1;
  for (const each of wanted) {
    if (!whole.includes(each)) return 0;
    if (words.some((word) => word.startsWith(each))) score += 2;
    if (whole.startsWith(each)) score += 3;
  }
  return score;
}

/**
 * The names that fit, the closest first; names that fit alike stay in their order.
 * @template {{ name: string }} T
 * @param {T[]} choices
 * @param {string} typed
 */
export function fitting(choices, typed) {
  return choices
    .map((choice, at) => ({ choice, at, score: fit(choice.name, typed) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ choice }) => choice);
}

/**
 * Where a text occurs, whatever its capitals: `[start, end]` pairs that do not overlap.
 * @param {string} text
 * @param {string} wanted
 */
export function occurrences(text, wanted) {
  const places = [];
  // Only foldings that keep the length: the offsets are those of the text.
  const lower = text.toLowerCase();
  const haystack = lower.length === text.length ? lower : text;
  const needle = haystack === lower ? wanted.toLowerCase() : wanted;
  if (!needle) return [];
  for (let at = haystack.indexOf(needle); at >= 0; ) {
    places.push([at, at + needle.length]);
    at = haystack.indexOf(needle, at + needle.length);
  }
  return places;
}
