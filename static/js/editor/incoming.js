// New text from the server meets controls that somebody uses.
//
// A morph would put it in their place. Here it is put in around what was typed, with the
// caret where it was; where both changed the same words, what was typed stays, with the
// text it was typed into, and the server tells of both.
import { isConflict, isOnItsWay, isUnsaved, settle, show } from "./autosave.js";
import { isComposing } from "../composition.js";
import {
  controlsOf,
  CONTROLS,
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
import { forgetDraft, keepDraft, offer } from "./drafts.js";
import { rebase, rebaseTyped } from "./text.js";
import { putIn } from "./undo.js";

const SKIP = "hx-morph-skip";
// Controls that are being saved, or composed in, to what arrived: { text, change }.
const waiting = new Map();
let followers = []; // controls that show what arrives
let typed = []; // what somebody typed, before a swap

// --- What a save was cleaned to -----------------------------------------------------

// Told by its answer, also by one that feed/plan.js is about to leave out.
document.addEventListener(
  "htmx:before:swap",
  (event) => {
    const { ctx, tasks } = event.detail;
    if (!isAsTyped(ctx)) return;
    for (const { fragment } of tasks) {
      for (const [control, typed] of ctx.sent) {
        const theirs = fragment.querySelector(`#${control.id}`);
        // A label that was renamed comes back as a label.
        if (theirs?.matches("label")) setCleaned(control, typed, theirs.textContent);
        else if (theirs) setCleaned(control, typed, storedTextOf(theirs));
      }
    }
  },
  true,
);

// Whether the answer has nothing of others in it.
const isAsTyped = (ctx) =>
  isSave(ctx) &&
  ctx.sent &&
  ctx.response?.status === 200 &&
  !ctx.response.headers.has("X-Plan-Merged");

// --- Before a swap: what becomes of each control that is in it --------------------------

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (ctx.sourceElement?.matches?.('[data-do="take-theirs"]')) {
    giveUp(ctx.sourceElement.closest(".item"));
  }
  const saved = formSavedBy(ctx);
  typed = [...document.querySelectorAll(".item [form], .question-form textarea")]
    .filter((control) => control.matches(CONTROLS) && isDirty(control))
    .map((control) => ({ control, name: nameOf(control) }));
  followers = [];
  for (const { fragment } of tasks) {
    keepRenaming(fragment, saved);
    for (const theirs of fragment.querySelectorAll(".item [form]")) {
      const mine = theirs.matches(CONTROLS) && document.getElementById(theirs.id);
      if (!mine) continue;
      const isOfAKind = mine.tagName === theirs.tagName;
      if (!isOfAKind && !isDirty(mine) && mine !== document.activeElement) continue;
      meet(mine, theirs, fragment, ctx, saved);
      // A name that gets long has a larger control, once nobody is in the small one.
      if (!isOfAKind && mine.hasAttribute(SKIP))
        theirs.replaceWith(mine.cloneNode(true));
    }
    keepStatuses(fragment, saved);
  }
  keepAnswers(ctx);
});

const formSavedBy = (ctx) => (isSave(ctx) ? ctx.request.form : null);

function meet(mine, theirs, fragment, ctx, saved) {
  const isOwn = saved !== null && mine.form === saved;
  if (!isOwn && mine.form && isConflict(mine.form)) return;
  const status = ctx.response?.status ?? 200;
  if (isOwn && status >= 300) {
    // A refusal repeats what was sent; what was stored stays what is known to be.
    if (isDirty(mine) || ctx.sent?.has(mine)) skip(mine, theirs);
    return;
  }
  if (isOwn) waiting.delete(mine);
  // The answer to a save of other controls says nothing of who changed this one: that
  // comes by the feed, or with the answer to its own save.
  if (isOwn && isDirty(mine) && !ctx.sent?.has(mine)) {
    skip(mine, theirs);
    return;
  }
  if (isOwn && isAsTyped(ctx) && ctx.sent.has(mine)) {
    if (isDirty(mine) || (isText(mine) && mine === document.activeElement)) {
      skip(mine, theirs);
    } else {
      mine.removeAttribute(SKIP);
      followers.push(mine);
    }
    return;
  }
  const news = { text: storedTextOf(theirs), change: changeOf(theirs, fragment, ctx) };
  if (isOnItsWay(mine)) {
    waiting.set(mine, news);
    skip(mine, theirs);
  } else if (isDirty(mine) || (isText(mine) && mine === document.activeElement)) {
    receive(mine, news);
    skip(mine, theirs);
  } else {
    mine.removeAttribute(SKIP);
    followers.push(mine);
  }
}

const DEEDS = {
  undo: "undid a change of this",
  redo: "redid a change of this",
  "item.restored": "restored an earlier text of this",
};

