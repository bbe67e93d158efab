// The live feed: one connection for any number of plans, and what to do when it breaks.
// Runs in a worker as well as in a page. docs/decisions/0005 has the protocol.
import { addressOf } from "../addresses.js";

const ADDRESS = addressOf("live/");
const SHORTEST_WAIT = 200; // milliseconds, as all that follow
const LONGEST_WAIT = 30_000;
const DEAD_AFTER = 35_000; // the server says something every ten seconds
const STEADY_AFTER = 5_000; // a connection that lived so long was a good one
const GATHER = 30; // pages that open together ask together
const LONGEST_LINE = 64 * 1024 * 1024; // characters; a plan has 1 MB

export const randomToken = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

// The answers after which it waits for `wake`: the sign-in has ended, or is another's.
const ENDED = { 401: "signed-out", 409: "other-account" };
const isEnded = (state) => Object.values(ENDED).includes(state);

// States: "connecting", "live", "offline" (it tries again), those of ENDED, "closed".
export class Feed {
  #plans = new Map(); // slug to the number of its last change
  #watchesList = false;
  #attempt = null; // the AbortController of the connection there is
  #timer = null;
  #failures = 0;
  #onEvent;
  #onState;
  #user;
  state = "closed";
  token = randomToken();

  // `user`: whose pages it is for.
  constructor({ user, onEvent, onState }) {
    this.#user = user;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  // Everything of this plan that came after this number.
  watch(slug, number) {
    const known = this.#plans.get(slug);
    if (known !== undefined && known <= number) return;
    this.#plans.set(slug, number);
    this.#connectSoon();
  }

  watchList() {
    if (this.#watchesList) return;
    this.#watchesList = true;
    this.#connectSoon();
  }

  // The stream says less from its next connection on; that is soon enough.
  drop(slug) {
    this.#plans.delete(slug);
    if (!this.#plans.size && !this.#watchesList) this.close();
  }

  dropList() {
    this.#watchesList = false;
    if (!this.#plans.size) this.close();
  }

  // Somebody is there again, or the network is.
  wake() {
    if (this.state === "offline" || isEnded(this.state)) {
      this.#failures = 0;
      this.#connectSoon();
    }
  }

  close() {
    clearTimeout(this.#timer);
    this.#attempt?.abort();
    this.#attempt = null;
    this.#become("closed");
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#onState(state);
  }

  #connectSoon(wait = GATHER) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), wait);
    if (this.state === "closed" || isEnded(this.state)) this.#become("connecting");
  }

  async #connect() {
    const attempt = new AbortController();
    this.#attempt?.abort();
    this.#attempt = attempt;
    const start = Date.now();
    let wait = null;
    try {
      wait = await this.#read(attempt);
    } catch {
      // No connection, or it broke: whatever it was, another is tried.
    }
    attempt.abort();
    if (this.#attempt !== attempt) return; // another is on its way already
    this.#attempt = null;
    if (isEnded(wait)) {
      this.#become(wait);
      return;
    }
    if (wait !== null) this.#failures = 0;
    else if (Date.now() - start > STEADY_AFTER) this.#failures = 1;
    else this.#failures += 1;
    if (this.#failures > 1) this.#become("offline");
    else this.#become("connecting");
    this.#connectSoon(wait ?? this.#backOff());
  }

  // Twice as long each time, and not the same for everybody who lost it together.
  #backOff() {
    const longest = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** this.#failures);
    return longest * (0.5 + Math.random() / 2);
  }

  // Reads until the end; returns the wait of a `bye`, or a state of ENDED, or null.
  async #read(attempt) {
    let watchdog;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => attempt.abort(), DEAD_AFTER);
    };
    alive();
    try {
      const response = await fetch(this.#address(), {
        cache: "no-store",
        credentials: "same-origin",
        headers: { Accept: "text/event-stream" },
        signal: attempt.signal,
      });
      if (response.status in ENDED) return ENDED[response.status];
      const type = response.headers.get("Content-Type") ?? "";
      if (!response.ok || !type.startsWith("text/event-stream")) return null;
      const lines = new Lines();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || attempt.signal.aborted) return null;
        alive();
        for (const event of lines.eventsIn(value)) {
          if (event.kind === "bye") return event.wait ?? SHORTEST_WAIT;
          this.#take(event);
        }
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  #address() {
    const query = new URLSearchParams();
    for (const [slug, number] of this.#plans) query.append("plan", `${slug}:${number}`);
    if (this.#watchesList) query.set("plans", "1");
    query.set("stream", this.token);
    query.set("opened-by", this.#user);
    return `${ADDRESS}?${query}`;
  }

  #take(event) {
    const { kind, plan, number } = event;
    if (kind === "hello") this.#become("live");
    if (kind === "refused") this.#plans.delete(plan);
    if ((kind === "changes" || kind === "reload") && this.#plans.has(plan)) {
      this.#plans.set(plan, Math.max(number, this.#plans.get(plan)));
    }
    this.#onEvent(event);
  }
}

// `data:` lines of a stream that comes in pieces; all others (comments) say nothing.
class Lines {
  #rest = "";

  eventsIn(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    if (this.#rest.length > LONGEST_LINE) throw new Error("This line does not end.");
    return lines
      .filter((line) => line.startsWith("data:"))
      .map((line) => JSON.parse(line.slice(5)));
  }
}
