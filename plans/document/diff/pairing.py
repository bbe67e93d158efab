"""Which parts of a plan are those of another text of it, such as one of its versions.

Only parts that can take each other's place are paired: sections, blocks of one kind
with the same columns (or plain tables that name the same rows), items of one kind. What
was taken out of the plan is found again only where it says exactly the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from plans.document.diff.alignment import aligned
from plans.document.model import (
    Block,
    BlockKind,
    Check,
    Entry,
    Field,
    Item,
    ItemKind,
    Row,
    Section,
)
from plans.document.syntax.items import blanks_of, values_of, written
from plans.document.syntax.tables import columns_of

T = TypeVar("T")
# Whether a block collects sign-offs is no difference: an owner decides that.
_FAMILIES = {
    BlockKind.APPROVALS: BlockKind.FIELDS,
    BlockKind.SIGN_OFFS: BlockKind.TABLE,
}
# Of these a block has one, as a rule: it is the same one whatever it says.
_ALONE = (ItemKind.PASSAGE, ItemKind.CODE, ItemKind.FRONT_MATTER)


# Partners that are known before anything is compared, by `id()` of the new part.
Known = Mapping[int, T]
NOTHING_KNOWN: Mapping[int, Any] = {}


def pair_sections(
    present: Sequence[Section],
    removed: Sequence[Section],
    new: Sequence[Section],
    known: Known[Section] = NOTHING_KNOWN,
) -> list[Section | None]:
    """The partner of each of the `new` ones."""
    paths = _paths(present) | _paths(new)
    keys: list[Callable[[Section], str]] = [
        lambda section: f"{paths[id(section)]}\x1e{_content(section)}",
        lambda section: paths[id(section)],
        _heading,
        # A heading was changed where what stands below it is as it was.
        _content,
        lambda section: _content(section, slice(1)),
        lambda section: _content(section, slice(-1, None)),
        # Or where nothing does, before and after.
        _level_of_empty,
    ]
    return paired(present, removed, new, keys, [_heading, _content], known)


def pair_blocks(
    present: Sequence[Block],
    removed: Sequence[Block],
    new: Sequence[Block],
    known: Known[Block] = NOTHING_KNOWN,
) -> list[Block | None]:
    keys = [_whole_block, _shape, _first_column, _first_row]
    return paired(present, removed, new, keys, [_whole_block], known)


def pair_items(
    present: Sequence[Item],
    removed: Sequence[Item],
    new: Sequence[Item],
    known: Known[Item] = NOTHING_KNOWN,
) -> list[Item | None]:
    keys: list[Callable[[Item], str]] = [
        _whole,
        _name,
        lambda item: opening(item, 3),
        lambda item: opening(item, 1),
        _kind,
    ]
    return paired(present, removed, new, keys, [_whole, _name], known)


def paired(
    present: Sequence[T],
    removed: Sequence[T],
    new: Sequence[T],
    keys: Sequence[Callable[[T], str]],
    anywhere: Sequence[Callable[[T], str]],
    known: Known[T] = NOTHING_KNOWN,
) -> list[T | None]:
    """What is known first, then in order; what is left by the keys that tell wherever
    it stands; then what was removed by the first of these, the last to go first."""
    here = {id(old) for old in present}
    partners = {
        id(part): known[id(part)]
        for part in new
        if id(part) in known and id(known[id(part)]) in here
    }
    taken = {id(old) for old in partners.values()}
    unknown = [part for part in new if id(part) not in partners]
    free = [part for part in present if id(part) not in taken]
    for before, after in aligned(free, unknown, keys):
        if before is not None and after is not None:
            partners[id(after)] = before
    pools = [(present, key) for key in anywhere]
    if removed and anywhere:
        pools.append((removed, anywhere[0]))
    for pool, key in pools:
        taken = {id(old) for old in partners.values()}
        left: dict[str, list[T]] = defaultdict(list)
        for old in pool:
            if id(old) not in taken:
                left[key(old)].append(old)
        for part in new:
            if id(part) not in partners and (candidates := left.get(key(part))):
                partners[id(part)] = candidates.pop()
    return [partners.get(id(part)) for part in new]


# --- keys ----------------------------------------------------------------------------


def _paths(sections: Sequence[Section]) -> dict[int, str]:
    paths: dict[int, str] = {}
    above: list[Section] = []
    for section in sections:
        above = [each for each in above if each.level < section.level] + [section]
        paths[id(section)] = "\x1f".join(f"{s.level} {s.heading}" for s in above)
    return paths


def _heading(section: Section) -> str:
    return f"{section.level}\x1f{section.heading}"


def _content(section: Section, part: slice = slice(None)) -> str:
    """What is empty is like nothing else."""
    texts = [written(item) for item in section.walk()][part]
    return f"{section.level}\x1e" + ("\x1e".join(texts) or str(id(section)))


def _level_of_empty(section: Section) -> str:
    return f"{id(section)}" if section.blocks else f"{section.level}"


def _shape(block: Block) -> str:
    family = _FAMILIES.get(block.kind, block.kind)
    return "\x1f".join((family, *columns_of(block)))


def can_replace(block: Block, other: Block) -> bool:
    """Whether one block can get the other's text and stay what it is: columns that a
    kind of table knows are kept where they belong."""
    is_plain = block.kind is other.kind is BlockKind.TABLE
    return is_plain or _shape(block) == _shape(other)


def _first_column(block: Block) -> str:
    """A plain table may have got other columns: the one that names its rows stays."""
    if block.kind is not BlockKind.TABLE or not (columns := columns_of(block)):
        return f"{id(block)}"
    return columns[0]


def _first_row(block: Block) -> str:
    """Or even that one has another name."""
    if block.kind is not BlockKind.TABLE or not block.items:
        return f"{id(block)}"
    return _name(block.items[0])


def _whole_block(block: Block) -> str:
    return "\x1e".join((_shape(block), *(written(item) for item in block.walk())))


def _whole(item: Item) -> str:
    return "\x1e".join(f"{each.kind}\x1f{written(each)}" for each in item.walk())


def _name(item: Item) -> str:
    """What people would call it; what has no name is like nothing else."""
    match item:
        case Field():
            name = item.label
        case Check() | Entry():
            name = item.text
        case Row():
            name = item.cells[0] if item.cells else ""
        case _:
            name = ""
    return f"{item.kind}\x1f{name or id(item)}"


def opening(item: Item, count: int) -> str:
    """The first words of what an item says, apart from its name."""
    texts = values_of(item)
    if isinstance(item, Row):
        texts = texts[1:]
    words = " ".join(texts).split(maxsplit=count)[:count]
    if not words and not isinstance(item, Row):  # a blank is known by its hint
        hints = [blank.hint for blank in blanks_of(item) if blank]
        words = " ".join(hints).split()
    return f"{item.kind}\x1f{' '.join(words).casefold() or id(item)}"


def _kind(item: Item) -> str:
    return str(item.kind) if item.kind in _ALONE else f"{id(item)}"
