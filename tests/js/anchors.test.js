import assert from "node:assert/strict";
import { test } from "node:test";
import { anchorAt, joined, placeOf } from "../../static/js/editor/anchors.js";

test("it is found where it was", () => {
  const text = "the tide and the ice";
  const anchor = anchorAt(text, 13, 16);
  assert.deepEqual(anchor, {
    quote: "the",
    prefix: "the tide and ",
    suffix: " ice",
    position: 13,
  });
  assert.equal(placeOf(text, anchor), 13);
});

test("what stood around it says which one is meant", () => {
  const anchor = anchorAt("at high tide, at low tide", 21, 25);
  assert.equal(placeOf("now and then at low tide, at high tide", anchor), 20);
});

test("of two that are alike, it is the nearer one", () => {
  const text = "x tide y ".repeat(20);
  const anchor = anchorAt(text, text.indexOf("tide", 90), text.indexOf("tide", 90) + 4);
  assert.equal(anchor.position, 92);
  assert.equal(placeOf(text, anchor), 92);
});

test("it is gone with its text", () => {
  assert.equal(placeOf("the ice", anchorAt("the tide", 4, 8)), -1);
  assert.equal(placeOf("anything", anchorAt("the tide", 4, 4)), -1);
});

test("white space is one space, and each character knows where it is", () => {
  const { text, places } = joined(["\n The", " ", "  tide\n", "rises "]);
  assert.equal(text, "The tide rises ");
  assert.deepEqual(places[text.indexOf("t")], [2, 2]);
  assert.deepEqual(places[text.indexOf("r")], [3, 0]);
});

// --- The law: edits around a stretch do not lose it ---

/** Numbers that look random, and are the same in each run. */
function* chances(seed) {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

test("whatever is edited elsewhere, it is found again where it is", () => {
  let moved = 0;
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = chances(seed);
    const chance = (most) => Math.floor(random.next().value * most);
    // Few words, so that the quote stands in the text more than once.
    const word = () => ["tide", "ice", "gauge", "the", "north"][chance(5)];
    const words = (count) => Array.from({ length: count }, word);
    const before = words(12 + chance(20));
    const quote = words(1 + chance(4));
    const after = words(12 + chance(20));
    const start = before.join(" ").length + 1;
    const text = [...before, ...quote, ...after].join(" ");
    const anchor = anchorAt(text, start, start + quote.join(" ").length);
    // What stands next to it stays: nothing else tells it from its likes.
    for (let edits = chance(6); edits > 0; edits -= 1) {
      const side = chance(2) ? before : after;
      const at =
        side === before ? chance(before.length - 10) : 10 + chance(after.length - 10);
      side.splice(at, chance(2), ...words(chance(3)));
      if (before.length < 11 || after.length < 11) break;
    }
    const now = [...before, ...quote, ...after].join(" ");
    const place = placeOf(now, anchor);
    const meant = before.join(" ").length + 1;
    if (meant !== start) moved += 1;
    assert.equal(now.slice(place, place + anchor.quote.length), anchor.quote);
    const around = (at) =>
      now.slice(Math.max(0, at - 32), at + anchor.quote.length + 32);
    // Another place is as good only if it looks the same.
    if (place !== meant) assert.equal(around(place), around(meant), `seed ${seed}`);
  }
  assert.ok(moved > 100, `only ${moved} were moved`);
});
