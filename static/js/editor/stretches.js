// Comments on a stretch of a text: words that are selected in a value at rest.
//
// The stretches of open threads come with the panels (#plan-stretches), and are marked as
// highlights of the browser: no element is put into a text, so swaps do not meet them.
import { all, byId, closest } from "../dom.js";
import { anchorAt, joined, placeOf } from "./anchors.js";
import { openComments } from "./comments.js";
import { isForReading } from "./reading.js";
import { keyOf } from "./values.js";

const LONGEST = 1000; // characters; plans/content/anchors.py has the same limit

/** @typedef {import("./anchors.js").Anchor} Anchor */

const plan = () => byId("plan");
const button = () => byId("comment-selection");
const mayEdit = () => plan()?.dataset.mayEdit === "true" && !isForReading();

/**
 * The text of a value at rest, and the nodes that hold it.
 * @param {HTMLElement} value
 */
function textOf(value) {
  const walker = document.createTreeWalker(value, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const nodes = [];
  while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode));
  return { nodes, ...joined(nodes.map(({ data }) => data)) };
}

// --- Selecting --------------------------------------------------------------------------

/**
 * The stretch that is selected, with the value it is in.
 * @returns {{ value: HTMLElement, anchor: Anchor, range: Range } | null}
 */
function selected() {
  const selection = getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const [first, last] = [range.startContainer, range.endContainer].map(
    (node) =>
      /** @type {HTMLElement | null | undefined} */ (
        (node instanceof Element ? node : node.parentElement)?.closest(".item .value")
      ),
  );
  // Three clicks select up to the start of what follows.
  const value = first ?? last;
  if (!value || value.matches(".is-open") || !plan()?.contains(value)) return null;
  if (keyOf(value) === "label") return null;
  const { nodes, text, places } = textOf(value);
  const isIn = places.map(([number, offset]) => {
    const node = nodes[number];
    return range.comparePoint(node, offset) === 0 && isBeforeEnd(range, node, offset);
  });
  let start = isIn.indexOf(true);
  let end = isIn.lastIndexOf(true) + 1;
  while (start < end && text[start] === " ") start += 1;
  while (end > start && text[end - 1] === " ") end -= 1;
  if (start < 0 || end <= start || end - start > LONGEST) return null;
  return { value, anchor: anchorAt(text, start, end), range };
}

/**
 * @param {Range} range
 * @param {Text} node
 * @param {number} offset
 */
const isBeforeEnd = (range, node, offset) =>
  !(node === range.endContainer && offset >= range.endOffset);

function showButton() {
  const offer = button();
  if (!offer) return;
  const { range, value } = selected() ?? {};
  offer.hidden = !range || !value;
  if (!range || offer.hidden) return;
  const frame = /** @type {HTMLElement} */ (offer.offsetParent ?? document.body);
  const { top, left, width } = frame.getBoundingClientRect();
  const boxes = [...range.getClientRects()].filter((box) => box.width);
  const box = boxes.at(-1) ?? range.getBoundingClientRect();
  offer.style.top = `${box.bottom - top + 6}px`;
  const right = Math.min(box.right - left, width - offer.offsetWidth - 4);
  offer.style.left = `${Math.max(4, right)}px`;
}

let timer = 0;
document.addEventListener("selectionchange", () => {
  clearTimeout(timer);
  timer = setTimeout(showButton, 150);
});

// Pressing it must not drop the selection.
button()?.addEventListener("pointerdown", (event) => event.preventDefault());
button()?.addEventListener("click", () => commentOnSelection());

// --- Writing about it -------------------------------------------------------------------

/** @type {{ item: HTMLElement, key: string, anchor: Anchor, isNew: boolean } | null} */
let pending = null;

/**
 * Opens the comments of the item in which something is selected; with `of`, only of that.
 * Returns whether there is a selection.
 * @param {HTMLElement} [of]
 */
export function commentOnSelection(of) {
  const { value, anchor } = selected() ?? {};
  const item = /** @type {HTMLElement | null | undefined} */ (value?.closest(".item"));
  if (!value || !anchor || !item || (of && of !== item) || !button()) return false;
  pending = { item, key: keyOf(value), anchor, isNew: true };
  getSelection()?.removeAllRanges();
  openComments(item);
  return true;
}

