// Pages other than the plan's own that stay up to date: they ask for themselves anew.
//
// An element with an id and `data-live-refresh="plans"` follows the list of plans; with
// `data-live-refresh="<slug>" data-change="<number>"` it follows a plan. `data-live-version`
// says what somebody is about to sign: a page with another one is not put in its place.
// `data-live-url`: where the page is asked for, when that is not where it came from (the
// answer to a form that was refused).
//
// Whatever somebody typed or chose in it stays, with what a refused form was told.

import { openedBy } from "../account.js";
import { afterComposition } from "../composition.js";
import { offer } from "../editor/drafts.js";

const AT_MOST_EVERY = 2000; // milliseconds

const element = () => document.querySelector("[data-live-refresh]");

export function refreshes() {
  const { liveRefresh, change } = element()?.dataset ?? {};
  if (!liveRefresh) return {};
  if (liveRefresh === "plans") return { list: true, number: () => 0 };
  return { plan: liveRefresh, number: () => Number(change) };
}

const addressOf = (mine) => mine?.dataset.liveUrl ?? location.href;

let timer = null;
let last = 0;
let isDue = false;

export function refreshSoon(about) {
  if (element()?.dataset.liveRefresh !== about) return;
  isDue = true;
  if (document.hidden || timer) return;
  timer = setTimeout(refresh, Math.max(0, last + AT_MOST_EVERY - Date.now()));
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && isDue) refreshSoon(element()?.dataset.liveRefresh);
});

async function refresh() {
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
  const text =
    `<hx-partial hx-target="#${mine.id}" hx-swap="outerMorph">` +
    `${theirs.outerHTML}</hx-partial>`;
  await htmx.swap({ text, sourceElement: mine, target: mine, swap: "none" });
}

const CONTROLS = "form :is(textarea, select, input:not([type=hidden]))";
const counterpart = (element, theirs) =>
  element.id ? theirs.querySelector(`#${CSS.escape(element.id)}`) : null;
const isChosen = (control) => control.matches("[type=radio], [type=checkbox]");

// The page's own controls stay as they are; only whether one can be used may change.
function keepTyped(mine, theirs) {
  for (const control of mine.querySelectorAll(CONTROLS)) {
    const other = counterpart(control, theirs);
    if (!other) {
      // Its form is no longer there: one decided in another tab, or may not any more.
      if (control.matches("textarea"))
        // biome-ignore lint/performance/useDomNodeTextContent: one of its labels is hidden
        offer(control.labels[0].innerText, control.value);
    } else if (isChosen(control)) {
      other.toggleAttribute("checked", control.checked);
      control.toggleAttribute("checked", control.checked);
    } else {
      control.disabled = other.disabled;
      control.setAttribute("hx-morph-skip", "");
    }
  }
}

function keepRefusals(mine, theirs) {
  for (const told of mine.querySelectorAll("[data-stays]")) {
    const { parentElement: parent } = told;
    const other = parent === mine ? theirs : counterpart(parent, theirs);
    if (!other || counterpart(told, theirs)) continue;
    const at = [...parent.children].indexOf(told);
    other.insertBefore(told.cloneNode(true), other.children[at] ?? null);
  }
}

function tellOfNewer(mine) {
  if (document.getElementById("newer-version")) return;
  const notice = document.createElement("div");
  notice.id = "newer-version";
  notice.className = "notice notice-info";
  notice.setAttribute("role", "status");
  const told = document.createElement("p");
  told.append("Another version was submitted while you were reading this one. ");
  const link = document.createElement("a");
  link.href = addressOf(mine);
  link.textContent = "Show it";
  told.append(link);
  notice.append(told);
  mine.before(notice);
}
