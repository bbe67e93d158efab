// The list of keys. It is loaded when it is first asked for, so it imports nothing: what it
// shared with the page would be a file of its own.

/**
 * Keys in brackets, what they do, and for whom, if not for everybody.
 * @type {[keys: string, what: string, who?: "edit" | "suggest"][]}
 */
const KEYS = [
  ["[Ctrl] [K], on a Mac [Cmd] [K]", "Go anywhere, do something, or search all plans"],
  ["[/]", "Find in this plan"],
  ["[N] [P]", "Next and previous blank or question"],
  ["[F]", "Fold or unfold the section"],
  ["[O]", "Only this section; again: all of them"],
  ["[↑] [↓] [Home] [End]", "From text to text"],
  ["[C]", "Comment on the words that are selected", "suggest"],
  ["[Enter] or [F2]", "Edit the text", "edit"],
  ["[Tab]", "On to the next text; in a text, edit the next one", "edit"],
  ["[Esc]", "Stop editing. What you typed is saved.", "edit"],
  ["[Enter] at the end", "The next row, check or entry; a new one", "edit"],
  ["[Backspace] in an empty one", "Remove it", "edit"],
  ["[Ctrl] [Enter]", "Add one, from anywhere in it", "edit"],
  ["[Shift] [F10]", "What else can be done with it", "edit"],
  ["[?]", "This list"],
];
const LETTERS = "Single keys ([C], [F], [N], [O], [P], [/], [?]) work in this browser";

/**
 * @param {string} tag
 * @param {(string | Node)[]} content
 */
function element(tag, ...content) {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

/** @param {string} words */
const withKeys = (words) =>
  words.split(/\[(.+?)\]/).map((part, at) => (at % 2 ? element("kbd", part) : part));

/** @param {{ mayEdit: boolean, maySuggest: boolean }} reader */
export function makeKeysDialog({ mayEdit, maySuggest }) {
  const dialog = document.createElement("dialog");
  dialog.className = "keys card";
  dialog.id = "keys";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const title = element("h2", "Keys");
  title.className = "card-title";
  title.id = "keys-title";
  const may = { edit: mayEdit, suggest: maySuggest };
  const lines = KEYS.filter(([, , who]) => !who || may[who]).map(([keys, what]) =>
    element("div", element("dt", ...withKeys(keys)), element("dd", what)),
  );
  const list = element("dl", ...lines);
  list.className = "keys-list";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = "keys-letters";
  const close = element("button", "Close");
  close.className = "button";
  close.setAttribute("type", "button");
  close.dataset.do = "close-dialog";
  const actions = element("div", close);
  actions.className = "form-actions";
  dialog.append(title, list, element("label", box, " ", ...withKeys(LETTERS)), actions);
  return dialog;
}
