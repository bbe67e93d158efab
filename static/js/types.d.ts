// Types that several modules share: events, messages of the feed, what we add to htmx.
import type { Htmx, HtmxRequestCtx } from "htmx.org";

declare module "htmx.org" {
  interface HtmxRequestOptions {
    form?: HTMLFormElement;
    submitter?: HTMLElement | null;
  }

  interface HtmxSwapContext {
    /** The change number of markup that comes from the feed. */
    number?: number;
    authors?: Authors;
  }

  interface HtmxRequestCtx {
    number?: number;
    authors?: Authors;
    /** What a save sends: controls to their texts. */
    sent?: Map<Control, string>;
    /** A save that was cancelled because there was nothing to store. */
    isNeedless?: boolean;
    /** Drafts that a form sends: their ids and texts. */
    drafts?: [string, string][];
  }
}

declare global {
  const htmx: Htmx;

  /** What htmx knows of a request. */
  type RequestContext = HtmxRequestCtx;

  type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
  type TextControl = HTMLInputElement | HTMLTextAreaElement;

  /** One piece of markup that htmx is about to put into the page. */
  interface SwapTask {
    target: Element | null;
    fragment: DocumentFragment;
  }

  type RequestEvent = CustomEvent<{ ctx: RequestContext }>;
  type SwapEvent = CustomEvent<{
    ctx: RequestContext;
    tasks: SwapTask[];
  }>;
  type RequestErrorEvent = CustomEvent<{
    ctx?: RequestContext;
    error: unknown;
  }>;

  /** Item to control to who wrote its text and how: [user, name, verb]. */
  type Authors = Record<string, Record<string, [string | number, string, string?]>>;

  interface Person {
    /** Identifies the browser tab. */
    key: string;
    user: number;
    name: string;
    initials: string;
    colour: number;
    item: number | null;
  }

  /** Who has a plan open: everybody if `full`, otherwise what has changed. */
  interface Presence {
    people: Person[];
    gone?: string[];
    full?: boolean;
  }

  /** The messages of `GET /live/` (docs/decisions/0005-live-feed.md). */
  type FeedMessage =
    | { kind: "hello"; plans: Record<string, { may_edit?: boolean }> }
    | {
        kind: "changes";
        plan: string;
        number: number;
        html: string;
        authors?: Authors;
      }
    | { kind: "reload"; plan: string; number: number; authors?: Authors }
    | { kind: "side"; plan: string; html: string }
    | ({ kind: "here"; plan: string } & Presence)
    | { kind: "refused"; plan: string; status: number; message: string }
    | { kind: "plans"; at: number }
    | { kind: "inbox" }
    | { kind: "bye"; wait?: number };

  type FeedState =
    | "closed"
    | "connecting"
    | "live"
    | "offline"
    | "signed-out"
    | "other-account";

  type StateMessage = { kind: "state"; state: FeedState; token: string };

  /** What a page wants to hear about. */
  interface Wants {
    plan?: string;
    /** The change that the page is at. */
    number: () => number;
    /** The moment that the page's list of plans is of, as the server's clock says. */
    list?: number;
  }

  /** What a tab asks of the worker. */
  type WorkerRequest =
    | {
        do: "join";
        tab: string;
        plan?: string;
        number: number;
        list?: number;
      }
    | { do: "leave" }
    | { do: "wake" };

  interface DocumentEventMap {
    /** The answer to a post names the element that gets the focus. */
    "planner:focus": CustomEvent<{ id: string }>;
    /** A post of this page has changed the plan. */
    "planner:changed": CustomEvent;
    /** As above, while no feed brings the panels: they ask for themselves. */
    "planner:alone": CustomEvent;
    /** Something else may wait for the person. */
    "planner:inbox": CustomEvent;
    /** The number of comments may have changed. */
    "planner:comments": CustomEvent;
    /** A frame does not fit the page. */
    "planner:lost": CustomEvent;
    /** allauth could not use a passkey. */
    "allauth.error": CustomEvent<{ exception?: Error }>;
  }
}
