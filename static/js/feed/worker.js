// One feed for all tabs of a browser: six open streams would take all the connections
// that HTTP/1.1 has to a host.
//
// A port does not tell that its tab is gone. Each tab holds a Web Lock of its own name
// while it is there, and the worker asks for the same lock: it is granted when the tab is
// closed, and after a crash too. (A ping would need a timer in each tab, and hidden tabs'
// timers are slowed down to one a minute.)
import { Feed } from "./feed.js";

const tabs = new Map(); // ports to { plan, list, number }
const people = new Map(); // slugs to Maps of who is there, for tabs that come later

// Each person has a worker of their own (connection.js).
const user = self.name.replace("planner-", "");
const feed = new Feed({ user, onEvent: pass, onState: tellState });

function send(port, message) {
  port.postMessage(message);
}

function stateMessage() {
  return { kind: "state", state: feed.state, token: feed.token };
}

function tellState() {
  if (feed.state !== "live") people.clear();
  for (const port of tabs.keys()) send(port, stateMessage());
}

function pass(event) {
  if (event.kind === "here") remember(event);
  for (const [port, tab] of tabs) {
    if (event.kind === "plans" ? tab.list : !event.plan || event.plan === tab.plan) {
      send(port, event);
    }
  }
}

function remember({ plan, people: came, gone = [], full }) {
  if (full || !people.has(plan)) people.set(plan, new Map());
  const here = people.get(plan);
  for (const person of came) here.set(person.key, person);
  for (const key of gone) here.delete(key);
}

const isWatched = (plan) => [...tabs.values()].some((tab) => tab.plan === plan);

function leave(port) {
  const tab = tabs.get(port);
  if (!tab) return;
  tabs.delete(port);
  port.close();
  if (tab.plan && !isWatched(tab.plan)) {
    people.delete(tab.plan);
    feed.drop(tab.plan);
  }
  if (![...tabs.values()].some((each) => each.list)) feed.dropList();
}

function join(port, { tab, plan, number, list }) {
  tabs.set(port, { plan, list });
  navigator.locks.request(`planner-tab-${tab}`, () => leave(port));
  send(port, stateMessage());
  if (plan) {
    feed.watch(plan, number);
    const here = people.get(plan);
    if (here)
      send(port, { kind: "here", plan, people: [...here.values()], full: true });
  }
  if (list) feed.watchList();
}

self.addEventListener("connect", (event) => {
  const [port] = event.ports;
  port.addEventListener("message", ({ data }) => {
    if (data.do === "join") join(port, data);
    if (data.do === "leave") leave(port);
    if (data.do === "wake") feed.wake();
  });
  port.start();
  send(port, { kind: "started" });
});
