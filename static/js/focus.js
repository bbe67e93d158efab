// Where the focus goes: into an item that is asked for, and on when an item is gone.

import { CONTROLS } from "./editor/controls.js";

// The control of an item, a row or a section that most likely wants writing.
export function controlIn(element) {
  const controls = [...element.querySelectorAll(CONTROLS)].filter(
    (control) => control.checkVisibility() && !control.disabled,
  );
  const isBlank = (control) => control.type !== "checkbox" && control.value === "";
  return controls.find(isBlank) ?? controls[0];
}

export function focusIn(element) {
  (element && controlIn(element))?.focus({ preventScroll: true });
}

// --- Whoever has gone on meanwhile stays where they are -------------------------------

const focusAt = new WeakMap(); // clicks and submits to what had the focus then
let replayedFrom = null;

for (const type of ["click", "submit"]) {
  addEventListener(
    type,
    (event) => {
      focusAt.set(event, replayedFrom ?? document.activeElement);
    },
    true,
  );
}

// Presses `element` for someone who pressed it when `from` had the focus.
export function replay(element, from) {
  replayedFrom = from;
  element.click();
  replayedFrom = null;
}

// No control, nor anything that a key would press.
export const isNowhere = (element) =>
  !element || element === document.body || element.matches("[tabindex='-1']");

export function hasGoneOn(event) {
  const focused = document.activeElement;
  return focused !== focusAt.get(event) && !isNowhere(focused);
}

// --- Into an item ---------------------------------------------------------------------

// A link from another page, once the browser has scrolled there (and taken the focus off).
addEventListener("load", () =>
  setTimeout(() => {
    const id = location.hash.slice(1);
    if (id.startsWith("item-")) focusIn(document.getElementById(id));
  }, 50),
);

// What was sent and came back wrong: to its first wrong field.
addEventListener("load", () => {
  if (document.activeElement !== document.body) return;
  document.querySelector("main [aria-invalid='true']")?.focus();
});

// An item, with what is nested in it.
const outerOf = (item) =>
  item.parentElement.matches(".node") ? item.parentElement : item;

// --- On from an item that is removed ---------------------------------------------------

// Where to go on once an item is gone: by the answer, or by the feed before it.
let next = null;

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const item = ctx.sourceElement?.closest?.(".item");
  const focused = document.activeElement;
  if (!/\/remove\/$/.test(ctx.request?.action ?? "") || !item?.contains(focused))
    return;
  const outer = outerOf(item);
  const list = outer.parentElement.closest(".field-list, .block");
  const peers = [...list.querySelectorAll(".item")].filter(
    (peer) => peer === item || !outer.contains(peer),
  );
  const at = peers.indexOf(item);
  next = {
    gone: item.id,
    peer: (peers[at + 1] ?? peers[at - 1])?.id,
    around: (outer.parentElement.closest(".node") ?? list).id,
    // The same cell, or the same button.
    place:
      focused.name && focused.matches(CONTROLS)
        ? `[name="${focused.name}"]`
        : `[data-do="${focused.dataset.do}"]`,
  };
});

document.addEventListener("htmx:after:swap", () => {
  if (!next || document.getElementById(next.gone)) return;
  const { peer: peerId, around: aroundId, place } = next;
  next = null;
  if (!isNowhere(document.activeElement)) return;
  const peer = document.getElementById(peerId);
  const around = document.getElementById(aroundId);
  const goal =
    peer?.querySelector(place) ??
    (peer && controlIn(peer)) ??
    [...(around?.querySelectorAll('[data-do="add"]') ?? [])].at(-1) ??
    (around && controlIn(around));
  goal?.focus();
});
