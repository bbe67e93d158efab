// The outline is folded on a small screen and open beside the page. The style sheet shows
// it there without scripts, too; open is also what it says of itself to assistive software.
import { all } from "./dom.js";

const beside = matchMedia("(min-width: 64rem)");

function unfold() {
  const folds = /** @type {HTMLDetailsElement[]} */ (all(document, ".outline-fold"));
  for (const fold of folds) fold.open = beside.matches;
}

unfold();
beside.addEventListener("change", unfold);
