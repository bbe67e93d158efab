// Who else has this plan open, and on which item they are.
import { addressOf } from "../addresses.js";
import { all, byId } from "../dom.js";
import { avatar } from "./avatar.js";
import { tab } from "./connection.js";
import { showPeopleInOutline } from "./people-in-outline.js";

const TELL_AT_MOST_EVERY = 1000; // milliseconds
const SHOWN = 5;
const plan = byId("plan");
const own = Number(document.body.dataset.user);

// --- Telling where I am -----------------------------------------------------------------

/** @type {string | null} */
let token = null; // of the stream that is open
/** @type {number | null | undefined} */
let known; // the item that the others know of
/** @type {number | null} */
let timer = null;
let last = 0;

/** @param {Element | null} element */
const itemOf = (element) => {
  const number = element?.closest(".item")?.id.match(/^item-(\d+)$/)?.[1];
  return number ? Number(number) : null;
};

/**
 * A stream that has just opened knows nobody's place.
 * @param {string | null} opened its token
 */
export function streamIs(opened) {
  token = opened;
  known = undefined;
  if (token) tellSoon();
  else showPeople({ people: [], full: true });
}

function tellSoon() {
  if (timer || !token) return;
  timer = setTimeout(
    () => {
      timer = null;
      const item = itemOf(document.activeElement);
      if (item !== known) tell(item);
    },
    Math.max(0, last + TELL_AT_MOST_EVERY - Date.now()),
  );
}

/**
 * @param {number | null} item
 * @param {boolean} [gone]
 */
function tell(item, gone = false) {
  if (!token) return;
  known = item;
  last = Date.now();
  fetch(addressOf("live/here/"), {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ stream: token, tab, plan: plan?.dataset.plan, item, gone }),
  }).catch(() => {}); // the next place is told again
}

if (plan) {
  for (const type of ["focusin", "focusout"]) document.addEventListener(type, tellSoon);
  addEventListener("pagehide", () => tell(null, true));
}

// --- Showing where others are -----------------------------------------------------------

/** @type {Map<string, Person>} */
const people = new Map(); // by tab

/** @param {Presence} presence */
export function showPeople({ people: arrived, gone = [], full }) {
  if (full) people.clear();
  for (const person of arrived) people.set(person.key, person);
  for (const key of gone) people.delete(key);
  showInToolbar();
  showPeopleOnItems();
}

/**
 * One for each person, however many tabs they have.
 * @param {(person: Person) => boolean} [isMeant]
 */
function others(isMeant = () => true) {
  /** @type {Map<number, Person>} */
  const byUser = new Map();
  for (const person of people.values()) {
    if (person.user !== own && isMeant(person)) byUser.set(person.user, person);
  }
  return [...byUser.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function showInToolbar() {
  const list = byId("people-here");
  if (!list) return;
  const persons = others();
  const shown = persons.length > SHOWN ? persons.slice(0, SHOWN - 1) : persons;
  const rest = persons.slice(shown.length);
  list.replaceChildren(...shown.map((person) => avatar("li", person, person.name)));
  if (rest.length) list.append(several(`+${rest.length}`, rest, ""));
  if (persons.length > 1)
    list.append(several(String(persons.length), persons, "is-count"));
  list.hidden = !persons.length;
}

/**
 * @param {string} letters
 * @param {Person[]} persons
 * @param {string} kind
 */
function several(letters, persons, kind) {
  const names = persons.map((person) => person.name).join(", ");
  const element = avatar("li", { initials: letters, colour: 0, name: names }, names);
  element.className = `avatar ${kind}`;
  return element;
}

// Also after each swap: a morph removes what is not in the new markup.
export function showPeopleOnItems() {
  const items = new Set([...people.values()].map((person) => person.item));
  for (const marker of all(document, ".here")) {
    if (!items.has(Number(marker.id.slice("here-".length)))) marker.remove();
  }
  showPeopleInOutline((item) => others((person) => person.item === item), items);
  for (const item of items) {
    if (item !== null)
      mark(
        item,
        others((person) => person.item === item),
      );
  }
}

/**
 * @param {number} number of the item
 * @param {Person[]} here
 */
function mark(number, here) {
  const item = byId(`item-${number}`);
  const id = `here-${number}`;
  const old = byId(id);
  if (!item || !here.length) {
    old?.remove();
    return;
  }
  const marker = document.createElement("span");
  marker.id = id;
  marker.className = "here";
  marker.append(
    ...here.map((person) => avatar("span", person, `${person.name} is here`)),
  );
  const place = item instanceof HTMLTableRowElement ? item.cells[0] : item;
  if (old?.isEqualNode(marker) && old.parentElement === place) return;
  old?.remove();
  place.append(marker);
}
