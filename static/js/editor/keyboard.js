// Ctrl Enter (Cmd Enter on a Mac): the next row, check or entry, or the answer is sent.
//
// It is the only shortcut. No other combination is free on all platforms: with Alt,
// Option or Cmd, arrows and Backspace edit and move in texts, and Ctrl with Alt is AltGr,
// which writes letters. Moving, removing and undoing have buttons that Tab leads to.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (!event.ctrlKey && !event.metaKey) return;
  const item = event.target.closest?.(".item");
  if (!item) return;
  const answer = event.target.closest(".question-form");
  if (answer) {
    answer.querySelector('[value="answer"]').click();
    return;
  }
  if (!item.closest(".field-list, .block")) return;
  adderOf(item)?.click();
  event.preventDefault();
});

// Enter in a check, which is one line of the file: on to the next check, or to a new one.
// (Shift Enter breaks the line all the same.)
document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (
    event.key !== "Enter" ||
    event.isComposing ||
    !target.matches?.("textarea.check-text")
  ) {
    return;
  }
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const checks = [
    ...target.closest(".checklist").querySelectorAll("textarea.check-text"),
  ];
  const next = checks[checks.indexOf(target) + 1];
  if (next) next.focus();
  else if (target.value.trim()) adderOf(target)?.click();
});

function adderOf(target) {
  const list = target.closest(".field-list") ?? target.closest(".block");
  return [...(list?.querySelectorAll('[data-do="add"]') ?? [])].at(-1);
}
