// Where in a Markdown text a click on its rendered form points.

/**
 * The offset in the source of the character that was clicked.
 *
 * What is rendered is, markup aside, a subsequence of its source: so as many of its
 * characters are looked up in the source, in order, as stand before the click.
 * @param {Element} element what is rendered
 * @param {string} source
 * @param {{ clientX: number, clientY: number }} point
 */
export function sourceOffset(element, source, { clientX, clientY }) {
  const range = document.caretRangeFromPoint?.(clientX, clientY);
  if (!range || !element.contains(range.startContainer)) return source.length;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  return offsetAfter(String(before), source);
}

// Behind the words of a link, and not shown: `](address "title")`, `][label]`.
const ADDRESS =
  /\]\((?:<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+"[^"\n]*")?\)|\]\[[^\]\n]*\]/g;

// The end of some markup with a space behind it, or a line's end with a list's bullets.
const GAP = /^\S*(?:[^\S\n]|\s*\n\s*(?:(?:[-*+>]|\d+[.)]|#{1,6})\s+)*)/;

/**
 * @param {string} shown the rendered text before a place
 * @param {string} source
 */
export function offsetAfter(shown, source) {
  const words = source.replace(ADDRESS, (address) => "\0".repeat(address.length));
  let at = 0;
  for (const character of shown) {
    if (/\s/.test(character)) continue;
    const next = words.indexOf(character, at);
    if (next < 0) continue; // put in by the rendering
    at = next + character.length;
  }
  // A space that was clicked behind is typed already.
  if (/\s$/.test(shown)) at += GAP.exec(source.slice(at))?.[0].length ?? 0;
  return at;
}
