// Saves while somebody types: shows which state each text is in, and loses none on the way.
import { isOfAnother, OF_ANOTHER } from "../account.js";
import { say } from "../announce.js";
import { isComposing } from "../composition.js";
import { all, byId, closest, CONTROLS, focused, targetOf } from "../dom.js";
import { replay } from "../focus.js";
import {
  basesOf,
  controlsOf,
  formOf,
  isDirty,
  isItemForm,
  isSave,
  nameOf,
  setStoredText,
  setUnanswered,
  showCleaned,
  textOf,
  unansweredOf,
} from "./controls.js";
import { keepDraft } from "./drafts.js";
import { keepWhile } from "./values.js";

/** @typedef {"saving" | "saved" | "error" | "newer"} SaveState */

// It did not arrive in the time that the server gives a request.
const TOO_SLOW = 408;
const INVALID = 422;
const RETRY_AFTER = 3000; // milliseconds
const MOST_UNANSWERED = 5;
/** @type {Set<string>} */
const unsaved = new Set(); // ids of forms with text that the server has not taken yet
/** @type {Map<string, number>} */
const refused = new Map(); // ids of forms that it refused, with the status
/** @type {Map<string, string>} */
const announced = new Map(); // ids of forms to the failures that were announced
/** @type {Map<string, number>} */
const retries = new Map(); // ids of forms to timers
/** @type {Map<string, Map<Control, string>>} */
const sending = new Map(); // ids of forms to the texts that are on their way

/** @param {HTMLFormElement} form */
const statusOf = (form) => byId(form.id.replace(/-form$/, "-status"));

/** @param {HTMLFormElement} form */
const stateOf = (form) => statusOf(form)?.dataset.state;

/**
 * Shows the state of a form's texts.
 * @param {HTMLFormElement} form
 * @param {SaveState} state
 * @param {string} text
 */
export function show(form, state, text) {
  const status = statusOf(form);
  // Every change of the page ends what the browser takes for one piece of typing.
  if (!status || (status.dataset.state === state && status.textContent === text))
    return;
  status.dataset.state = state;
  status.textContent = text;
  if (state === "error" || state === "newer") announce(form, text);
}

/**
 * Once for each failure, however often it is tried again meanwhile.
 * @param {HTMLFormElement} form
 * @param {string | null | undefined} text
 */
function announce(form, text) {
  if (!text || announced.get(form.id) === text) return;
  announced.set(form.id, text);
  const controls = controlsOf(form);
  const name = nameOf(controls.find(isDirty) ?? controls[0]);
  const isComplete = text.startsWith("Not saved") || stateOf(form) === "newer";
  say(`${name}: ${isComplete ? text : `Not saved: ${text}`}`);
}

/**
 * Only controls that were typed into are sent, with the text that they were typed into: so
 * a colleague's save of another cell is no conflict. After a conflict the person has seen
 * all of it.
 * @param {HTMLFormElement} form
 */
function bodyOf(form) {
  const body = new URLSearchParams(
    /** @type {[string, string][]} */ ([...new FormData(form)]),
  );
  if (isConflict(form)) return body;
  for (const control of controlsOf(form)) {
    if (isDirty(control)) {
      for (const base of basesOf(control)) body.append(`was-${control.name}`, base);
      // By its name a cell is known, should somebody move its column meanwhile.
      const { label } = closestCell(control)?.dataset ?? {};
      if (label) body.append(`column-${control.name}`, label);
    } else {
      body.delete(control.name);
      body.delete(`has-${control.name}`);
    }
  }
  return body;
}

/** @param {Control} control */
const closestCell = (control) =>
  /** @type {HTMLElement | null} */ (control.closest("td[data-label]"));

/** @param {HTMLFormElement} form */
export const isConflict = (form) => refused.get(form.id) === 409;

/** @param {Control} control */
export const isOnItsWay = (control) =>
  Boolean(control.form && sending.get(control.form.id)?.has(control));

/** @param {HTMLFormElement} form */
export const isUnsaved = (form) => unsaved.has(form.id);

