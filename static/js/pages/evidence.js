// The evidence page: a button opens the browser's dialog to print or save as PDF.
import "./base.js";
import { all } from "../dom.js";

for (const button of all(document, "[data-print]")) {
  button.addEventListener("click", () => window.print());
}
