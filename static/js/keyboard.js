// Everything a row's buttons do, from the keyboard, without leaving the text.

function press(item, name) {
  const button = item.querySelector(`:scope [data-do="${name}"]`);
  button?.click();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.altKey && (event.key === "z" || event.key === "y")) {
    const name = event.key === "z" ? "undo" : "redo";
    document.querySelector(`.toolbar [data-do="${name}"]`)?.click();
    event.preventDefault();
    return;
  }
  const item = event.target.closest?.(".item");
  if (!item) return;
  const names = { ArrowUp: "up", ArrowDown: "down", Backspace: "remove" };
  if (event.altKey && !event.ctrlKey && names[event.key]) {
    if (press(item, names[event.key])) event.preventDefault();
  }
  // Ctrl Enter: the next row, check or entry.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
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
  }
});
