// A second click where something was removed is meant for what was there: not for what
// has slid under the pointer since.

const NEAR = 6; // pixels
const LOOKS_AFTER = 700; // milliseconds until somebody has seen what is there now
const REMOVERS = '[data-do="remove"], .block-remove button';
let press = null;

const itemOf = (button) => button.closest(".item, .block")?.id;

// Its row may be another one's since.
const isGone = ({ button, item }) => !button.isConnected || itemOf(button) !== item;

document.addEventListener("click", (event) => {
  if (!event.detail) return; // by the keyboard, or a script
  const { clientX: x, clientY: y } = event;
  if (press && Math.hypot(x - press.x, y - press.y) <= NEAR && isGone(press)
    && Date.now() < (press.goneAt ?? Date.now()) + LOOKS_AFTER) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const button = event.target.closest?.(REMOVERS);
  press = button ? { x, y, button, item: itemOf(button) } : null;
}, true);

document.addEventListener("htmx:after:swap", () => {
  if (press && isGone(press)) press.goneAt ??= Date.now();
});

// A key that is held down presses what has the focus next, too.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.repeat && event.target.matches?.(REMOVERS)) {
    event.preventDefault();
  }
});
