// HTML of the clipboard, read in a document of its own: nothing in it runs or is loaded.
import { rowsOf } from "./pasted-text.js";

const FORMATTED =
  "a[href], strong, b, em, i, s, del, code, pre, ul, ol, table, " +
  "h1, h2, h3, h4, h5, h6, blockquote, hr";

/**
 * Styles and handlers would do nothing there, but be reported as refused by our policy.
 * @param {string} html
 */
const withoutStyles = (html) =>
  html
    .replace(/<style\b[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(/\s(style|on\w+)\s*=/gi, " data-$1="),
    );

/** @param {string} html */
export function readHtml(html) {
  const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  for (const each of page.querySelectorAll(
    "script, style, title, template, iframe, object, svg, math, noscript",
  )) {
    each.remove();
  }
  // Google Docs puts all of it into a <b> that is not bold.
  for (const each of page.querySelectorAll('b[data-style*="font-weight:normal"]')) {
    each.replaceWith(...each.childNodes);
  }
  return page.body;
}

/** @param {Element} body */
export const isFormatted = (body) => body.querySelector(FORMATTED) !== null;

/**
 * Takes the images out; returns whether there were some.
 * @param {Element} body
 */
export function dropImages(body) {
  const images = body.querySelectorAll("img, picture, video, audio");
  for (const image of images) image.remove();
  return images.length > 0;
}

/**
 * The cells of a spreadsheet, if it is nothing else.
 * @param {Element | null} body
 * @param {string} text the same as plain text
 * @returns {string[][] | null}
 */
export function pastedCells(body, text) {
  const table = body?.querySelector("table");
  const around = (body?.textContent ?? "").trim() !== (table?.textContent ?? "").trim();
  const rows =
    table && !around ? [...table.rows].map((row) => cellsIn(row)) : rowsOf(text);
  const count = rows?.reduce((sum, row) => sum + row.length, 0) ?? 0;
  return rows && count > 1 ? rows : null;
}

/** @param {HTMLTableRowElement} row */
const cellsIn = (row) =>
  [...row.cells].flatMap((cell) => {
    for (const end of cell.querySelectorAll("br")) end.replaceWith("\n");
    const words = (cell.textContent ?? "").replace(/[^\S\n]+/g, " ").trim();
    return [words, ...Array(Math.max(0, cell.colSpan - 1)).fill("")];
  });
