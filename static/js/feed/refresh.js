// Pages other than the plan's own that stay up to date: they load themselves again.
//
// An element with an id and `data-live-refresh="plans" data-live-at="<milliseconds>"` follows
// the list of plans, as it was at that moment of the server's clock; with
// `data-live-refresh="inbox"` what waits for its person; with
// `data-live-refresh="<slug>" data-change="<number>"` it follows a plan. `data-live-version`
// is the version that somebody is about to sign: a page with another one does not replace
// it. `data-live-url` is the address of the page, where it is not the one that is shown
// (the answer to a form that was refused). While anything on the page matches the selector
// `data-live-waits`, it waits.
//
// What somebody typed or chose in it stays, and so does what a refused form was told.
import { openedBy } from "../account.js";
import { afterComposition } from "../composition.js";
import { all, byId } from "../dom.js";
import { offer } from "../kept-texts.js";
import { connect } from "./connection.js";

const AT_MOST_EVERY = 2000; // milliseconds

const element = () => all(document, "[data-live-refresh]")[0];

/** @returns {Wants | null} */
function wants() {
  const { liveRefresh, liveAt, change } = element()?.dataset ?? {};
  if (!liveRefresh) return null;
  if (liveRefresh === "inbox") return { number: () => 0 };
  if (liveRefresh === "plans") return { list: Number(liveAt), number: () => 0 };
  return { plan: liveRefresh, number: () => Number(change) };
}

/** @param {HTMLElement | undefined} mine */
const addressOf = (mine) => mine?.dataset.liveUrl ?? location.href;

/** @type {number | null} */
let timer = null;
let last = 0;
let isDue = false;

/** @param {string | undefined} about */
function refreshSoon(about) {
  if (element()?.dataset.liveRefresh !== about) return;
  isDue = true;
  if (document.hidden || timer) return;
  timer = setTimeout(refresh, Math.max(0, last + AT_MOST_EVERY - Date.now()));
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && isDue) refreshSoon(element()?.dataset.liveRefresh);
});

// Somebody has the page in their hands: what `data-live-waits` selects.
function isHeld() {
  const waits = element()?.dataset.liveWaits;
  return Boolean(waits && document.querySelector(waits));
}

async function refresh() {
  if (isHeld()) {
    timer = setTimeout(refresh, AT_MOST_EVERY);
    return;
  }
  last = Date.now();
  isDue = false;
  const response = await fetch(addressOf(element()), { headers: openedBy() }).catch(
    () => null,
  );
  timer = null;
  // What came while the answer was under way may not be in it.
  if (isDue) refreshSoon(element()?.dataset.liveRefresh);
  await afterComposition();
  const mine = element();
  if (!response?.ok || !mine) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const theirs = page.getElementById(mine.id);
  if (!theirs) return;
  if (theirs.dataset.liveVersion !== mine.dataset.liveVersion) {
    tellOfNewer(mine);
    return;
  }
  keepTyped(mine, theirs);
  keepRefusals(mine, theirs);
  const toolbar = page.getElementById("plan-toolbar");
  const text = partial(theirs) + (toolbar ? partial(toolbar) : "");
  await htmx.swap({ text, sourceElement: mine, target: mine, swap: "none" });
  document.dispatchEvent(new CustomEvent("planner:comments")); // to threads beside it
}

/** @param {Element} element */
const partial = (element) =>
  `<hx-partial hx-target="#${element.id}" hx-swap="outerMorph">` +
  `${element.outerHTML}</hx-partial>`;

const FORM_CONTROLS = "form :is(textarea, select, input:not([type=hidden]))";

/**
 * @param {Element} element
 * @param {ParentNode} theirs
 */
const counterpart = (element, theirs) =>
  element.id ? theirs.querySelector(`#${CSS.escape(element.id)}`) : null;

/** @param {Control} control */
const isChosen = (control) => control.matches("[type=radio], [type=checkbox]");

/**
 * The page's own controls stay as they are; only whether they are enabled may change.
 * @param {HTMLElement} mine
 * @param {HTMLElement} theirs
 */
function keepTyped(mine, theirs) {
  for (const control of /** @type {Control[]} */ (all(mine, FORM_CONTROLS))) {
    const other = /** @type {Control | null} */ (counterpart(control, theirs));
    if (!other) {
      // Its form is gone: the person decided in another tab, or may not any more.
      if (control.matches("textarea")) offer(visibleLabel(control), control.value);
    } else if (isChosen(control)) {
      const { checked } = /** @type {HTMLInputElement} */ (control);
      other.toggleAttribute("checked", checked);
      control.toggleAttribute("checked", checked);
    } else {
      control.disabled = other.disabled;
      control.setAttribute("hx-morph-skip", "");
    }
  }
}

/** @param {Control} control */
const visibleLabel = (control) =>
  // biome-ignore lint/performance/useDomNodeTextContent: parts of the label are hidden
  control.labels?.[0]?.innerText ?? "Text";

/**
 * @param {HTMLElement} mine
 * @param {HTMLElement} theirs
 */
function keepRefusals(mine, theirs) {
  for (const refusal of all(mine, "[data-stays]")) {
    const { parentElement: parent } = refusal;
    if (!parent) continue;
    const other = parent === mine ? theirs : counterpart(parent, theirs);
    if (!other || counterpart(refusal, theirs)) continue;
    const at = [...parent.children].indexOf(refusal);
    other.insertBefore(refusal.cloneNode(true), other.children[at] ?? null);
  }
}

/** @param {HTMLElement} mine */
function tellOfNewer(mine) {
  if (byId("newer-version")) return;
  const notice = document.createElement("div");
  notice.id = "newer-version";
  notice.className = "notice notice-info";
  notice.setAttribute("role", "status");
  const message = document.createElement("p");
  message.append("Another version was submitted while you were reading this one. ");
  const link = document.createElement("a");
  link.href = addressOf(mine);
  link.textContent = "Show it";
  message.append(link);
  notice.append(message);
  mine.before(notice);
}

/** @param {FeedMessage | StateMessage} message */
function take(message) {
  if (message.kind === "plans" || message.kind === "inbox") refreshSoon(message.kind);
  // The first page of the list begins with what is in the inbox.
  if (message.kind === "inbox" && byId("for-you")) refreshSoon("plans");
  if (message.kind === "changes" || message.kind === "reload") {
    refreshSoon(message.plan);
  }
}

const wanted = wants();
if (wanted) connect(wanted, take);
