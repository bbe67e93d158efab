// New text from the server meets controls that are in use.
//
// A morph would replace their values. Here the new text is merged into what was typed,
// with the caret where it was; where both changed the same words, what was typed stays,
// with the text that it was typed into, and the server will answer with both texts.
import { isComposing } from "../composition.js";
import { all, byId, CONTROLS, targetOf } from "../dom.js";
import { offer } from "../kept-texts.js";
import { isConflict, isOnItsWay, settle, show } from "./autosave.js";
import {
  controlsOf,
  isDirty,
  isSameButForSpace,
  isSave,
  isText,
  nameOf,
  setCleaned,
  setStoredText,
  setText,
  showCleaned,
  storedTextOf,
  textOf,
  unansweredOf,
} from "./controls.js";
import { forgetDraft, keepDraft } from "./drafts.js";
import { keepAnswers, keepForms, keepStatuses } from "./kept-parts.js";
import { rebase, rebaseTyped } from "./text.js";
import { putIn } from "./undo.js";
import { controlOf, isOpen, makeControl, setAtRest, valuesIn } from "./values.js";

/** @typedef {{ text: string, change: string }} News a stored text, and who wrote it */

const SKIP = "hx-morph-skip";
/**
 * What arrived for controls that are being saved, or composed in.
 * @type {Map<EventTarget, News>}
 */
const waiting = new Map();
/** @type {Control[]} */
let followers = []; // controls that show what arrives
/** @type {{ control: Control, name: string }[]} */
let typed = []; // controls with unsaved text, before a swap

/** @param {Element} element */
const isControl = (element) => element.matches(CONTROLS);

/**
 * The controls of items in some markup.
 * @param {ParentNode} root
 */
const itemControlsIn = (root) =>
  /** @type {Control[]} */ (all(root, ".item [form]").filter(isControl));

/** @param {RequestContext} ctx */
const formSavedBy = (ctx) => (isSave(ctx) ? (ctx.request.form ?? null) : null);

/**
 * The texts of a save whose answer has nothing of others in it.
 * @param {RequestContext} ctx
 */
function storedAsTyped(ctx) {
  const isClean =
    isSave(ctx) &&
    ctx.response?.status === 200 &&
    !ctx.response.headers.has("X-Plan-Merged");
  return isClean ? (ctx.sent ?? null) : null;
}

// --- Before a swap ----------------------------------------------------------------------

/**
 * The answer to a save says what its texts were cleaned to, also an answer that is older
 * than the page and about to be dropped.
 * @param {SwapEvent} event
 */
export function learnCleanedTexts({ detail: { ctx, tasks } }) {
  for (const { fragment } of tasks) {
    for (const [control, text] of storedAsTyped(ctx) ?? []) {
      const theirs = controlIn(fragment, control);
      if (theirs) setCleaned(control, text, storedTextOf(theirs));
    }
  }
}

/**
 * What new markup has for a control: the same control, or a value to make it from.
 * @param {DocumentFragment} fragment
 * @param {Control} control
 */
function controlIn(fragment, control) {
  const theirs = /** @type {Control | null} */ (
    fragment.querySelector(`#${control.id}`)
  );
  if (theirs) return theirs;
  const value = /** @type {HTMLElement | null} */ (
    fragment.querySelector(`#${control.id}-view`)
  );
  return value && makeControl(value)[0];
}

/**
 * Decides what becomes of each control that is in the new markup.
 * @param {SwapEvent} event
 */
export function mergeIntoControls({ detail: { ctx, tasks } }) {
  if (ctx.sourceElement?.matches?.('[data-do="take-theirs"]')) {
    giveUp(ctx.sourceElement.closest(".item"));
  }
  const saved = formSavedBy(ctx);
  const answers = /** @type {Control[]} */ (all(document, ".question-form textarea"));
  typed = [...itemControlsIn(document), ...answers]
    .filter(isDirty)
    .map((control) => ({ control, name: nameOf(control) }));
  followers = [];
  for (const { fragment } of tasks) {
    for (const theirs of itemControlsIn(fragment)) {
      const mine = /** @type {Control | null} */ (byId(theirs.id));
      if (mine) meet(mine, theirs, fragment, ctx);
    }
    for (const markup of valuesIn(fragment)) meetValue(markup, fragment, ctx);
    keepForms(fragment);
    keepStatuses(fragment, saved);
  }
  keepAnswers(ctx);
}

