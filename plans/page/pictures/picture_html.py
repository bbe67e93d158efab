"""Pictures as markup: made once for equal pictures, whoever reads them."""

from __future__ import annotations

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from plans.page.pictures.placement import Picture

_KEPT = 500


def pictures_html(section: int, pictures: tuple[Picture, ...]) -> SafeString:
    """`#pictures-N`: those of a section, which may be none."""
    inside = "".join(_picture_html(section, picture) for picture in pictures)
    return format_html(
        '<div class="pictures" id="pictures-{}">{}</div>',
        section,
        mark_safe(inside),  # noqa: S308
    )


@lru_cache(maxsize=_KEPT)
def _picture_html(section: int, picture: Picture) -> str:
    context = {"picture": picture, "id": f"picture-{picture.kind}-{section}"}
    return render_to_string(picture.template, context)
