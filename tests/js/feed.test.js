// The feed's state: what it asks for, and what it does when the stream breaks.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Feed, randomToken } from "../../static/js/feed/feed.js";

let requests; // { url, signal, send, end } of each connection
let respond; // what the next connection is answered with
let feed;
let states;
let events;

const stream = () => {
  const request = {};
  const body = new ReadableStream({
    start(controller) {
      request.send = (text) => controller.enqueue(new TextEncoder().encode(text));
      request.end = () => controller.close();
    },
  });
  const headers = { "Content-Type": "text/event-stream" };
  request.response = new Response(body, { headers });
  return request;
};

const message = (event) => `data: ${JSON.stringify(event)}\n\n`;

async function until(condition) {
  for (let turn = 0; turn < 200 && !condition(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(condition(), String(condition));
}

beforeEach(() => {
  requests = [];
  states = [];
  events = [];
  respond = stream;
  globalThis.fetch = async (url, { signal }) => {
    const request = respond();
    requests.push({ ...request, url: new URL(url), signal });
    if (request.error) throw request.error;
    return request.response;
  };
  feed = new Feed({
    user: "7",
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
  });
});

afterEach(() => feed.close());

const answering = (status) => () => ({ response: new Response("", { status }) });

test("it asks for what came after the number of the page", async () => {
  feed.watch("pier", 41);
  feed.watchList(1_000);
  await until(() => requests.length === 1);
  const { searchParams } = requests[0].url;
  assert.deepEqual(searchParams.getAll("plan"), ["pier:41"]);
  assert.equal(searchParams.get("plans"), "1000");
  assert.equal(searchParams.get("opened-by"), "7");
  assert.equal(searchParams.get("stream"), feed.token);
});

test("the list is of the moment that was told last, after a break too", async () => {
  feed.watchList(1_000);
  await until(() => requests.length === 1);
  requests[0].send(message({ kind: "plans", at: 5_000 }));
  await until(() => events.length === 1);
  feed.watchList(6_000); // a page that is newer than that
  requests[0].end();
  await until(() => requests.length === 2);
  assert.equal(requests[1].url.searchParams.get("plans"), "5000");
  feed.watchList(4_000); // one that was opened before, and joined late
  await until(() => requests.length === 3);
  assert.equal(requests[2].url.searchParams.get("plans"), "4000");
});

test("it passes events on, however the stream is cut", async () => {
  feed.watch("pier", 1);
  await until(() => requests.length === 1);
  const [{ send }] = requests;
  const text =
    message({ kind: "hello", plans: {} }) +
    ": still here\n\n" +
    message({ kind: "changes", plan: "pier", number: 2, html: "ü" });
  for (const part of text.match(/.{1,5}/gs)) send(part);
  await until(() => events.length === 2);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["hello", "changes"],
  );
  assert.equal(feed.state, "live");
});

test("after a break it goes on from the newest number", async () => {
  feed.watch("pier", 1);
  await until(() => requests.length === 1);
  requests[0].send(message({ kind: "changes", plan: "pier", number: 5, html: "" }));
  await until(() => events.length === 1);
  requests[0].end();
  await until(() => requests.length === 2);
  assert.equal(requests[1].url.searchParams.get("plan"), "pier:5");
});

test("a server that says goodbye is asked again when it said, without a word", async () => {
  feed.watch("pier", 1);
  await until(() => requests.length === 1);
  requests[0].send(message({ kind: "hello", plans: {} }));
  requests[0].send(message({ kind: "bye", wait: 10 }));
  await until(() => requests.length === 2);
  assert.ok(!states.includes("offline"), String(states));
});

test("it is offline once a second attempt fails", async () => {
  respond = () => ({ error: new TypeError("no network") });
  feed.watch("pier", 1);
  await until(() => states.includes("offline"));
  assert.ok(requests.length >= 2);
});

for (const [status, state] of [
  [401, "signed-out"],
  [409, "other-account"],
]) {
  test(`it waits to be woken after ${status}`, async () => {
    respond = answering(status);
    feed.watch("pier", 1);
    await until(() => feed.state === state);
    const count = requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(requests.length, count);
    respond = stream;
    feed.wake();
    await until(() => requests.length === count + 1);
  });
}

test("a plan that was refused is not asked for again", async () => {
  feed.watch("pier", 1);
  feed.watch("dock", 2);
  await until(() => requests.length === 1);
  requests[0].send(message({ kind: "refused", plan: "pier", message: "No." }));
  await until(() => events.length === 1);
  requests[0].end();
  await until(() => requests.length === 2);
  assert.deepEqual(requests[1].url.searchParams.getAll("plan"), ["dock:2"]);
});

test("it closes when nobody watches", async () => {
  feed.watch("pier", 1);
  await until(() => requests.length === 1);
  feed.drop("pier");
  assert.equal(feed.state, "closed");
  assert.ok(requests[0].signal.aborted);
});

test("tokens are 32 hexadecimal digits and differ", () => {
  assert.match(randomToken(), /^[0-9a-f]{32}$/);
  assert.notEqual(randomToken(), randomToken());
});
