// HTML as Markdown; loaded when somebody first pastes formatted text.
import { gfm } from "@truto/turndown-plugin-gfm";
import TurndownService from "turndown";

const service = new TurndownService({
  headingStyle: "atx",
  bulletListMarker: "-",
  codeBlockStyle: "fenced",
  emDelimiter: "*",
  hr: "---",
});
service.use(gfm);

// Headings belong to the outline of the plan.
service.addRule("heading", {
  filter: ["h1", "h2", "h3", "h4", "h5", "h6"],
  replacement: (/** @type {string} */ content) =>
    content.trim() ? `\n\n**${content.trim().replaceAll("**", "")}**\n\n` : "",
});

// A link that leads nowhere from here is a text.
service.addRule("link", {
  filter: (/** @type {Element} */ node) =>
    node.nodeName === "A" &&
    !/^(?:https?:|mailto:)/i.test(node.getAttribute("href") ?? ""),
  replacement: (/** @type {string} */ content) => content,
});

service.addRule("entry", {
  filter: "li",
  replacement(/** @type {string} */ content, /** @type {HTMLLIElement} */ node) {
    const list = node.parentElement;
    const at = list ? [...list.children].indexOf(node) : 0;
    const start = Number(list?.getAttribute("start") ?? 1);
    const mark = list?.nodeName === "OL" ? `${start + at}. ` : "- ";
    const text = content.trim().replaceAll("\n", `\n${" ".repeat(mark.length)}`);
    return `${mark}${text}${node.nextElementSibling ? "\n" : ""}`;
  },
});

/** @param {Element} body */
export const markdownOf = (body) =>
  /** @type {string} */ (service.turndown(body))
    .replace(/[^\S\n]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
