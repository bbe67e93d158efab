"""What a file of a plan may have begun as: texts that left the planner or came in,
versions, and what the plan said in the past. Nobody can tell from an edited file, so
the text that it is most like counts, unless somebody picks one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from django.db.models import Max, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from plans import document as doc
from plans import formats
from plans.content import storage
from plans.content.limits import Unreadable
from plans.content.past_documents import document_after
from plans.content.versions import AnyVersion, find_version, versions_of
from plans.document.signatures.markers import holds_marker
from plans.document.syntax.comments import without_generated
from plans.models import Change, OutsideCopy, Plan, Version

COPY = "copy-"
CHANGE = "change-"
# The plan as it is now: everything that is different is then a change to choose.
NOW = "now"
_VERSIONS = 10
# So many days with changes are offered.
_DAYS = 10
# Of a line that is there, in lines that are missing.
_WEIGHT = 20


@dataclass(frozen=True)
class Base:
    """`key`: what it is called in a form; `title`: in a sentence. `text`: None for the
    plan as it is now."""

    key: str
    title: str
    text: str | None


@dataclass(frozen=True)
class BaseGroup:
    """Keys and titles to pick from, the newest first."""

    name: str
    choices: list[tuple[str, str]]


def base_groups(plan: Plan, picked: Base) -> list[BaseGroup]:
    """All that can be picked, with who and when; without their texts. `picked`: one
    that is then among them."""
    without_texts = _copies(plan).defer("packed")
    copies = [(_key_of(copy), _title_of(copy)) for copy in without_texts]
    versions = [(each.key, _title_of_version(each)) for each in versions_of(plan)]
    days = [
        (f"{CHANGE}{change.number}", _title_of_change(change))
        for change in _last_of_days(plan)
    ]
    if picked.key.startswith(CHANGE) and picked.key not in dict(days):
        days.insert(0, (picked.key, picked.title))
    groups = [
        BaseGroup("Downloads and files", copies),
        BaseGroup("Versions", versions),
        BaseGroup("History", [*days, (NOW, _now().title)]),
    ]
    return [group for group in groups if group.choices]


def _last_of_days(plan: Plan) -> QuerySet[Change]:
    """The last change of each of the newest days that have some."""
    days = plan.changes.order_by().annotate(day=TruncDate("created_at")).values("day")
    numbers = days.annotate(last=Max("number")).order_by("-day")
    last = [each["last"] for each in numbers[:_DAYS]]
    changes = plan.changes.filter(number__in=last).defer("edits")
    return changes.select_related("actor", "suggested_by")


def bases_of(plan: Plan) -> list[Base]:
    """What a text is guessed to be from: the newest first, and the plan as it is now as
    the last. Three queries."""
    rows = [
        *((copy.given_at, _of_copy(copy)) for copy in _copies(plan)),
        *(
            (version.created_at, _of_version(version))
            for versions in (plan.versions, plan.saved_versions)
            for version in versions.select_related("author")[:_VERSIONS]
        ),
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    return [*(base for _, base in rows), _now()]


def find_base(plan: Plan, key: str) -> Base | None:
    """One of them by its key; None if it is not there (any more)."""
    if key == NOW:
        return _now()
    if number := _number_in(key, COPY):
        copy = _copies(plan).filter(pk=number).first()
        return _of_copy(copy) if copy else None
    if number := _number_in(key, CHANGE):
        changes = plan.changes.filter(number=number)
        change = changes.select_related("actor", "suggested_by").first()
        return _of_change(plan, change) if change else None
    version = find_version(plan, key)
    return _of_version(version) if version else None


def key_at(plan: Plan, moment: str) -> str:
    """The key of the text that a plan had at a time (`2026-11-30T17:45`) or at the end
    of a day (`2026-11-30`), before its beginning the first one; "" for anything else.
    """
    try:
        at = parse_datetime(moment)
        if day := parse_date(moment):
            at = datetime.combine(day, time.max)
        if at is None:
            return ""
        at = timezone.make_aware(at) if timezone.is_naive(at) else at
    except (ValueError, OverflowError):
        return ""
    changes = plan.changes.order_by("-number").values_list("number", flat=True)
    # Within the minute, for that is as exactly as people can say it.
    last = changes.filter(created_at__lte=at.replace(second=59, microsecond=999_999))
    number = last.first() or changes.last()
    return f"{CHANGE}{number}" if number else ""


def _number_in(key: str, prefix: str) -> int:
    """The number behind the prefix of a key; 0 for any other key."""
    digits = key.removeprefix(prefix)
    is_known = key.startswith(prefix) and digits.isascii() and digits.isdecimal()
    return int(digits) if is_known and len(digits) < 10 else 0


def _now() -> Base:
    return Base(NOW, "the plan as it is now", None)


def _copies(plan: Plan) -> QuerySet[OutsideCopy]:
    return plan.outside_copies.select_related("person")


def _of_copy(copy: OutsideCopy) -> Base:
    return Base(_key_of(copy), _title_of(copy), copy.text)


def _key_of(copy: OutsideCopy) -> str:
    return f"{COPY}{copy.pk}"


def _title_of(copy: OutsideCopy) -> str:
    day = formats.write(copy.given_at, "day clock")
    name = copy.person.name if copy.person else ""
    if copy.form == OutsideCopy.Form.FILE:
        by = f" that {name} brought in" if name else " brought in"
        return f"the file{by} on {day}"
    by = f" that {name} downloaded" if name else " exported"
    return f"the {copy.get_form_display()}{by} on {day}"


def _of_version(version: AnyVersion) -> Base:
    return Base(version.key, _title_of_version(version), version.markdown)


def _title_of_version(version: AnyVersion) -> str:
    deed = "submitted" if isinstance(version, Version) else "saved"
    day = formats.write(version.created_at, "day clock")
    return f"{version.title} that {version.author.name} {deed} on {day}"


def _of_change(plan: Plan, change: Change) -> Base:
    text = doc.write(document_after(plan, change))
    return Base(f"{CHANGE}{change.number}", _title_of_change(change), text)


def _title_of_change(change: Change) -> str:
    day = formats.write(change.created_at, "day clock")
    deed = " ".join(filter(None, (change.actor.name, change.deed, change.label)))
    return f"the text after change {change.number} on {day} ({deed})"


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
