import assert from "node:assert/strict";
import { test } from "node:test";
import {
  enter,
  lines,
  link,
  table,
  wrap,
} from "../../static/js/editor/markdown-commands.js";

/** `|` marks the caret, or both ends of what is selected. */
function selected(marked) {
  const [a, b, c] = marked.split("^");
  if (c === undefined) return { value: a + b, start: a.length, end: a.length };
  return { value: a + b + c, start: a.length, end: a.length + b.length };
}

function after(marked, command, ...more) {
  const before = selected(marked);
  const done = command(before, ...more);
  if (!done) return null;
  const value =
    before.value.slice(0, done.from) + done.text + before.value.slice(done.to);
  const [start, end] = [done.start, done.end];
  if (start === end) return `${value.slice(0, start)}^${value.slice(start)}`;
  return `${value.slice(0, start)}^${value.slice(start, end)}^${value.slice(end)}`;
}

test("marks are put around words and taken off again", () => {
  assert.equal(after("a ^b^ c", wrap, "**"), "a **^b^** c");
  assert.equal(after("a **^b^** c", wrap, "**"), "a ^b^ c");
  assert.equal(after("^", wrap, "`"), "`^`");
});

test("a link asks for what is missing", () => {
  assert.equal(after("see ^this^", link), "see [this](^https://^)");
  assert.equal(after("^https://x.example^", link), "[^](https://x.example)");
  assert.equal(after("^", link), "[^](https://)");
});

test("lines become entries and lines again", () => {
  assert.equal(after("a\n^b\nc^\nd", lines, "- "), "a\n^- b\n- c^\nd");
  assert.equal(after("^- b\n- c^", lines, "- "), "^b\nc^");
  assert.equal(after("  1. b^", lines, "- [ ] "), "  - [ ] b^");
  assert.equal(after("- [x] b^", lines, "- [ ] "), "b^");
  assert.equal(after("^", lines, "- "), "- ^");
});

test("a table stands below the line", () => {
  assert.equal(
    after("a^b\nc", table),
    "ab\n\n| ^Column 1^ | Column 2 |\n| --- | --- |\n|  |  |\n\nc",
  );
});

test("Enter goes on with a list, and ends it in an empty entry", () => {
  assert.equal(after("- a^", enter), "- a\n- ^");
  assert.equal(after("  9) a^b", enter), "  9) a\n  10) ^b");
  assert.equal(after("* [x] a^", enter), "* [x] a\n* [ ] ^");
  assert.equal(after("- a\n- ^", enter), "- a\n^");
  assert.equal(after("a^", enter), null);
  assert.equal(after("-^", enter), null);
  assert.equal(after("^- a", enter), null);
});
