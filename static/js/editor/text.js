// Merges two changes of one text by words. Knows nothing of the page.

/**
 * A change: the text from `from` up to `to` became `text`. Positions count like those of
 * a JavaScript string.
 * @typedef {{ from: number, to: number, text: string }} Hunk
 */

/**
 * @typedef {object} Merged
 * @property {string} text
 * @property {boolean} clean false where both changed the same words: `text` is then ours
 * @property {(position: number) => number} map our positions to those in `text`; a
 *   position stays behind the word that it was behind
 */

const LARGEST_TABLE = 250_000; // cells: a few milliseconds
const WORD = 1000; // the worth of a word that stays; a space or a comma is worth 1

/**
 * @param {string} text
 * @returns {string[]}
 */
const tokensOf = (text) => text.match(/[\p{L}\p{N}_]+|./gsu) ?? [];

/**
 * The changes that make `after` of `before`, in the order of the text.
 * @param {string} before
 * @param {string} after
 */
export function hunksOf(before, after) {
  if (before === after) return [];
  const old = tokensOf(before);
  const now = tokensOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail++;
  const at = old.slice(0, head).join("").length;
  return hunksOfMiddle(
    old.slice(head, old.length - tail),
    now.slice(head, now.length - tail),
    at,
  );
}

/**
 * By the longest common subsequence of tokens.
 * @param {string[]} old
 * @param {string[]} now
 * @param {number} at
 * @returns {Hunk[]}
 */
function hunksOfMiddle(old, now, at) {
  const width = now.length + 1;
  if (!old.length || !now.length || (old.length + 1) * width > LARGEST_TABLE) {
    return [{ from: at, to: at + old.join("").length, text: now.join("") }];
  }
  const worth = old.map((token) => (/[\p{L}\p{N}_]/u.test(token) ? WORD : 1));
  // What the rests of both have in common, from each pair of positions on.
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i * width + j] =
        old[i] === now[j]
          ? common[(i + 1) * width + j + 1] + worth[i]
          : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  /** @type {Hunk[]} */
  const hunks = [];
  /** @type {Hunk | null} */
  let open = null;
  const hunk = () => {
    if (!open) {
      open = { from: at, to: at, text: "" };
      hunks.push(open);
    }
    return open;
  };
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      at += old[i].length;
      open = null;
      i++;
      j++;
    } else if (
      j === now.length ||
      (i < old.length && common[(i + 1) * width + j] >= common[i * width + j + 1])
    ) {
      const removed = hunk();
      at += old[i].length;
      removed.to = at;
      i++;
    } else {
      hunk().text += now[j];
      j++;
    }
  }
  return hunks;
}

/**
 * @param {Hunk} a
 * @param {Hunk} b
 */
const isSame = (a, b) => a.from === b.from && a.to === b.to && a.text === b.text;

/**
 * Side by side is too near: nobody could say which of two texts comes first.
 * @param {Hunk} a
 * @param {Hunk} b
 */
const isNear = (a, b) => a.from <= b.to && b.from <= a.to;

/**
 * `mine` with what `theirs` changed of `base`.
 * @param {string} base
 * @param {string} mine
 * @param {string} theirs
 * @returns {Merged}
 */
export function rebase(base, mine, theirs) {
  const own = hunksOf(base, mine);
  const arriving = hunksOf(base, theirs).filter(
    (hunk) => !own.some((each) => isSame(each, hunk)),
  );
  if (arriving.some((hunk) => own.some((each) => isNear(each, hunk)))) {
    return { text: mine, clean: false, map: (position) => position };
  }
  let grown = 0;
  let next = 0;
  const placed = arriving.map((hunk) => {
    for (; next < own.length && own[next].to < hunk.from; next++) {
      grown += own[next].text.length - (own[next].to - own[next].from);
    }
    return { from: hunk.from + grown, to: hunk.to + grown, text: hunk.text };
  });
  return { text: applied(placed, mine), clean: true, map: mapOf(placed) };
}

/**
 * The same for a text that somebody is in: the white space at its ends stays, which the
 * server trims, and from which the person may be about to go on.
 * @param {string} base
 * @param {string} mine
 * @param {string} theirs
 * @returns {Merged}
 */
export function rebaseTyped(base, mine, theirs) {
  const core = mine.trim();
  const head = core ? mine.indexOf(core) : 0;
  const tail = head + core.length;
  const { text, clean, map } = rebase(base.trim(), core, theirs.trim());
  if (!clean) return { text: mine, clean, map };
  return {
    text: mine.slice(0, head) + text + mine.slice(tail),
    clean,
    map: (position) => {
      if (position <= head) return position;
      if (position >= tail) return position - core.length + text.length;
      return head + map(position - head);
    },
  };
}

/**
 * @param {Hunk[]} hunks
 * @param {string} text
 */
function applied(hunks, text) {
  let result = "";
  let at = 0;
  for (const { from, to, text: inserted } of hunks) {
    result += text.slice(at, from) + inserted;
    at = to;
  }
  return result + text.slice(at);
}

/** @param {Hunk[]} hunks */
function mapOf(hunks) {
  return (/** @type {number} */ position) => {
    let shift = 0;
    for (const { from, to, text } of hunks) {
      if (from >= position) break;
      if (to > position) {
        // In the middle of what was replaced.
        return from + shift + Math.min(position - from, text.length);
      }
      shift += text.length - (to - from);
    }
    return position + shift;
  };
}
