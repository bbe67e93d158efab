// Who else has this plan open, and on which item they are.
import { addressOf } from "../addresses.js";
import { tab } from "./connection.js";

const TELL_AT_MOST_EVERY = 1000; // milliseconds
const SHOWN = 5;
const plan = document.getElementById("plan");
const own = Number(document.body.dataset.user);

// --- Telling where I am -----------------------------------------------------------------

let token = null; // of the stream that is open
let told; // the item the others know of
let timer = null;
let last = 0;

const itemOf = (element) => {
  const [, number] = element?.closest?.(".item")?.id.match(/^item-(\d+)$/) ?? [];
  return number ? Number(number) : null;
};

// A stream that has just opened knows of nobody's place.
export function streamIs(opened) {
  token = opened;
  told = undefined;
  if (token) tellSoon();
  else showPeople({ people: [], full: true });
}

function tellSoon() {
  if (timer || !token) return;
  timer = setTimeout(
    () => {
      timer = null;
      const item = itemOf(document.activeElement);
      if (item !== told) tell(item);
    },
    Math.max(0, last + TELL_AT_MOST_EVERY - Date.now()),
  );
}

function tell(item, gone = false) {
  if (!token) return;
  told = item;
  last = Date.now();
  fetch(addressOf("live/here/"), {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ stream: token, tab, plan: plan.dataset.plan, item, gone }),
  }).catch(() => {}); // the next place tells it
}

if (plan) {
  for (const type of ["focusin", "focusout"]) document.addEventListener(type, tellSoon);
  addEventListener("pagehide", () => tell(null, true));
}

// --- Showing where others are -------------------------------------------------------------

const people = new Map(); // tabs, by their keys

export function showPeople({ people: came, gone = [], full }) {
  if (full) people.clear();
  for (const person of came) people.set(person.key, person);
  for (const key of gone) people.delete(key);
  showInToolbar();
  showOnItems();
}

// One for each person, however many tabs they have.
function others(isMeant = () => true) {
  const found = new Map();
  for (const person of people.values()) {
    if (person.user !== own && isMeant(person)) found.set(person.user, person);
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function avatar(tag, { initials, colour, name }, said) {
  const made = document.createElement(tag);
  made.className = `avatar person-${colour % 8}`;
  made.title = name;
  const letters = document.createElement("span");
  letters.setAttribute("aria-hidden", "true");
  letters.textContent = initials;
  const words = document.createElement("span");
  words.className = "visually-hidden";
  words.textContent = said;
  made.append(letters, words);
  return made;
}

function showInToolbar() {
  const list = document.getElementById("people-here");
  if (!list) return;
  const found = others();
  const shown = found.length > SHOWN ? found.slice(0, SHOWN - 1) : found;
  const rest = found.slice(shown.length);
  list.replaceChildren(...shown.map((person) => avatar("li", person, person.name)));
  if (rest.length) list.append(several(`+${rest.length}`, rest, ""));
  if (found.length > 1) list.append(several(found.length, found, "is-count"));
  list.hidden = !found.length;
}

function several(letters, persons, kind) {
  const names = persons.map((person) => person.name).join(", ");
  const made = avatar("li", { initials: letters, colour: 0, name: names }, names);
  made.className = `avatar ${kind}`;
  return made;
}

function showOnItems() {
  const items = new Set([...people.values()].map((person) => person.item));
  items.delete(null);
  for (const marker of document.querySelectorAll(".here")) {
    if (!items.has(Number(marker.id.slice("here-".length)))) marker.remove();
  }
  for (const item of items)
    mark(
      item,
      others((person) => person.item === item),
    );
}

function mark(number, here) {
  const item = document.getElementById(`item-${number}`);
  const id = `here-${number}`;
  if (!item || !here.length) {
    document.getElementById(id)?.remove();
    return;
  }
  const marker = document.createElement("span");
  marker.id = id;
  marker.className = "here";
  marker.append(
    ...here.map((person) => avatar("span", person, `${person.name} is here`)),
  );
  const place = item.matches("tr") ? item.cells[0] : item;
  const old = document.getElementById(id);
  if (old?.isEqualNode(marker) && old.parentElement === place) return;
  old?.remove();
  place.append(marker);
}

// A morph takes out what is not in the new markup.
document.addEventListener("htmx:after:swap", showOnItems);
