import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, fitting, occurrences } from "../../static/js/finding/matches.js";

const names = (choices) => choices.map(({ name }) => name);

test("every typed word has to be in the name, in any order", () => {
  assert.ok(fit("Phase 1: Design & Setup", "setup 1") > 0);
  assert.equal(fit("Phase 1: Design & Setup", "setup 2"), 0);
});

test("capitals and accents do not matter", () => {
  assert.ok(fit("Éclairage", "eclair") > 0);
  assert.ok(fit("Risks", "RISK") > 0);
});

test("a name that begins so stands before one with a word that does, and that before others", () => {
  const choices = ["Reasons", "Open sons", "Sons"].map((name) => ({ name }));
  assert.deepEqual(names(fitting(choices, "sons")), ["Sons", "Open sons", "Reasons"]);
});

test("without a word, all stay in their order", () => {
  const choices = ["b", "a"].map((name) => ({ name }));
  assert.deepEqual(names(fitting(choices, " ")), ["b", "a"]);
});

test("occurrences do not overlap, and do not mind capitals", () => {
  assert.deepEqual(occurrences("aAaA", "aa"), [
    [0, 2],
    [2, 4],
  ]);
  assert.deepEqual(occurrences("abc", ""), []);
});

test("offsets are those of the text where folding would change its length", () => {
  // A capital I with a dot is two characters in lower case.
  assert.deepEqual(occurrences("İx x", "x"), [
    [1, 2],
    [3, 4],
  ]);
});
