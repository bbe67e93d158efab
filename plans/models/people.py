"""Users, and the teams that own plans."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from plans.models import names
from plans.models.name_keys import MemberNameKey, NameTaken, UsernameKey
from plans.sealing import seal, unseal

# Background colours of initials (defined in tokens.css).
COLOURS = 8
USERNAME_TAKEN = (
    "That username, or one that looks like it, is already taken. Choose another one."
)
NAME_TAKEN = (
    "Someone in one of your teams took this name, or one that looks like it, at the "
    "same moment. Choose another one."
)
# The columns behind User.name, and the name to sign in with.
_NAMES = {"username", "display_name", "first_name", "last_name"}


def name_taken(other: User) -> str:
    return (
        f"Someone in your team is called {other.name} already. Add something that "
        "tells you apart, such as a second name."
    )


class User(AbstractUser):
    display_name = models.CharField(
        max_length=100,
        blank=True,
        help_text="Shown to others instead of the full name.",
    )
    colour = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Background of the initials, 0 to 7; empty to derive it from the id.",
    )
    time_zone = models.CharField(
        max_length=60,
        blank=True,
        help_text="For example Europe/Lisbon; empty for the server's.",
    )
    region = models.CharField(
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text="Whose formats dates and numbers have, for example de; empty for the "
        "one that the browser asks for.",
    )
    # Apart from `email`, by which people sign in and reset passwords.
    guest_email = models.EmailField(
        blank=True,
        default="",  # allauth keeps unsaved users in sessions
        db_default="",
        help_text="Where a guest's one-time codes are sent; empty for everyone else.",
    )

    # While a page that reads across plans is made; `remember_teams`.
    _team_roles: dict[int, str] | None = None

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="username_unique_in_any_case",
                violation_error_message=USERNAME_TAKEN,
            )
        ]

    def team_roles(self) -> dict[int, str]:
        """Their role in each of their teams, by its id. One query, unless the request
        remembers them."""
        if self._team_roles is not None:
            return self._team_roles
        return dict(self.memberships.values_list("team", "role"))

    def remember_teams(self) -> None:
        """Ask for the teams once for all that this object is used for. Only for the
        user of one request that reads: whoever is waited for may leave a team."""
        self._team_roles = None
        self._team_roles = self.team_roles()

    def clean(self) -> None:
        super().clean()
        for column in ("display_name", "first_name", "last_name"):
            setattr(self, column, names.visible(getattr(self, column)))
        errors = {}
        stored = User.objects.filter(pk=self.pk).first()
        is_renamed = stored is not None and stored.name != self.name
        if is_renamed and (other := self.namesake_in(self.teams.all())):
            errors["display_name"] = name_taken(other)
        is_kept = stored is not None and stored.username == self.username
        if (
            self.username
            and not is_kept
            and User.resembles_another(self.username, but=self.pk)
        ):
            errors["username"] = USERNAME_TAKEN
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises NameTaken. Checked here instead of in an action, because allauth, the
        admin and Django's commands save users directly."""
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
        """The account with this username, ignoring case. Compared here, for databases
        fold letters outside ASCII differently."""
        wanted = names.fold_name(username)
        rows = cls.objects.filter(username__iexact=username)
        if not username.isascii():
            rows = rows | cls.objects.exclude(username__regex=r"^[!-~]*$")
        return next((u for u in rows if names.fold_name(u.username) == wanted), None)

    @classmethod
    def resembles_another(cls, username: str, *, but: int | None = None) -> bool:
        """Whether an account other than `but` has a username that looks like this."""
        others = cls.objects.exclude(pk=but or 0).values_list("username", flat=True)
        keys = names.keys(username)
        return any(not keys.isdisjoint(names.keys(other)) for other in others)

    def namesake_in(self, teams: models.QuerySet[Team]) -> User | None:
        """Another member of these teams whose name or username looks like theirs."""
        mates = User.objects.filter(memberships__team__in=teams).distinct()
        # Names by which members were assigned to approvals, renamed since or not.
        seat_names = SeatName.objects.filter(team__in=teams, user__in=mates)
        return self.namesake_among(mates, seat_names.values_list("user", "name"))

    def namesake_among(
        self, people: Iterable[User], also: Iterable[tuple[int, str]] = ()
    ) -> User | None:
        """`also`: further names of these people, each with a user id."""
        others = {user.pk: user for user in people if user.pk != self.pk}
        known_as = [(pk, name) for pk, name in also if pk in others]
        for pk, user in others.items():
            known_as += [(pk, user.name), (pk, user.username)]
        keys = names.keys(self.name)
        alike = (pk for pk, name in known_as if not keys.isdisjoint(names.keys(name)))
        return others.get(next(alike, 0))

    @property
    def account(self) -> str:
        """The name with the unambiguous username: `Dana Ito (dana)`."""
        return names.account(self.name, self.username)

    @property
    def name(self) -> str:
        return self.display_name or self.get_full_name() or self.username

    @property
    def is_guest(self) -> bool:
        """Whether the account sees one plan, without a password (models.Guest)."""
        return bool(self.guest_email)

    @property
    def contact_email(self) -> str:
        """Where mail to them goes; "" if they have no address."""
        return self.guest_email or self.email

    @property
    def initials(self) -> str:
        # A name may have no word in it at all, such as `...`.
        words = self.name.replace(".", " ").split() or [self.name.strip() or "?"]
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()

    @property
    def hue(self) -> int:
        """The number of the background colour of their initials."""
        return self.pk % COLOURS if self.colour is None else self.colour


