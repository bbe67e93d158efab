// How a page gets at the feed: through the worker that all tabs share or, where there is
// none (Chrome on Android, or without HTTPS), by a feed of its own.
import { Feed, randomToken } from "./feed.js";

const STARTS_WITHIN = 4000; // milliseconds

export const tab = randomToken();

// `wants`: what the page is about, as { plan, number() , list }. `onMessage` gets the
// events of the feed and { kind: "state", state, token }.
export function connect(wants, onMessage) {
  const { feedWorker, user } = document.body.dataset;
  if (!feedWorker || !("SharedWorker" in window) || !navigator.locks) {
    return ownFeed(wants, onMessage);
  }
  return sharedFeed(feedWorker, user, wants, onMessage);
}

function ownFeed(wants, onMessage) {
  const feed = new Feed({
    user: document.body.dataset.user,
    onEvent: onMessage,
    onState: (state) => onMessage({ kind: "state", state, token: feed.token }),
  });
  const open = () => {
    if (wants.plan) feed.watch(wants.plan, wants.number());
    if (wants.list) feed.watchList();
  };
  const close = () => {
    if (wants.plan) feed.drop(wants.plan);
    if (wants.list) feed.dropList();
  };
  // A hidden page needs no news; it catches up when it is shown.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else open();
  });
  if (!document.hidden) open();
  return { wake: () => feed.wake() };
}

function sharedFeed(address, user, wants, onMessage) {
  let connection = null;
  let port = null;

  function start() {
    const worker = new SharedWorker(address, {
      type: "module",
      name: `planner-${user}`,
    });
    ({ port } = worker);
    const late = setTimeout(giveUp, STARTS_WITHIN);
    worker.addEventListener("error", giveUp);
    port.addEventListener("message", ({ data }) => {
      if (data.kind === "started") clearTimeout(late);
      else if (!connection) onMessage(data);
    });
    port.start();
    // Held as long as the page is there: so the worker knows when it is not.
    navigator.locks.request(`planner-tab-${tab}`, (lock) => {
      if (!lock || connection) return null;
      port.postMessage({
        do: "join",
        tab,
        plan: wants.plan,
        number: wants.number(),
        list: wants.list,
      });
      return new Promise(() => {});
    });
  }

  function giveUp() {
    if (connection) return;
    port.postMessage({ do: "leave" });
    connection = ownFeed(wants, onMessage);
  }

  start();
  // Out of the browser's memory of pages that were left: the lock may be lost.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  return {
    wake: () => (connection ? connection.wake() : port.postMessage({ do: "wake" })),
  };
}
