// The page and the feed: brings the plan that is shown from its number to the newest.
import { openedBy } from "../account.js";
import { addressOf } from "../addresses.js";
import { afterComposition } from "../composition.js";
import { connect } from "./connection.js";
import { keepingPlace } from "../editor/scroll-anchor.js";
import { showPeople, streamIs } from "./presence.js";
import { refreshes, refreshSoon } from "./refresh.js";
import { showState } from "./state.js";

const SLOWEST_RETRY = 30_000; // milliseconds
const plan = document.getElementById("plan");
const slug = plan?.dataset.plan;
let at = Number(plan?.dataset.change ?? 0); // the page has everything up to here
let mayEdit = plan?.dataset.mayEdit === "true";
let state = "connecting";

// --- Which markup is newer ------------------------------------------------------------

// Ids to the number of the markup they show, where an answer was ahead of the feed.
const ahead = new Map();

const isOfPlan = (task) => plan?.contains(task.target);

// Of an answer to a post; null for all others, which are put in as they are.
function numberOf(ctx) {
  if (ctx.number !== undefined) return ctx.number;
  const given = ctx.response?.headers.get("X-Plan-Change");
  const isPost = ctx.request?.method === "POST" && ctx.response.status === 200;
  return given && isPost ? Number(given) : null;
}

// What is newer on the page than in a fragment that it is a part of stays as it is.
function keepNewer(fragment, number) {
  for (const [id, each] of ahead) {
    const older = each > number && fragment.querySelector(`#${CSS.escape(id)}`);
    if (older) older.replaceWith(document.getElementById(id).cloneNode(true));
  }
}

// Before all others look at what is about to be swapped.
document.addEventListener(
  "htmx:before:swap",
  (event) => {
    const { ctx, tasks } = event.detail;
    const number = numberOf(ctx);
    if (number === null) return;
    const isAnswer = ctx.number === undefined;
    const isOld = (task) =>
      isAnswer ? number <= at : (ahead.get(task.target?.id) ?? 0) > number;
    const left = tasks.filter((task) => !isOfPlan(task) || !isOld(task));
    tasks.splice(0, tasks.length, ...left);
    if (!isAnswer) {
      for (const { fragment } of left) keepNewer(fragment, number);
      return;
    }
    for (const { target } of left) {
      if (target?.id) ahead.set(target.id, number);
    }
  },
  true,
);

// --- One thing after the other ----------------------------------------------------------

let queue = Promise.resolve();

function next(step) {
  queue = queue.then(step).catch((error) => console.error(error));
}

async function apply(text, number, authors) {
  await afterComposition();
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

async function applyChanges({ number, html, authors }) {
  if (number <= at) return;
  await apply(html, number, authors);
  cameTo(number);
}

function cameTo(number) {
  at = Math.max(at, number);
  plan.dataset.change = at;
  for (const [id, each] of ahead) {
    if (each <= at) ahead.delete(id);
  }
}

let isBodyAskedFor = false;
let authorsOfBody = {}; // of the texts that the body brings

function askForBody() {
  if (isBodyAskedFor) return;
  isBodyAskedFor = true;
  next(async () => {
    isBodyAskedFor = false;
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
    // Whoever may not see it is told so by the feed.
    if (response && response.status < 500) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

// --- What the feed says -----------------------------------------------------------------

function take(event) {
  if (event.kind === "state") {
    state = event.state;
    showState(state);
    if (plan) streamIs(state === "live" ? event.token : null);
    return;
  }
  if (event.kind === "plans") refreshSoon("plans");
  if (event.kind === "changes" || event.kind === "reload") refreshSoon(event.plan);
  if (event.kind === "hello") return greet(event.plans);
  if (event.plan !== (slug ?? refreshes().plan)) return;
  if (event.kind === "refused") showState("refused", event.message);
  if (plan) takeOfPlan(event);
}

function takeOfPlan(event) {
  if (event.kind === "changes") next(() => applyChanges(event));
  if (event.kind === "reload" && event.number > at) {
    Object.assign(authorsOfBody, event.authors);
    askForBody();
  }
  if (event.kind === "here") showPeople(event);
  if (event.kind === "side") {
    next(() => apply(event.html));
    document.dispatchEvent(new CustomEvent("planner:comments"));
  }
}

// With another role than the page was made for, it is another page.
function greet(plans) {
  const may = plans[slug]?.may_edit;
  if (!plan || may === undefined || may === mayEdit) return;
  mayEdit = may;
  askForBody();
}

document.addEventListener("planner:lost", askForBody);

// Without the feed, the panels beside the plan ask for themselves after each own change.
document.addEventListener("planner:changed", () => {
  if (state !== "live") document.dispatchEvent(new CustomEvent("planner:alone"));
});

const wants = plan ? { plan: slug, number: () => at, list: false } : refreshes();

if (document.body.dataset.user && (wants.plan || wants.list)) {
  const connection = connect(wants, take);
  for (const type of ["online", "focus"]) {
    addEventListener(type, () => connection.wake());
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) connection.wake();
  });
}
