// A button that opens the browser's own dialog to print or save as PDF.

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
