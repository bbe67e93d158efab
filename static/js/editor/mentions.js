// Completes user names behind an @ in a comment.
import { announceNow } from "../announce.js";
import { byId, closest, targetOf } from "../dom.js";

/** @typedef {{ username: string, name: string }} Member */

const MOST = 6;
const TYPED = /(?:^|[^\w.@+/-])@([\w.@+-]*)$/;

/** @type {{ box: HTMLTextAreaElement, list: HTMLElement } | null} */
let open = null;
let chosen = 0;

/** @returns {HTMLElement[]} */
const options = () => /** @type {HTMLElement[]} */ ([...(open?.list.children ?? [])]);

/**
 * @param {HTMLTextAreaElement} box
 * @returns {Member[]}
 */
function membersFor(box) {
  const list = /** @type {HTMLDataListElement | null} */ (byId(box.dataset.mentions));
  return [...(list?.options ?? [])].map((each) => ({
    username: each.value,
    name: each.text,
  }));
}

/**
 * Members whose user name, or a word of whose name, starts with what was typed.
 * @param {Member[]} members
 * @param {string} typed
 */
export function matching(members, typed) {
  const start = typed.toLowerCase();
  return members
    .filter(({ username, name }) =>
      [username, ...name.split(" ")].some((word) =>
        word.toLowerCase().startsWith(start),
      ),
    )
    .slice(0, MOST);
}

/** @param {HTMLTextAreaElement} box */
const typedIn = (box) => box.value.slice(0, box.selectionStart).match(TYPED)?.[1];

/** @param {HTMLTextAreaElement} box */
function update(box) {
  const typed = typedIn(box);
  const members = typed === undefined ? [] : matching(membersFor(box), typed);
  if (!members.length) {
    close();
    return;
  }
  if (open?.box !== box || !open.list.isConnected) show(box);
  open?.list.replaceChildren(...members.map(optionFor));
  choose(0);
}

/** @param {HTMLTextAreaElement} box */
function show(box) {
  close();
  const list = document.createElement("ul");
  list.id = "mention-options";
  list.className = "mention-options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Members of the team");
  box.after(list);
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-autocomplete", "list");
  open = { box, list };
}

/**
 * @param {Member} member
 * @param {number} index
 */
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

/** @param {number} index */
function choose(index) {
  const each = options();
  chosen = (index + each.length) % each.length;
  for (const [at, option] of each.entries()) {
    option.setAttribute("aria-selected", String(at === chosen));
  }
  open?.box.setAttribute("aria-activedescendant", each[chosen].id);
  each[chosen].scrollIntoView({ block: "nearest" });
  // Few screen readers read the list of a text area.
  announceNow(`${each[chosen].textContent}, ${chosen + 1} of ${each.length}`);
}

/** @param {HTMLElement} option */
function take(option) {
  if (!open) return;
  const { box } = open;
  const end = box.selectionStart;
  const start = end - (typedIn(box) ?? "").length;
  box.setRangeText(`${option.dataset.username} `, start, end, "end");
  close();
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function close() {
  open?.list.remove();
  for (const name of ["controls", "autocomplete", "activedescendant"]) {
    open?.box.removeAttribute(`aria-${name}`);
  }
  open = null;
}

document.addEventListener("input", (event) => {
  const target = targetOf(event);
  if (target?.matches("[data-mentions]")) {
    update(/** @type {HTMLTextAreaElement} */ (target));
  }
});

// Before others see Enter and Escape.
document.addEventListener(
  "keydown",
  (event) => {
    if (!open?.list.isConnected || event.target !== open.box || event.isComposing)
      return;
    /** @type {Record<string, () => void>} */
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
  const option = closest(event, ".mention-options [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option);
});

document.addEventListener("focusout", (event) => {
  if (event.target === open?.box) close();
});
