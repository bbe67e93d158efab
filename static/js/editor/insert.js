// Text that is put in at the caret as if it was typed: the browser's undo knows it.

/**
 * @param {HTMLTextAreaElement} control
 * @param {string} text
 */
export function insert(control, text) {
  if (!control.isConnected) return;
  control.focus({ preventScroll: true });
  if (document.execCommand("insertText", false, text)) return;
  // As behind a dialog that was closed a moment ago.
  const { selectionStart, selectionEnd } = control;
  control.setRangeText(text, selectionStart, selectionEnd, "end");
  control.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
