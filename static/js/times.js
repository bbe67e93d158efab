// Dates and times that the live feed brings are the same for all its readers: they are
// written again here as the page's reader writes them, by the formats that the server used for
// the page (plans/formats.py), in Django's letters.
import { all } from "./dom.js";

/** @type {Record<string, string>} */
const formats = JSON.parse(document.body.dataset.formats || "{}");

const MONTHS = ["January", "February", "March", "April", "May", "June", "July"].concat([
  "August",
  "September",
  "October",
  "November",
  "December",
]);
// Months of the Associated Press.
const AP = ["Jan.", "Feb.", "March", "April", "May", "June", "July"].concat([
  "Aug.",
  "Sept.",
  "Oct.",
  "Nov.",
  "Dec.",
]);

/** @typedef {{ year: number, month: number, day: number, hour: number, minute: number }} Parts */

/**
 * A moment in the reader's zone; a day has none.
 * @param {string} iso
 * @returns {Parts | null}
 */
function partsOf(iso) {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(iso);
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return null;
  const written = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone: isDay ? "UTC" : formats.zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric" },
  }).formatToParts(moment);
  const parts = Object.fromEntries(
    written.map(({ type, value }) => [type, Number(value)]),
  );
  return /** @type {Parts} */ (parts);
}

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/** @type {Record<string, (parts: Parts) => string | number>} */
const LETTERS = {
  Y: ({ year }) => year,
  y: ({ year }) => two(year % 100),
  F: ({ month }) => MONTHS[month - 1],
  E: ({ month }) => MONTHS[month - 1],
  M: ({ month }) => MONTHS[month - 1].slice(0, 3),
  N: ({ month }) => AP[month - 1],
  m: ({ month }) => two(month),
  n: ({ month }) => month,
  d: ({ day }) => two(day),
  j: ({ day }) => day,
  H: ({ hour }) => two(hour),
  G: ({ hour }) => hour,
  h: ({ hour }) => two(hour % 12 || 12),
  g: ({ hour }) => hour % 12 || 12,
  i: ({ minute }) => two(minute),
  A: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  a: ({ hour }) => (hour < 12 ? "a.m." : "p.m."),
  P: (parts) => {
    const { hour, minute } = parts;
    if (!minute && !(hour % 12)) return hour ? "noon" : "midnight";
    return written(minute ? "g:i a" : "g a", parts);
  },
};

/**
 * @param {string} pattern
 * @param {Parts} parts
 */
const written = (pattern, parts) =>
  pattern.replace(/[a-zA-Z]/g, (letter) => String(LETTERS[letter]?.(parts) ?? letter));

/**
 * @param {string} iso
 * @param {string} names of formats: `short_day clock`
 */
export function write(iso, names) {
  const parts = partsOf(iso);
  const patterns = names.split(" ").map((name) => formats[name]);
  if (!parts || !patterns.every(Boolean)) return null;
  return patterns.map((pattern) => written(pattern, parts)).join(", ");
}

function writeAgain() {
  for (const time of /** @type {HTMLTimeElement[]} */ (
    all(document, "time[data-as], time[title]")
  )) {
    const text = time.dataset.as && write(time.dateTime, time.dataset.as);
    const title = time.title && write(time.dateTime, "day clock");
    if (text && time.textContent?.trim() !== text) time.textContent = text;
    if (title && time.title !== title) time.title = title;
  }
}

document.addEventListener("htmx:after:swap", writeAgain);
