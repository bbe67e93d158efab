// The account that the page was made for. Somebody else may sign in in another tab of the
// same browser, so the page names its account with every request, and the server refuses
// requests that are made for another one.

export const { user } = document.body.dataset;

/**
 * For requests that htmx does not make.
 * @returns {Record<string, string>}
 */
export const openedBy = () => (user ? { "X-Opened-By": user } : {});

/**
 * Whether the answer says that another account is signed in now.
 * @param {{ headers: Headers } | null | undefined} response
 */
export const isOfAnother = (response) =>
  Boolean(response?.headers.has("X-Account-Changed"));

export const OF_ANOTHER =
  "This browser is now signed in with another account. Sign in as " +
  `${document.body.dataset.userName} again in another tab, then come back here: what ` +
  "you typed is still on this page.";

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!user || !(form instanceof HTMLFormElement)) return;
    const { elements } = form;
    if (!elements.namedItem("csrfmiddlewaretoken")) return;
    if (elements.namedItem("opened-by")) return;
    const mark = document.createElement("input");
    mark.type = "hidden";
    mark.name = "opened-by";
    mark.value = user;
    form.append(mark);
  },
  true,
);
