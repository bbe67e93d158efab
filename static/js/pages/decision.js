// The form of a decision follows the choice: the default words of the signature, and
// whether it needs a comment. (The style sheet chooses the label.)
import { closest } from "../dom.js";

/** @param {HTMLFormElement} form */
const meaningsOf = (form) =>
  [...form.elements].flatMap((each) =>
    each instanceof HTMLElement ? (each.dataset.meaning ?? []) : [],
  );

document.addEventListener("change", (event) => {
  const choice = closest(event, "form.decision [data-meaning]");
  if (!(choice instanceof HTMLInputElement) || !choice.form) return;
  const { comment, meaning } =
    /** @type {Record<"comment" | "meaning", HTMLTextAreaElement>} */ (
      /** @type {unknown} */ (choice.form.elements)
    );
  comment.required = choice.value !== "approved";
  // A person's own words stay.
  const isDefault = meaningsOf(choice.form).includes(meaning.value.trim());
  if (isDefault) meaning.value = choice.dataset.meaning ?? "";
});
