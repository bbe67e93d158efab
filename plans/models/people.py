"""People, and the teams that own plans."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower, Now
from django.utils import timezone

from plans.models import names
from plans.models.name_keys import MemberNameKey, NameTaken, UsernameKey

# Of people's initials (tokens.css has one for each).
COLOURS = 8
USERNAME_TAKEN = (
    "Somebody has that user name already, or one that looks like it. Choose another "
    "one."
)


NAME_TAKEN = (
    "Somebody in one of the teams took this name, or one that looks like it, at the "
    "same moment. Choose another one."
)
# What people are called by (User.name), and sign in by.
_NAMES = {"username", "display_name", "first_name", "last_name"}


def name_taken(other: User) -> str:
    return (
        f"Somebody in your team is called {other.name} already. Add what tells you "
        "apart, such as a second name."
    )


class User(AbstractUser):
    display_name = models.CharField(
        max_length=100, blank=True, help_text="Shown to others; else the full name."
    )
    colour = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of the initials, 0 to 7; else by number."
    )
    time_zone = models.CharField(
        max_length=60, blank=True, help_text="As in Europe/Lisbon; else the server's."
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="username_unique_in_any_case",
                violation_error_message=USERNAME_TAKEN,
            )
        ]

    def clean(self) -> None:
        super().clean()
        for column in ("display_name", "first_name", "last_name"):
            setattr(self, column, names.visible(getattr(self, column)))
        wrong = {}
        stored = User.objects.filter(pk=self.pk).first()
        is_renamed = stored is not None and stored.name != self.name
        if is_renamed and (other := self.namesake_in(self.teams.all())):
            wrong["display_name"] = name_taken(other)
        is_kept = stored is not None and stored.username == self.username
        if (
            self.username
            and not is_kept
            and User.resembles_another(self.username, but=self.pk)
        ):
            wrong["username"] = USERNAME_TAKEN
        if wrong:
            raise ValidationError(wrong)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises NameTaken. Here and in no action, for allauth, the administration and
        Django's commands write users by nothing else."""
        columns = kwargs.get("update_fields")
        if columns is not None and _NAMES.isdisjoint(columns):
            return super().save(*args, **kwargs)
        stored = User.objects.filter(pk=self.pk).first() if self.pk else None
        try:
            with transaction.atomic():
                super().save(*args, **kwargs)
                self._claim_names(stored)
        except IntegrityError:
            if User.resembles_another(self.username, but=self.pk):
                raise NameTaken(USERNAME_TAKEN) from None
            raise

    def _claim_names(self, stored: User | None) -> None:
        if stored is None or stored.username != self.username:
            keys = UsernameKey.objects.all()
            UsernameKey.claim(self.username, USERNAME_TAKEN, within=keys, user=self)
        if stored is not None and stored.name != self.name:
            for membership in self.memberships.order_by("team"):
                membership.user = self
                membership.claim_name()

    @classmethod
    def by_username(cls, username: str) -> User | None:
        """The account with this user name, whatever its letters: databases differ in
        what they take for the same letter outside of ASCII."""
        wanted = names.fold_name(username)
        rows = cls.objects.filter(username__iexact=username)
        if not username.isascii():
            rows = rows | cls.objects.exclude(username__regex=r"^[!-~]*$")
        return next((u for u in rows if names.fold_name(u.username) == wanted), None)

    @classmethod
    def resembles_another(cls, username: str, *, but: int | None = None) -> bool:
        """Whether an account (`but` this one) has a user name that looks like this."""
        others = cls.objects.exclude(pk=but or 0).values_list("username", flat=True)
        keys = names.keys(username)
        return any(not keys.isdisjoint(names.keys(other)) for other in others)

    def namesake_in(self, teams: models.QuerySet[Team]) -> User | None:
        """Another member of these teams whose name or user name looks like theirs."""
        mates = User.objects.filter(memberships__team__in=teams).distinct()
        # Who is meant by a name in Approvals lines of the teams, though called
        # otherwise by now.
        meant = SeatName.objects.filter(team__in=teams, user__in=mates)
        return self.namesake_among(mates, meant.values_list("user", "name"))

    def namesake_among(
        self, people: Iterable[User], also: Iterable[tuple[int, str]] = ()
    ) -> User | None:
        """`also`: names that people are known by besides, with the ids of these."""
        others = {user.pk: user for user in people if user.pk != self.pk}
        called = [(pk, name) for pk, name in also if pk in others]
        for pk, user in others.items():
            called += [(pk, user.name), (pk, user.username)]
        keys = names.keys(self.name)
        taken = (pk for pk, name in called if not keys.isdisjoint(names.keys(name)))
        return others.get(next(taken, 0))

    @property
    def account(self) -> str:
        """Whose name it is, where it must not be mistaken: `Dana Ito (dana)`."""
        return names.account(self.name, self.username)

    @property
    def name(self) -> str:
        return self.display_name or self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        # A name may have no word in it at all, such as `...`.
        words = self.name.replace(".", " ").split() or [self.name.strip() or "?"]
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()

    @property
    def hue(self) -> int:
        """The number of the colour that their initials stand on."""
        return self.pk % COLOURS if self.colour is None else self.colour