/** After a swap: the form of a new comment says what it is about. */
export function attachQuote() {
  const form = /** @type {HTMLFormElement | undefined} */ (
    all(document, "#threads .comment-new")[0]
  );
  form?.querySelector(".comment-quote")?.remove();
  if (!pending || !form) return;
  const { item, key, anchor } = pending;
  const ofForm = form.querySelector("[name=item]")?.getAttribute("value");
  if (item.id !== `item-${ofForm}`) return;
  const about = document.createElement("div");
  about.className = "comment-quote";
  const quote = document.createElement("blockquote");
  quote.id = "comment-quote";
  quote.className = "thread-quote";
  quote.textContent = anchor.quote;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "button button-small button-quiet";
  drop.dataset.do = "drop-quote";
  drop.textContent = "Comment on all of it";
  const fields = Object.entries({ key, ...anchor }).map(([name, each]) =>
    Object.assign(document.createElement("input"), {
      type: "hidden",
      name,
      value: String(each),
    }),
  );
  about.append(quote, drop, ...fields);
  form.prepend(about);
}

/** When the comments are there: one came to write, or to read one thread. */
export function goToStretch() {
  if (pending?.isNew && document.querySelector(".comment-quote")) {
    pending.isNew = false;
    all(document, "#threads .comment-new textarea")[0]?.focus();
  }
  const thread = byId(wanted);
  if (!thread) return;
  wanted = "";
  thread.classList.add("is-wanted");
  thread.scrollIntoView({ block: "nearest" });
}

/** @param {RequestEvent} event */
export function endQuote({ detail: { ctx } }) {
  const isPosted = ctx.request?.form?.matches?.(".comment-new");
  if (!isPosted || ctx.response?.status !== 200) return;
  pending = null;
  attachQuote();
}

document.addEventListener("click", (event) => {
  if (!closest(event, '[data-do="drop-quote"], [data-do="close-comments"]')) return;
  pending = null;
  attachQuote();
  all(document, "#threads .comment-new textarea")[0]?.focus();
});

// --- Marking ----------------------------------------------------------------------------

/** @type {Map<string, Range>} */
const marked = new Map(); // by the ids of threads
let wanted = ""; // the id of the thread that is to be shown

function mark() {
  marked.clear();
  if ("highlights" in CSS) {
    for (const one of all(document, "#plan-stretches > li")) markOne(one);
    CSS.highlights.set("commented", new Highlight(...marked.values()));
  }
}

/** @param {HTMLElement} stretch */
function markOne(stretch) {
  const {
    thread = "",
    value: id,
    prefix = "",
    suffix = "",
    position,
  } = stretch.dataset;
  const value = /** @type {HTMLElement | null} */ (byId(id));
  if (!value || value.matches(".is-open")) return;
  const quote = stretch.textContent;
  const { nodes, text, places } = textOf(value);
  const start = placeOf(text, { quote, prefix, suffix, position: Number(position) });
  if (start < 0) return;
  const [first, from] = places[start];
  const [last, to] = places[start + quote.length - 1];
  const range = document.createRange();
  range.setStart(nodes[first], from);
  range.setEnd(nodes[last], to + 1);
  marked.set(thread, range);
}

let isDue = false;
function markSoon() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    mark();
  });
}

// Values are opened and left, and swapped.
const watched = plan();
if (watched) {
  new MutationObserver(markSoon).observe(watched, { childList: true, subtree: true });
  markSoon();
}

/**
 * The thread about the words that an event points at.
 * @param {{ clientX: number, clientY: number }} point
 */
function threadAt({ clientX, clientY }) {
  for (const [thread, range] of marked) {
    const isHit = [...range.getClientRects()].some(
      ({ left, right, top, bottom }) =>
        left <= clientX && clientX <= right && top <= clientY && clientY <= bottom,
    );
    if (isHit) return thread;
  }
  return null;
}

// Who may edit goes on to write there, with the thread beside it.
document.addEventListener(
  "click",
  (event) => {
    if (!event.detail || event.button || !marked.size || String(getSelection())) return;
    const item = /** @type {HTMLElement | null} */ (closest(event, ".item"));
    const thread = item && threadAt(event);
    if (!item || !thread || closest(event, "a:not(.edit), button, summary, .is-open"))
      return;
    if (!mayEdit()) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    wanted = `thread-${thread}`;
    openComments(item);
  },
  true,
);
