document.documentElement.classList.add("js");
// A page that opens at its top may lay out what is below step by step
// (sections/laying-out.js). One that opens further down would move.
if (
  !location.hash &&
  /** @type {PerformanceNavigationTiming | undefined} */ (
    performance.getEntriesByType("navigation")[0]
  )?.type === "navigate"
) {
  document.documentElement.classList.add("in-steps");
}
