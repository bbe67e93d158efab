// Pasting into a text: HTML becomes Markdown, several lines become several entries, and the
// cells of a spreadsheet rows of the table. Ctrl Shift V pastes the plain text, as ever.
import { tell } from "../announce.js";
import { closest } from "../dom.js";
import { whenSaved } from "./autosave.js";
import { insert } from "./insert.js";
import { postOf } from "./item-menu.js";
import { previewRows } from "./paste-preview.js";
import { dropImages, isFormatted, pastedCells, readHtml } from "./pasted-html.js";
import { linesOf } from "./pasted-text.js";

const NO_IMAGES = "Images aren’t kept in a plan. Paste a link to one instead.";

let isPlain = false; // the paste that comes is to be plain text

document.addEventListener("keydown", (event) => {
  const isCommand = event.ctrlKey || event.metaKey;
  isPlain = isCommand && event.shiftKey && event.key.toLowerCase() === "v";
});

/**
 * @param {Element} body
 * @param {string} text
 */
async function markdown(body, text) {
  try {
    const { markdownOf } = await import("./markdown-of-html.js");
    return markdownOf(body);
  } catch {
    return text; // offline: as it is without its form
  }
}

/**
 * @param {HTMLTextAreaElement} control
 * @param {HTMLElement} item
 * @param {string[]} lines
 */
function insertEntries(control, item, lines) {
  const { value, selectionStart, selectionEnd } = control;
  const texts = [...lines];
  texts[0] = value.slice(0, selectionStart) + texts[0];
  texts[texts.length - 1] += value.slice(selectionEnd);
  const rows = JSON.stringify(texts.map((text) => ({ text })));
  whenSaved(() => postOf(item, "paste/", { rows }));
}

document.addEventListener("paste", (event) => {
  const control = closest(event, ".value textarea");
  const item = closest(event, ".item");
  const data = event.clipboardData;
  const wantsPlain = isPlain || control?.matches(".code-editor");
  isPlain = false;
  if (!(control instanceof HTMLTextAreaElement) || !item || !data || wantsPlain) return;
  const text = data.getData("text/plain");
  const html = data.getData("text/html");
  const body = html ? readHtml(html) : null;
  const isImage = [...data.files].some(({ type }) => type.startsWith("image/"));
  if ((body && dropImages(body)) || (isImage && !text)) tell(NO_IMAGES);
  if (!text.trim() && !body?.textContent?.trim()) {
    if (isImage || body) event.preventDefault();
    return;
  }
  const cells = item.matches(".row") ? pastedCells(body, text) : null;
  if (cells && previewRows(control, item, cells, text)) {
    event.preventDefault();
    return;
  }
  const isEntry = item.matches(".entry:not(.node-part), .check");
  const isList = isEntry && linesOf(text).length > 1;
  const source = body && isFormatted(body) ? body : null;
  if (!isList && !source) return;
  event.preventDefault();
  (source ? markdown(source, text) : Promise.resolve(text)).then((words) => {
    const lines = isEntry ? linesOf(words) : [];
    if (lines.length > 1) insertEntries(control, item, lines);
    else insert(control, words);
  });
});
