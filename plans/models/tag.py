"""Tags: a team's own words for its plans."""

from __future__ import annotations

from django.db import models

from plans.models.names import fold_name
from plans.models.people import Team

# In characters, of one tag; of a plan, and of a team.
LONGEST_TAG = 40
MOST_TAGS_OF_PLAN = 10
MOST_TAGS_OF_TEAM = 200


class Tag(models.Model):
    """A word that at least one plan of the team has: the action that takes it from the
    last plan removes it. `key` is the same for the same word in other capitals."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=LONGEST_TAG)
    # A letter can be longer once it is folded.
    key = models.CharField(max_length=LONGEST_TAG * 3)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["team", "key"], name="tag_once_in_team")
        ]
        # The plans with a word, in every team.
        indexes = [models.Index(fields=["key"], name="tags_by_key")]

    def __str__(self) -> str:
        return self.name


def tag_key(name: str) -> str:
    return fold_name(name)
