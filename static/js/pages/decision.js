// The form of a decision follows the choice: the default words of the signature, and
// whether it needs a comment. (The style sheet chooses the label.)
import { all, closest } from "../dom.js";

/** @param {HTMLFormElement} form */
const meaningsOf = (form) =>
  [...form.elements].flatMap((each) =>
    each instanceof HTMLElement ? (each.dataset.meaning ?? []) : [],
  );

/**
 * Comments that a decision takes along say why, too.
 * @param {HTMLFormElement} form
 */
function requireComment(form) {
  const { comment } = /** @type {{ comment: HTMLTextAreaElement }} */ (
    /** @type {unknown} */ (form.elements)
  );
  const [choice] = /** @type {HTMLInputElement[]} */ (
    all(form, "[name=decision]:checked")
  );
  const takesAlong = form.querySelector("[data-takes-along]:checked") !== null;
  comment.required = Boolean(choice) && choice?.value !== "approved" && !takesAlong;
}

document.addEventListener("change", (event) => {
  const control = closest(
    event,
    "form.decision :is([data-meaning], [data-takes-along])",
  );
  if (!(control instanceof HTMLInputElement) || !control.form) return;
  requireComment(control.form);
  if (control.dataset.meaning === undefined) return;
  const { meaning } = /** @type {{ meaning: HTMLInputElement }} */ (
    /** @type {unknown} */ (control.form.elements)
  );
  // A person's own words stay.
  const isDefault = meaningsOf(control.form).includes(meaning.value.trim());
  if (isDefault) meaning.value = control.dataset.meaning;
});