class Team(models.Model):
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)
    editors_change_templates = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether editors may change the team's templates, as owners may.",
    )
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DayOff(models.Model):
    """A day on which a team does not work, besides Saturdays and Sundays: no reminder
    is sent, and none counts it."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="days_off")
    day = models.DateField()
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["team", "day"], name="day_off_once_in_team")
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.name}" if self.name else str(self.day)


class SeatName(models.Model):
    """Which account a name in a team's approvals means: permanently the one that was
    assigned by it, even if that account is renamed."""

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
    # Even for lists: who has left a team sees no more of it (planner.replica).
    read_from_primary = True

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
        """Raises NameTaken. Checked here as in User.save: the admin saves these too."""
        columns = {"pk": self.pk, "user": self.user_id, "team": self.team_id}
        is_new = not Membership.objects.filter(**columns).exists()
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
    """For secret links, which are looked up by the digest of their token."""

    def issue(self, *, is_kept: bool, **values: Any) -> tuple[Any, str]:
        """A new row with its token. `is_kept`: whether its maker can see it again."""
        token = token_urlsafe(32)
        sealed = seal(token) if is_kept else ""
        row = self.create(token_sha256=_digest(token), sealed=sealed, **values)
        return row, token

    def by_token(self, token: str) -> Self:
        return self.filter(token_sha256=_digest(token))

    def live(self) -> Self:
        """Links that work now."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())

    def end(self) -> int:
        """From now on these work no more, and nobody sees them again."""
        return self.update(ended_at=timezone.now(), sealed="")


class SecretLink(models.Model):
    """`sealed`: the token, encrypted (plans.sealing), where its maker can see it again;
    otherwise empty."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    sealed = models.CharField(max_length=200, blank=True, db_default="", default="")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SecretLinkQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    def token_for(self, reader: User) -> str | None:
        """The token while the link works, for who made it; None if it was not kept, or
        was sealed under another SECRET_KEY."""
        is_shown = self.created_by_id == reader.pk and self.is_live and self.sealed
        return unseal(self.sealed) if is_shown else None


class Invitation(SecretLink):
    """A single-use link to join a team. `email`: the address it was sent to."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Membership.Role)
    email = models.EmailField(blank=True)

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
