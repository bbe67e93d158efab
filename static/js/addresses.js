// Addresses of the planner, which may be below a path of its host: from where the bundle
// is that has this file, two folders below static/.

/** @param {string} path */
export const addressOf = (path) => new URL(`../../../${path}`, import.meta.url).href;
