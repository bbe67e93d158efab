// Saving while typing: what state a text is in, and that none is lost on the way.

const RETRY_AFTER = 3000;
const unsaved = new Set(); // ids of forms with text that the server has not taken yet
const retries = new Map();

function formOf(target) {
  const form = target.form ?? target.closest?.("form");
  return form?.classList.contains("item-form") ? form : null;
}

function show(form, state, text) {
  const status = document.getElementById(form.id.replace(/-form$/, "-status"));
  if (!status) return;
  status.dataset.state = state;
  status.textContent = text;
}

// Controls in table cells belong to a form in another cell: their events pass it by.
for (const type of ["input", "change"]) {
  document.addEventListener(type, (event) => {
    const form = formOf(event.target);
    if (!form) return;
    if (type === "input") {
      unsaved.add(form.id);
      show(form, "saving", "Not saved yet");
    }
    if (!form.contains(event.target)) form.dispatchEvent(new Event(type));
  });
}

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request.form;
  if (!form?.classList.contains("item-form") || ctx.request.method !== "POST") return;
  // The request may have waited behind another save: send what is there now, with the
  // version that this other save has left.
  if (form.isConnected && ctx.sourceElement === form) {
    ctx.request.body = new URLSearchParams(new FormData(form));
  }
  form.dataset.sent = snapshot(form);
  show(form, "saving", "Saving…");
});

function snapshot(form) {
  return new URLSearchParams(new FormData(form)).toString().replace(/seen=\d*/, "");
}

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request.form;
  if (!form?.classList.contains("item-form")) return;
  const status = ctx.response.status;
  if (status < 300 && form.isConnected && form.dataset.sent === snapshot(form)) {
    unsaved.delete(form.id);
  }
  if (status >= 500) again(form, "Not saved: the server had a problem. Trying again…");
  if (status === 401) show(form, "error", "Not saved: sign in again in another tab.");
});

document.addEventListener("htmx:error", (event) => {
  const form = event.detail.ctx?.request?.form;
  if (form?.classList.contains("item-form")) {
    again(form, "Not saved: no connection. Your text is kept here; trying again…");
  }
});

function again(form, text) {
  show(form, "error", text);
  clearTimeout(retries.get(form.id));
  retries.set(form.id, setTimeout(() => {
    document.getElementById(form.id)?.requestSubmit();
  }, RETRY_AFTER));
}

// A text that somebody typed into, and that is not stored yet, is never replaced.
document.addEventListener("htmx:before:swap", () => {
  for (const id of unsaved) {
    const form = document.getElementById(id);
    if (!form) unsaved.delete(id);
    for (const control of form?.elements ?? []) {
      if (control.matches("textarea, input:not([type=hidden])")) {
        const changed = control.value !== control.defaultValue;
        const moved = form.dataset.sent !== undefined && form.dataset.sent !== snapshot(form);
        control.toggleAttribute("hx-morph-skip", changed && moved);
      }
    }
  }
});

window.addEventListener("beforeunload", (event) => {
  if ([...unsaved].some((id) => document.getElementById(id))) event.preventDefault();
});
