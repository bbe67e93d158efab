// The list of changes to take: its button says how many are chosen.
import "./base.js";
import { all } from "../dom.js";

/** @param {HTMLFormElement} form */
function showCount(form) {
  const count = all(form, "[name=take]:checked").length;
  for (const button of all(form, "[data-choices-button]")) {
    const [one = "", many = ""] = (button.dataset.choicesButton ?? "").split(",");
    button.textContent = (count === 1 ? one : many).replace("{}", String(count));
    button.toggleAttribute("disabled", count === 0);
  }
  // With as many chosen, the other button does the same.
  for (const button of all(form, "[data-choices-all]")) {
    button.hidden = String(count) === button.dataset.choicesAll;
  }
}

for (const form of /** @type {HTMLFormElement[]} */ (all(document, "[data-choices]"))) {
  form.addEventListener("change", () => showCount(form));
  // A page that comes back from the browser's history brings its own choices.
  window.addEventListener("pageshow", () => showCount(form));
  showCount(form);
}
