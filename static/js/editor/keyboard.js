// Keys that add and remove while one writes: Enter at the end of a row, check or entry
// goes on to the next one, Backspace in an empty one removes it.
//
// Ctrl Enter (Cmd Enter on a Mac) adds from anywhere, or sends the answer. No other
// combination is free on all platforms: with Alt, Option or Cmd, arrows and Backspace edit
// and move in texts, and Ctrl with Alt is AltGr, which writes letters.
import { all, closest, targetOf } from "../dom.js";
import { remove } from "./item-menu.js";
import { controlOf, keyOf, open, storedOf, valuesIn } from "./values.js";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (!event.ctrlKey && !event.metaKey) return;
  const item = closest(event, ".item");
  if (!item) return;
  const answer = closest(event, ".question-form");
  if (answer) {
    all(answer, '[value="answer"]')[0]?.click();
    return;
  }
  if (!item.closest(".field-list, .block")) return;
  adderOf(item)?.click();
  event.preventDefault();
});

// One line of the file each.
const LINES = ".check > .value, .row > td > .value";
// What Enter and Backspace lead on from.
const TEXTS = `.entry > .value, ${LINES}`;

/** @param {KeyboardEvent} event */
const isPlain = ({ shiftKey, altKey, ctrlKey, metaKey, isComposing }) =>
  !(shiftKey || altKey || ctrlKey || metaKey || isComposing);

/**
 * The text control that a key went to, of a check, an entry or a cell.
 * @param {KeyboardEvent} event
 */
function textIn(event) {
  const target = targetOf(event);
  const isText =
    target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  return isText && target.closest(TEXTS) ? target : null;
}

// Shift Enter breaks the line all the same. In the middle of an entry, which may have
// several lines, so does Enter.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !isPlain(event) || event.defaultPrevented) return;
  const text = textIn(event);
  const item = text?.closest(".item");
  if (!text || !item) return;
  const isAtEnd =
    text.selectionStart === text.value.length &&
    text.selectionEnd === text.value.length;
  if (item.matches(".entry") && !isAtEnd) return;
  event.preventDefault();
  const next = item.matches(".entry") ? null : nextOf(text);
  if (next) open(next, { caret: storedOf(next).length });
  else if (text.value.trim()) addAfter(item);
});

/**
 * The same value of each check, entry or row of a list; and where this one is among them.
 * @param {Element} text of this one
 * @param {string} list
 * @param {string} [values] of which kinds
 * @returns {[HTMLElement[], number]}
 */
function peersOf(text, list, values = TEXTS) {
  const value = /** @type {HTMLElement} */ (text.closest(".value"));
  const peers = all(text.closest(list) ?? document, values).filter(
    (peer) => keyOf(peer) === keyOf(value),
  );
  return [peers, peers.indexOf(value)];
}

/**
 * The next check of the list, or the same cell of the next row.
 * @param {Element} text
 */
function nextOf(text) {
  const [peers, at] = peersOf(text, ".checklist, tbody", LINES);
  return peers[at + 1];
}

/** @param {Element} item */
function addAfter(item) {
  const adder = adderOf(item);
  const form = adder instanceof HTMLButtonElement ? adder.form : null;
  if (!adder || !form) return;
  const place = document.createElement("input");
  place.type = "hidden";
  place.name = "after";
  place.value = item.id.replace("item-", "");
  form.querySelector("[name=after]")?.remove();
  form.append(place);
  form.addEventListener("htmx:after:request", () => place.remove(), { once: true });
  adder.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Backspace" || !isPlain(event) || event.repeat) return;
  const text = textIn(event);
  const item = /** @type {HTMLElement | null | undefined} */ (text?.closest(".item"));
  if (!text || !item || text.value) return;
  // Of a row, nothing may be left in any cell; of an entry, nothing may be nested in it.
  const hasMore =
    valuesIn(item).some((value) => !value.contains(text) && textOf(value)) ||
    item.parentElement?.querySelector(":scope > ul");
  if (hasMore) return;
  event.preventDefault();
  goOnFrom(text);
  remove(item);
});

/**
 * What a value says now: what is typed into it, before it is stored.
 * @param {HTMLElement} value
 */
const textOf = (value) => controlOf(value)?.value ?? storedOf(value);

/**
 * To the end of the one before, at once: what is typed next must not go into what is
 * being removed.
 * @param {TextControl} text
 */
function goOnFrom(text) {
  const [peers, at] = peersOf(text, "ul, tbody");
  const goal = peers[at - 1] ?? peers[at + 1];
  if (goal) open(goal, { caret: textOf(goal).length });
  else {
    text.blur();
    adderOf(text)?.focus();
  }
}

/** @param {Element} target */
function adderOf(target) {
  const list = target.closest(".field-list") ?? target.closest(".block");
  return list && all(list, '[data-do="add"]').at(-1);
}
