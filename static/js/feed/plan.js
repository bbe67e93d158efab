// The plan page and the feed: brings the page from its change number to the newest one.
import { openedBy } from "../account.js";
import { addressOf } from "../addresses.js";
import { afterComposition } from "../composition.js";
import { byId } from "../dom.js";
import { keepingPlace } from "../editor/scroll-anchor.js";
import { connect } from "./connection.js";
import { showPeople, streamIs } from "./presence.js";
import { showState } from "./state.js";

/** @typedef {Extract<FeedMessage, { kind: "changes" }>} Changes */

const SLOWEST_RETRY = 30_000; // milliseconds
const plan = byId("plan");
const slug = plan?.dataset.plan ?? "";
let at = Number(plan?.dataset.change ?? 0); // the page has everything up to here
let mayEdit = plan?.dataset.mayEdit === "true";
/** @type {FeedState} */
let state = "connecting";

// --- Which markup is newer --------------------------------------------------------------

/**
 * Ids to the number of the markup they show, where an answer was ahead of the feed.
 * @type {Map<string, number>}
 */
const ahead = new Map();

/** @param {SwapTask} task */
const isOfPlan = (task) => Boolean(plan?.contains(task.target));

/**
 * The change number of markup from the feed or of an answer to a post; null for all others,
 * which are inserted as they are.
 * @param {RequestContext} ctx
 */
function numberOf(ctx) {
  if (ctx.number !== undefined) return ctx.number;
  const number = ctx.response?.headers.get("X-Plan-Change");
  const isPost = ctx.request?.method === "POST" && ctx.response?.status === 200;
  return number && isPost ? Number(number) : null;
}

/**
 * Keeps what is newer on the page than in a fragment that contains it.
 * @param {DocumentFragment} fragment
 * @param {number} number
 */
function keepNewer(fragment, number) {
  for (const [id, each] of ahead) {
    const older = each > number && fragment.querySelector(`#${CSS.escape(id)}`);
    const newer = byId(id);
    if (older && newer) older.replaceWith(newer.cloneNode(true));
  }
}

/**
 * Drops markup that is older than what the page shows.
 * @param {SwapEvent} event
 */
export function dropOlderMarkup({ detail: { ctx, tasks } }) {
  const number = numberOf(ctx);
  if (number === null) return;
  const isAnswer = ctx.number === undefined;
  /** @param {SwapTask} task */
  const isOld = ({ target }) =>
    isAnswer ? number <= at : (ahead.get(target?.id ?? "") ?? 0) > number;
  const left = tasks.filter((task) => !isOfPlan(task) || !isOld(task));
  tasks.splice(0, tasks.length, ...left);
  if (!isAnswer) {
    for (const { fragment } of left) keepNewer(fragment, number);
    return;
  }
  for (const { target } of left) {
    if (target?.id) ahead.set(target.id, number);
  }
}

// --- One after the other ----------------------------------------------------------------

let queue = Promise.resolve();

/** @param {() => Promise<void>} step */
function next(step) {
  queue = queue.then(step).catch((error) => console.error(error));
}

/**
 * @param {string} text
 * @param {number} [number]
 * @param {Authors} [authors]
 */
async function apply(text, number, authors) {
  await afterComposition();
  if (!plan) return;
  const swap = {
    text,
    number,
    authors,
    sourceElement: plan,
    target: plan,
    swap: "none",
  };
  await keepingPlace(() => htmx.swap(swap));
}

/** @param {Changes} message */
async function applyChanges({ number, html, authors }) {
  if (number <= at) return;
  await apply(html, number, authors);
  cameTo(number);
}

/** @param {number} number */
function cameTo(number) {
  at = Math.max(at, number);
  if (plan) plan.dataset.change = String(at);
  for (const [id, each] of ahead) {
    if (each <= at) ahead.delete(id);
  }
}

let isBodyRequested = false;
/** @type {Authors} */
let authorsOfBody = {}; // of the texts that the body brings

function requestBody() {
  if (isBodyRequested) return;
  isBodyRequested = true;
  next(async () => {
    isBodyRequested = false;
    await applyBody();
  });
}

async function applyBody() {
  for (let wait = 500; ; wait = Math.min(2 * wait, SLOWEST_RETRY)) {
    const response = await fetch(addressOf(`plans/${slug}/body/${location.search}`), {
      headers: { "HX-Request": "true", ...openedBy() },
    }).catch(() => null);
    if (response?.ok) {
      const number = Number(response.headers.get("X-Plan-Change"));
      await apply(await response.text(), number, authorsOfBody);
      authorsOfBody = {};
      cameTo(number);
      return;
    }
    // The feed tells people who may not see it.
    if (response && response.status < 500) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

// --- Messages of the feed ---------------------------------------------------------------

/** @param {FeedMessage | StateMessage} message */
function take(message) {
  if (message.kind === "state") {
    state = message.state;
    showState(state);
    streamIs(state === "live" ? message.token : null);
    return;
  }
  if (message.kind === "hello") showForRole(message.plans);
  if (!("plan" in message) || message.plan !== slug) return;
  if (message.kind === "refused") showState("refused", message.message);
  if (message.kind === "changes") next(() => applyChanges(message));
  if (message.kind === "reload" && message.number > at) {
    Object.assign(authorsOfBody, message.authors);
    requestBody();
  }
  if (message.kind === "here") showPeople(message);
  if (message.kind === "side") {
    next(() => apply(message.html));
    // To be shown a thread is to have read it.
    const drawer = /** @type {HTMLDialogElement | null} */ (byId("comments"));
    if (drawer?.open) document.dispatchEvent(new CustomEvent("planner:comments"));
  }
}

/**
 * With another role than the page was made for, it is another page.
 * @param {Record<string, { may_edit?: boolean }>} plans
 */
function showForRole(plans) {
  const may = plans[slug]?.may_edit;
  if (may === undefined || may === mayEdit) return;
  mayEdit = may;
  requestBody();
}

document.addEventListener("planner:lost", requestBody);

// Without the feed, the panels beside the plan load themselves after each own change.
document.addEventListener("planner:changed", () => {
  if (state !== "live") document.dispatchEvent(new CustomEvent("planner:alone"));
});

if (plan) connect({ plan: slug, number: () => at }, take);
