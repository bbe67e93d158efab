"""View models of what to check in a version before signing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from plans.models import Plan, Version
from plans.page.comments import OpenThread
from plans.page.suggestions import SuggestionLine
from plans.reviews.highlights import Highlights

MOST_THREADS = 20


@dataclass(frozen=True)
class HighlightLine:
    """`code`: of a risk; `note`: what is said of it in small print."""

    text: str
    note: str
    code: str = ""
    address: str = ""


@dataclass(frozen=True)
class HighlightGroup:
    """Highlights of one kind. `mark`: of a group that is not empty; `all_at`: where
    the ones are that `lines` leaves out."""

    name: str
    mark: Literal["is-open", "is-bad"]
    lines: Sequence[HighlightLine]
    count: int
    is_unfolded: bool = False
    all_at: str = ""


def highlight_groups(
    plan: Plan,
    version: Version,
    highlights: Highlights,
    threads: list[OpenThread],
    suggestions: list[SuggestionLine],
) -> list[HighlightGroup]:
    issues = [
        HighlightLine(error["message"], f"Line {error['line']}")
        for error in version.errors
    ]
    questions = [
        HighlightLine(question.text, question.heading)
        for question in highlights.questions
    ]
    risks = [
        HighlightLine(
            risk.text, risk.cells.get("mitigation", ""), risk.cells.get("code", "")
        )
        for risk in highlights.risks
    ]
    dependencies = [
        HighlightLine(one.text, one.cells.get("impact_if_blocked", ""))
        for one in highlights.dependencies
    ]
    comments = [
        HighlightLine(
            thread.words,
            f"{thread.start.author.name} on {thread.label}",
            address=f"{plan.url}comments/?{thread.query}",
        )
        for thread in threads[:MOST_THREADS]
    ]
    suggested = [
        HighlightLine(
            line.words,
            f"{line.row.author.name} on {line.label}",
            address=f"{plan.url}comments/?{line.query}",
        )
        for line in suggestions[:MOST_THREADS]
    ]
    all_suggestions = f"{plan.url}comments/" if len(suggestions) > MOST_THREADS else ""
    all_comments = f"{plan.url}comments/" if len(threads) > MOST_THREADS else ""
    return [
        HighlightGroup("Blocking issues", "is-bad", issues, len(issues), True),
        HighlightGroup("Open questions", "is-open", questions, len(questions)),
        HighlightGroup("High risks", "is-open", risks, len(risks)),
        HighlightGroup("Red dependencies", "is-bad", dependencies, len(dependencies)),
        HighlightGroup(
            "Open comments", "is-open", comments, len(threads), all_at=all_comments
        ),
        HighlightGroup(
            "Open suggestions",
            "is-open",
            suggested,
            len(suggestions),
            all_at=all_suggestions,
        ),
    ]
