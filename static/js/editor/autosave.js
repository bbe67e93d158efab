// Saving while typing: what state a text is in, and that none is lost on the way.
import { isOfAnother, OF_ANOTHER } from "../account.js";
import { say } from "../announce.js";
import { isComposing } from "../composition.js";
import {
  basesOf,
  CONTROLS,
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
import { replay } from "../focus.js";

// It did not arrive in the time that the server gives a request.
const TOO_SLOW = 408;
const INVALID = 422;
const RETRY_AFTER = 3000;
const MOST_UNANSWERED = 5;
const unsaved = new Set(); // ids of forms with text that the server has not taken yet
const refused = new Map(); // ids of those it would not take, with the status it gave
const announced = new Map(); // ids of forms to the failures that were announced
const retries = new Map();
const sending = new Map(); // ids of forms to the texts that are on their way

function statusOf(form) {
  return document.getElementById(form.id.replace(/-form$/, "-status"));
}

export function show(form, state, text) {
  const status = statusOf(form);
  // Every change of the page ends what the browser takes for one piece of typing.
  if (!status || (status.dataset.state === state && status.textContent === text))
    return;
  status.dataset.state = state;
  status.textContent = text;
  if (state === "error" || state === "newer") announce(form, text);
}

// Once for each failure, however often it is tried again meanwhile.
function announce(form, text) {
  if (!text || announced.get(form.id) === text) return;
  announced.set(form.id, text);
  const controls = controlsOf(form);
  const name = nameOf(controls.find(isDirty) ?? controls[0]);
  const isSaid =
    text.startsWith("Not saved") || statusOf(form).dataset.state === "newer";
  say(`${name}: ${isSaid ? text : `Not saved: ${text}`}`);
}

// Only what was typed into is sent, with what stood there: a colleague's save of another
// cell is no conflict then. After a conflict the person has seen all of it.
function bodyOf(form) {
  const body = new URLSearchParams(new FormData(form));
  if (isConflict(form)) return body;
  for (const control of controlsOf(form)) {
    if (isDirty(control)) {
      for (const base of basesOf(control)) body.append(`was-${control.name}`, base);
    } else {
      body.delete(control.name);
      body.delete(`has-${control.name}`);
    }
  }
  return body;
}

export const isConflict = (form) => refused.get(form.id) === 409;

export const isOnItsWay = (control) =>
  Boolean(sending.get(control.form?.id)?.has(control));

export const isUnsaved = (form) => unsaved.has(form.id);

export const hasUnsaved = () => [...unsaved].some((id) => document.getElementById(id));

// What is in the form is what the server has.
export function settle(form) {
  unsaved.delete(form.id);
  refused.delete(form.id);
}

// Controls belong to a form that stands beside them: their events pass it by.
for (const type of ["input", "change"]) {
  document.addEventListener(type, (event) => changed(event.target, type));
}

// Browsers do not agree whether an input event follows.
document.addEventListener("compositionend", (event) => changed(event.target, "input"));

function changed(control, type) {
  const form = formOf(control);
  if (!form) return;
  // A label is saved when it is left: saving half a label would redraw it.
  if (type === "input" && control.name === "label") return;
  if (type === "input") {
    unsaved.add(form.id);
    if (!isConflict(form) && statusOf(form)?.dataset.state !== "newer") {
      show(form, "saving", "Not saved yet");
    }
  }
  if (isComposing(control)) return;
  keepDraft(control);
  if (!form.contains(control)) form.dispatchEvent(new Event(type));
}

// --- A save -------------------------------------------------------------------------

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request.form;
  if (!isSave(ctx) || !form.isConnected) return;
  if (controlsOf(form).some(isComposing)) {
    ctx.isNeedless = true; // its end asks for a save
    event.preventDefault();
    return;
  }
  // The request may have waited behind another: send what is there now, with the version
  // that this other one has left; or nothing, if the other one was a save of it all.
  if (!isConflict(form) && !controlsOf(form).some(isDirty)) {
    ctx.isNeedless = true;
    event.preventDefault();
    settle(form);
    if (/saving|error/.test(statusOf(form)?.dataset.state))
      show(form, "saved", "Saved");
    return;
  }
  ctx.request.body = bodyOf(form);
  const sent = controlsOf(form).filter((each) => isConflict(form) || isDirty(each));
  ctx.sent = new Map(sent.map((control) => [control, textOf(control)]));
  // Until the answer is here, any of them may be what is stored.
  for (const [control, text] of ctx.sent) {
    setUnanswered(control, [...unansweredOf(control), text].slice(-MOST_UNANSWERED));
    keepDraft(control);
  }
  sending.set(form.id, ctx.sent);
  clearTimeout(retries.get(form.id));
  show(form, "saving", "Saving…");
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request.form;
  if (!isSave(ctx)) return;
  const { status } = ctx.response;
  sending.delete(form.id);
  // A refusal stored nothing, nor does a failure; a proxy's failure tells nothing.
  if (status < 500) for (const control of ctx.sent.keys()) setUnanswered(control, []);
  if (status < 300) {
    refused.delete(form.id);
    announced.delete(form.id);
    // What it was cleaned to is in the answer (incoming.js).
    for (const [control, text] of ctx.sent) setStoredText(control, text);
    controlsOf(form).forEach(keepDraft);
    if (!controlsOf(form).some(isDirty)) unsaved.delete(form.id);
  } else if (status >= 500 || status === TOO_SLOW) {
    again(form, "Not saved: the server had a problem. Trying again…");
  } else if (status !== 401 && !isOfAnother(ctx.response)) {
    refused.set(form.id, status);
  }
});

