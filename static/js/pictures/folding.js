// Pictures that a person folds away stay folded, in this browser and for this plan.
import { all, byId } from "../dom.js";

const key = `planner:folded-pictures:${byId("plan")?.dataset.plan}`;

/** @returns {string[]} the kinds of picture that are folded */
const folded = () => JSON.parse(localStorage.getItem(key) ?? "[]");

/** Pictures come open from the server, and with a swap that brings a new one. */
export function foldAsChosen() {
  const kinds = folded();
  for (const picture of pictures(document)) {
    if (kinds.includes(kindOf(picture))) picture.open = false;
  }
}

/** @param {HTMLElement} picture */
const kindOf = (picture) => picture.dataset.picture ?? "";

/** @param {ParentNode} root */
const pictures = (root) =>
  /** @type {HTMLDetailsElement[]} */ (all(root, "details[data-picture]"));

document.addEventListener(
  "toggle",
  ({ target: picture }) => {
    if (!(picture instanceof HTMLDetailsElement) || !picture.dataset.picture) return;
    const kind = kindOf(picture);
    const others = folded().filter((each) => each !== kind);
    const now = picture.open ? others : [...others, kind];
    if (now.length) localStorage.setItem(key, JSON.stringify(now));
    else localStorage.removeItem(key);
  },
  true, // it does not bubble
);

foldAsChosen();
