// Where the caret goes when a rendered text is clicked.
import assert from "node:assert/strict";
import { test } from "node:test";

import { offsetAfter } from "../../static/js/editor/source-offset.js";

/**
 * The caret is where `|` stands in the source.
 * @param {string} shown the rendered text before the click
 * @param {string} marked
 */
const expectCaret = (shown, marked) => {
  const source = marked.replace("|", "");
  const at = offsetAfter(shown, source);
  assert.equal(`${source.slice(0, at)}|${source.slice(at)}`, marked);
};

test("without markup it is the same place", () => {
  expectCaret("", "|one two");
  expectCaret("o", "o|ne two");
  expectCaret("one", "one| two");
  expectCaret("one ", "one |two");
  expectCaret("one two", "one two|");
});

test("markup is passed over", () => {
  expectCaret("one tw", "one **tw|o** three");
  expectCaret("one two t", "one **two** t|hree");
  expectCaret("use pip in", "use `pip` in|stall");
  expectCaret("site h", "[site](//x) h|ere");
  expectCaret("a * b", "a \\* b|");
});

test("lines and entries follow one another", () => {
  expectCaret("First\nOne\nT", "First\n\n- One\n- T|wo");
  expectCaret("over two", "over\ntwo| lines");
});

test("a place behind a space is behind the markup before it, too", () => {
  expectCaret("See the tables ", "See [the tables](https://o.f/x) |of");
  expectCaret("all ", "**all** |of");
  expectCaret("a ", "a |- b");
});

test("the start of an entry is behind its bullet", () => {
  expectCaret("a\n", "- a\n- |b");
  expectCaret("a\nb\n", "1. a\n2. b\n10. |c");
});

test("a question is shown without the words that make it one", () => {
  expectCaret("All: which", "All: [NEEDS CLARIFICATION: which| ones?]");
});

test("a character that is not in the source moves nothing", () => {
  expectCaret("☐ one", "one| two");
  expectCaret("one…", "one| two");
});

test("the address of a link is passed over", () => {
  expectCaret("see here and", "see [here](https://example.org/and) and| on");
  expectCaret("see the s", 'see [the](https://s.example/ "sss") s|pec');
  expectCaret("a b", "[a][about] b|");
});

test("a character of two halves is one", () => {
  expectCaret("😀", "😀|😀 x");
  expectCaret("a 😀 ", "a 😀 |b");
});

test("it stays within the source, whatever is shown", () => {
  for (const [shown, source] of [
    ["", ""],
    [" \n", ""],
    ["one", ""],
    ["one two", "one"],
    ["aaaa ", "aa"],
  ]) {
    const at = offsetAfter(shown, source);
    assert.ok(at >= 0 && at <= source.length, `${at} in “${source}”`);
  }
});