/**
 * A value that is open stays open while somebody is in it, or has text of theirs in it.
 * @param {HTMLElement} markup
 * @param {DocumentFragment} fragment
 * @param {RequestContext} ctx
 */
function meetValue(markup, fragment, ctx) {
  const value = byId(markup.id);
  const mine = value && isOpen(value) && controlOf(value);
  if (!mine || isOpen(markup)) return; // it is kept (feed/plan.js)
  const isRefusal =
    formSavedBy(ctx) === mine.form && (ctx.response?.status ?? 200) >= 300;
  if (!isRefusal) setAtRest(value, markup);
  const [theirs] = makeControl(markup);
  meet(mine, theirs, fragment, ctx);
  if (!mine.hasAttribute(SKIP) && mine === document.activeElement) {
    followers = followers.filter((each) => each !== mine);
    setStoredText(mine, storedTextOf(theirs));
    setText(mine, storedTextOf(theirs));
    mine.setAttribute(SKIP, "");
  }
  if (mine.hasAttribute(SKIP)) markup.replaceWith(value.cloneNode(true));
  else value.removeAttribute(SKIP); // at rest again
}

/**
 * @param {Control} mine
 * @param {Control} theirs
 * @param {DocumentFragment} fragment
 * @param {RequestContext} ctx
 */
function meet(mine, theirs, fragment, ctx) {
  const saved = formSavedBy(ctx);
  const isOwn = saved !== null && mine.form === saved;
  const isInUse = isDirty(mine) || (isText(mine) && mine === document.activeElement);
  if (!isOwn && mine.form && isConflict(mine.form)) return;
  const status = ctx.response?.status ?? 200;
  if (isOwn && status >= 300) {
    // A refusal repeats what was sent; the stored text stays as it is known.
    if (isDirty(mine) || ctx.sent?.has(mine)) skip(mine, theirs);
    return;
  }
  if (isOwn) waiting.delete(mine);
  // The answer to a save of other controls does not say who changed this one: that comes
  // by the feed, or with the answer to its own save.
  if (isOwn && isDirty(mine) && !ctx.sent?.has(mine)) {
    skip(mine, theirs);
    return;
  }
  if (isOwn && storedAsTyped(ctx)?.has(mine)) {
    if (isInUse) skip(mine, theirs);
    else follow(mine);
    return;
  }
  const news = { text: storedTextOf(theirs), change: changeOf(theirs, fragment, ctx) };
  if (isOnItsWay(mine)) {
    waiting.set(mine, news);
    skip(mine, theirs);
  } else if (isInUse) {
    receive(mine, news);
    skip(mine, theirs);
  } else {
    follow(mine);
  }
}

/** @type {Record<string, string>} */
const DEEDS = {
  undo: "undid a change of this",
  redo: "redid a change of this",
  "item.restored": "restored an earlier text of this",
};

/**
 * Who wrote the text that arrives, and how. It comes with the text: presence is sent
 * separately, and may come later.
 * @param {Control} control
 * @param {DocumentFragment} fragment
 * @param {RequestContext} ctx
 */
function changeOf(control, fragment, ctx) {
  const markup = control.getAttribute("form")?.replace(/-form$/, "") ?? "";
  const item = markup.replace("item-", "");
  const { author, authorName } = all(fragment, `#${markup}`)[0]?.dataset ?? {};
  const [user, name, verb] = ctx.authors?.[item]?.[control.name] ?? [
    author,
    authorName,
  ];
  const deed = DEEDS[verb ?? ""] ?? "changed this";
  if (user && String(user) === document.body.dataset.user) {
    return `You ${deed} in another tab`;
  }
  return `${name ?? "Somebody"} ${deed}`;
}

/** @param {Control} mine */
function follow(mine) {
  mine.removeAttribute(SKIP);
  followers.push(mine);
}

