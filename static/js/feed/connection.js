// How a page gets at the feed: through the worker that all tabs share or, where there is
// none (Chrome on Android, or without HTTPS), by a feed of its own.
import { Feed, randomToken } from "./feed.js";

/** @typedef {{ wake: () => void }} Connection */
/** @typedef {(message: FeedMessage | StateMessage) => void} Listener */

const STARTS_WITHIN = 4000; // milliseconds

export const tab = randomToken();

let isConnected = false;

/** For pages that want nothing else but to hear of their person's inbox. */
export function connectIfAlone() {
  if (!isConnected) connect({ number: () => 0 }, () => {});
}

/**
 * Connects a page of somebody who is signed in.
 * @param {Wants} wants
 * @param {Listener} onMessage
 */
export function connect(wants, onMessage) {
  const { feedWorker, user } = document.body.dataset;
  if (!user) return;
  isConnected = true;
  /** @type {Listener} */
  const take = (message) => {
    onMessage(message);
    // After a connection that broke, something may have been asked meanwhile; a page
    // that opens has just asked.
    const isBack = message.kind === "hello" && performance.now() > STARTS_WITHIN;
    if (message.kind === "inbox" || isBack) {
      document.dispatchEvent(new CustomEvent("planner:inbox"));
    }
  };
  const connection =
    feedWorker && "SharedWorker" in window && navigator.locks
      ? sharedFeed(feedWorker, user, wants, take)
      : ownFeed(user, wants, take);
  for (const type of ["online", "focus"]) {
    addEventListener(type, () => connection.wake());
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) connection.wake();
  });
}

/**
 * @param {string} user
 * @param {Wants} wants
 * @param {Listener} onMessage
 * @returns {Connection}
 */
function ownFeed(user, wants, onMessage) {
  const feed = new Feed({
    user,
    onEvent: onMessage,
    onState: (state) => onMessage({ kind: "state", state, token: feed.token }),
  });
  const open = () => {
    if (wants.plan) feed.watch(wants.plan, wants.number());
    if (wants.list !== undefined) feed.watchList(wants.list);
    feed.keep();
  };
  const close = () => {
    if (wants.plan) feed.drop(wants.plan);
    if (wants.list !== undefined) feed.dropList();
    feed.release();
  };
  // A hidden page needs no news; it catches up when it is shown.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else open();
  });
  if (!document.hidden) open();
  return { wake: () => feed.wake() };
}

/**
 * @param {string} address of the worker
 * @param {string} user
 * @param {Wants} wants
 * @param {Listener} onMessage
 * @returns {Connection}
 */
function sharedFeed(address, user, wants, onMessage) {
  /** @type {Connection | null} */
  let fallback = null;
  const worker = new SharedWorker(address, { type: "module", name: `planner-${user}` });
  const { port } = worker;
  const late = setTimeout(giveUp, STARTS_WITHIN);

  /** @param {WorkerRequest} request */
  function send(request) {
    port.postMessage(request);
  }

  function giveUp() {
    if (fallback || !user) return;
    send({ do: "leave" });
    fallback = ownFeed(user, wants, onMessage);
  }

  worker.addEventListener("error", giveUp);
  port.addEventListener("message", ({ data }) => {
    if (data.kind === "started") clearTimeout(late);
    else if (!fallback) onMessage(data);
  });
  port.start();
  // Held while the page is there: that is how the worker learns when it is not.
  navigator.locks.request(`planner-tab-${tab}`, (lock) => {
    if (!lock || fallback) return null;
    const { plan, list } = wants;
    send({ do: "join", tab, plan, number: wants.number(), list });
    return new Promise(() => {});
  });
  // A page that comes out of the back/forward cache may have lost its lock.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  return { wake: () => (fallback ? fallback.wake() : send({ do: "wake" })) };
}
