// A link to a place in a plan, opened by somebody who is signed out: the browser brings
// the place (#item-5) along to the sign-in, whose forms and links name only the page.

const { hash } = location;

function withPlace(next) {
  return next.startsWith("/") && !next.includes("#") ? next + hash : next;
}

if (hash.length > 1 && !document.body.dataset.user) {
  for (const field of document.querySelectorAll(
    'form[method="post"] input[name="next"]',
  )) {
    field.value = withPlace(field.value);
  }
  for (const link of document.querySelectorAll('a[href*="next="]')) {
    const url = new URL(link.href);
    url.searchParams.set("next", withPlace(url.searchParams.get("next")));
    link.href = url;
  }
}
