// The bar above a longer text: what Markdown can do, by buttons. One bar serves all texts. Its
// buttons leave the focus in the text; Alt F10 goes to them by the keyboard. (Ctrl B and Ctrl E
// move the caret on a Mac, so no letter is taken.)
import { isComposing } from "../composition.js";
import { all, byId, closest } from "../dom.js";
import { formOf } from "./controls.js";
import { insert } from "./insert.js";
import { enter, lines, link, table, wrap } from "./markdown-commands.js";
import { keepWhile } from "./values.js";

export const TEXTS = '.value[data-control="passage"] textarea';

const bar = () => byId("text-bar");
/** @type {HTMLTextAreaElement | null} */
let text = null; // what the bar is for

/** The longer text that somebody is in. */
export const textInUse = () => (text?.isConnected ? text : null);

/** @type {Record<string, (selected: import("./markdown-commands.js").Selected) => import("./markdown-commands.js").Rewrite>} */
const COMMANDS = {
  bold: (selected) => wrap(selected, "**"),
  code: (selected) => wrap(selected, "`"),
  link,
  list: (selected) => lines(selected, "- "),
  task: (selected) => lines(selected, "- [ ] "),
  table,
};

keepWhile((form) =>
  Boolean(text && bar()?.contains(document.activeElement) && formOf(text) === form),
);

/**
 * @param {HTMLTextAreaElement} control
 * @param {import("./markdown-commands.js").Rewrite} rewrite
 */
function apply(control, { from, to, text: words, start, end }) {
  control.setSelectionRange(from, to);
  if (words || from !== to) insert(control, words);
  control.setSelectionRange(start, end);
}

/** @param {HTMLTextAreaElement} control */
const selectionOf = ({ value, selectionStart, selectionEnd }) => ({
  value,
  start: selectionStart,
  end: selectionEnd,
});

/** @param {KeyboardEvent} event */
const isPlain = ({ shiftKey, altKey, ctrlKey, metaKey }) =>
  !(shiftKey || altKey || ctrlKey || metaKey);

/** @param {string} name */
function run(name) {
  const command = COMMANDS[name];
  if (!text?.isConnected || !command || isComposing(text)) return;
  text.focus({ preventScroll: true });
  apply(text, command(selectionOf(text)));
}

function place() {
  const list = bar();
  if (!list) return;
  list.hidden = !text?.isConnected;
  if (!text || list.hidden) return;
  const frame = /** @type {HTMLElement} */ (list.offsetParent ?? document.body);
  const { top, left } = frame.getBoundingClientRect();
  const box = text.getBoundingClientRect();
  list.style.top = `${box.top - top}px`;
  list.style.left = `${box.left - left}px`;
}

document.addEventListener("focusin", (event) => {
  if (closest(event, "#text-bar")) return;
  const control = closest(event, TEXTS);
  text = control instanceof HTMLTextAreaElement ? control : null;
  place();
});

document.addEventListener("focusout", () => {
  setTimeout(() => {
    const { activeElement } = document;
    if (activeElement === text || bar()?.contains(activeElement)) return;
    text = null;
    place();
  });
});

// The focus, and with it the keyboard of a phone, stays in the text.
document.addEventListener("pointerdown", (event) => {
  if (closest(event, "#text-bar button")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = closest(event, "#text-bar [data-command]");
  if (button) run(button.dataset.command ?? "");
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const list = bar();
  const control = closest(event, TEXTS);
  if (control instanceof HTMLTextAreaElement && list) {
    if (event.key === "F10" && event.altKey) {
      event.preventDefault();
      all(list, "button")[0]?.focus();
    } else if (event.key === "Enter" && isPlain(event)) {
      const rewrite = enter(selectionOf(control));
      if (!rewrite) return;
      event.preventDefault();
      apply(control, rewrite);
    }
  } else if (list?.contains(document.activeElement)) {
    const buttons = all(list, ":is(button, a):not([hidden])");
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (step) buttons.at((at + step) % buttons.length)?.focus();
    else if (event.key === "Escape") text?.focus();
    else return;
    event.preventDefault();
  }
});
