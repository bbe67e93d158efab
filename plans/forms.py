"""Forms of the pages that are forms: a new plan, an import, a decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from plans.limits import Unreadable, check_size, decode
from plans.models import SignOff


class MarkdownFile(forms.FileField):
    """A file that is read as text; `clean` gives the text itself."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.ClearableFileInput(attrs={"accept": ".md,.markdown,text/*"})
        super().__init__(widget=widget, allow_empty_file=True, **kwargs)

    def clean(self, data: UploadedFile | None, initial: Any = None) -> str:
        uploaded = super().clean(data, initial)
        if not uploaded:
            return ""
        try:
            return decode(uploaded.read())
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None


class NewPlan(forms.Form):
    feature = forms.CharField(
        max_length=200,
        label="Feature",
        help_text="Its name becomes the title of the plan.",
    )
    branch = forms.CharField(
        max_length=120,
        required=False,
        label="Branch",
        help_text="As spec-kit names it, for example 012-tide-tables.",
    )
    area = forms.CharField(
        max_length=80,
        required=False,
        label="Area",
        help_text="A tag for the part of the product it belongs to.",
    )
    date = forms.DateField(
        required=False,
        label="Date",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    template = MarkdownFile(
        required=False,
        label="Your own template",
        help_text="A Markdown file with blanks in [brackets]. "
        "Without one, the planner’s ten sections are used.",
    )


class ImportPlan(forms.Form):
    file = MarkdownFile(
        required=False, label="A plan.md file", help_text="Up to 1 MB and 6,000 lines."
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label="Or its text",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        # Browsers send every line of a text area with CRLF, whatever was pasted.
        pasted = (data.get("text") or "").replace("\r\n", "\n")
        data["markdown"] = data.get("file") or pasted
        try:
            check_size(data["markdown"])
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from None
        return data


NO_SUCH_VERSION = "There is no such version. Reload the page and look at it again."
_CHOOSE = "Choose whether you approve or decline."


class Decision(forms.Form):
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": NO_SUCH_VERSION, "invalid": NO_SUCH_VERSION},
    )
    decision = forms.ChoiceField(
        choices=[("approve", "Approve"), ("decline", "Decline")],
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        required=False,
        max_length=5_000,
        error_messages={"max_length": "A comment may have up to 5000 characters."},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when you decline: say what has to change.",
    )

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(SignOff.Decision.choices)
