// Tells the person when an action failed and its answer does not: the server broke, a
// proxy answered, or nobody did. (autosave.js does so for saves.)
import { tell } from "../announce.js";
import { isSave } from "./controls.js";

/**
 * Whether a person asked for it: the panels load themselves, and will try again.
 * @param {RequestContext} ctx
 */
const isWanted = ({ request, sourceElement }) =>
  request.method !== "GET" ||
  sourceElement?.matches?.('[data-do="comments"], [data-do="take-theirs"]');

/** @type {Record<number, string>} */
const REASONS = {
  404: "this is no longer in the plan. Reload the page.",
  413: "that is more than the server takes.",
  429: "that was too often. Wait a moment.",
};

// In a toast, or in the form that was refused.
const SAYS_WHY = /hx-target="#(toasts|suggest-form)"/;

/** @param {RequestEvent} event */
export function tellRefusal({ detail: { ctx } }) {
  const status = ctx.response?.status ?? 0;
  if (status < 400 || isSave(ctx) || !isWanted(ctx)) return;
  if (status < 500 && SAYS_WHY.test(ctx.text ?? "")) return;
  const reason =
    status < 500
      ? "the server refused it. Reload the page, then try again."
      : "the server had a problem. Try again in a moment.";
  tell(`Not done: ${REASONS[status] ?? reason}`);
}

/** @param {RequestErrorEvent} event */
export function tellNoConnection({ detail: { ctx } }) {
  if (!ctx?.request || ctx.response || isSave(ctx) || !isWanted(ctx)) return;
  tell("Not done: no connection. Try again when it is back.");
}
