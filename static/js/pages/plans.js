// The list of plans: its filters, plans that are selected, and what changes meanwhile.
import "./refreshed.js";
import "../filters.js";
import { all, byId } from "../dom.js";

const chosen = () => all(document, "#plan-rows [name=plan]:checked").length;

document.addEventListener("change", showCount);

// Once the form has cleared its boxes.
document.addEventListener("reset", () => setTimeout(showCount));

function showCount() {
  const count = byId("bulk-count");
  const number = chosen();
  if (count) count.textContent = number ? `${number} selected` : "";
}
