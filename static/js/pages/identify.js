// A file that is dropped anywhere on the page is identified.
import "./base.js";

/** @type {HTMLFormElement | null} */
const form = document.querySelector("[data-drop-file]");

document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  form?.classList.add("is-dropping");
});

document.addEventListener("dragleave", (event) => {
  // Not from one element of the page to another.
  if (!event.relatedTarget) form?.classList.remove("is-dropping");
});

document.addEventListener("drop", (event) => {
  const files = event.dataTransfer?.files;
  const input = form?.querySelector("input[type=file]");
  if (!files?.length || !(input instanceof HTMLInputElement)) return;
  event.preventDefault();
  input.files = files;
  form?.requestSubmit();
});
