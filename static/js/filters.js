// The filters of a list take effect without a press on "Apply": words and selects at once,
// several values of a panel when it closes. On a small screen, where the panels lie below
// each other, one sets them all and then presses the button.
import { all, closest } from "./dom.js";

const WIDE = matchMedia("(min-width: 48rem)");

/** @param {HTMLElement} field */
const isChanged = (field) =>
  field instanceof HTMLInputElement &&
  (field.checked !== field.defaultChecked || field.value !== field.defaultValue);

document.addEventListener("change", (event) => {
  const form = /** @type {HTMLFormElement | null} */ (closest(event, "form.filters"));
  if (!form || !WIDE.matches) return;
  if (event.target instanceof HTMLSelectElement || closest(event, "[type=search]")) {
    form.requestSubmit();
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    const panel = closest(event, ".filter-choice");
    const form = panel?.closest("form");
    if (!form || !WIDE.matches || form.querySelector(".filter-choice[open]")) return;
    if (all(form, ".filter-choice input").some(isChanged)) form.requestSubmit();
  },
  true, // it does not bubble
);
