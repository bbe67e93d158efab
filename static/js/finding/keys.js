// The keys that work where nobody is writing, on the page of a plan.
import "./plan-choices.js";
import { targetOf } from "../dom.js";
import { endAlone, isAlone, showAlone, toggleFold } from "../sections/folding.js";
import { commentOnSelection } from "../editor/stretches.js";
import { openFind } from "./find.js";
import { areLettersOn, openKeys } from "./key-list.js";
import { goToOpen } from "./open-places.js";
import { isWriting } from "./which-key.js";

/** @type {Record<string, () => void>} */
const LETTERS = {
  n: () => goToOpen(1),
  p: () => goToOpen(-1),
  f: () => toggleFold(),
  o: () => (isAlone() ? endAlone() : showAlone()),
  c: () => commentOnSelection(),
  "/": openFind,
  "?": openKeys,
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand || isWriting(targetOf(event)) || !areLettersOn()) return;
  if (document.querySelector("dialog:modal, :popover-open")) return;
  const act = LETTERS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
