"""Forms of the pages that are forms: a new plan, an import, a decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone

from plans.accounts import own_key, reauthentication
from plans.actions.plans import own_team
from plans.content.limits import (
    COMMENT_TOO_LONG,
    MAX_COMMENT_CHARACTERS,
    Unreadable,
    check_size,
    decode,
)
from plans.models import (
    AuditRecord,
    Membership,
    Team,
    Template,
    TemplateVersion,
    User,
)
from plans.reviews.intents import OwnSignature


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


class TeamChoiceForm(forms.Form):
    """Asks which team a plan is for, where there is a choice."""

    team = forms.ModelChoiceField(
        Team.objects.none(),
        to_field_name="slug",
        empty_label=None,
        label="Team",
        help_text="The team owns the plan, and its members can see it.",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        roles = [Membership.Role.OWNER, Membership.Role.EDITOR]
        mine = user.memberships.filter(role__in=roles).values("team")
        self.teams = teams = Team.objects.filter(pk__in=mine)
        if len(teams) > 1:
            choice = self.fields["team"]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = teams
        else:
            del self.fields["team"]

    def chosen_team(self) -> Team:
        """The one chosen; without a choice the person's own."""
        return self.cleaned_data.get("team") or own_team(actor=self.user)


BUILT_IN = "built-in"


