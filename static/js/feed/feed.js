// The live feed: one connection for any number of plans, which reconnects when it breaks.
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

/**
 * The answers after which it waits for `wake`: the sign-in has ended, or is of another
 * account.
 * @type {Record<number, FeedState>}
 */
const ENDED = { 401: "signed-out", 409: "other-account" };

/** @param {FeedState} state */
const isEnded = (state) => Object.values(ENDED).includes(state);

export class Feed {
  /** @type {Map<string, number>} */
  #plans = new Map(); // slugs to the numbers of their last changes
  /** @type {number | null} */
  #listAt = null; // up to when the list is told of, as the server's clock says
  #isKept = false; // a page is there that may hear of its person's inbox
  /** @type {AbortController | null} */
  #attempt = null; // of the connection that is open
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failures = 0;
  #onEvent;
  #onState;
  #user;
  /** @type {FeedState} */
  state = "closed";
  token = randomToken();

  /**
   * @param {object} options
   * @param {string} options.user whose pages it is for
   * @param {(message: FeedMessage) => void} options.onEvent
   * @param {(state: FeedState) => void} options.onState
   */
  constructor({ user, onEvent, onState }) {
    this.#user = user;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  /**
   * Everything of this plan that came after this number.
   * @param {string} slug
   * @param {number} number
   */
  watch(slug, number) {
    const known = this.#plans.get(slug);
    if (known !== undefined && known <= number) return;
    this.#plans.set(slug, number);
    this.#connectSoon();
  }

  /**
   * That the list of plans has changed since this moment.
   * @param {number} moment milliseconds, as the server's clock says
   */
  watchList(moment) {
    if (this.#listAt !== null && this.#listAt <= moment) return;
    this.#listAt = moment;
    this.#connectSoon();
  }

  /** What is for the person comes on every stream. */
  keep() {
    if (this.#isKept) return;
    this.#isKept = true;
    this.#connectSoon();
  }

  release() {
    this.#isKept = false;
    this.#closeIfUnused();
  }

  #closeIfUnused() {
    const isUsed = this.#plans.size || this.#listAt !== null || this.#isKept;
    if (!isUsed) this.close();
  }

  /**
   * The stream still brings it until its next connection, which does no harm.
   * @param {string} slug
   */
  drop(slug) {
    this.#plans.delete(slug);
    this.#closeIfUnused();
  }

  dropList() {
    this.#listAt = null;
    this.#closeIfUnused();
  }

  /** The person is back, or the network is. */
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

  /** @param {FeedState} state */
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
    /** @type {number | FeedState | null} */
    let wait = null;
    try {
      wait = await this.#read(attempt);
    } catch {
      // No connection, or it broke: whatever it was, another is tried.
    }
    attempt.abort();
    if (this.#attempt !== attempt) return; // another is on its way already
    this.#attempt = null;
    if (typeof wait === "string") {
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

  /** Twice as long each time, and not the same for all who lost it together. */
  #backOff() {
    const longest = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** this.#failures);
    return longest * (0.5 + Math.random() / 2);
  }

  /**
   * Reads until the end. Returns the wait of a `bye`, or a state of ENDED, or null.
   * @param {AbortController} attempt
   * @returns {Promise<number | FeedState | null>}
   */
  async #read(attempt) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
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
      if (!response.ok || !response.body || !type.startsWith("text/event-stream"))
        return null;
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
    if (this.#listAt !== null) query.set("plans", String(this.#listAt));
    query.set("stream", this.token);
    query.set("opened-by", this.#user);
    return `${ADDRESS}?${query}`;
  }

  /** @param {FeedMessage} message */
  #take(message) {
    if (message.kind === "hello") this.#become("live");
    if (message.kind === "plans" && this.#listAt !== null) {
      this.#listAt = Math.max(this.#listAt, message.at);
    }
    if (message.kind === "refused") this.#plans.delete(message.plan);
    if (message.kind === "changes" || message.kind === "reload") {
      const known = this.#plans.get(message.plan);
      if (known !== undefined) {
        this.#plans.set(message.plan, Math.max(message.number, known));
      }
    }
    this.#onEvent(message);
  }
}

// The `data:` lines of a stream that comes in pieces; all others are comments.
class Lines {
  #rest = "";

  /**
   * @param {string} text
   * @returns {FeedMessage[]}
   */
  eventsIn(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST_LINE) throw new Error("This line does not end.");
    return lines
      .filter((line) => line.startsWith("data:"))
      .map((line) => JSON.parse(line.slice(5)));
  }
}
