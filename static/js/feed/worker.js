// One feed for all tabs of a browser: six open streams would take all the connections
// that HTTP/1.1 has to a host.
//
// A port does not tell that its tab is gone. Each tab holds a Web Lock of its own name
// while it is there, and the worker requests the same lock: it is granted when the tab is
// closed, and after a crash too. (A ping would need a timer in each tab, and the timers of
// hidden tabs are slowed down to one a minute.)
import { Feed } from "./feed.js";

/** @typedef {{ plan?: string, list?: number }} Tab */

/** @type {Map<MessagePort, Tab>} */
const tabs = new Map();
/** @type {Map<string, Map<string, Person>>} */
const people = new Map(); // by plan: who is there, for tabs that come later

// Each person has a worker of their own (connection.js).
const user = self.name.replace("planner-", "");
const feed = new Feed({ user, onEvent: pass, onState: sendState });

/** @returns {StateMessage} */
function stateMessage() {
  return { kind: "state", state: feed.state, token: feed.token };
}

function sendState() {
  if (feed.state !== "live") people.clear();
  for (const port of tabs.keys()) port.postMessage(stateMessage());
}

/** @param {FeedMessage} message */
function pass(message) {
  if (message.kind === "here") remember(message);
  for (const [port, tab] of tabs) {
    const isForTab =
      message.kind === "plans"
        ? tab.list !== undefined
        : !("plan" in message) || message.plan === tab.plan;
    if (isForTab) port.postMessage(message);
  }
}

/** @param {{ plan: string } & Presence} message */
function remember({ plan, people: arrived, gone = [], full }) {
  const here = (full ? null : people.get(plan)) ?? new Map();
  people.set(plan, here);
  for (const person of arrived) here.set(person.key, person);
  for (const key of gone) here.delete(key);
}

/** @param {string} plan */
const isWatched = (plan) => [...tabs.values()].some((tab) => tab.plan === plan);

/** @param {MessagePort} port */
function leave(port) {
  const tab = tabs.get(port);
  if (!tab) return;
  tabs.delete(port);
  port.close();
  if (tab.plan && !isWatched(tab.plan)) {
    people.delete(tab.plan);
    feed.drop(tab.plan);
  }
  if (![...tabs.values()].some((each) => each.list !== undefined)) feed.dropList();
  if (!tabs.size) feed.release();
}

/**
 * @param {MessagePort} port
 * @param {Extract<WorkerRequest, { do: "join" }>} request
 */
function join(port, { tab, plan, number, list }) {
  tabs.set(port, { plan, list });
  navigator.locks.request(`planner-tab-${tab}`, () => leave(port));
  port.postMessage(stateMessage());
  if (plan) {
    feed.watch(plan, number);
    const here = people.get(plan);
    if (here) {
      port.postMessage({ kind: "here", plan, people: [...here.values()], full: true });
    }
  }
  if (list !== undefined) feed.watchList(list);
  feed.keep();
}

self.addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  port.addEventListener(
    "message",
    (/** @type {MessageEvent<WorkerRequest>} */ { data }) => {
      if (data.do === "join") join(port, data);
      if (data.do === "leave") leave(port);
      if (data.do === "wake") feed.wake();
    },
  );
  port.start();
  port.postMessage({ kind: "started" });
});
