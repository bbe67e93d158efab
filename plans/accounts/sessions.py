"""Sessions that know whose they are.

A request reads its session and its user in one query; the sessions of a person can be
listed and ended; and the live feed can see that one has ended.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import SimpleLazyObject

from planner.ops import health
from plans.accounts.user_agents import describe_user_agent
from plans.models import Session, User
from plans.notifications import notify

log = logging.getLogger(__name__)

# How coarse "last seen" is: one UPDATE in this time, however many requests.
LAST_SEEN_INTERVAL = timedelta(hours=1)

# The user who came along with the session that is being looked at.
_came_along: ContextVar[User | None] = ContextVar("_came_along", default=None)
# Of the request that is being answered; kept when somebody signs in by it.
_user_agent: ContextVar[str] = ContextVar("_user_agent", default="")


class SessionStore(DatabaseStore):
    """`settings.SESSION_ENGINE`."""

    user: User | None = None
    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        # The stubs leave out this method of Django's.
        found: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.row = found
        self.user = found.user if found else None
        return found

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY) and int(data[SESSION_KEY])
        if self.row is not None and self.row.user_id == row.user_id:
            # Saved again, perhaps under another key: still the same sign-in.
            row.signed_in_at = self.row.signed_in_at
            row.last_seen = self.row.last_seen
            row.user_agent = self.row.user_agent
        else:
            row.user_agent = _user_agent.get()
        self.row = row
        return row


class Backend(AuthenticationBackend):
    """Signs in by allauth's rules, in any letters; asks the database only for users it
    has not got."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        return self._check_password(User.by_username(username), password)

    def get_user(self, user_id: int) -> User | None:
        user = _came_along.get()
        if user is None or user.pk != user_id:
            return cast("User | None", super().get_user(user_id))
        return user if self.user_can_authenticate(user) else None


def load_user(request: HttpRequest) -> Any:
    """The request's user by Django's own rules, which verify the session too."""
    session: Any = request.session
    session.get(SESSION_KEY)  # a session is read when it is first asked
    token = _came_along.set(session.user)
    try:
        user = get_user(request)
    finally:
        _came_along.reset(token)
    if user.is_authenticated and session.row is not None:
        _note_seen(session.row)
    return user


def _note_seen(row: Session) -> None:
    now = timezone.now()
    if now - row.last_seen >= LAST_SEEN_INTERVAL:
        row.last_seen = now
        try:
            with transaction.atomic():
                Session.objects.filter(pk=row.pk).update(last_seen=now)
        except DatabaseError as error:
            # The disk may be full. Nobody should miss a page for that.
            health.note_disk_error(error)
            log.warning("When a session was last seen was not stored.")


class UserMiddleware(AuthenticationMiddleware):
    """Django's own, with the user that came along with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        named = request.headers.get("User-Agent", "")
        _user_agent.set(named[: Session.LONGEST_USER_AGENT])
        request.user = cast(User, SimpleLazyObject(lambda: load_user(request)))


# --- a person's sessions -------------------------------------------------------------


@dataclass(frozen=True)
class ActiveSession:
    """As its owner sees it. `mark`: names it on a page, which never holds its key."""

    mark: str
    browser: str
    signed_in_at: datetime
    last_seen: datetime
    is_here: bool


def list_sessions(user: User, *, here: str | None) -> list[ActiveSession]:
    """Where somebody is signed in: this session first, then the last seen ones."""
    rows = _open(user).defer("session_data").order_by("-last_seen")
    found = [
        ActiveSession(
            mark=_mark(row.session_key),
            browser=describe_user_agent(row.user_agent),
            signed_in_at=row.signed_in_at,
            last_seen=row.last_seen,
            is_here=row.session_key == here,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.is_here)


def end_session(user: User, mark: str) -> bool:
    """End one of somebody's own sessions, and its open streams; false if none is it."""
    for key in _open(user).values_list("session_key", flat=True):
        if constant_time_compare(_mark(key), mark):
            return bool(_end(Session.objects.filter(session_key=key, user=user)))
    return False


def end_other_sessions(user: User, *, here: str | None) -> int:
    return _end(Session.objects.filter(user=user).exclude(session_key=here))


def _open(user: User) -> Any:
    return Session.objects.filter(user=user, expire_date__gt=timezone.now())


def _end(rows: Any) -> int:
    count: int = rows.delete()[0]
    notify.publish_access_change()
    return count


def _mark(session_key: str) -> str:
    return salted_hmac("plans.accounts.sessions", session_key).hexdigest()[:32]
