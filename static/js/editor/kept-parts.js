// Parts of an item that new markup does not have, or does not know the state of: its form,
// the state of its save, a conflict, and answers that are half written.
import { all, byId } from "../dom.js";
import { isConflict, isUnsaved } from "./autosave.js";
import { statusOf } from "./values.js";

const SKIP = "hx-morph-skip";

/**
 * The form of an item is not in its markup. It stays while a value of the item is open,
 * or while it is being saved.
 * @param {DocumentFragment} fragment
 */
export function keepForms(fragment) {
  for (const markup of /** @type {HTMLElement[]} */ (
    all(fragment, ".item[data-version]")
  )) {
    const form = /** @type {HTMLFormElement | null} */ (byId(`${markup.id}-form`));
    const { version = "", author, authorName } = markup.dataset;
    if (!form || fragment.querySelector(`#${form.id}`)) continue;
    const seen = /** @type {HTMLInputElement} */ (form.elements.namedItem("seen"));
    seen.value = version;
    if (author) form.dataset.author = author;
    if (authorName) form.dataset.authorName = authorName;
    statusOf(markup).before(form.cloneNode(true));
  }
}

/**
 * Markup that comes for other reasons does not know the state of a form's save.
 * @param {DocumentFragment} fragment
 * @param {HTMLFormElement | null} saved
 */
export function keepStatuses(fragment, saved) {
  for (const item of fragment.querySelectorAll(".item[data-version]")) {
    const mine = byId(`${item.id}-status`);
    const form = /** @type {HTMLFormElement | null} */ (byId(`${item.id}-form`));
    if (!mine || (form && form === saved)) continue;
    const theirs = statusOf(item);
    if (!theirs.textContent || (form && isUnsaved(form))) {
      theirs.replaceWith(mine.cloneNode(true));
    }
  }
  // Both texts of a conflict are in the item: nothing else would put them back.
  for (const item of all(document, ".item:has(.conflict)")) {
    const form = /** @type {HTMLFormElement | null} */ (byId(`${item.id}-form`));
    item.toggleAttribute(SKIP, Boolean(form && form !== saved && isConflict(form)));
  }
}

/**
 * An answer to a question stays until it is posted.
 * @param {RequestContext} ctx
 */
export function keepAnswers(ctx) {
  const answers = /** @type {HTMLTextAreaElement[]} */ (
    all(document, ".question-form textarea")
  );
  for (const answer of answers) {
    if (ctx.request?.form === answer.form && ctx.response?.status === 200) {
      answer.value = "";
    }
    answer.toggleAttribute(SKIP, answer.value !== "");
  }
}
