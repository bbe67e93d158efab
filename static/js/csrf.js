// Signing in again, in another tab, changes the CSRF token: every post takes the newest
// one from the cookie.
import { targetOf } from "./dom.js";

const NAME = "csrfmiddlewaretoken";
const current = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

/**
 * For posts that htmx does not make.
 * @returns {Record<string, string>}
 */
export const newestToken = () => ({ "X-CSRFToken": current() ?? "" });

document.addEventListener(
  "submit",
  (event) => {
    const form = targetOf(event);
    if (!(form instanceof HTMLFormElement)) return;
    const field = form.elements.namedItem(NAME);
    const token = current();
    if (field instanceof HTMLInputElement && token) field.value = token;
  },
  true,
);

/**
 * @param {RequestEvent} event
 */
export function sendNewestToken({ detail: { ctx } }) {
  const { request } = ctx;
  const token = current();
  if (!(request.body instanceof URLSearchParams) || !token) return;
  request.headers["X-CSRFToken"] = token;
  if (request.body.has(NAME)) request.body.set(NAME, token);
}