class NewPlan(TeamChoiceForm):
    start_from = forms.ChoiceField(
        required=False,
        label="Template",
        help_text="What the plan starts from: its sections and blanks.",
    )
    feature = forms.CharField(
        max_length=200,
        label="Feature",
        help_text="The name becomes the plan’s title.",
    )
    branch = forms.CharField(
        max_length=120,
        required=False,
        label="Branch",
        help_text="The spec-kit branch name, for example 012-tide-tables.",
    )
    area = forms.CharField(
        max_length=80,
        required=False,
        label="Area",
        help_text="A tag for the product area it belongs to.",
    )
    date = forms.DateField(
        required=False,
        label="Date",
        help_text="The date of the plan. Other dates, such as “Due”, stay blank.",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    template = MarkdownFile(
        required=False,
        label="Another template, as a file",
        help_text="A Markdown file with blanks in [brackets], for this plan alone.",
    )

    field_order = ("team", "feature", "start_from", "template")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start_from"].choices = self._templates()  # type: ignore[attr-defined]
        if not self.is_bound:  # after a refusal, the focus is where it is wrong
            self.fields["feature"].widget.attrs["autofocus"] = True

    def _templates(self) -> list[tuple[str, Any]]:
        """The default first, then the team's own; of several teams, by team."""
        rows = Template.objects.current().filter(team__in=self.teams)
        self.rows = {str(row.pk): row for row in rows.select_related("team")}
        built_in = (BUILT_IN, "Built-in template")
        if len(self.teams) > 1:
            by_team: dict[str, list[tuple[str, str]]] = {}
            for key, row in self.rows.items():
                by_team.setdefault(row.team.name, []).append((key, row.name))
            return [("", "The team’s default"), built_in, *by_team.items()]
        default = next((row for row in self.rows.values() if row.is_default), None)
        if default is None:
            first: list[tuple[str, Any]] = [("", "Built-in template (default)")]
        else:
            first = [("", f"{default.name} (default)"), built_in]
        others = self.rows.items()
        return first + [(key, row.name) for key, row in others if row != default]

    def clean_start_from(self) -> Template | None:
        """The template that was chosen; None for the built-in one."""
        key = self.cleaned_data["start_from"]
        team = self.cleaned_data.get("team")
        if key in self.rows:
            row = self.rows[key]
            if team and team != row.team:
                raise forms.ValidationError(
                    f"This is a template of {row.team.name}. Choose one of "
                    f"{team.name}, or that team."
                )
            return row
        if key == BUILT_IN:
            return None
        return self.default_of(team or next(iter(self.teams), None))

    def default_of(self, team: Team | None) -> Template | None:
        """What new plans of a team start from; None: the built-in one."""
        rows = self.rows.values()
        return next((row for row in rows if row.is_default and row.team == team), None)

    def chosen_version(self) -> TemplateVersion | None:
        """The newest version of the template that was chosen."""
        template = self.cleaned_data.get("start_from")
        return template.newest() if template else None


class ImportPlan(forms.Form):
    # So none of its fields is marked as optional.
    one_is_enough = True

    file = MarkdownFile(
        required=False, label="A plan.md file", help_text="Up to 1 MB and 6,000 lines."
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label="Or paste its text",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    template = MarkdownFile(
        required=False,
        label="The template it’s based on",
        help_text="Only needed for a template of your own, so that its remaining "
        "placeholders are found and its comments are left out of the "
        "finished plan.",
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
            self.add_unreadable(error)
        return data

    def add_unreadable(self, error: Unreadable) -> None:
        """Reported at the file field, where a file was sent."""
        self.add_error("file" if self.cleaned_data.get("file") else "text", str(error))


class UpdateFile(ImportPlan):
    """A newer text of a plan that exists. `newline`: how the plan's lines end, which a
    pasted text does not tell."""

    template = None  # type: ignore[assignment]

    def __init__(self, newline: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.newline = newline
        self.fields["file"].label = "The edited file"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("file") and "markdown" in data:
            data["markdown"] = data["markdown"].replace("\n", self.newline)
        return data


class IdentifyFile(forms.Form):
    file = MarkdownFile(
        label="A plan.md file",
        help_text="Nothing of it is stored. You can also drop it on this page.",
    )


NO_SUCH_VERSION = "This version doesn’t exist. Reload the page and try again."
_CHOOSE = "Choose a decision."


class Proof(forms.Form):
    """Asks signers to authenticate again: an open browser is not enough to sign.

    `proof`, once the form is valid: how the person showed it, for the record. `own`:
    their signature with their own key, if they used that.
    """

    proof: str
    own: OwnSignature | None = None

    seen = forms.IntegerField(widget=forms.HiddenInput)
    # A password, or the code of an authenticator app; nothing for who has a stamp.
    password = forms.CharField(required=False, strip=False, max_length=4_096)
    # What a passkey answered that signed the intent of this form.
    credential = forms.CharField(
        required=False,
        max_length=own_key.MAX_CREDENTIAL_CHARACTERS,
        widget=forms.HiddenInput,
    )
    comment = forms.CharField(
        required=False,
        max_length=MAX_COMMENT_CHARACTERS,
        error_messages={"max_length": COMMENT_TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Last, for a stamp and a wrong try should not be lost to a slip elsewhere."""
        data = super().clean() or {}
        if not self.errors:
            try:
                self._prove(data)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data

    @property
    def asks_intent(self) -> bool:
        """Whether to say what there is to sign with a passkey, and sign nothing yet."""
        return bool(self.data.get("intent"))

    def _prove(self, data: dict[str, Any]) -> None:
        if self.asks_intent:
            self.proof = reauthentication.PASSKEY
        elif data["credential"]:
            self.own = own_key.complete(self.request, data["credential"])
            self.proof = reauthentication.PASSKEY
        else:
            self.proof = reauthentication.verify(self.request, data["password"])

    def spend(self) -> None:
        """It was signed: what was shown for it counts for nothing else."""
        if self.own is None:
            reauthentication.consume(self.request)

    @property
    def refusal_status(self) -> int:
        return (
            429
            if self.has_error("password", reauthentication.TooManyAttempts.CODE)
            else 422
        )


class NumbersField(forms.MultipleChoiceField):
    """Ids, as ticked boxes send them; what is none is left out."""

    def valid_value(self, value: str) -> bool:
        return True

    def clean(self, value: Any) -> list[Any]:
        return [int(each) for each in super().clean(value) if _is_number(each)]


class SlotsField(NumbersField):
    """Slots, each as `7:12`: its id, and the signer's newest record in it."""

    def clean(self, value: Any) -> list[Any]:
        pairs = [
            each.split(":") for each in forms.MultipleChoiceField.clean(self, value)
        ]
        return [
            (int(pair[0]), int(pair[1]))
            for pair in pairs
            if len(pair) == 2 and all(map(_is_number, pair))
        ]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


class Decision(Proof):
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": NO_SUCH_VERSION, "invalid": NO_SUCH_VERSION},
    )
    decision = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in AuditRecord.DECISIONS],
        error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE},
        widget=forms.RadioSelect,
    )
    meaning = forms.CharField(required=False, max_length=300)
    # Further slots that it is for, and comments of the signer that it takes along.
    also = SlotsField(required=False)
    threads = NumbersField(required=False)
