// Comments that this person has not read: marked at their item, at their section in the
// outline, and in the panel.
//
// The panels say which comment is the newest of each open thread; the page says how far
// the person had read when it was made. Who opens a thread has read it.
import { all, byId } from "../dom.js";

const plan = byId("plan");
const me = document.body.dataset.user;
/** @type {Map<string, number>} */
const read = new Map(Object.entries(JSON.parse(plan?.dataset.read ?? "{}")));

/** The lines of threads whose newest comment is another's, and unread. */
const unread = () =>
  all(document, "#plan-threads > li").filter(
    ({ dataset: { thread = "", newest, by } }) =>
      by !== me && Number(newest) > (read.get(thread) ?? 0),
  );

/**
 * @param {Element | null | undefined} element
 * @param {number} count
 */
function setMark(element, count) {
  element?.classList.toggle("has-unread", count > 0);
  if (count) element?.setAttribute("aria-description", `${count} unread`);
  else element?.removeAttribute("aria-description");
}

/**
 * The link of the outline to the section of an element, or to the one above it.
 * @param {Element | null} element
 */
function outlineLinkOf(element) {
  let section = element?.closest(".section");
  while (section) {
    const link = document.querySelector(`#plan-outline a[href="#${section.id}"]`);
    if (link) return link;
    section = section.previousElementSibling?.closest(".section");
  }
  return null;
}

/** After a swap: markup that came is without these marks. */
export function showUnread() {
  if (!plan) return;
  const lines = unread();
  /** @type {Map<Element, number>} */
  const counts = new Map();
  for (const { dataset } of lines) {
    const place = byId(dataset.at);
    for (const element of [byId(`${dataset.at}-comments`), outlineLinkOf(place)]) {
      if (element) counts.set(element, (counts.get(element) ?? 0) + 1);
    }
  }
  for (const element of all(document, ".has-unread")) {
    if (!counts.has(element)) setMark(element, 0);
  }
  for (const [element, count] of counts) setMark(element, count);
  const ids = new Set(lines.map(({ dataset }) => `talk-${dataset.thread}`));
  for (const line of all(document, ".talk")) {
    const link = line.querySelector(".talk-words");
    line.classList.toggle("is-unread", ids.has(link?.id ?? ""));
    if (ids.has(link?.id ?? "")) link?.setAttribute("aria-description", "unread");
    else link?.removeAttribute("aria-description");
  }
  const count = byId("unread-count");
  if (count) count.textContent = lines.length ? `${lines.length} new` : "";
}

/** The threads in the drawer are being read, while it is open. */
export function readShown() {
  const drawer = /** @type {HTMLDialogElement | null} */ (byId("comments"));
  if (!plan || !drawer?.open) return;
  for (const thread of all(drawer, ".thread[id^=thread-]")) {
    const newest = all(thread, ".comment[id^=comment-]").at(-1);
    if (newest) read.set(thread.id.slice(7), Number(newest.id.slice(8)));
  }
  showUnread();
}

showUnread();
