// The heading of a section is renamed in its place: by a click, by F2 on its actions, and
// when the section is new.
import { say } from "../announce.js";
import { all, byId, closest } from "../dom.js";
import { offer } from "../kept-texts.js";
import { askToEdit, isForReading } from "./reading.js";
import { sourceOffset } from "./source-offset.js";

const SKIP = "hx-morph-skip";
const HEADING = ".section-heading > [data-version]";
// What stands before the name of a phase.
const LEAD = /^.*?\bphase\s+[\w.]+\s*[:–—-]\s*/i;

/** @type {HTMLElement | null} */
let open = null; // the heading that is being renamed
/** @type {HTMLElement | null} */
let atRest = null; // what it looks like, as the newest markup has it
let isSending = false;

const input = () => open?.querySelector("input:not([type=hidden])") ?? null;

/** @param {Element} element */
export const isHeading = (element) => element.matches(HEADING);

/**
 * @param {HTMLElement} heading
 * @param {{ caret?: number }} [options] without a caret, its name is selected
 */
export function openHeading(heading, { caret } = {}) {
  if (isForReading()) {
    askToEdit(() => openHeading(byId(heading.id) ?? heading, { caret }));
    return;
  }
  if (open === heading) return;
  if (open) close();
  const text = heading.textContent.trim();
  open = heading;
  atRest = /** @type {HTMLElement} */ (heading.cloneNode(true));
  isSending = false;
  const form = document.createElement("form");
  form.className = "heading-form";
  form.method = "post";
  const { pathname } = location;
  const id = heading.id.replace("heading-", "");
  form.setAttribute("hx-post", `${pathname}sections/${id}/rename/`);
  form.setAttribute("hx-swap", "none");
  const seen = Object.assign(document.createElement("input"), {
    type: "hidden",
    name: "seen",
    value: heading.dataset.version ?? "",
  });
  const control = Object.assign(document.createElement("input"), {
    name: "heading",
    defaultValue: text,
    autocomplete: "off",
  });
  control.setAttribute("aria-label", "Heading");
  form.append(seen, control);
  form.addEventListener("htmx:after:request", (event) =>
    takeAnswer(/** @type {RequestEvent} */ (event)),
  );
  form.addEventListener("htmx:finally:request", () => {
    isSending = false;
  });
  heading.setAttribute(SKIP, "");
  heading.classList.add("is-open");
  heading.replaceChildren(form);
  htmx.process(form);
  control.focus({ preventScroll: true });
  const start = caret ?? LEAD.exec(text)?.[0].length ?? 0;
  control.setSelectionRange(start, caret ?? text.length);
}

/** @param {string} [text] what it says, where its newest markup is not here yet */
function close(text) {
  const [heading, rest] = [open, atRest];
  open = atRest = null;
  if (!heading?.isConnected || !rest) return;
  const hadFocus = heading.contains(document.activeElement);
  if (text !== undefined && rest.dataset.version === heading.dataset.version) {
    rest.textContent = text;
  }
  heading.replaceWith(rest);
  const actions = rest.parentElement?.querySelector("[data-do='section-menu']");
  // An answer says where one goes on.
  if (hadFocus && text === undefined)
    /** @type {HTMLElement | null} */ (actions)?.focus();
}

/** @param {RequestEvent} event */
function takeAnswer({ detail: { ctx } }) {
  const control = /** @type {HTMLInputElement | null} */ (input());
  const status = ctx.response?.status;
  if (!control) return;
  if (status === 200) {
    close(control.value.trim());
    return;
  }
  // A colleague renamed it: whoever sends it again has read what it says now.
  const seen = control.form?.elements.namedItem("seen");
  if (status === 409 && seen instanceof HTMLInputElement) {
    seen.value = atRest?.dataset.version ?? seen.value;
  }
}

/**
 * New markup of a heading waits until it is left.
 * @param {SwapEvent} event
 */
export function keepOpenHeading({ detail: { tasks } }) {
  if (!open) return;
  for (const { fragment } of tasks) {
    const markup = /** @type {HTMLElement | null} */ (
      fragment.querySelector(`#${open.id}`)
    );
    if (!markup?.dataset.version) continue;
    atRest = /** @type {HTMLElement} */ (markup.cloneNode(true));
    markup.replaceWith(open.cloneNode(true));
  }
}

export function offerHeadingOfRemoved() {
  const control = /** @type {HTMLInputElement | null} */ (input());
  if (!control || control.isConnected) return;
  if (control.value !== control.defaultValue) offer("Heading", control.value);
  open = atRest = null;
}

document.addEventListener("click", (event) => {
  const heading = closest(event, HEADING);
  if (!heading || heading === open || String(getSelection())) return;
  openHeading(heading, {
    caret: sourceOffset(heading, heading.textContent.trim(), event),
  });
});

document.addEventListener("submit", (event) => {
  if (closest(event, ".heading-form")) isSending = true;
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const form = closest(event, ".heading-form");
  if (form && event.key === "Escape") {
    event.preventDefault();
    close();
    say("The heading stays as it was.");
  }
  const actions = closest(event, "[data-do='section-menu']");
  if (actions && event.key === "F2") {
    const heading = actions.closest(".section-heading");
    const [own] = heading ? all(heading, "[data-version]") : [];
    event.preventDefault();
    if (own) openHeading(own);
  }
});

document.addEventListener("focusout", (event) => {
  const control = /** @type {HTMLInputElement | null} */ (input());
  if (!control || event.target !== control || isSending) return;
  if (control.value.trim() === control.defaultValue) setTimeout(closeUnlessFocused);
  else control.form?.requestSubmit();
});

function closeUnlessFocused() {
  if (!open?.contains(document.activeElement) && !isSending) close();
}
