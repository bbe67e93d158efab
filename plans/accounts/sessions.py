"""Sessions with a foreign key to their user.

A request reads its session and its user in one query; users can list and end their
sessions; and the live feed notices when one has ended.
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
from plans.models.compiled import CompiledRows, Parameter
from plans.notifications import notify

log = logging.getLogger(__name__)

# "Last seen" is updated at most once in this time, however many requests there are.
LAST_SEEN_INTERVAL = timedelta(hours=1)

# The user that was loaded with the session, for Backend.get_user.
_session_user: ContextVar[User | None] = ContextVar("_session_user", default=None)
# The browser of the current request, stored when it signs in.
_user_agent: ContextVar[str] = ContextVar("_user_agent", default="")


_CURRENT = CompiledRows(
    lambda: Session.objects.filter(
        session_key=Parameter("key", Session._meta.get_field("session_key")),
        expire_date__gt=Parameter("now", Session._meta.get_field("expire_date")),
    )
)


class SessionStore(DatabaseStore):
    """`settings.SESSION_ENGINE`."""

    user: User | None = None
    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        """As Django's, by a query that is compiled once: every request makes it."""
        rows = _CURRENT(key=self.session_key, now=timezone.now())
        row = rows[0] if rows else None
        if row is None:
            self._session_key = None
        self.row = row
        self.user = row.user if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY) and int(data[SESSION_KEY])
        if self.row is not None and self.row.user_id == row.user_id:
            # Saved again, perhaps under a new key: the sign-in is the same.
            row.signed_in_at = self.row.signed_in_at
            row.last_seen = self.row.last_seen
            row.user_agent = self.row.user_agent
        else:
            row.user_agent = _user_agent.get()
        self.row = row
        return row


class Backend(AuthenticationBackend):
    """allauth's rules, with case-insensitive usernames, and without a query for a user
    that was loaded with the session. Sessions store this class's name."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        return self._check_password(User.by_username(username), password)

    def get_user(self, user_id: int) -> User | None:
        user = _session_user.get()
        if user is None or user.pk != user_id:
            return cast("User | None", super().get_user(user_id))
        return user if self.user_can_authenticate(user) else None


def load_user(request: HttpRequest) -> Any:
    """The request's user by Django's rules, which also verify the session's hash."""
    session: Any = request.session
    session.get(SESSION_KEY)  # loads the session
    token = _session_user.set(session.user)
    try:
        user = get_user(request)
    finally:
        _session_user.reset(token)
    if user.is_authenticated and session.row is not None:
        _update_last_seen(session.row)
    return user


def _update_last_seen(row: Session) -> None:
    now = timezone.now()
    if now - row.last_seen >= LAST_SEEN_INTERVAL:
        row.last_seen = now
        try:
            with transaction.atomic():
                Session.objects.filter(pk=row.pk).update(last_seen=now)
        except DatabaseError as error:
            # Perhaps the disk is full: that must not fail the page.
            health.note_disk_error(error)
            log.warning("The last use of a session was not stored.")


class UserMiddleware(AuthenticationMiddleware):
    """Django's middleware, with the user that was loaded with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        user_agent = request.headers.get("User-Agent", "")
        _user_agent.set(user_agent[: Session.LONGEST_USER_AGENT])
        request.user = cast(User, SimpleLazyObject(lambda: load_user(request)))


# --- the sessions of a user ----------------------------------------------------------


@dataclass(frozen=True)
class ActiveSession:
    """A session as its user sees it. `mark`: a digest in place of its secret key."""

    mark: str
    browser: str
    signed_in_at: datetime
    last_seen: datetime
    is_here: bool


def list_sessions(user: User, *, here: str | None) -> list[ActiveSession]:
    """The user's sessions: the current one (`here`) first, then the last seen ones."""
    rows = _active(user).defer("session_data").order_by("-last_seen")
    sessions = [
        ActiveSession(
            mark=_mark(row.session_key),
            browser=describe_user_agent(row.user_agent),
            signed_in_at=row.signed_in_at,
            last_seen=row.last_seen,
            is_here=row.session_key == here,
        )
        for row in rows
    ]
    return sorted(sessions, key=lambda session: not session.is_here)


def end_session(user: User, mark: str) -> bool:
    """End one of the user's sessions and its streams; false if none has this mark."""
    for key in _active(user).values_list("session_key", flat=True):
        if constant_time_compare(_mark(key), mark):
            return bool(_delete(Session.objects.filter(session_key=key, user=user)))
    return False


def end_other_sessions(user: User, *, here: str | None) -> int:
    return _delete(Session.objects.filter(user=user).exclude(session_key=here))


def _active(user: User) -> Any:
    return Session.objects.filter(user=user, expire_date__gt=timezone.now())


def _delete(rows: Any) -> int:
    count: int = rows.delete()[0]
    notify.publish_access_change()
    return count


def _mark(session_key: str) -> str:
    return salted_hmac("plans.accounts.sessions", session_key).hexdigest()[:32]
