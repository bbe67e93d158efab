// For who may suggest but not edit, a value has the link that it has for an editor: a stop
// of the Tab key and of the arrows, from which Enter suggests a change. The server's markup
// for readers has none, for it is the same for those who may only read.
import { all, byId, focused } from "../dom.js";
import { isNowhere } from "../focus.js";
import { nameOf } from "./places.js";
import { addressOf, keyOf } from "./values.js";

/** Whether a value opens as a suggestion. */
export const isSuggesting = () => byId("plan")?.dataset.maySuggest !== undefined;

const VALUES = ".plan-body .item .value:not(.field-label, :has(> .edit))";
let cameFrom = ""; // id of the value whose link has the focus, before a swap

/**
 * @param {HTMLElement} value
 * @param {Element} item
 */
function addLink(value, item) {
  const label = value.parentElement?.dataset.label || nameOf(item);
  const isFirst = item.querySelector(".value:not(.field-label)") === value;
  const link = document.createElement("a");
  link.className = "edit";
  link.href = `${addressOf(item)}suggest/?key=${keyOf(value)}`;
  link.setAttribute("aria-label", `Suggest a change of ${label}`);
  if (!isFirst) link.tabIndex = -1; // arrows lead to it
  value.append(link);
}

/** Comments are in the menu of an item, so that an item is one stop. */
export function addSuggestLinks() {
  if (!isSuggesting()) return;
  for (const value of all(document, VALUES)) {
    const item = value.closest(".item");
    if (item) addLink(value, item);
  }
  for (const button of all(document, ".item .comment-button")) button.tabIndex = -1;
  const value = byId(cameFrom);
  if (value && isNowhere(document.activeElement))
    /** @type {HTMLElement | null} */ (value.querySelector(":scope > .edit"))?.focus({
      preventScroll: true,
    });
}

export function noteSuggestLink() {
  const link = focused();
  cameFrom = link.matches(".edit") ? (link.parentElement?.id ?? "") : "";
}
