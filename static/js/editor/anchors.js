// Where a stretch of text is, in a text that was edited since.
//
// An anchor keeps the stretch with what stood around it. Texts are compared with their
// white space as a browser shows it: one space each.

const CONTEXT = 32; // characters of what stands around

/**
 * @typedef {object} Anchor
 * @property {string} quote
 * @property {string} prefix what stood before it
 * @property {string} suffix what stood behind it
 * @property {number} position where it began
 */

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {Anchor}
 */
export const anchorAt = (text, start, end) => ({
  quote: text.slice(start, end),
  prefix: text.slice(Math.max(0, start - CONTEXT), start),
  suffix: text.slice(end, end + CONTEXT),
  position: start,
});

/**
 * Where the stretch begins now; -1 where it is gone. Of several places, the one with most
 * of what stood around it, and then the nearest.
 * @param {string} text
 * @param {Anchor} anchor
 */
export function placeOf(text, { quote, prefix, suffix, position }) {
  let best = -1;
  let most = -1;
  if (!quote) return best;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const alike =
      alikeAtEnd(prefix, text.slice(Math.max(0, at - CONTEXT), at)) +
      alikeAtStart(suffix, text.slice(at + quote.length, at + quote.length + CONTEXT));
    const isNearer = Math.abs(at - position) < Math.abs(best - position);
    if (alike > most || (alike === most && isNearer)) {
      best = at;
      most = alike;
    }
  }
  return best;
}

/**
 * How many characters two texts begin with alike.
 * @param {string} a
 * @param {string} b
 */
function alikeAtStart(a, b) {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count += 1;
  return count;
}

/**
 * @param {string} a
 * @param {string} b
 */
function alikeAtEnd(a, b) {
  let count = 0;
  while (count < a.length && count < b.length && a.at(-1 - count) === b.at(-1 - count))
    count += 1;
  return count;
}

/**
 * A text with one space for each white space, and the place in the given pieces of each
 * of its characters.
 * @param {string[]} pieces
 */
export function joined(pieces) {
  /** @type {[number, number][]} */
  const places = [];
  let text = "";
  for (const [number, piece] of pieces.entries()) {
    for (let offset = 0; offset < piece.length; offset += 1) {
      const isSpace = /\s/.test(piece[offset]);
      if (isSpace && (text === "" || text.endsWith(" "))) continue;
      text += isSpace ? " " : piece[offset];
      places.push([number, offset]);
    }
  }
  return { text, places };
}
