// The text that a value was stored as, read from what it shows. The server leaves the text out of
// the markup of a value where this gives it (plans/page/value_html.py).

/** @type {Record<string, string>} */
const WRITTEN_AS = { CODE: "`", STRONG: "**", EM: "*" };

/**
 * @param {Node} node
 * @returns {string}
 */
function written(node) {
  if (node instanceof Text) return node.data;
  const mark = WRITTEN_AS[node.nodeName] ?? "";
  return mark + [...node.childNodes].map(written).join("") + mark;
}

/** @param {Element} value at rest */
export function sourceOf(value) {
  const shown = value.querySelector(":scope > :is(.markdown, .tag, .raw)");
  if (!shown) return "";
  const paragraphs = [...shown.children].filter((each) => each.matches("p"));
  return paragraphs.length ? paragraphs.map(written).join("\n\n") : written(shown);
}
