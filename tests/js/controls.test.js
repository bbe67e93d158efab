// What a control says and what the server has of it, on stand-ins for elements.
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  basesOf,
  isDirty,
  isSameButForSpace,
  isText,
  setCleaned,
  setStoredText,
  setText,
  setUnanswered,
  showCleaned,
  storedTextOf,
  textOf,
} from "../../static/js/editor/controls.js";

const textarea = (stored, value = stored) => ({
  tagName: "TEXTAREA",
  type: "textarea",
  defaultValue: stored,
  value,
});

const checkbox = (stored, checked = stored) => ({
  tagName: "INPUT",
  type: "checkbox",
  defaultChecked: stored,
  checked,
});

function select(values, stored) {
  const options = values.map((value) => ({ value, defaultSelected: value === stored }));
  return { tagName: "SELECT", type: "select-one", options, value: stored };
}

test("a control is dirty while it differs from what is stored", () => {
  const control = textarea("stored");
  assert.equal(isDirty(control), false);
  control.value = "typed";
  assert.equal(isDirty(control), true);
  setStoredText(control, "typed");
  assert.equal(isDirty(control), false);
});

test("a newer stored text leaves what was typed", () => {
  for (const control of [textarea("a", "typed"), select(["a", "b"], "a")]) {
    const typed = textOf(control);
    setStoredText(control, "b");
    assert.equal(storedTextOf(control), "b");
    assert.equal(textOf(control), typed);
  }
});

test("a box says true or false", () => {
  const box = checkbox(false, true);
  assert.equal(textOf(box), "true");
  assert.equal(storedTextOf(box), "false");
  setStoredText(box, "true");
  assert.equal(isDirty(box), false);
  setText(box, "false");
  assert.equal(box.checked, false);
});

test("a choice without a stored option has its first one", () => {
  assert.equal(storedTextOf(select(["", "High"], null)), "");
  assert.equal(storedTextOf({ tagName: "SELECT", options: [] }), "");
});

test("a text that the server cleaned is not dirty until it is typed into", () => {
  const control = textarea("", "typed  ");
  setCleaned(control, "typed  ", "typed");
  assert.equal(isDirty(control), false);
  control.value = "typed  on";
  assert.equal(isDirty(control), true);
});

test("what was cleaned is shown unless only white space differs", () => {
  const spaces = textarea("", "a  b");
  setCleaned(spaces, "a  b", "a b");
  showCleaned(spaces);
  assert.equal(spaces.value, "a  b");
  const dates = textarea("", "1.2.2026");
  setCleaned(dates, "1.2.2026", "2026-02-01");
  showCleaned(dates);
  assert.equal(dates.value, "2026-02-01");
});

test("a save without an answer may be what is stored", () => {
  const control = textarea("first", "third");
  setUnanswered(control, ["second"]);
  assert.deepEqual(basesOf(control), ["first", "second"]);
});

test("white space is no difference of words", () => {
  assert.ok(isSameButForSpace(" a\n b ", "a b"));
  assert.ok(!isSameButForSpace("ab", "a b"));
});

test("texts have a caret, dates and boxes do not", () => {
  assert.ok(isText(textarea("")));
  assert.ok(isText({ tagName: "INPUT", type: "text" }));
  assert.ok(!isText({ tagName: "INPUT", type: "date" }));
  assert.ok(!isText(checkbox(true)));
});
