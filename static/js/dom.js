// Small helpers for the page's elements.

export const CONTROLS = "textarea, select, input:not([type=hidden])";

/**
 * The element that an event happened to.
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
export const targetOf = (event) =>
  event.target instanceof HTMLElement ? event.target : null;

/**
 * The closest element around an event that matches.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {Event} event
 * @param {string} selector
 */
export const closest = (event, selector) =>
  /** @type {T | null} */ (
    event.target instanceof Element ? event.target.closest(selector) : null
  );

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string | undefined} id
 */
export const byId = (id) =>
  /** @type {T | null} */ (id ? document.getElementById(id) : null);

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 */
export const all = (root, selector) => [
  .../** @type {NodeListOf<T>} */ (root.querySelectorAll(selector)),
];

/** @returns {HTMLElement} */
export const focused = () =>
  document.activeElement instanceof HTMLElement
    ? document.activeElement
    : document.body;

/**
 * The element that a link within the page leads to. A link in a picture has no `hash`.
 * @param {Element | null} link
 */
export const goalOf = (link) => byId(link?.getAttribute("href")?.split("#")[1]);
