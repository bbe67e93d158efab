// Whose the page is. Somebody else may sign in in another tab of the same browser: so the
// page says with every request who opened it, and the server refuses what it sends for
// another account.

export const { user } = document.body.dataset;

// For requests that are not made by htmx.
export const openedBy = () => (user ? { "X-Opened-By": user } : {});

// The answer is not about what was sent: the page is of another account.
export const isOfAnother = (response) => response?.headers.has("X-Account-Changed");

export const OF_ANOTHER =
  "This browser is signed in as somebody else now. Sign in as " +
  `${document.body.dataset.userName} again in another tab, then come back here: what ` +
  "you typed is still on this page.";

document.addEventListener(
  "submit",
  (event) => {
    const { elements } = event.target;
    if (!user || !elements?.csrfmiddlewaretoken || elements["opened-by"]) return;
    const mark = document.createElement("input");
    mark.type = "hidden";
    mark.name = "opened-by";
    mark.value = user;
    event.target.append(mark);
  },
  true,
);
