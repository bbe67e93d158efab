// Menus that open at a button: where they stand, and how the keyboard walks them.
import { all, targetOf } from "./dom.js";

/** @param {HTMLElement} list */
const choicesOf = (list) => all(list, "[role=menuitem]:not([hidden])");

/**
 * @param {HTMLElement} list
 * @param {Element} button
 * @param {"left" | "right"} [side] of the button that it lines up with
 */
export function openAt(list, button, side = "right") {
  list.showPopover();
  const { bottom, left, right, top } = button.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const y = bottom + height < innerHeight ? bottom : Math.max(4, top - height);
  const x = side === "right" ? right - width : left;
  list.style.top = `${y}px`;
  list.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
  choicesOf(list)[0]?.focus();
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement | null} list
 * @param {() => void} close
 */
export function walk(event, list, close) {
  if (event.isComposing || !list?.contains(targetOf(event))) return;
  const shown = choicesOf(list);
  const at = shown.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const goals = {
    ArrowDown: shown[(at + 1) % shown.length],
    ArrowUp: shown.at(at - 1),
    Home: shown[0],
    End: shown.at(-1),
  };
  const goal = goals[/** @type {keyof typeof goals} */ (event.key)];
  if (goal) {
    event.preventDefault();
    goal.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    close();
  }
}
