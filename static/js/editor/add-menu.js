// What can be added at a "+" of the plan: parts of its section, and sections and phases
// where a section ends. One menu serves all of them.
import { all, byId, closest } from "../dom.js";
import { whenSaved } from "./autosave.js";
import { depthOf } from "./places.js";
import { openAt, walk } from "../popover-menus.js";
import { postTo } from "./posting.js";
import { askToEdit, isForReading } from "./reading.js";

const menu = () => byId("add-menu");
/** @type {HTMLAnchorElement | null} */
let line = null; // the "+" whose menu is open

/** @param {Element} section */
const headingOf = (section) =>
  section.querySelector(".section-heading > [id]")?.textContent.trim() ?? "";

/** @param {Element} section */
const idOf = (section) => section.id.replace("section-", "");

/**
 * The sections that end at a "+", the innermost first.
 * @param {HTMLElement} at
 */
function endingAt(at) {
  const section = at.closest(".section");
  const inside = section ? all(section, ".add-line") : [];
  if (!section || inside.at(-1) !== at) return [];
  const sections = all(document, ".plan-body > .section");
  const place = sections.indexOf(/** @type {HTMLElement} */ (section));
  const next = sections[place + 1];
  const ending = [];
  let depth = depthOf(section) + 1;
  for (const each of sections.slice(0, place + 1).reverse()) {
    if (depthOf(each) >= depth) continue;
    depth = depthOf(each);
    if (next && depthOf(next) > depth) break;
    if (depth > 1) ending.push(each);
  }
  return ending;
}

/**
 * @param {string} name
 * @param {string} address
 * @param {Record<string, string>} fields
 */
function choice(name, address, fields) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "menuitem");
  button.dataset.address = address;
  button.dataset.fields = JSON.stringify(fields);
  button.textContent = name;
  return button;
}

/** @param {string} words */
const quoted = (words) =>
  `“${words.length > 40 ? `${words.slice(0, 39).trimEnd()}…` : words}”`;

/** @param {HTMLElement} at */
function sectionChoices(at) {
  const section = at.closest(".section");
  const ending = endingAt(at);
  const isEnd = section && all(section, ".add-line").at(-1) === at;
  const choices = [];
  const own = section?.querySelector(".section-heading");
  if (section && own && isEnd && depthOf(section) < 6) {
    const name = depthOf(section) === 1 ? "Section" : "Subsection";
    choices.push(choice(name, `sections/${idOf(section)}/add/`, { inside: "yes" }));
  }
  for (const each of ending) {
    const words = quoted(headingOf(each));
    choices.push(
      each.matches(".is-phase")
        ? choice(`Phase after ${words}`, "phases/add/", { after: idOf(each) })
        : choice(`Section after ${words}`, `sections/${idOf(each)}/add/`, {}),
    );
  }
  return choices;
}

/** @param {HTMLAnchorElement} at */
function openMenu(at) {
  const list = menu();
  const place = list?.querySelector(".add-sections");
  if (!list || !place) return;
  line = at;
  const choices = sectionChoices(at);
  place.toggleAttribute("hidden", !choices.length);
  place.replaceChildren(...choices);
  openAt(list, at, "left");
}

function close() {
  menu()?.hidePopover();
  line?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const opener = closest(event, ".add-line");
  if (opener && menu()) {
    event.preventDefault();
    const at = /** @type {HTMLAnchorElement} */ (opener);
    if (isForReading()) askToEdit(() => openMenu(at));
    else openMenu(at);
    return;
  }
  const chosen = closest(event, "#add-menu [role=menuitem]");
  if (!chosen || !line) return;
  const { kind, address, fields = "{}" } = chosen.dataset;
  const place = new URL(line.href);
  close();
  if (address) {
    const items = byId("plan")?.dataset.items ?? "";
    const target = items.replace(/items\/$/, address);
    whenSaved(() => postTo(target, { kind: "passage", ...JSON.parse(fields) }));
  } else if (kind) {
    const behind = place.searchParams.get("behind") ?? "";
    whenSaved(() => postTo(`${place.pathname}block/`, { kind, behind }));
  }
});

document.addEventListener("keydown", (event) => walk(event, menu(), close));
