// What somebody asked for and the server did not do, where its answer says nothing: it
// broke, came from a proxy, or there was none. (For saves, see autosave.js.)
import { tell } from "../announce.js";
import { isSave } from "./controls.js";

// The panels beside the plan ask by themselves, and will ask again.
const isWanted = ({ request, sourceElement }) =>
  request.method !== "GET" ||
  sourceElement?.matches?.('[data-do="comments"], [data-do="take-theirs"]');

const REASONS = {
  404: "this is no longer in the plan. Reload the page.",
  413: "that is more than the server takes.",
  429: "that was too often. Wait a moment.",
};

document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 0;
  if (status < 400 || isSave(ctx) || !isWanted(ctx)) return;
  if (status < 500 && ctx.text?.includes('hx-target="#toasts"')) return;
  tell(
    `Not done: ${
      REASONS[status] ??
      (status < 500
        ? "the server refused it. Reload the page, then try again."
        : "the server had a problem. Try again in a moment.")
    }`,
  );
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx?.request || ctx.response || isSave(ctx) || !isWanted(ctx)) return;
  tell("Not done: no connection. Try again when it is back.");
});
