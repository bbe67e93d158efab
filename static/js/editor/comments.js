// The drawer of comments beside the plan, and that no half-written comment is lost.

import { say } from "../announce.js";
import { hasGoneOn } from "../focus.js";

const drawer = () => document.getElementById("comments");
const title = () => document.getElementById("threads-title");
const isForm = (form) =>
  Boolean(form?.matches?.(".comment-form, .thread-do, .comment-remove"));
const textsOf = (root) => root.querySelectorAll(".comment-form textarea");

// --- Opening and closing -------------------------------------------------------------

let opener = null; // the id of what was pressed: its element may be replaced meanwhile

function open({ sourceElement, sourceEvent }) {
  opener = sourceElement.id;
  drawer().open = true; // `show()` would take the focus
  drawer().scrollTop = 0;
  if (hasGoneOn(sourceEvent)) return;
  // Where nothing is said yet, one comes to write.
  const box = document.querySelector("#threads .comment-new textarea");
  (document.querySelector("#threads .thread") || !box ? title() : box)?.focus();
}

function close() {
  drawer().close();
  document.getElementById(opener)?.focus();
}

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const source = ctx.sourceElement;
  if (
    drawer() &&
    source?.matches?.('[data-do="comments"]') &&
    ctx.response?.status === 200
  ) {
    open(ctx);
  }
});

// An answer about the place that was looked at before comes too late.
let asked = null; // the address of the threads that were asked for last

document.addEventListener("htmx:before:request", (event) => {
  const source = event.detail.ctx.sourceElement;
  if (source?.matches?.('[data-do="comments"]')) asked = source.getAttribute("hx-get");
});

document.addEventListener("htmx:before:swap", (event) => {
  const { tasks } = event.detail;
  const isLate = ({ target, fragment }) => {
    const about = fragment?.firstElementChild?.getAttribute("hx-get");
    return asked && target?.id === "threads" && about && about !== asked;
  };
  tasks.splice(0, tasks.length, ...tasks.filter((task) => !isLate(task)));
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.('[data-do="close-comments"]')) close();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape" && drawer()?.contains(event.target)) {
    event.preventDefault();
    close();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.(".comment-form");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  }
});

// --- What is half written stays, whatever arrives and whichever place is looked at ----

const drafts = new Map(); // of texts by the id of their box

document.addEventListener("input", (event) => {
  const box = event.target.closest?.(".comment-form textarea");
  if (!box) return;
  if (box.value === box.defaultValue) drafts.delete(box.id);
  else drafts.set(box.id, box.value);
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request?.form;
  if (isForm(form) && ctx.sourceElement === form && ctx.response?.status === 200) {
    for (const box of textsOf(form.parentElement)) {
      if (box.form === form) drafts.delete(box.id);
    }
    form.reset();
    form.closest("details")?.removeAttribute("open");
  }
  for (const box of textsOf(document)) {
    box.toggleAttribute("hx-morph-skip", box.value !== box.defaultValue);
  }
});

document.addEventListener("htmx:after:swap", () => {
  for (const box of textsOf(document)) {
    const draft = drafts.get(box.id);
    if (draft !== undefined && box.value !== draft) {
      box.value = draft;
      const folded = box.closest("details");
      if (folded) folded.open = true;
    }
  }
  // What had the focus may be gone, or folded away with its thread.
  const focused = document.activeElement;
  if (!drawer()?.open) return;
  if (focused === document.body || !focused.checkVisibility()) title()?.focus();
});

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request?.form;
  if (!isForm(form) || ctx.sourceElement !== form || ctx.response?.status !== 200)
    return;
  say(form.dataset.said);
});

window.addEventListener("beforeunload", (event) => {
  if ([...drafts.values()].some((text) => text.trim())) event.preventDefault();
});
