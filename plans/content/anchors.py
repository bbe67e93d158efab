"""Which text of an item a thread is about, and where that is in the text of now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plans import document as doc

MAX_QUOTE_CHARACTERS = 1_000  # static/js/editor/stretches.js offers no more
MAX_CONTEXT_CHARACTERS = 64


@dataclass(frozen=True)
class About:
    """`key` names the value; `quote` is a stretch of what it shows, or what an open
    question in it asks. `prefix` and `suffix` stood around the stretch, which began at
    `position`."""

    key: str
    quote: str
    is_question: bool = False
    prefix: str = ""
    suffix: str = ""
    position: int | None = None


def questions_in(values: dict[str, Any]) -> list[tuple[str, str]]:
    """The open questions in an item's values (as a Change keeps them): the name of the
    value, and what is asked."""
    texts = {name: text for name, text in values.items() if isinstance(text, str)}
    cells = values.get("cells") or []
    texts |= {f"cell-{column}": text for column, text in enumerate(cells)}
    return [
        (name, question) for name in texts for question in doc.questions(texts[name])
    ]
