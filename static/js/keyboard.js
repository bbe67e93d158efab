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
  const block = item.closest(".field-list") ?? item.closest(".block");
  if (block) {
    const adders = [...block.querySelectorAll('[data-do="add"]')];
    adders.at(-1)?.click();
    event.preventDefault();
  }
});
