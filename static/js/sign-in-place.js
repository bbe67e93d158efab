// A link to a place in a plan, opened by somebody who is signed out: the browser carries
// the fragment (#item-5) along to the sign-in page, whose forms and links name only the
// page to go on to.
import { all } from "./dom.js";

const { hash } = location;

/** @param {string} next */
function withPlace(next) {
  return next.startsWith("/") && !next.includes("#") ? next + hash : next;
}

if (hash.length > 1 && !document.body.dataset.user) {
  const fields = /** @type {HTMLInputElement[]} */ (
    all(document, 'form[method="post"] input[name="next"]')
  );
  for (const field of fields) field.value = withPlace(field.value);
  const links = /** @type {HTMLAnchorElement[]} */ (all(document, 'a[href*="next="]'));
  for (const link of links) {
    const url = new URL(link.href);
    url.searchParams.set("next", withPlace(url.searchParams.get("next") ?? ""));
    link.href = url.href;
  }
}
