"""Forms about the templates of a team."""

from __future__ import annotations

from typing import Any

from django import forms

from plans.content.limits import MAX_FILE_BYTES
from plans.forms.plans import MarkdownFile
from plans.models import TemplateVersion
from plans.models.template import LONGEST_TEMPLATE_NAME, LONGEST_TEMPLATE_NOTE

_TOO_LONG = "The text is longer than 1 MB, the limit for a plan."


class VersionForm(forms.Form):
    """The text of a template, and what goes with it. `text`: what is to be stored, of
    the file if one was sent."""

    # So none of the two places for the text is marked as optional.
    one_is_enough = True

    file = MarkdownFile(
        required=False,
        label="A Markdown file",
        help_text="Replaces the text below. spec-kit keeps its own in "
        "<code>.specify/templates/plan-template.md</code> of a project.",
    )
    markdown = forms.CharField(
        required=False,
        strip=False,
        label="Text of the template",
        help_text="Headings become sections, [brackets] become blanks, and [A | B] a "
        "choice.",
        max_length=MAX_FILE_BYTES,
        error_messages={"max_length": _TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false"}),
    )
    hints = forms.CharField(
        required=False,
        strip=False,
        label="Guidance that stays out of the file",
        help_text="Repeat a heading and write below it; for a single field, write "
        "“- **Its label**: what to put there”.",
        max_length=MAX_FILE_BYTES,
        error_messages={"max_length": _TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    note = forms.CharField(
        required=False,
        max_length=LONGEST_TEMPLATE_NOTE,
        label="What is new",
        help_text="A note for the people whose plans came from this template.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, newest: TemplateVersion | None = None, **kwargs: Any
    ) -> None:
        if newest is not None:
            kwargs["initial"] = {
                "markdown": newest.markdown,
                "hints": newest.hints,
                "seen": newest.number,
            } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.newest = newest

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["text"] = data.get("file") or self._as_written(data.get("markdown") or "")
        data["hints"] = (data.get("hints") or "").replace("\r\n", "\n")
        return data

    def _as_written(self, typed: str) -> str:
        """A text area sends every line with CRLF, whatever was in it: as the version
        before has them, with its byte order mark."""
        text = typed.replace("\r\n", "\n")
        before = self.newest.markdown if self.newest else ""
        if "\r\n" in before and "\n" not in before.replace("\r\n", ""):
            text = text.replace("\n", "\r\n")
        is_marked = before.startswith("\ufeff") and not text.startswith("\ufeff")
        return "\ufeff" + text if is_marked else text

    def follow(self, newest: TemplateVersion) -> None:
        """A newer version was seen with the refusal: the next try goes on from it."""
        self.newest = newest
        self.data = {**self.data.dict(), "seen": str(newest.number)}  # type: ignore[attr-defined]

    def add_unreadable(self, reason: str) -> None:
        """Reported at the file field, where a file was sent."""
        self.add_error("file" if self.cleaned_data.get("file") else "markdown", reason)


class NewTemplateForm(VersionForm):
    name = forms.CharField(
        max_length=LONGEST_TEMPLATE_NAME,
        label="Name",
        help_text="For example “Service plan”. You can rename it later.",
    )
    field_order = ("name", "file", "markdown", "hints", "note")


class TemplateName(forms.Form):
    name = forms.CharField(max_length=LONGEST_TEMPLATE_NAME, label="Name")