// Who wrote the text that arrives, and how. It comes with the text: presence is told
// apart, and may come later.
function changeOf(control, fragment, ctx) {
  const form = fragment.querySelector(`#${control.getAttribute("form")}`);
  const item = control.closest(".item").id.replace("item-", "");
  const { author, authorName } = form?.dataset ?? {};
  const [user, name, verb] = ctx.authors?.[item]?.[control.name] ?? [
    author,
    authorName,
  ];
  const deed = DEEDS[verb] ?? "changed this";
  if (user && String(user) === document.body.dataset.user)
    return `You ${deed} in another tab`;
  return `${name ?? "Somebody"} ${deed}`;
}

// `mine` is left as it is, but for how it looks and what it is called.
function skip(mine, theirs) {
  for (const name of ["class", "aria-label", "placeholder"]) {
    const value = theirs.getAttribute(name);
    if (value === null) mine.removeAttribute(name);
    else mine.setAttribute(name, value);
  }
  mine.setAttribute(SKIP, "");
}

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
    : { text: theirs, clean: mine === theirs || !isDirty(control) };
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
  show(control.form, "newer", `${change} meanwhile`);
}

document.addEventListener("compositionend", ({ target }) => {
  const news = waiting.get(target);
  if (!news || isOnItsWay(target)) return;
  waiting.delete(target);
  receive(target, news);
});

function rebaseText(control, theirs) {
  const mine = textOf(control);
  const found = rebaseTyped(storedTextOf(control), mine, theirs);
  // What the server has of it is in `theirs` already.
  return found.clean || isDirty(control) ? found : rebase(mine, mine, theirs);
}

function keepingCaret(control, map, change) {
  const isFocused = isText(control) && control === document.activeElement;
  const { selectionStart, selectionEnd, selectionDirection, scrollTop } = control;
  change();
  if (!isFocused) return;
  control.setSelectionRange(map(selectionStart), map(selectionEnd), selectionDirection);
  control.scrollTop = scrollTop;
}

// The stored text, without what was typed.
function giveUp(item) {
  item.removeAttribute(SKIP);
  const form = document.getElementById(`${item.id}-form`);
  settle(form);
  for (const control of controlsOf(form)) {
    waiting.delete(control);
    setText(control, storedTextOf(control));
    forgetDraft(control.id);
  }
}

// What a form says of its own save is not known to markup that comes for other reasons.
function keepStatuses(fragment, saved) {
  for (const theirs of fragment.querySelectorAll(".item-status")) {
    const mine = document.getElementById(theirs.id);
    const form = mine?.closest("form");
    if (!form || form === saved) continue;
    if (isUnsaved(form) || !theirs.textContent)
      theirs.replaceWith(mine.cloneNode(true));
  }
  // Beside both texts of a conflict nothing else puts the item back.
  for (const item of document.querySelectorAll(".item:has(.conflict)")) {
    const form = document.getElementById(`${item.id}-form`);
    item.toggleAttribute(SKIP, Boolean(form && form !== saved && isConflict(form)));
  }
}

// A label that is being renamed is an input until it is saved and left.
function keepRenaming(fragment, saved) {
  for (const input of document.querySelectorAll(".field-name[data-was-label]")) {
    const isLeft = input !== document.activeElement && !isDirty(input);
    if (input.form === saved && isLeft) continue;
    const label = fragment.getElementById?.(input.id);
    if (!label) continue;
    const kept = input.cloneNode(true);
    kept.defaultValue = label.textContent;
    label.replaceWith(kept);
    input.setAttribute(SKIP, "");
  }
}

// An answer that is being written stays until it is posted.
function keepAnswers(ctx) {
  for (const answer of document.querySelectorAll(".question-form textarea")) {
    if (ctx.request?.form === answer.form && ctx.response?.status === 200) {
      answer.value = "";
    }
    answer.toggleAttribute(SKIP, answer.value !== "");
  }
}

// --- After it -----------------------------------------------------------------------

document.addEventListener("htmx:after:swap", () => {
  // A morph sets attributes, and a box or a choice that was once touched does not follow
  // them; nor does a date that has the focus.
  for (const control of followers) {
    if (!control.isConnected) continue;
    if (isDirty(control)) setText(control, storedTextOf(control));
    else showCleaned(control);
  }
  followers = [];
  for (const { control, name } of typed) {
    if (control.isConnected || control.value === "") continue;
    if (isText(control)) offer(name, control.value);
    forgetDraft(control.id);
  }
  typed = [];
});

// A save whose answer was left out, or that failed: what arrived meanwhile is due.
document.addEventListener("htmx:finally:request", (event) => {
  const form = formSavedBy(event.detail.ctx);
  if (!form) return;
  for (const control of controlsOf(form)) {
    const news = waiting.get(control);
    waiting.delete(control);
    if (news && !isConflict(form)) receive(control, news);
  }
});
