"""Sections as markup, kept while nothing in them changes.

Most of a plan's page is as it was the last time. What a section shows follows from its
own columns, those of its blocks, and the markup of its items; so that is the key under
which its markup is kept, and a section that changed in any of them is made anew.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import fields
from typing import Any

from django.db.models import Model
from django.utils.safestring import SafeString, mark_safe

from plans.models import Plan
from plans.page.item_html import node_html, rendered, written_for
from plans.page.view_models import BlockView, SectionView

# So many sections are kept, of some 4 kB, and none that is much longer: most of it is
# the markup of items then, which is kept by itself.
_KEPT = 2_000
_LONGEST_KEPT = 50_000
_kept: dict[Hashable, SafeString] = {}


def _names(view: type) -> list[str]:
    """What a template can ask a view model for, but for what stands in it."""
    own = [field.name for field in fields(view)]
    computed = [name for name in dir(view) if isinstance(getattr(view, name), property)]
    return [each for each in own + computed if each not in _CONTENT]


_CONTENT = {"row", "section", "block", "blocks", "items"}
_OF_SECTION, _OF_BLOCK = _names(SectionView), _names(BlockView)


def sections_html(
    sections: Iterable[SectionView], plan: Plan, can_edit: bool
) -> SafeString:
    """All sections that show anything. For `with_token`.

    Made before the page's own template is rendered, not from within it: Python gets
    slower the more functions have called one another, here by half.
    """
    shown = (each for each in sections if not each.is_empty)
    html = "\n".join([section_html(each, plan, can_edit) for each in shown])
    return mark_safe(html)  # noqa: S308


def section_html(section: SectionView, plan: Plan, can_edit: bool) -> SafeString:
    """`#section-N`. Its template is given nothing but the section, whose it is, and
    whether the reader may edit. For `with_token`."""
    key = (plan.url, can_edit, _key(section, plan, can_edit))
    try:
        html = _kept.get(key)
    except TypeError:  # something new in a view model that cannot be compared
        return _html(section, plan, can_edit)
    if html is None:
        html = _html(section, plan, can_edit)
        if len(_kept) >= _KEPT:
            forget()
        if len(html) <= _LONGEST_KEPT:
            _kept[key] = html
    return html


def forget() -> None:
    """Empties what is kept."""
    _kept.clear()


def _html(section: SectionView, plan: Plan, can_edit: bool) -> SafeString:
    return rendered(
        "plans/_section.html", section=section, plan=plan, can_edit=can_edit
    )


def _key(section: SectionView, plan: Plan, can_edit: bool) -> Hashable:
    blocks = [
        (
            _columns(block.row),
            _facts(block, _OF_BLOCK),
            *(node_html(item, plan, can_edit) for item in block.items),
        )
        for block in section.blocks
    ]
    dates = written_for() if section.assignment else ()
    return (_columns(section.row), _facts(section, _OF_SECTION), dates, *blocks)


def _facts(view: SectionView | BlockView, names: list[str]) -> tuple[Any, ...]:
    return tuple([_comparable(getattr(view, name)) for name in names])


def _columns(row: Model) -> tuple[Any, ...]:
    return tuple(
        [_comparable(each) for name, each in vars(row).items() if name[0] != "_"]
    )


def _comparable(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return frozenset(value) if isinstance(value, set) else value
