// Saving while typing: what state a text is in, and that none is lost on the way.

const RETRY_AFTER = 3000;
const unsaved = new Set(); // ids of forms with text that the server has not taken yet
const refused = new Map(); // ids of those it would not take, with the status it gave
const retries = new Map();

const typedInto = "textarea, select, input:not([type=hidden])";
const isItemForm = (form) => Boolean(form?.classList.contains("item-form"));

function formOf(target) {
  const form = target.form ?? target.closest?.("form");
  return isItemForm(form) ? form : null;
}

function statusOf(form) {
  return document.getElementById(form.id.replace(/-form$/, "-status"));
}

function show(form, state, text) {
  const status = statusOf(form);
  if (!status) return;
  status.dataset.state = state;
  status.textContent = text;
}

const controlsOf = (form) =>
  [...form.elements].filter((control) => control.matches(typedInto));

// --- What the server has of each control ---------------------------------------------

const stored = new WeakMap(); // of controls whose markup is older than their last save

const textOf = (control) =>
  control.type === "checkbox" ? String(control.checked) : control.value;

function storedTextOf(control) {
  if (stored.has(control)) return stored.get(control);
  if (control.type === "checkbox") return String(control.defaultChecked);
  if (control.tagName !== "SELECT") return control.defaultValue;
  const options = [...control.options];
  return (options.find((each) => each.defaultSelected) ?? options[0])?.value ?? "";
}

const isDirty = (control) => textOf(control) !== storedTextOf(control);

// Only what was typed into is sent, with what stood there: a colleague's save of another
// cell is no conflict then. After a refusal the person has seen all of it.
function bodyOf(form) {
  const body = new URLSearchParams(new FormData(form));
  if (refused.has(form.id)) return body;
  for (const control of controlsOf(form)) {
    if (isDirty(control)) {
      body.set(`was-${control.name}`, storedTextOf(control));
    } else {
      body.delete(control.name);
      body.delete(`has-${control.name}`);
    }
  }
  return body;
}

function snapshot(form) {
  const data = new FormData(form);
  data.delete("seen");
  data.delete("csrfmiddlewaretoken");
  return new URLSearchParams(data).toString();
}

const isConflict = (form) => refused.get(form.id) === 409;

// Controls belong to a form that stands beside them: their events pass it by.
for (const type of ["input", "change"]) {
  document.addEventListener(type, (event) => {
    const form = formOf(event.target);
    if (!form) return;
    // A label is saved when it is left: saving half a label would redraw it.
    if (type === "input" && event.target.name === "label") return;
    if (type === "input") {
      unsaved.add(form.id);
      if (!isConflict(form)) show(form, "saving", "Not saved yet");
    }
    if (!form.contains(event.target)) form.dispatchEvent(new Event(type));
  });
}

// --- A save -------------------------------------------------------------------------

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request.form;
  if (!isItemForm(form) || ctx.sourceElement !== form || !form.isConnected) return;
  // The request may have waited behind another: send what is there now, with the version
  // that this other one has left; or nothing, if the other one was a save of it all.
  if (!refused.has(form.id) && !controlsOf(form).some(isDirty)) {
    ctx.isNeedless = true;
    event.preventDefault();
    unsaved.delete(form.id);
    if (statusOf(form)?.dataset.state === "saving") show(form, "saved", "Saved");
    return;
  }
  ctx.request.body = bodyOf(form);
  ctx.sent = new Map(controlsOf(form).map((control) => [control, textOf(control)]));
  form.dataset.sent = snapshot(form);
  clearTimeout(retries.get(form.id));
  show(form, "saving", "Saving…");
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request.form;
  if (!isItemForm(form) || ctx.sourceElement !== form) return;
  const { status } = ctx.response;
  if (status < 300) {
    refused.delete(form.id);
    for (const [control, text] of ctx.sent) stored.set(control, text);
    if (form.dataset.sent === snapshot(form)) unsaved.delete(form.id);
  } else if (status >= 500) {
    again(form, "Not saved: the server had a problem. Trying again…");
  } else if (status !== 401) {
    refused.set(form.id, status);
  }
});

