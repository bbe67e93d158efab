// Signing in again, in another tab, changes the token that every post has to carry: it is
// taken from the cookie at the last moment.

const NAME = "csrfmiddlewaretoken";
const current = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

document.addEventListener(
  "submit",
  (event) => {
    const field = event.target.elements?.[NAME];
    if (field && current()) field.value = current();
  },
  true,
);

document.addEventListener("htmx:before:request", (event) => {
  const { request } = event.detail.ctx;
  if (!(request.body instanceof URLSearchParams) || !current()) return;
  request.headers["X-CSRFToken"] = current();
  if (request.body.has(NAME)) request.body.set(NAME, current());
});
