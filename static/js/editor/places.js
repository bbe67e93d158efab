// The places of items and sections among their siblings, and where a move has put them.
import { say } from "../announce.js";
import { all, byId } from "../dom.js";

/**
 * An item, with what is nested in it.
 * @param {Element} item
 */
export const outerOf = (item) =>
  /** @type {HTMLElement} */ (
    item.parentElement?.matches(".node") ? item.parentElement : item
  );

/**
 * What an item can change places with, itself too.
 * @param {Element} item
 * @returns {HTMLElement[]}
 */
export function siblingsOf(item) {
  const list = outerOf(item).parentElement;
  return list ? all(list, ":scope > :is(.item, .node)") : [];
}

/** @param {Element} section */
export const depthOf = (section) =>
  Number(section.className.match(/depth-(\d)/)?.[1] ?? 1);

/**
 * The sections of one level in the same section, each with its subsections.
 * @param {Element} section
 * @returns {HTMLElement[][]}
 */
export function groupsBeside(section) {
  const sections = all(document, ".plan-body > .section:has(> .section-heading)");
  const depth = depthOf(section);
  const place = sections.indexOf(/** @type {HTMLElement} */ (section));
  let start = place;
  while (start > 0 && depthOf(sections[start - 1]) >= depth) start--;
  /** @type {HTMLElement[][]} */
  const groups = [];
  for (const each of sections.slice(start)) {
    if (depthOf(each) < depth) break;
    if (depthOf(each) === depth) groups.push([each]);
    else groups.at(-1)?.push(each);
  }
  return groups;
}

/** @param {Element} element an item or a section */
export function nameOf(element) {
  const named = element.querySelector(
    element.matches(".section") ? ".section-heading > [id]" : ".value",
  );
  const words = named?.textContent.trim() ?? "";
  return words.length > 60 ? `${words.slice(0, 59)}…` : words || "this part";
}

/**
 * Where a move, by whichever way, has put it.
 * @param {RequestEvent} event
 */
export function announceMove({ detail: { ctx } }) {
  const moved = /\/(item|section)s\/(\d+)\/move\/$/.exec(ctx.request?.action ?? "");
  const element = moved && byId(`${moved[1]}-${moved[2]}`);
  if (!element || ctx.response?.status !== 200) return;
  const peers = element.matches(".section")
    ? groupsBeside(element).map(([first]) => first)
    : siblingsOf(element);
  const place = peers.findIndex((each) => each.contains(element)) + 1;
  say(`${nameOf(element)}: now ${place} of ${peers.length}.`);
}