// Once the answer is in its place.
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request?.form;
  if (isItemForm(form) && ctx.sourceElement === form && !ctx.isNeedless) {
    const status = ctx.response?.status ?? 0;
    if (status === 200 && unsaved.has(form.id)) {
      show(form, "saving", "Not saved yet");
    } else if (status === 401) {
      show(form, "error", "Not saved: sign in again in another tab, then go on here.");
    } else if (status >= 400 && statusOf(form)?.dataset.state === "saving") {
      show(form, "error", "Not saved: it could not be stored here. Copy your text.");
    }
    if (status >= 300 || status === 0) release();
  }
  if (!waiting().length) release();
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (isItemForm(ctx?.request?.form) && ctx.sourceElement === ctx.request.form) {
    const form = ctx.request.form;
    again(form, "Not saved: no connection. Your text is kept here; trying again…");
  }
});

function again(form, text) {
  show(form, "error", text);
  clearTimeout(retries.get(form.id));
  retries.set(form.id, setTimeout(() => save(form.id), RETRY_AFTER));
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

// --- What is pressed while text is unsaved happens once it is stored ------------------

let held = null;
let isReleasing = false;

function hold(event, element) {
  if (!element || isReleasing || event.defaultPrevented || !waiting().length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held = element;
  for (const id of waiting()) save(id);
}

function release() {
  const element = held;
  held = null;
  if (!element?.isConnected) return;
  isReleasing = true;
  element.click();
  isReleasing = false;
}

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest?.("a[href]:not([href^='#'], [target])");
  hold(event, link ?? event.target.closest?.(".item-actions [data-do]"));
}, true);

document.addEventListener("submit", (event) => {
  if (!isItemForm(event.target)) hold(event, event.submitter);
}, true);

// --- A text that somebody typed, and that is not stored yet, is never replaced --------

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request?.form;
  const theirs = ctx.sourceElement?.matches?.('[data-do="take-theirs"]');
  if (theirs) forget(ctx.sourceElement.closest(".item"));
  for (const id of unsaved) {
    const each = document.getElementById(id);
    if (each) protect(each, false);
    else unsaved.delete(id);
  }
  if (isItemForm(form) && ctx.sourceElement === form) protect(form, true);
  for (const answer of document.querySelectorAll(".question-form textarea")) {
    if (form === answer.form && ctx.response?.status === 200) answer.value = "";
    answer.toggleAttribute("hx-morph-skip", answer.value !== "");
  }
});

function protect(form, isAnswer) {
  const isSettled = isAnswer && form.dataset.sent === snapshot(form);
  for (const control of controlsOf(form)) {
    const isMine = isAnswer || isDirty(control) || refused.has(form.id);
    control.toggleAttribute("hx-morph-skip", isMine && !isSettled);
  }
  // Beside both texts of a conflict: nothing else puts the item back.
  const item = form.closest(".item");
  item?.toggleAttribute("hx-morph-skip", isConflict(form) && !isAnswer);
}

function forget(item) {
  const id = `${item?.id}-form`;
  unsaved.delete(id);
  refused.delete(id);
  item?.removeAttribute("hx-morph-skip");
  for (const control of document.getElementById(id)?.elements ?? []) {
    control.removeAttribute("hx-morph-skip");
  }
}

// A morph sets attributes, and a box or a choice that was once touched does not follow
// them; nor does the text that has the focus, which an undo must change all the same.
document.addEventListener("htmx:after:swap", (event) => {
  const isUndo = /\/(undo|redo)\/$/.test(event.detail.ctx.request?.action ?? "");
  for (const control of document.querySelectorAll(".item [form]")) {
    if (!control.matches(typedInto) || control.matches("[hx-morph-skip]")) continue;
    if (unsaved.has(control.form?.id)) continue;
    stored.delete(control);
    if (control.type === "checkbox") control.checked = control.defaultChecked;
    else if (control.tagName === "SELECT" || (isUndo && control.matches(":focus"))) {
      if (isDirty(control)) control.value = storedTextOf(control);
    }
  }
});

window.addEventListener("beforeunload", (event) => {
  const answers = [...document.querySelectorAll(".question-form textarea")];
  const isUnsaved = [...unsaved].some((id) => document.getElementById(id));
  if (isUnsaved || answers.some((each) => each.value.trim())) event.preventDefault();
});
