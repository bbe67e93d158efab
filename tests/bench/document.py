"""Reading and writing, next to the block parse alone and to markdown-it-py's whole
parse (with inline tokens, which the planner does not need)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt

from plans.document import check, default_template, finalize, read, write
from plans.document.diff.merge import merge
from plans.document.syntax.parsing import block_tokens
from tests.bench._samples import finished_plan, largest_corpus_file, long_table
from tests.bench._timing import median_ms


def run() -> Iterator[dict[str, Any]]:
    samples = {
        "template": default_template(),
        "finished_plan": finished_plan(),
        "corpus_largest": largest_corpus_file(),
        "table_2000_rows": long_table(2_000),
    }
    parser = MarkdownIt("commonmark").enable("table")
    for name, text in samples.items():
        if text is None:  # the corpus is not beside every checkout
            continue
        document = read(text)
        yield {
            "sample": name,
            "kb": len(text.encode()) / 1000,
            "read_ms": median_ms(lambda text=text: read(text)),
            "write_ms": median_ms(lambda document=document: write(document)),
            "check_ms": median_ms(lambda document=document: check(document)),
            "block_parse_ms": median_ms(lambda text=text: block_tokens(text)),
            "whole_parse_ms": median_ms(lambda text=text: parser.parse(text)),
        }
    document = read(finished_plan())
    yield {
        "sample": "finished_export",
        "ms": median_ms(lambda: finalize(document)),
    }
    for edits in (4, 40):
        texts = edited_texts(edits)
        yield {
            "sample": f"merge_100000_characters_{edits}_edits",
            "ms": median_ms(lambda texts=texts: merge(*texts)),
        }


def edited_texts(edits: int) -> tuple[str, str, str]:
    """A text of one line, and two that differ from it in so many places."""
    words = finished_plan().replace("\n", " ").split(" ") * 9
    base = " ".join(words)[:100_000].split(" ")
    mine, theirs = list(base), list(base)
    for number in range(edits):
        at = number * len(base) // edits
        mine[at] = f"mine-{number}"
        theirs[at + len(base) // edits // 2] = f"theirs-{number}"
    return " ".join(base), " ".join(mine), " ".join(theirs)