class Team(models.Model):
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SeatName(models.Model):
    """Whom a name in the Approvals lines of a team means: the account that was seated
    by it, for good, whatever that account is called by now."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    # As plans.reviews.named_people.parse_name gives it.
    name = models.CharField(max_length=200)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name"], name="seat_name_means_one_account_in_team"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} is {self.user}"


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        EDITOR = "editor", "Editor"
        REVIEWER = "reviewer", "Reviewer"
        VIEWER = "viewer", "Viewer"

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"], name="one_membership_in_team"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["owner", "editor", "reviewer", "viewer"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}) in {self.team}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises NameTaken. Here, as User.save: the administration writes these too."""
        whose = {"pk": self.pk, "user": self.user_id, "team": self.team_id}
        is_new = not Membership.objects.filter(**whose).exists()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new:
                self.claim_name()

    def claim_name(self) -> None:
        keys = MemberNameKey.objects.filter(team=self.team_id)
        MemberNameKey.claim(
            self.user.name,
            NAME_TAKEN,
            within=keys,
            membership=self,
            team_id=self.team_id,
        )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class SecretLinkQuerySet(models.QuerySet[Any]):
    """For what is opened by a link: the link is known to whoever has it, and only its
    digest to the database."""

    def issue(self, **values: Any) -> tuple[Any, str]:
        """A new row with its token, which is told once: here."""
        token = token_urlsafe(32)
        return self.create(token_sha256=_digest(token), **values), token

    def by_token(self, token: str) -> Self:
        return self.filter(token_sha256=_digest(token))

    def live(self) -> Self:
        """Those that can be used now."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


class SecretLink(models.Model):
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SecretLinkQuerySet.as_manager()

    class Meta:
        abstract = True


class Invitation(SecretLink):
    """A link by which somebody joins a team, once. `email`: whom it was sent to."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Membership.Role)
    email = models.EmailField(blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["owner", "editor", "reviewer", "viewer"]),
                name="invitation_role_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.team}"


class SessionManager(BaseSessionManager["Session"]):
    def get_queryset(self) -> models.QuerySet[Session]:
        return super().get_queryset().select_related("user")


class Session(AbstractBaseSession):
    """A sign-in of somebody in one browser; without a user before there is one."""

    LONGEST_USER_AGENT = 200

    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="sessions"
    )
    # The defaults are the database's too: an older version that still serves while this
    # one is being brought in knows nothing of these columns.
    signed_in_at = models.DateTimeField(default=timezone.now, db_default=Now())
    # To the hour (plans.accounts.sessions): a page is no reason to write.
    last_seen = models.DateTimeField(default=timezone.now, db_default=Now())
    # Blank for those that send none.
    user_agent = models.CharField(
        max_length=LONGEST_USER_AGENT, blank=True, db_default=""
    )

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False


class CacheEntry(models.Model):
    """The table of Django's database cache (settings.CACHES), which it fills itself:
    what every process has to know for some minutes."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "plans_kept"

    def __str__(self) -> str:
        return self.cache_key
