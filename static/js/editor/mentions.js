// Offers the members of the team behind an @ in a comment. Without it one types the name.

const MOST = 6;
const TYPED = /(?:^|[^\w.@+/-])@([\w.@+-]*)$/;

let box = null; // the text that the list belongs to
let list = null;
let chosen = 0;

const options = () => [...list.children];

function membersFor(text) {
  const known = document.getElementById(text.dataset.mentions)?.options ?? [];
  return [...known].map((each) => ({ username: each.value, name: each.text }));
}

// Those whose user name, or a word of whose name, starts with what was typed.
function matching(members, typed) {
  const start = typed.toLowerCase();
  return members
    .filter(({ username, name }) =>
      [username, ...name.split(" ")].some((word) =>
        word.toLowerCase().startsWith(start),
      ),
    )
    .slice(0, MOST);
}

function update(text) {
  const typed = text.value.slice(0, text.selectionStart).match(TYPED)?.[1];
  const found = typed === undefined ? [] : matching(membersFor(text), typed);
  if (!found.length) return close();
  if (box !== text || !list?.isConnected) show(text);
  list.replaceChildren(...found.map(optionFor));
  choose(0);
}

function show(text) {
  close();
  box = text;
  list = document.createElement("ul");
  list.id = "mention-options";
  list.className = "mention-options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Members of the team");
  box.after(list);
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-autocomplete", "list");
}

function optionFor({ username, name }, index) {
  const option = document.createElement("li");
  option.id = `mention-option-${index}`;
  option.setAttribute("role", "option");
  option.dataset.username = username;
  const handle = document.createElement("span");
  handle.className = "muted";
  handle.textContent = `@${username}`;
  option.append(`${name} `, handle);
  return option;
}

function choose(index) {
  const all = options();
  chosen = (index + all.length) % all.length;
  for (const [at, each] of all.entries()) {
    each.setAttribute("aria-selected", String(at === chosen));
  }
  box.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
  // A text area's list is read by few screen readers.
  document.getElementById("announcer").textContent =
    `${all[chosen].textContent}, ${chosen + 1} of ${all.length}`;
}

function take(option) {
  const end = box.selectionStart;
  const start = end - box.value.slice(0, end).match(TYPED)[1].length;
  box.setRangeText(`${option.dataset.username} `, start, end, "end");
  const text = box;
  close();
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function close() {
  list?.remove();
  for (const name of ["controls", "autocomplete", "activedescendant"]) {
    box?.removeAttribute(`aria-${name}`);
  }
  box = list = null;
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-mentions]")) update(event.target);
});

// Before others hear of Enter and Escape.
document.addEventListener(
  "keydown",
  (event) => {
    if (!list?.isConnected || event.target !== box || event.isComposing) return;
    const keys = {
      ArrowDown: () => choose(chosen + 1),
      ArrowUp: () => choose(chosen - 1),
      Enter: () => take(options()[chosen]),
      Tab: () => take(options()[chosen]),
      Escape: close,
    };
    const { altKey, ctrlKey, metaKey, shiftKey } = event;
    if (!keys[event.key] || altKey || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  },
  true,
);

// The press comes before the text loses its focus.
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".mention-options [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option);
});

document.addEventListener("focusout", (event) => {
  if (event.target === box) close();
});
