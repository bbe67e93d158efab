// Who is in which section, in the outline.
import { all, byId } from "../dom.js";
import { avatar } from "./avatar.js";

const MOST = 3; // of one section

/**
 * The line of the outline for an item: that of its section, or of the one around it.
 * @param {number} item
 */
function lineOf(item) {
  /** @type {Element | null | undefined} */
  let section = byId(`item-${item}`)?.closest(".section");
  for (; section; section = section.previousElementSibling) {
    const link = document.querySelector(`#plan-outline a[href="#${section.id}"]`);
    if (link) return link.parentElement;
  }
  return null;
}

/**
 * @param {(item: number) => Person[]} peopleAt
 * @param {Iterable<number | null>} items where somebody is
 */
export function showPeopleInOutline(peopleAt, items) {
  /** @type {Map<Element, Map<number, Person>>} */
  const byLine = new Map();
  for (const item of items) {
    const line = item === null ? null : lineOf(item);
    if (!line || item === null) continue;
    const people = byLine.get(line) ?? new Map();
    for (const person of peopleAt(item)) people.set(person.user, person);
    if (people.size) byLine.set(line, people);
  }
  for (const line of all(document, "#plan-outline .outline-item")) {
    const people = [...(byLine.get(line)?.values() ?? [])].slice(0, MOST);
    const old = line.querySelector(".outline-people");
    if (!people.length) {
      old?.remove();
      continue;
    }
    const list = document.createElement("span");
    list.className = "outline-people";
    list.append(...people.map((each) => avatar("span", each, `${each.name} is here`)));
    if (old?.isEqualNode(list)) continue;
    old?.remove();
    const counts = line.querySelector(".outline-questions, .outline-count");
    if (counts) counts.before(list);
    else line.querySelector("a")?.append(list);
  }
}
