// The bar below a longer text: what Markdown can do, by buttons. One bar serves all texts:
// passages, and fields, entries and cells once they are long, which have no lists or tables
// of their own. Its buttons leave the focus in the text; Alt F10 goes to them by the
// keyboard. (Ctrl B and Ctrl E move the caret on a Mac, so no letter is taken.)
import { isComposing } from "../composition.js";
import { all, byId, closest } from "../dom.js";
import { formOf } from "./controls.js";
import { insert } from "./insert.js";
import { enter, lines, link, table, wrap } from "./markdown-commands.js";
import { keepWhile } from "./values.js";

const PASSAGES = '.value[data-control="passage"] textarea';
const TEXTS = `${PASSAGES}, .value[data-control="text"] textarea`;
const LONG = 60; // characters of a value that gets the bar
const GAP = 4; // pixels around the bar

const bar = () => byId("text-bar");
/** @type {HTMLTextAreaElement | null} */
let text = null; // what the bar is for

// A finger's screen has room at its lower end, above the keyboard.
const isSmall = matchMedia("(pointer: coarse), (max-width: 47.99rem)");

/** @param {HTMLTextAreaElement} control */
const isLonger = (control) =>
  control.matches(PASSAGES) ||
  control.value.length > LONG ||
  control.value.includes("\n");

/**
 * The text that an event happened in, if it has the bar.
 * @param {Event} event
 */
export function longerText(event) {
  const control = closest(event, TEXTS);
  if (!(control instanceof HTMLTextAreaElement)) return null;
  return control === text || isLonger(control) ? control : null;
}

/** @param {HTMLElement} control */
const isCell = (control) => Boolean(control.closest(".row > td"));

/**
 * Whether it has a preview: a cell has no room for one.
 * @param {HTMLElement} control
 */
export const hasPreview = (control) => !isCell(control);

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
  if (!text || list.hidden) {
    document.documentElement.classList.remove("has-pinned-bar");
    return;
  }
  list.dataset.of = text.matches(PASSAGES)
    ? "passage"
    : isCell(text)
      ? "cell"
      : "value";
  const { height } = list.getBoundingClientRect();
  const view = visualViewport;
  const end = view ? view.offsetTop + view.height : innerHeight;
  const box = text.getBoundingClientRect();
  const isPinned = isSmall.matches || box.bottom + height + 2 * GAP > end;
  list.classList.toggle("is-pinned", isPinned);
  document.documentElement.classList.toggle("has-pinned-bar", isPinned);
  const frame = /** @type {HTMLElement} */ (list.offsetParent ?? document.body);
  const { top, left } = frame.getBoundingClientRect();
  list.style.top = isPinned ? `${end - height - GAP}px` : `${box.bottom + GAP - top}px`;
  list.style.left = isSmall.matches
    ? `${GAP}px`
    : `${box.left - (isPinned ? 0 : left)}px`;
}

const sizes = new ResizeObserver(place); // a text grows while somebody writes

/** @param {HTMLTextAreaElement | null} control */
function serve(control) {
  text = control;
  sizes.disconnect();
  if (text) sizes.observe(text);
  place();
}

document.addEventListener("focusin", (event) => {
  if (!closest(event, "#text-bar")) serve(longerText(event));
});

document.addEventListener("input", (event) => {
  const control = longerText(event);
  if (control && control !== text) serve(control);
});

for (const [target, type] of /** @type {const} */ ([
  [document, "scroll"],
  [visualViewport, "resize"],
  [visualViewport, "scroll"],
])) {
  target?.addEventListener(type, () => text && place(), { passive: true });
}

document.addEventListener("focusout", () => {
  setTimeout(() => {
    const { activeElement } = document;
    if (activeElement === text || bar()?.contains(activeElement)) return;
    serve(null);
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
  const control = longerText(event);
  if (control && list) {
    if (event.key === "F10" && event.altKey) {
      event.preventDefault();
      all(list, "button")[0]?.focus();
    } else if (event.key === "Enter" && isPlain(event) && control.matches(PASSAGES)) {
      const rewrite = enter(selectionOf(control));
      if (!rewrite) return;
      event.preventDefault();
      apply(control, rewrite);
    }
  } else if (list?.contains(document.activeElement)) {
    const buttons = all(list, ":is(button, a)").filter((each) =>
      each.checkVisibility(),
    );
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (step) buttons.at((at + step) % buttons.length)?.focus();
    else if (event.key === "Escape") text?.focus();
    else return;
    event.preventDefault();
  }
});
