// Which key was pressed, and whether somebody is writing there.

/**
 * Ctrl K cuts a line off on a Mac, where Cmd K does not.
 * @param {KeyboardEvent} event
 */
export const isPaletteKey = ({ key, ctrlKey, metaKey, shiftKey }) =>
  key.toLowerCase() === "k" &&
  !shiftKey &&
  (/Mac|iP/.test(navigator.platform) ? metaKey && !ctrlKey : ctrlKey && !metaKey);

/** @param {HTMLElement | null} place */
export const isWriting = (place) =>
  Boolean(place?.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
