// Merging two changes of one text. tests/browser/test_text.py holds its laws.
import assert from "node:assert/strict";
import { test } from "node:test";

import { hunksOf, rebase, rebaseTyped } from "../../static/js/editor/text.js";

const applied = (hunks, text) =>
  hunks.reduceRight((result, { from, to, text: inserted }) => {
    return result.slice(0, from) + inserted + result.slice(to);
  }, text);

test("hunks turn one text into the other", () => {
  const texts = [
    "",
    "a",
    "one two three",
    "one 2 three",
    "two three four",
    "😀 x",
    "x\n",
  ];
  for (const before of texts) {
    for (const after of texts)
      assert.equal(applied(hunksOf(before, after), before), after);
  }
});

test("a text that did not change has no hunks", () => {
  assert.deepEqual(hunksOf("one two", "one two"), []);
});

test("a hunk names whole words", () => {
  assert.deepEqual(hunksOf("a page here", "a pace here"), [
    { from: 2, to: 6, text: "pace" },
  ]);
});

test("a text too large for the table is one hunk", () => {
  const words = (word) =>
    Array.from({ length: 600 }, (_, at) => `${word}${at}`).join(" ");
  const [hunk, ...rest] = hunksOf(`- ${words("a")} -`, `- ${words("b")} -`);
  assert.equal(rest.length, 0);
  assert.equal(hunk.text, words("b"));
});

test("changes of different words are merged", () => {
  const { text, clean } = rebase("one two three", "one 2 three", "one two 3");
  assert.deepEqual({ text, clean }, { text: "one 2 3", clean: true });
});

test("changes of the same word conflict, and what was typed stays", () => {
  const { text, clean, map } = rebase("a page", "a site", "a view");
  assert.deepEqual({ text, clean }, { text: "a site", clean: false });
  assert.equal(map(3), 3);
});

test("the same change on both sides is no conflict", () => {
  const { text, clean } = rebase("a b c", "a x c", "a x c");
  assert.deepEqual({ text, clean }, { text: "a x c", clean: true });
});

test("a caret stays behind the word that it stood behind", () => {
  const { text, map } = rebase("one two", "one two", "zero one two");
  assert.equal(text, "zero one two");
  assert.equal(map("one".length), "zero one".length);
});

test("a caret in a word that was replaced stays in it", () => {
  const { map } = rebase("a page", "a page", "an x");
  assert.ok(map(4) <= "an x".length);
});

test("white space around what is being typed stays", () => {
  const { text, clean, map } = rebaseTyped("one two", " one two ", "one 2");
  assert.deepEqual({ text, clean }, { text: " one 2 ", clean: true });
  assert.equal(map(" one two ".length), " one 2 ".length);
  assert.equal(map(0), 0);
});
