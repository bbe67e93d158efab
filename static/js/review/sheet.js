// The decision on a narrow screen: a sheet over the text, which stays where it is. On a
// wide one, the form stands beside the text; without JavaScript, a link leads to it.
import { all, byId, closest } from "../dom.js";

const narrow = matchMedia("(max-width: 59.99rem)");
const FORMS = 'a:is([href^="#decide-"], [href^="#condition-"])';

const sheet = () => byId("decision-sheet");
const isOpen = () => sheet()?.matches(":popover-open") ?? false;

function fit() {
  if (narrow.matches) sheet()?.setAttribute("popover", "auto");
  else sheet()?.removeAttribute("popover");
}

/** @param {string} id of the form */
function open(id) {
  const panel = sheet();
  const form = byId(id);
  if (!panel?.hasAttribute("popover") || !form || !panel.contains(form)) return false;
  if (!isOpen()) panel.showPopover();
  const first =
    all(form, "[autofocus]")[0] ??
    all(form, "input[type=radio]:not(:disabled), textarea")[0];
  first?.focus({ preventScroll: true });
  form.scrollIntoView();
  return true;
}

/** What the address names, and what was refused. */
function openAtOnce() {
  const refused = all(document, "#decision-sheet [data-stays]")[0];
  const id = refused?.closest("form")?.id ?? location.hash.slice(1);
  if (id) open(id);
}

// Before focus.js, which would follow the link to the first text of the form.
document.addEventListener(
  "click",
  (event) => {
    const link = closest(event, FORMS);
    if (link instanceof HTMLAnchorElement && open(link.hash.slice(1))) {
      event.preventDefault();
    }
  },
  true,
);

document.addEventListener("click", (event) => {
  if (closest(event, '[data-do="close-sheet"]')) {
    event.preventDefault();
    sheet()?.hidePopover();
    return;
  }
  // What is linked to from a panel over the text is in the text.
  const elsewhere = closest(event, '[popover] a[href^="#"]');
  if (!elsewhere) return;
  const panel = /** @type {HTMLElement} */ (elsewhere.closest("[popover]"));
  if (panel.matches(":popover-open")) panel.hidePopover();
});

narrow.addEventListener("change", fit);
document.addEventListener("htmx:after:swap", fit);
fit();
openAtOnce();
