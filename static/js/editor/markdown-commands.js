// What the bar above a text and Enter do with its Markdown. Knows nothing of the page.

/**
 * @typedef {{ value: string, start: number, end: number }} Selected
 * @typedef {{ from: number, to: number, text: string, start: number, end: number }} Rewrite
 *   the text from `from` up to `to` becomes `text`; then it is selected from `start` to `end`
 */

/**
 * Bold, code: put around what is selected, or taken off it.
 * @param {Selected} selected
 * @param {string} mark
 * @returns {Rewrite}
 */
export function wrap({ value, start, end }, mark) {
  const size = mark.length;
  const words = value.slice(start, end);
  const isAround =
    value.slice(start - size, start) === mark && value.slice(end, end + size) === mark;
  if (isAround) {
    return {
      from: start - size,
      to: end + size,
      text: words,
      start: start - size,
      end: end - size,
    };
  }
  const text = `${mark}${words}${mark}`;
  return { from: start, to: end, text, start: start + size, end: end + size };
}

/**
 * @param {Selected} selected
 * @returns {Rewrite}
 */
export function link({ value, start, end }) {
  const words = value.slice(start, end);
  const isAddress = /^https?:\/\/\S+$/.test(words);
  const text = isAddress ? `[](${words})` : `[${words}](https://)`;
  // What is still missing is selected: the words, or the address.
  const at = start + (isAddress || !words ? 1 : words.length + 3);
  return {
    from: start,
    to: end,
    text,
    start: at,
    end: at + (words && !isAddress ? "https://".length : 0),
  };
}

const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))(\s+)(\[[ xX]\]\s+)?/;

/**
 * The selected lines become entries of a list, or plain lines again.
 * @param {Selected} selected
 * @param {"- " | "- [ ] "} mark
 * @returns {Rewrite}
 */
export function lines({ value, start, end }, mark) {
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const next = value.indexOf("\n", Math.max(end, from));
  const to = next < 0 ? value.length : next;
  const before = value.slice(from, to).split("\n");
  const isTask = mark !== "- ";
  const isAll = before.every((line) => {
    const item = ITEM.exec(line);
    return item && Boolean(item[6]) === isTask;
  });
  const after = before.map((line) => {
    const item = ITEM.exec(line);
    const indent = item?.[1] ?? "";
    const words = line.slice(item?.[0].length ?? 0);
    return isAll ? indent + words : `${indent}${mark}${words}`;
  });
  const text = after.join("\n");
  const isCaret = start === end;
  const place = from + text.length;
  return { from, to, text, start: isCaret ? place : from, end: place };
}

/**
 * An empty table below the line of the caret.
 * @param {Selected} selected
 * @returns {Rewrite}
 */
export function table({ value, end }) {
  const next = value.indexOf("\n", end);
  const at = next < 0 ? value.length : next;
  const lead = value.slice(0, at).trim() ? "\n\n" : "";
  const text = `${lead}| Column 1 | Column 2 |\n| --- | --- |\n|  |  |\n`;
  const start = at + lead.length + 2;
  return { from: at, to: at, text, start, end: start + "Column 1".length };
}

/**
 * Enter in a list goes on with it; in an empty entry it ends it. Null elsewhere.
 * @param {Selected} selected
 * @returns {Rewrite | null}
 */
export function enter({ value, start, end }) {
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const item = ITEM.exec(value.slice(from, start));
  if (!item || start !== end) return null;
  const [all, indent = "", bullet, number, stop, gap = " ", box] = item;
  const rest = value.slice(from + all.length).split("\n", 1)[0] ?? "";
  if (!rest.trim() && from + all.length === start) {
    return { from, to: start + rest.length, text: "", start: from, end: from };
  }
  const mark = bullet ?? `${Number(number) + 1}${stop}`;
  const text = `\n${indent}${mark}${gap}${box ? "[ ] " : ""}`;
  const at = start + text.length;
  return { from: start, to: start, text, start: at, end: at };
}
