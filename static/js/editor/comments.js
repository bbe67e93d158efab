// The drawer of comments beside the plan. No half-written comment is lost in it.
import { say } from "../announce.js";
import { all, byId, closest, focused, targetOf } from "../dom.js";
import { focusIn, hasGoneOn } from "../focus.js";
import { addressOf } from "./values.js";

const OPENER = '[data-do="comments"]';
const BOX = ":is(.comment-form, .suggestion-accept) textarea";

const drawer = () => /** @type {HTMLDialogElement | null} */ (byId("comments"));
const title = () => byId("threads-title");

/** @param {Element | null | undefined} form */
const isCommentForm = (form) =>
  Boolean(
    form?.matches?.(".comment-form, .suggestion-accept, .thread-do, .comment-remove"),
  );

/** @param {ParentNode} root */
const boxesIn = (root) => /** @type {HTMLTextAreaElement[]} */ (all(root, BOX));

/**
 * The form of a comment that this request has posted successfully.
 * @param {RequestContext} ctx
 */
function postedForm(ctx) {
  const form = ctx.request?.form;
  const isPosted =
    isCommentForm(form) && ctx.sourceElement === form && ctx.response?.status === 200;
  return isPosted ? form : undefined;
}

// --- Opening and closing ----------------------------------------------------------------

// The id of what was pressed, or of the value that an item's menu was opened at: its
// element may be replaced meanwhile.
let opener = "";

/** @param {RequestEvent} event */
export function openDrawer({ detail: { ctx } }) {
  const dialog = drawer();
  if (!dialog || ctx.response?.status !== 200) return;
  if (!ctx.sourceElement?.matches?.(OPENER)) return;
  dialog.open = true; // `show()` would take the focus
  dialog.scrollTop = 0;
  if (hasGoneOn(ctx.sourceEvent)) return;
  // Where nobody has commented yet, the person comes to write.
  const box = all(document, "#threads .comment-new textarea")[0];
  const hasTalk = document.querySelector("#threads :is(.comment, .suggestion)");
  (hasTalk || !box ? title() : box)?.focus();
}

/**
 * The comments of an item, by the link that it has where somebody has commented.
 * @param {HTMLElement} of
 */
export function openComments(of) {
  const link = all(of, '[data-do="comments"]')[0] ?? all(document, "#item-comments")[0];
  if (link?.id === "item-comments") {
    const address = `${addressOf(of).replace(/items\/\d+\/$/, "comments/")}?item=${of.id.replace("item-", "")}`;
    link.setAttribute("hx-get", address);
    link.setAttribute("href", address);
    htmx.process(link);
  }
  link?.click();
}

function close() {
  drawer()?.close();
  const element = byId(opener);
  if (element?.matches(".value")) focusIn(element);
  else element?.focus();
}

/** @type {string | null} */
let requested = null; // the address of the threads that were requested last

/** @param {RequestEvent} event */
export function noteRequestedThreads({ detail: { ctx } }) {
  const source = ctx.sourceElement;
  if (!source?.matches?.(OPENER)) return;
  requested = source.getAttribute("hx-get");
  const value = source.checkVisibility() ? null : focused().closest(".value");
  opener = (value ?? source).id;
}

/**
 * Drops an answer about the place that was looked at before.
 * @param {SwapEvent} event
 */
export function dropLateThreads({ detail: { tasks } }) {
  /** @param {SwapTask} task */
  const isLate = ({ target, fragment }) => {
    const address = fragment?.firstElementChild?.getAttribute("hx-get");
    return requested && target?.id === "threads" && address && address !== requested;
  };
  tasks.splice(0, tasks.length, ...tasks.filter((task) => !isLate(task)));
}

// A link asks for the threads of its place when it is first followed: a page has a hundred.
document.addEventListener(
  "click",
  (event) => {
    const link = closest(event, `${OPENER}[href]:not([hx-get], #item-comments)`);
    if (!link) return;
    const { pathname, search } = /** @type {HTMLAnchorElement} */ (link);
    link.setAttribute("hx-get", pathname + search);
    link.setAttribute("hx-swap", "none");
    htmx.process(link);
  },
  true,
);

document.addEventListener("click", (event) => {
  if (closest(event, '[data-do="close-comments"]')) close();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape" && drawer()?.contains(targetOf(event))) {
    event.preventDefault();
    close();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = closest(event, ".comment-form");
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    form.requestSubmit();
  }
});

// --- Half-written comments stay, whatever arrives and whichever place is looked at ------

/**
 * What a box was filled with, where its form names that: an edited suggestion.
 * @param {HTMLTextAreaElement} box
 */
const basisOf = (box) =>
  /** @type {HTMLTextAreaElement | null} */ (
    box.form?.querySelector("textarea[name=was]") ?? null
  );

/** @type {Map<string, { text: string, was: string | undefined }>} */
const drafts = new Map(); // by the ids of boxes

document.addEventListener("input", (event) => {
  const box = /** @type {HTMLTextAreaElement | null} */ (closest(event, BOX));
  if (!box) return;
  if (box.value === box.defaultValue) drafts.delete(box.id);
  else drafts.set(box.id, { text: box.value, was: basisOf(box)?.value });
});

/** @param {SwapEvent} event */
export function keepHalfWritten({ detail: { ctx } }) {
  const form = postedForm(ctx);
  if (form) {
    for (const box of boxesIn(form.parentElement ?? form)) {
      if (box.form === form) drafts.delete(box.id);
    }
    form.reset();
    form.closest("details")?.removeAttribute("open");
  }
  for (const box of boxesIn(document)) {
    const isWritten = boxesIn(box.form ?? document).some(
      (each) => each.value !== each.defaultValue,
    );
    box.toggleAttribute("hx-morph-skip", isWritten);
  }
}

export function restoreHalfWritten() {
  for (const box of boxesIn(document)) {
    const draft = drafts.get(box.id);
    if (draft && box.value !== draft.text) {
      box.value = draft.text;
      const basis = basisOf(box);
      if (basis && draft.was !== undefined) basis.value = draft.was;
      const folded = box.closest("details");
      if (folded) folded.open = true;
    }
  }
  // What had the focus may be gone, or folded away with its thread.
  if (!drawer()?.open) return;
  const element = focused();
  if (element === document.body || !element.checkVisibility()) title()?.focus();
}

/** @param {RequestEvent} event */
export function announceComment({ detail: { ctx } }) {
  const { said } = postedForm(ctx)?.dataset ?? {};
  if (said) say(said);
}

window.addEventListener("beforeunload", (event) => {
  if ([...drafts.values()].some(({ text }) => text.trim())) event.preventDefault();
});