/** The state of all texts, for the toolbar. */
function showOverall() {
  const place = byId("save-state");
  if (!place) return;
  const failed = [...unsaved].some((id) => refused.has(id) || retries.has(id));
  const state = failed ? "error" : unsaved.size ? "saving" : "saved";
  const text = { error: "Not saved", saving: "Saving…", saved: "Saved" }[state];
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  place.textContent = text;
}

const hasUnsaved = () => [...unsaved].some((id) => byId(id));

/**
 * What is in the form is what the server has.
 * @param {HTMLFormElement} form
 */
export function settle(form) {
  unsaved.delete(form.id);
  refused.delete(form.id);
  showOverall();
}

keepWhile(
  (form) => unsaved.has(form.id) || refused.has(form.id) || sending.has(form.id),
);

// Controls are outside the form that they belong to: their events do not pass through it.
for (const type of ["input", "change"]) {
  document.addEventListener(type, (event) => changed(event.target, type));
}

// Browsers do not agree whether an input event follows.
document.addEventListener("compositionend", (event) => changed(event.target, "input"));

/**
 * @param {EventTarget | null} target
 * @param {string} type
 */
function changed(target, type) {
  const form = formOf(target);
  if (!form) return;
  const control = /** @type {Control} */ (target);
  // A label is saved when it is left: saving half a label would redraw it.
  if (type === "input" && control.name === "label") return;
  if (type === "input") {
    unsaved.add(form.id);
    if (!isConflict(form) && stateOf(form) !== "newer") {
      show(form, "saving", "Not saved yet");
    }
    showOverall();
  }
  if (isComposing(control)) return;
  keepDraft(control);
  if (!form.contains(control)) form.dispatchEvent(new Event(type));
}

// --- A save, step by step ---------------------------------------------------------------

/** @param {RequestEvent} event */
export function prepareSave(event) {
  const { ctx } = event.detail;
  const { form } = ctx.request;
  if (!form || !isSave(ctx)) return;
  if (!form.isConnected) {
    ctx.isNeedless = true; // all of it was saved, or its item is gone
    event.preventDefault();
    return;
  }
  if (controlsOf(form).some(isComposing)) {
    ctx.isNeedless = true; // the end of the composition saves
    event.preventDefault();
    return;
  }
  if (isConflict(form) && !ctx.request.submitter) {
    ctx.isNeedless = true; // a person chooses
    event.preventDefault();
    return;
  }
  // The request may have waited behind another: send what is there now, with the version
  // that the other one has left; or nothing, if the other one saved it all.
  if (!isConflict(form) && !controlsOf(form).some(isDirty)) {
    ctx.isNeedless = true;
    event.preventDefault();
    settle(form);
    if (/saving|error/.test(stateOf(form) ?? "")) show(form, "saved", "Saved");
    return;
  }
  ctx.request.body = bodyOf(form);
  const controls = controlsOf(form).filter((each) => isConflict(form) || isDirty(each));
  ctx.sent = new Map(controls.map((control) => [control, textOf(control)]));
  // Until the answer is here, any of them may be what is stored.
  for (const [control, text] of ctx.sent) {
    setUnanswered(control, [...unansweredOf(control), text].slice(-MOST_UNANSWERED));
    keepDraft(control);
  }
  sending.set(form.id, ctx.sent);
  clearTimeout(retries.get(form.id));
  retries.delete(form.id);
  show(form, "saving", "Saving…");
}

/** @param {RequestEvent} event */
export function takeAnswerToSave({ detail: { ctx } }) {
  const { form } = ctx.request;
  if (!isSave(ctx) || !form || !ctx.response) return;
  const { status } = ctx.response;
  const sent = ctx.sent ?? new Map();
  sending.delete(form.id);
  // A refusal has stored nothing, nor has a failure; the failure of a proxy says nothing.
  if (status < 500) for (const control of sent.keys()) setUnanswered(control, []);
  if (status < 300) {
    refused.delete(form.id);
    announced.delete(form.id);
    // The answer says what it was cleaned to (incoming.js).
    for (const [control, text] of sent) setStoredText(control, text);
    controlsOf(form).forEach(keepDraft);
    if (!controlsOf(form).some(isDirty)) unsaved.delete(form.id);
  } else if (status >= 500 || status === TOO_SLOW) {
    retryLater(form, "Not saved: the server had a problem. Trying again…");
  } else if (status !== 401 && !isOfAnother(ctx.response)) {
    refused.set(form.id, status);
  }
}

