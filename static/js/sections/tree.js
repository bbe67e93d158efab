// The sections of the page as a tree: they stand one after the other, each with its depth.
import { all, byId, focused } from "../dom.js";

export const allSections = () => all(document, "#plan-body > .section");

/** @param {Element} section */
export const depthOf = (section) =>
  Number(section.className.match(/\bdepth-(\d)/)?.[1] ?? 1);

/** @param {Element | null | undefined} element */
export const sectionOf = (element) =>
  /** @type {HTMLElement | null} */ (element?.closest("#plan-body > .section") ?? null);

/** @param {Element} section */
export const titleOf = (section) =>
  section.querySelector(".section-heading > :is(h1, h2, h3, h4, h5, h6)")
    ?.textContent ?? "";

/**
 * A section and the deeper ones that follow it.
 * @param {HTMLElement} section
 */
export function subtreeOf(section) {
  const sections = allSections();
  const start = sections.indexOf(section);
  const rest = sections.slice(start + 1);
  const end = rest.findIndex((each) => depthOf(each) <= depthOf(section));
  return [section, ...(end < 0 ? rest : rest.slice(0, end))];
}

/**
 * The sections that a section belongs to, the closest first.
 * @param {HTMLElement} section
 */
export function ancestorsOf(section) {
  const before = allSections().slice(0, allSections().indexOf(section)).reverse();
  let depth = depthOf(section);
  return before.filter((each) => {
    const isAbove = depthOf(each) < depth;
    if (isAbove) depth = depthOf(each);
    return isAbove;
  });
}

/** The section in which somebody is: by the focus, or else by what is in view. */
export function currentSection() {
  const here = sectionOf(focused());
  if (here) return here;
  const link = /** @type {HTMLAnchorElement | null} */ (
    document.querySelector("#plan-outline .outline a[aria-current]")
  );
  return sectionOf(byId(link?.hash.slice(1))) ?? allSections()[0] ?? null;
}
