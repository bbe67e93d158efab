// What a pasted text holds: lines of a list, or cells of a spreadsheet. Knows nothing of
// the page.

const MARK = /^\s*(?:[-*+•‣◦▪–—☐☑]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/;

/**
 * The lines that say something, without bullets, numbers and boxes.
 * @param {string} text
 */
export const linesOf = (text) =>
  text
    .split(/\r\n?|\n/)
    .map((line) => line.replace(MARK, "").trim())
    .filter(Boolean);

/**
 * Tab-separated cells as spreadsheets copy them: one with a line end or a quotation mark
 * in it is quoted.
 * @param {string} text
 * @returns {string[][]}
 */
export function cellsOfText(text) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  const source = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))([\t\n]|$)/y;
  while (cell.lastIndex <= source.length) {
    const [, quoted, plain, end] = cell.exec(source) ?? [];
    row.push((quoted?.replaceAll('""', '"') ?? plain ?? "").trim());
    if (end === "\t") continue;
    rows.push(row);
    row = [];
    if (!end) break;
  }
  return rows;
}

/**
 * Whether it is more than one cell, with a tab or in a table of Markdown.
 * @param {string} text
 */
export function rowsOf(text) {
  const lines = text.trim().split(/\r\n?|\n/);
  const isTable =
    lines.length > 1 && lines.every((line) => /^\s*\|.*\|\s*$/.test(line));
  if (isTable) {
    return lines
      .filter((line) => !/^[\s|:-]+$/.test(line))
      .map((line) =>
        line
          .trim()
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.replaceAll("\\|", "|").trim()),
      );
  }
  return text.includes("\t") ? cellsOfText(text) : null;
}

/**
 * @typedef {object} Fit
 * @property {string[][]} rows as many cells each as the table has columns
 * @property {string[]} left what is left out: names, where there are some
 * @property {boolean} hasHeader whether the first row named the columns
 */

/** @param {string} text */
const folded = (text) => text.trim().toLowerCase();

/**
 * Pasted rows in the columns of a table: by their names if the first row has these, else
 * from one column on.
 * @param {string[][]} pasted
 * @param {string[]} columns
 * @param {number} at
 * @returns {Fit}
 */
export function fit(pasted, columns, at) {
  const names = columns.map(folded);
  const width = Math.max(...pasted.map((row) => row.length));
  const found = (pasted[0] ?? []).map((cell) => names.indexOf(folded(cell)));
  const known = found.filter((place) => place >= 0).length;
  const hasHeader = pasted.length > 1 && known > 0 && known >= Math.min(2, width);
  const places = hasHeader ? found : Array.from({ length: width }, (_, j) => at + j);
  const left = Array.from({ length: width }, (_, j) => j)
    .filter((j) => !((places[j] ?? -1) >= 0 && (places[j] ?? -1) < columns.length))
    .map((j) => (hasHeader ? (pasted[0]?.[j] ?? "") : ""));
  const rows = (hasHeader ? pasted.slice(1) : pasted).map((row) => {
    const cells = columns.map(() => "");
    for (const [j, cell] of row.entries()) {
      const place = places[j] ?? -1;
      if (place >= 0 && place < cells.length) cells[place] = cell;
    }
    return cells;
  });
  return { rows: rows.filter((row) => row.some(Boolean)), left, hasHeader };
}