/**
 * When the answer is in its place.
 * @param {RequestEvent} event
 */
export function finishSave({ detail: { ctx } }) {
  const form = ctx.request?.form;
  if (form && isSave(ctx) && !ctx.isNeedless) {
    const status = ctx.response?.status ?? 0;
    if (status === INVALID && !controlsOf(form).some(isDirty)) {
      // The person went back to what is stored meanwhile.
      settle(form);
      show(form, "saved", "Saved");
    } else if (status === 200 && unsaved.has(form.id)) {
      show(form, "saving", "Not saved yet");
    } else if (status === 200 && stateOf(form) === "saving") {
      show(form, "saved", "Saved"); // its new markup came by the feed
    } else if (status === 401) {
      show(form, "error", "Not saved: sign in again in another tab, then go on here.");
    } else if (isOfAnother(ctx.response)) {
      show(form, "error", `Not saved. ${OF_ANOTHER}`);
    } else if (status >= 400 && stateOf(form) === "saving") {
      show(form, "error", "Not saved: it could not be stored here. Copy your text.");
    } else if (status >= 400 && status < 500) {
      announce(form, statusOf(form)?.textContent); // as the answer has it
    }
    if (status >= 300 || status === 0) release();
  }
  showOverall();
  if (!waiting().length) release();
}

/** @param {RequestErrorEvent} event */
export function retrySave({ detail: { ctx } }) {
  const form = ctx?.request.form;
  if (!ctx || !form || !isSave(ctx)) return;
  sending.delete(form.id);
  retryLater(form, "Not saved: no connection. Your text is kept here; trying again…");
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function retryLater(form, text) {
  show(form, "error", text);
  clearTimeout(retries.get(form.id));
  retries.set(
    form.id,
    setTimeout(() => save(form.id), RETRY_AFTER),
  );
  showOverall();
}

/** @param {string} id */
function save(id) {
  const form = /** @type {HTMLFormElement | null} */ (byId(id));
  // A person resolves a conflict.
  if (form && unsaved.has(id) && !isConflict(form)) form.requestSubmit();
}

function waiting() {
  return [...unsaved].filter((id) => !refused.has(id) && byId(id));
}

for (const type of ["online", "focus"]) {
  window.addEventListener(type, () => {
    for (const id of waiting()) save(id);
  });
}

document.addEventListener("focusout", (event) => {
  const target = targetOf(event);
  if (formOf(target) && target?.matches(CONTROLS)) {
    showCleaned(/** @type {Control} */ (target));
  }
});

// --- What is pressed while text is unsaved happens when it is stored --------------------

// What only opens something on this page does not wait.
const OPENS = ["comments", "section-menu", "item-menu", "column-menu"]
  .map((name) => `[data-do="${name}"]`)
  .concat(".add-line")
  .join();

/** @type {(() => void) | null} */
let held = null;
let isReleasing = false;

/**
 * Does it when what was typed is stored: at once, if all of it is.
 * @param {() => void} act
 */
export function whenSaved(act) {
  held = act;
  const ids = waiting();
  if (!ids.length) release();
  for (const id of ids) save(id);
}

/**
 * @param {Event} event
 * @param {HTMLElement | null} element
 */
function hold(event, element) {
  if (!element || isReleasing || event.defaultPrevented || !waiting().length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const from = focused();
  whenSaved(() => element.isConnected && replay(element, from));
}

function release() {
  const act = held;
  held = null;
  isReleasing = true;
  act?.();
  isReleasing = false;
}

document.addEventListener(
  "click",
  (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const pressed = closest(
      event,
      "a[href]:not([href^='#'], [target], .edit, #item-menu > *)",
    );
    if (!pressed?.matches(OPENS)) hold(event, pressed);
  },
  true,
);

document.addEventListener(
  "submit",
  (event) => {
    if (!isItemForm(targetOf(event))) hold(event, event.submitter);
  },
  true,
);

window.addEventListener("beforeunload", (event) => {
  const unsent = all(document, "[data-unsent]");
  if (hasUnsaved() || unsent.some((form) => form.checkVisibility())) {
    event.preventDefault();
  }
});