/**
 * `mine` is left as it is, except for how it looks and what it is called.
 * @param {Control} mine
 * @param {Control} theirs
 */
function skip(mine, theirs) {
  for (const name of ["class", "aria-label", "placeholder"]) {
    const value = theirs.getAttribute(name);
    if (value === null) mine.removeAttribute(name);
    else mine.setAttribute(name, value);
  }
  mine.setAttribute(SKIP, "");
}

/**
 * @param {Control} control
 * @param {News} news
 */
function receive(control, news) {
  if (isComposing(control)) {
    waiting.set(control, news);
    return;
  }
  const { text: theirs, change } = news;
  const base = storedTextOf(control);
  const mine = textOf(control);
  if (theirs === base) return;
  const sent = unansweredOf(control).find((each) => isSameButForSpace(each, theirs));
  if (sent !== undefined) {
    setCleaned(control, sent, theirs); // an own save, whose answer was lost
    keepDraft(control);
    return;
  }
  const { text, clean, map } = isText(control)
    ? rebaseText(control, theirs)
    : { text: theirs, clean: mine === theirs || !isDirty(control), map: null };
  if (clean) {
    const isStored = !isDirty(control);
    keepingCaret(control, map, () => {
      setStoredText(control, theirs);
      putIn(control, text);
    });
    if (isStored) setCleaned(control, text, theirs);
    keepDraft(control);
    return;
  }
  if (control.form) show(control.form, "newer", `${change} meanwhile`);
}

document.addEventListener("compositionend", (event) => {
  const control = /** @type {Control | null} */ (targetOf(event));
  const news = control && waiting.get(control);
  if (!news || isOnItsWay(control)) return;
  waiting.delete(control);
  receive(control, news);
});

/**
 * @param {TextControl} control
 * @param {string} theirs
 */
function rebaseText(control, theirs) {
  const mine = textOf(control);
  const merged = rebaseTyped(storedTextOf(control), mine, theirs);
  // What the server has of it is in `theirs` already.
  return merged.clean || isDirty(control) ? merged : rebase(mine, mine, theirs);
}

/**
 * @param {Control} control
 * @param {((position: number) => number) | null} map
 * @param {() => void} change
 */
function keepingCaret(control, map, change) {
  if (!map || !isText(control) || control !== document.activeElement) {
    change();
    return;
  }
  const { selectionStart, selectionEnd, selectionDirection, scrollTop } = control;
  change();
  control.setSelectionRange(
    map(selectionStart ?? 0),
    map(selectionEnd ?? 0),
    selectionDirection ?? undefined,
  );
  control.scrollTop = scrollTop;
}

/**
 * Back to the stored text, without what was typed.
 * @param {Element | null} item
 */
function giveUp(item) {
  const form = /** @type {HTMLFormElement | null} */ (item && byId(`${item.id}-form`));
  item?.removeAttribute(SKIP);
  if (!form) return;
  settle(form);
  for (const control of controlsOf(form)) {
    waiting.delete(control);
    setText(control, storedTextOf(control));
    forgetDraft(control.id);
  }
}

// --- After a swap -----------------------------------------------------------------------

/**
 * A morph sets attributes. A box or a choice that was once touched does not follow them,
 * nor does a date that has the focus.
 */
export function showStoredTexts() {
  for (const control of followers) {
    if (!control.isConnected) continue;
    if (isDirty(control)) setText(control, storedTextOf(control));
    else showCleaned(control);
  }
  followers = [];
}

export function offerTextsOfRemoved() {
  for (const { control, name } of typed) {
    if (control.isConnected || control.value === "") continue;
    if (isText(control)) offer(name, control.value);
    forgetDraft(control.id);
  }
  typed = [];
}

/**
 * A save whose answer was dropped, or that failed: what arrived meanwhile is due.
 * @param {RequestEvent} event
 */
export function receiveWaiting({ detail: { ctx } }) {
  const form = formSavedBy(ctx);
  if (!form) return;
  for (const control of controlsOf(form)) {
    const news = waiting.get(control);
    waiting.delete(control);
    if (news && !isConflict(form)) receive(control, news);
  }
}
