// A second click where something was removed is meant for what was there: not for what
// has slid under the pointer since. Whoever moves the pointer away and back aims anew.

const NEAR = 6; // pixels
const LOOKS_AFTER = 700; // milliseconds until somebody has seen what is there now
const REMOVERS = '[data-do="remove"], .block-remove button';
let press = null;

const itemOf = (button) => button.closest(".item, .block")?.id;

// Its row may be another one's since.
const isGone = ({ button, item }) => !button.isConnected || itemOf(button) !== item;

const isNear = ({ clientX, clientY }) =>
  Math.hypot(clientX - press.x, clientY - press.y) <= NEAR;

document.addEventListener(
  "pointermove",
  (event) => {
    if (press && !isNear(event)) press = null;
  },
  { capture: true, passive: true },
);

document.addEventListener(
  "click",
  (event) => {
    if (!event.detail) return; // by the keyboard, or a script
    if (
      press &&
      isNear(event) &&
      isGone(press) &&
      Date.now() < (press.goneAt ?? Date.now()) + LOOKS_AFTER
    ) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const button = event.target.closest?.(REMOVERS);
    press = button
      ? { x: event.clientX, y: event.clientY, button, item: itemOf(button) }
      : null;
  },
  true,
);

document.addEventListener("htmx:after:swap", () => {
  if (press && isGone(press)) press.goneAt ??= Date.now();
});

// A key that is held down presses what has the focus next, too.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.repeat && event.target.matches?.(REMOVERS)) {
    event.preventDefault();
  }
});
