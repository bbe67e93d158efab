import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellsOfText,
  fit,
  linesOf,
  rowsOf,
} from "../../static/js/editor/pasted-text.js";

test("bullets, numbers and boxes are no part of a line", () => {
  const text =
    "- one\r\n\n* [x] two\n  • three\n1. four\n10) five\n- [ ] six\n☐ seven\n";
  assert.deepEqual(linesOf(text), [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
  ]);
  assert.deepEqual(linesOf("-5 degrees\n3.5 metres\na-b\n\n"), [
    "-5 degrees",
    "3.5 metres",
    "a-b",
  ]);
});

test("cells may be empty, and quoted ones hold tabs, lines and quotation marks", () => {
  assert.deepEqual(cellsOfText('a\t\tb\r\n"x\n""y""\tz"\t1"2\t\r\n'), [
    ["a", "", "b"],
    ['x\n"y"\tz', '1"2', ""],
  ]);
  assert.deepEqual(cellsOfText("one"), [["one"]]);
  assert.deepEqual(cellsOfText(""), [[""]]);
});

test("a table of Markdown is one too, prose is none", () => {
  assert.deepEqual(rowsOf("| a | b\\|c |\n|---|:-:|\n| 1 | 2 |\n"), [
    ["a", "b|c"],
    ["1", "2"],
  ]);
  assert.equal(rowsOf("two\nlines"), null);
});

test("rows fit by the names of the columns, or from one on", () => {
  const columns = ["ID", "Risk", "Owner"];
  assert.deepEqual(
    fit(
      [
        ["owner", "Cost", "risk"],
        ["Bob", "3", "Ice"],
      ],
      columns,
      1,
    ),
    { rows: [["", "Ice", "Bob"]], left: ["Cost"], hasHeader: true },
  );
  assert.deepEqual(
    fit(
      [
        ["Ice", "Bob", "x"],
        ["", "", ""],
      ],
      columns,
      1,
    ),
    { rows: [["", "Ice", "Bob"]], left: [""], hasHeader: false },
  );
});
