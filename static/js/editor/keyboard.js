// Ctrl Enter (Cmd Enter on a Mac): the next row, check or entry, or sends the answer.
//
// It is the only shortcut. No other combination is free on all platforms: with Alt,
// Option or Cmd, arrows and Backspace edit and move in texts, and Ctrl with Alt is AltGr,
// which writes letters. Moving, removing and undoing have buttons that Tab leads to.
import { all, closest, targetOf } from "../dom.js";
import { open, storedOf } from "./values.js";

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

const CHECK = ".check > .value";

// Enter in a check, which is one line of the file: on to the next check, or to a new one.
// (Shift Enter breaks the line all the same.)
document.addEventListener("keydown", (event) => {
  const target = targetOf(event);
  if (event.key !== "Enter" || event.isComposing) return;
  if (!(target instanceof HTMLTextAreaElement) || !target.closest(CHECK)) return;
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
  const list = target.closest(".checklist");
  if (!list) return;
  event.preventDefault();
  const checks = all(list, CHECK);
  const next = checks[checks.findIndex((check) => check.contains(target)) + 1];
  if (next) open(next, { caret: storedOf(next).length });
  else if (target.value.trim()) adderOf(target)?.click();
});

/** @param {Element} target */
function adderOf(target) {
  const list = target.closest(".field-list") ?? target.closest(".block");
  return list && all(list, '[data-do="add"]').at(-1);
}
