// Marks the section that is being read in the outline.
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
    }
  },
  { rootMargin: "-20% 0px -70% 0px" },
);

export function watchSections() {
  for (const section of all(document, ".section")) watcher.observe(section);
}

watchSections();
