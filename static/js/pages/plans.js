// The list of plans: filters at once, plans that are selected, and what changes meanwhile.
import "./refreshed.js";
import { all, byId, closest } from "../dom.js";

const chosen = () => all(document, "#plan-rows [name=plan]:checked").length;

document.addEventListener("change", (event) => {
  const form = /** @type {HTMLFormElement | null} */ (closest(event, "form.filters"));
  if (form && event.target instanceof HTMLSelectElement) form.requestSubmit();
  showCount();
});

// Once the form has cleared its boxes.
document.addEventListener("reset", () => setTimeout(showCount));

function showCount() {
  const count = byId("bulk-count");
  const number = chosen();
  if (count) count.textContent = number ? `${number} selected` : "";
}
