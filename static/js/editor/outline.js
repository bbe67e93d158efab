// Marks the section that is being read in the outline, and keeps the mark in view.
import { all } from "../dom.js";

const watcher = new IntersectionObserver(
  (entries) => {
    const links = /** @type {HTMLAnchorElement[]} */ (all(document, ".outline a"));
    for (const entry of entries) {
      const link = links.findLast((each) => each.hash.slice(1) === entry.target.id);
      if (!entry.isIntersecting || !link) continue;
      document
        .querySelector(".outline a[aria-current]")
        ?.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      follow(link);
    }
  },
  { rootMargin: "-20% 0px -70% 0px" },
);

/**
 * Scrolls the outline alone: scrollIntoView would move the page, too.
 * @param {HTMLElement} link
 */
function follow(link) {
  const outline = link.closest(".plan-outline");
  if (!outline || outline.scrollHeight <= outline.clientHeight) return;
  const { top, bottom } = link.getBoundingClientRect();
  const frame = outline.getBoundingClientRect();
  const margin = frame.height / 5;
  if (top < frame.top + margin) outline.scrollTop -= frame.top + margin - top;
  if (bottom > frame.bottom - margin) {
    outline.scrollTop += bottom - frame.bottom + margin;
  }
}

export function watchSections() {
  for (const section of all(document, ".section")) watcher.observe(section);
}

watchSections();
