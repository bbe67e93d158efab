"""Keys by which the database keeps names apart: names that look alike have a key in
common (plans.models.names.keys), and a key is unique.

A check before the write gives the better message, and covers names without stored
keys. The constraints are for two people who take a name at the same moment.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from plans.models import names


class NameTaken(ValidationError):
    """Someone else has taken the name, or one that looks like it."""


def digests_of(name: str) -> set[str]:
    """The keys of a name, hashed to a fixed length."""
    return {sha256(key.encode()).hexdigest() for key in names.keys(name)}


class NameKey(models.Model):
    key = models.CharField(max_length=64)
    # Above 0 for names that already looked alike before keys were stored.
    clash = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True

    @classmethod
    def claim(cls, name: str, refusal: str, *, within: Any, **owner: Any) -> None:
        """Store the keys of an owner's name, or raise NameTaken with the refusal.

        `within`: the rows among which keys have to be unique.
        """
        own = cls._default_manager.filter(**owner)
        wanted = digests_of(name)
        missing = sorted(wanted.difference(own.values_list("key", flat=True)))
        for other in within.filter(key__in=missing).exclude(**owner):
            # Stale: a release that knows nothing of keys renamed its owner.
            if other.key not in digests_of(other.bearer):
                other.delete()
        try:
            # Insert first: an owner without keys then never waits for a lock.
            with transaction.atomic():
                for key in missing:
                    cls._default_manager.create(key=key, **owner)
        except IntegrityError:
            raise NameTaken(refusal) from None
        own.exclude(key__in=wanted).delete()

    @property
    def bearer(self) -> str:
        """The name that the key belongs to."""
        raise NotImplementedError


class UsernameKey(NameKey):
    user = models.ForeignKey("User", models.CASCADE, related_name="username_keys")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key", "clash"], name="username_unlike_all_others"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]} of {self.user}"

    @property
    def bearer(self) -> str:
        return self.user.username


class MemberNameKey(NameKey):
    membership = models.ForeignKey(
        "Membership", models.CASCADE, related_name="name_keys"
    )
    team = models.ForeignKey("Team", models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "key", "clash"], name="name_unlike_all_others_in_team"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]} of {self.membership}"

    @property
    def bearer(self) -> str:
        return self.membership.user.name
