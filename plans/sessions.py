"""Sessions that know whose they are.

A request reads its session and its user in one query; the sessions of a person can be
listed and ended; and the live feed can see that one has ended.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, cast

from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from plans.models import Session, User

# The user who came along with the session that is being looked at.
_came_along: ContextVar[User | None] = ContextVar("_came_along", default=None)


class SessionStore(DatabaseStore):
    """`settings.SESSION_ENGINE`."""

    user: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        found: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.user = found.user if found else None
        return found

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row


class Backend(ModelBackend):
    """Signs in by password; asks the database only for users it has not got."""

    def get_user(self, user_id: int) -> User | None:
        user = _came_along.get()
        if user is None or user.pk != user_id:
            return super().get_user(user_id)
        return user if self.user_can_authenticate(user) else None


def user_of(request: HttpRequest) -> Any:
    """The request's user by Django's own rules, which verify the session too."""
    session: Any = request.session
    session.get(SESSION_KEY)  # a session is read when it is first asked
    token = _came_along.set(session.user)
    try:
        return get_user(request)
    finally:
        _came_along.reset(token)


class UserMiddleware(AuthenticationMiddleware):
    """Django's own, with the user that came along with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast(User, SimpleLazyObject(lambda: user_of(request)))
