"""What a file of a plan may have begun as: texts that left the planner or came in, and
versions. Nobody can tell from an edited file, so the text that it is most like counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from plans import document as doc
from plans import formats
from plans.content import storage
from plans.content.limits import Unreadable
from plans.content.versions import find_version
from plans.document.signatures.markers import holds_marker
from plans.document.syntax.comments import without_generated
from plans.models import OutsideCopy, Plan

COPY = "copy-"
# The plan as it is now: everything that is different is then a change to choose.
NOW = "now"
_VERSIONS = 10
# Of a line that is there, in lines that are missing.
_WEIGHT = 20


@dataclass(frozen=True)
class Base:
    """`key`: what it is called in a form; `title`: in a sentence. `text`: None for the
    plan as it is now."""

    key: str
    title: str
    text: str | None


def bases_of(plan: Plan) -> list[Base]:
    """The newest first, and the plan as it is now as the last. Three queries."""
    rows = [
        *((copy.given_at, _of_copy(copy)) for copy in _copies(plan)),
        *(
            (version.created_at, Base(version.key, version.title, version.markdown))
            for versions in (plan.versions, plan.saved_versions)
            for version in versions.all()[:_VERSIONS]
        ),
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    return [*(base for _, base in rows), Base(NOW, "the plan as it is now", None)]


def find_base(plan: Plan, key: str) -> Base | None:
    """One of them by its key; None if it is not there (any more)."""
    if key == NOW:
        return Base(NOW, "the plan as it is now", None)
    digits = key.removeprefix(COPY)
    if key.startswith(COPY) and digits.isascii() and digits.isdecimal():
        copies = _copies(plan).filter(pk=int(digits[:18]))
        copy = copies.first()
        return _of_copy(copy) if copy else None
    version = find_version(plan, key)
    return Base(version.key, version.title, version.markdown) if version else None


def _copies(plan: Plan) -> QuerySet[OutsideCopy]:
    return plan.outside_copies.select_related("person")


def _of_copy(copy: OutsideCopy) -> Base:
    day = formats.write(copy.given_at, "day clock")
    name = copy.person.name if copy.person else ""
    if copy.form == OutsideCopy.Form.FILE:
        by = f" that {name} brought in" if name else " brought in"
        title = f"the file{by} on {day}"
    else:
        by = f" that {name} downloaded" if name else " exported"
        title = f"the {copy.get_form_display()}{by} on {day}"
    return Base(f"{COPY}{copy.pk}", title, copy.text)


def closest(bases: Sequence[Base], text: str, mine: str) -> Base:
    """The one that most lines of `text` are from and the fewest are missing of; of
    several, the one with the most of its words. `mine`: the plan's text as it is now.

    A line that only one of them has was hardly typed again by chance, but any line may
    have been edited or removed: it takes many missing lines to outweigh one. Where
    nothing tells them apart, the oldest counts: what was written here since then is
    then a clash, and not undone.
    """
    texts = [mine if base.text is None else base.text for base in bases]
    by_lines = _distances(texts, text, _lines, weight=_WEIGHT)
    nearest = [n for n, each in enumerate(by_lines) if each == min(by_lines)]
    if len(nearest) > 1:
        by_words = _distances([texts[n] for n in nearest], text, str.split, weight=1)
        pairs = zip(nearest, by_words, strict=True)
        nearest = [n for n, each in pairs if each == min(by_words)]
    given_out = [n for n in nearest if bases[n].text is not None]
    return bases[max(given_out or nearest)]


def _distances(
    texts: Iterable[str],
    text: str,
    parts_of: Callable[[str], list[str]],
    *,
    weight: int,
) -> list[int]:
    """How far each of the texts is from one: its parts that are missing there, less
    those that are there, each of which counts as so many missing ones."""
    parts = Counter(parts_of(text))
    counted = (Counter(parts_of(each)) for each in texts)
    return [
        (others - parts).total() - weight * (others & parts).total()
        for others in counted
    ]


def _lines(text: str) -> list[str]:
    return [line for each in text.split("\n") if (line := each.strip())]


def comparable(plan: Plan, text: str, mine: str, places: doc.Places) -> str:
    """A text that was given out, or came back, without what giving it out put into it:
    the marks of decisions and the comment for older scripts. Raises Unreadable for
    characters that a plan cannot hold.

    `mine`: the plan's own text, which keeps what people wrote into it.
    """
    if "\0" in text:
        if not plan.nul_mark:
            raise Unreadable(
                "The text contains NUL characters. Remove them and try again."
            )
        text = text.replace("\0", plan.nul_mark)
    if holds_marker(text) and not holds_marker(mine):
        text = doc.strip_signatures(text, doc.NEWEST, places)
    if without_generated(mine) == mine:
        text = without_generated(text)
    return text


def texts_to_compare(
    plan: Plan, text: str, key: str = "", given: str | None = None
) -> tuple[Base, str]:
    """What a text is compared with, and the text, both as `comparable` has them.

    `key`: the one that was picked; without it, the closest. `given`: the very text that
    it began as, which then nobody has to look for. Raises Unreadable.
    """
    document = storage.load(plan).document
    mine = doc.write(document)

    def bare(each: str) -> str:
        return comparable(plan, each, mine, document.places)

    if given is not None:
        return Base("", "the given text", bare(given)), bare(text)
    base = find_base(plan, key) if key else None
    if base is None:
        base = closest(bases_of(plan), text, mine)
    if base.text is not None:
        base = replace(base, text=bare(base.text))
    return base, bare(text)
