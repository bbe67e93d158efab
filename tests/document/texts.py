"""Texts to try the document on: hostile values, Markdown by chance, and plans."""

from hypothesis import strategies as st

from plans.document import Field, ItemKind, Row, clean

# What people type (or paste) that could be taken for structure.
HOSTILE = [
    "",
    "  leading",
    "trailing  ",
    "    indented",
    "\ta",
    "a\n    code",
    "- looks like item",
    "+ x",
    "-",
    "*",
    "a\n- b\n- c",
    "- [ ] x\n- [x] y",
    "1. numbered",
    "10) x",
    "1.",
    "a\n2. b",
    "---",
    "***",
    "_ _ _",
    "a\n---",
    "a\n===",
    "=== ",
    "a\n\n---",
    "Setext\n---\nrest",
    "---\na: b\n---",
    "# heading",
    "##",
    "a #",
    "a\n# heading",
    "[x] done",
    "[ ] todo",
    "[x]",
    "[P]",
    "**Bold**: x",
    "**Y:** z",
    "a\n**Y**: z",
    "x | **Y**: z",
    "x \\| **Y**: z",
    "```",
    "```\ncode\n```",
    "a\n```",
    "~~~",
    "a\n~~~",
    "`a|b`",
    "<!-- open",
    "<!-- c -->",
    "<!-- a --> b <!-- c -->",
    "<script>",
    "<div>",
    "a\n<div>\nb",
    "<br>",
    "a<br>b",
    "a<br><br>b",
    "a <br/> <BR> <br /> b",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a | b",
    "a\n| - | - |",
    "| x",
    "|",
    "|---|",
    "::",
    "-- x",
    "\\|",
    "\\\\|",
    "a\\\\\\|b",
    "a\\",
    "\\- x",
    "\\\\# y",
    "\\[x]",
    "\\",
    "[blank]",
    "`[code]`",
    "[a\nb]",
    "[[x]]",
    "[^1]",
    "[a](b)",
    "[a]: b",
    "a\n[a]: b",
    "[...]",
    "...",
    "High/Med/Low",
    "[NEEDS CLARIFICATION: why?]",
    "NEEDS CLARIFICATION",
    "> q",
    "a\n\nb",
    "a\n\n\n\nb",
    "a\r\nb",
    "a\rb",
    "a\x0bb",
    "a\u2028b",
    "\u2028",
    "\ufeffa",
    "a\x00b",
    "\ud800",
    "é中文",
    "&#124;",
    "https://x.y",
]

# A text by chance is a row of these.
FRAGMENTS = [
    *("- ", "* ", "+ ", "1. ", "2) ", "  ", "    ", "\t", "> ", "- [ ] ", "- [x] "),
    *("# ", "## ", "### Phase 1: Build", "## Approvals", "###### ", " #", "#"),
    *("---", "***", "===", "- - -", "```", "````", "~~~", "```text", "<!--", "-->"),
    *("| a | b |", "|---|---|", "| Risk | Mitigation |", "|", "\\|", "\\", ":-:"),
    *("**Label**: ", "**Label:** ", "- **A**: b", "**Storage**: ", "**", " | **B**: c"),
    *("[ ] ", "[x] ", "[", "]", "[e.g., x]", "[DATE]", "[A | B]", "[Name]", "[P]"),
    *("[NEEDS CLARIFICATION: why?]", "NEEDS CLARIFICATION", "High/Med/Low", "[...]"),
    *("<div>", "</div>", "<script>", "<br>", "<?x", "<a", "[a]: b", "[a](b)", "[^1]"),
    *("a", "word", "é", "中文", "`", "`a|b`", "TODO", "???", "2026-02-30", "&amp;"),
    *("\u2028", "\x0b", "\x0c", "\x85", "\x00", "\ufeff", " ", "\xa0"),
    *("\n", "\n", "\n", "\n\n", "\r\n", "\r", "\n\n\n", "  \n", "\n  ", "\n    "),
]
documents = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("\n".join),
    st.text(),
    st.text(alphabet="-*#|`~[]<>!\\ \t\n\r:a1.=_x", max_size=40),
)
values = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from([*HOSTILE, "\n", " "]), max_size=4).map("\n".join),
    st.text(),
    st.text(alphabet="-*#|`~[]<>!\\ \t\n:a1.=_xbr/+>", max_size=25),
    documents,
)

# A decision as it stands behind a name.
MARK = " — approved by Dana Okafor on 2026-11-24, version 3, sha256 1a2b3c4d5e6f"

# Marks, whole and in parts, among all that Markdown may hold.
MARK_PARTS = [
    *(MARK, MARK.strip(), MARK + "7", MARK.removesuffix("f"), MARK * 3),
    *(" — approved by ", "—", " — ", " on 2026-11-24, version 3, sha256 1a2b3c4d5e6f"),
    *(" on 2026-11-24", ", version 3", ", sha256 ", "1a2b3c4d5e6f", "Dana", "<pre"),
    *("\n- **Lead**: Dana", "\n- **A**:", "\n**B**: ", "\n**C**: x | **D**: ", "\n\n"),
    *("\n  ", "\n  - **E**: ", "\n  - f", "\n- g", "\n\n- **H**: i", "\n  +", "\n  1."),
    *("\n===", "\n---", "\n|---|", "\n#", "\n  ```", "\n## Approvals\n\n", "\n## Z\n"),
]
approvals = st.lists(
    st.sampled_from([*MARK_PARTS, *MARK_PARTS, *FRAGMENTS]), max_size=14
).map(lambda parts: "## Approvals\n\n- **A**: " + "".join(parts))

# One of each kind of item, nested ones too.
KINDS = """\
---
title: x
---

# Plan: Kinds

A first passage,
of two lines.

- **Bulleted**: a value
- **Blank**: [e.g., something]
- **In code**: `[###-feature]`
- **With a list**:
  - nested one
  - nested two
    with a second line
  1. counted
- **Last**: z

**Alone**: first

**Shared**: one | **Line**: two | **More**: three
**Next line**: four

**Listed**:

- under a label

## Checks

- [ ] open
- [x] ticked
  - nested in a check

1. one
2. two

   a raw part

| A | B \\| C | D |
|---|:--:|--:|
| 1 | `x|y` | |
| [hint] | High/Med/Low | 3 |
| short |

```python
code = [1]
```

Words between.

    indented code

> a quotation

<div>html</div>

## Last

- end
"""


def can_be_typed_into(item):
    return item.kind not in (ItemKind.GUIDANCE, ItemKind.FRONT_MATTER)


def set_value(item, index, value):
    """Type a value into an item, at the place `index` among its values."""
    if isinstance(item, Field):
        item.value = value
    elif isinstance(item, Row):
        item.cells[index] = value
    else:
        item.text = value
    clean(item)
