// Addresses of the planner, which may be below a path of its host: from where this file is.

/** @param {string} path */
export const addressOf = (path) => new URL(`../../${path}`, import.meta.url).href;