// Once the answer is in its place.
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request?.form;
  if (isSave(ctx) && !ctx.isNeedless) {
    const status = ctx.response?.status ?? 0;
    if (status === INVALID && !controlsOf(form).some(isDirty)) {
      // The person went back to what is stored meanwhile.
      settle(form);
      show(form, "saved", "Saved");
    } else if (status === 200 && unsaved.has(form.id)) {
      show(form, "saving", "Not saved yet");
    } else if (status === 200 && statusOf(form)?.dataset.state === "saving") {
      show(form, "saved", "Saved"); // and what it looks like came by the feed
    } else if (status === 401) {
      show(form, "error", "Not saved: sign in again in another tab, then go on here.");
    } else if (isOfAnother(ctx.response)) {
      show(form, "error", `Not saved. ${OF_ANOTHER}`);
    } else if (status >= 400 && statusOf(form)?.dataset.state === "saving") {
      show(form, "error", "Not saved: it could not be stored here. Copy your text.");
    } else if (status >= 400 && status < 500) {
      announce(form, statusOf(form)?.textContent); // as the answer has it
    }
    if (status >= 300 || status === 0) release();
  }
  if (!waiting().length) release();
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (ctx && isSave(ctx)) {
    const form = ctx.request.form;
    sending.delete(form.id);
    again(form, "Not saved: no connection. Your text is kept here; trying again…");
  }
});

function again(form, text) {
  show(form, "error", text);
  clearTimeout(retries.get(form.id));
  retries.set(
    form.id,
    setTimeout(() => save(form.id), RETRY_AFTER),
  );
}

function save(id) {
  const form = document.getElementById(id);
  // A conflict is for the person to settle.
  if (form && unsaved.has(id) && !isConflict(form)) form.requestSubmit();
}

function waiting() {
  return [...unsaved].filter((id) => !refused.has(id) && document.getElementById(id));
}

for (const type of ["online", "focus"]) {
  window.addEventListener(type, () => {
    for (const id of waiting()) save(id);
  });
}

document.addEventListener("focusout", ({ target }) => {
  if (formOf(target) && target.matches(CONTROLS)) showCleaned(target);
});

// --- What is pressed while text is unsaved happens once it is stored ------------------

// What only opens something on this page can open before that.
const OPENS = ["rename", "ask", "comments", "section-menu"]
  .map((name) => `[data-do="${name}"]`)
  .join();

let held = null; // { element, from }
let isReleasing = false;

function hold(event, element) {
  if (!element || isReleasing || event.defaultPrevented || !waiting().length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held = { element, from: document.activeElement };
  for (const id of waiting()) save(id);
}

function release() {
  const { element, from } = held ?? {};
  held = null;
  if (!element?.isConnected) return;
  isReleasing = true;
  replay(element, from);
  isReleasing = false;
}

document.addEventListener(
  "click",
  (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const pressed = event.target.closest?.(
      "a[href]:not([href^='#'], [target]), .item-actions [data-do]",
    );
    if (!pressed?.matches(OPENS)) hold(event, pressed);
  },
  true,
);

document.addEventListener(
  "submit",
  (event) => {
    if (!isItemForm(event.target)) hold(event, event.submitter);
  },
  true,
);

window.addEventListener("beforeunload", (event) => {
  const unsent = [...document.querySelectorAll("[data-unsent]")];
  if (hasUnsaved() || unsent.some((form) => form.checkVisibility())) {
    event.preventDefault();
  }
});
