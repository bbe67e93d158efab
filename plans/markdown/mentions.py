"""Who is meant by `@username` in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

# All characters of user names. `x@example.org` is no mention.
PATTERN = r"(?<![\w.@+/-])@([\w.@+-]+)"
_MENTION = re.compile(PATTERN)


class Member(Protocol):
    @property
    def username(self) -> str: ...

    @property
    def name(self) -> str: ...


M = TypeVar("M", bound=Member)


@dataclass(frozen=True)
class MentionedMember:
    """What a text needs of a member."""

    username: str
    name: str


def member_called(called: str, members: Iterable[M]) -> M | None:
    """The member with this user name. Capitals do not matter unless two names differ in
    nothing else, and what ends a sentence is no part of a name: `@bob.`"""
    by_name = {member.username: member for member in members}
    folded = {name.casefold(): member for name, member in by_name.items()}
    while called:
        if person := by_name.get(called) or folded.get(called.casefold()):
            return person
        if called[-1] not in ".@+-":
            return None
        called = called[:-1]
    return None


def named_in(text: str, members: Iterable[Member]) -> tuple[MentionedMember, ...]:
    """Members whose user name follows an @, also inside code."""
    members = list(members)
    mentioned = {
        MentionedMember(member.username, member.name)
        for match in _MENTION.finditer(text)
        if (member := member_called(match[1], members))
    }
    return tuple(sorted(mentioned, key=lambda named: named.username))
