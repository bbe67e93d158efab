"""The two addresses of the live feed, served on the event loop without Django.

`GET /live/` is the stream of a browser; `POST /live/here/` reports which item one of
its tabs is on. docs/decisions/0005 describes the protocol.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host

from planner.ops.middleware import HEADERS
from planner.server.bridge import BodyRefused, read_body
from planner.server.disconnects import ClientDisconnected
from plans.live.broker import Broker
from plans.live.events import Stream, encode_event
from plans.live.subscribers import NOT_SHARED, load_subscriber

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

MAX_PLANS = 50
MAX_BODY = 2_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_TAB = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOMENT = re.compile(r"[0-9]{1,15}")
_PLAN = re.compile(r"([-\w]{1,80}):(\d{1,9})")
_HEADERS = [
    (b"cache-control", b"no-store"),
    # A buffering proxy would hold the stream back forever.
    (b"x-accel-buffering", b"no"),
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
]


class Refusal(Exception):
    """An error response: its status, and its text for the reader."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


async def handle_request(
    broker: Broker, scope: Scope, receive: Receive, send: Send
) -> None:
    """Serve an address below `/live/`."""
    try:
        _require_known_host(scope)
        match scope["path"], scope["method"]:
            case "/live/", "GET":
                await _stream(broker, scope, receive, send)
            case "/live/here/", "POST":
                await _receive_position(broker, await _read_json(scope, receive))
                await _send_text(send, 204, "")
            case (("/live/" | "/live/here/"), _):
                raise Refusal(405, "This address is asked in another way.")
            case _:
                raise Refusal(404, "There is nothing at this address.")
    except Refusal as refusal:
        await _send_text(send, refusal.status, str(refusal))


async def _send_text(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        headers.append((b"connection", b"close"))  # more of the body may come
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _header(scope: Scope, name: bytes) -> str:
    values = (value for key, value in scope["headers"] if key == name)
    return next(values, b"").decode("latin-1")


def _require_known_host(scope: Scope) -> None:
    domain, _ = split_domain_port(_header(scope, b"host"))
    if not validate_host(domain, settings.ALLOWED_HOSTS):
        raise Refusal(400, "This host is not one of ALLOWED_HOSTS.")


# --- the stream ----------------------------------------------------------------------


async def _stream(broker: Broker, scope: Scope, receive: Receive, send: Send) -> None:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    numbers = _parse_numbers(query.get("plan", []))
    list_at = _parse_moment(query.get("plans", []))
    token = query.get("stream", [""])[0]
    if not _TOKEN.fullmatch(token):
        raise Refusal(400, "A stream has a token of its own: 16 to 64 characters.")
    if broker.is_closing:
        raise Refusal(503, "The server is stopping. Try again in a moment.")
    load = partial(load_subscriber, _session_key(scope), list(numbers))
    subscriber = await broker.run_in_thread(load)
    if subscriber is None:
        raise Refusal(401, "Your sign-in has ended.")
    if query.get("opened-by", [str(subscriber.user_id)]) != [str(subscriber.user_id)]:
        raise Refusal(409, "The page was opened under another account.")
    earlier = broker.streams.get(token)
    if earlier and earlier.subscriber.user_id != subscriber.user_id:
        raise Refusal(400, "This token is taken.")
    stream = Stream(token, subscriber)
    plans = {
        slug: {"number": grant.number, "may_edit": grant.may_edit}
        for slug, grant in subscriber.grants.items()
    }
    stream.push(encode_event("hello", plans=plans))
    for slug in numbers.keys() - plans.keys():
        stream.push(encode_event("refused", plan=slug, status=404, message=NOT_SHARED))
    subscriptions = broker.subscribe(stream, list_at=list_at)
    disconnect = asyncio.ensure_future(_end_on_disconnect(stream, receive))
    try:
        for slug, subscription in subscriptions.items():
            channel = broker.channels[subscriber.grants[slug].plan_id]
            broker.spawn(channel.catch_up(subscription, numbers[slug]))
        await _send_all(stream, send)
    finally:
        disconnect.cancel()
        broker.unsubscribe(stream)


def _parse_numbers(plans: list[str]) -> dict[str, int]:
    if len(plans) > MAX_PLANS:
        raise Refusal(400, f"One stream carries up to {MAX_PLANS} plans.")
    numbers = {}
    for text in plans:
        match = _PLAN.fullmatch(text)
        if match is None:
            raise Refusal(400, "A plan is asked for as `slug:number`.")
        numbers[match[1]] = int(match[2])
    return numbers


def _parse_moment(moments: list[str]) -> int | None:
    if not moments:
        return None
    if not _MOMENT.fullmatch(moments[0]):
        raise Refusal(400, "A list of plans is of a moment, in milliseconds.")
    return int(moments[0])


def _session_key(scope: Scope) -> str:
    cookies = parse_cookie(_header(scope, b"cookie"))
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    # PostgreSQL rejects NUL, which no session key contains.
    return "" if "\0" in key else key


async def _send_all(stream: Stream, send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream"), *_HEADERS]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while data := await stream.take():
        part = {"type": "http.response.body", "body": data, "more_body": True}
        await send(part)
    await send({"type": "http.response.body", "body": b""})


async def _end_on_disconnect(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


# --- presence -------------------------------------------------------------------------


async def _read_json(scope: Scope, receive: Receive) -> Any:
    try:
        body = await read_body(scope, receive, MAX_BODY)
    except ClientDisconnected:
        raise Refusal(400, "The request broke off.") from None
    except BodyRefused as refusal:
        reason = (
            "That did not arrive in time."
            if refusal.status == HTTPStatus.REQUEST_TIMEOUT
            else "That is more than a place in a plan."
        )
        raise Refusal(refusal.status, reason) from None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # such as deeply nested brackets
        raise Refusal(400, "This is no JSON.") from None


async def _receive_position(broker: Broker, data: Any) -> None:
    """Handle `{"stream", "tab", "plan", "item", "gone"}`. The token of the stream
    authorises the request: a form on another site cannot know it."""
    data = data if isinstance(data, dict) else {}
    token, tab, slug = (str(data.get(name, "")) for name in ("stream", "tab", "plan"))
    item = data.get("item")
    if not _TOKEN.fullmatch(token) or not _TAB.fullmatch(tab) or len(slug) > 80:
        raise Refusal(400, "Say the stream, the tab and the plan.")
    position: dict[str, Any] = {
        "token": token,
        "tab": tab,
        "slug": slug,
        "item": item if isinstance(item, int) and 0 < item < 2**63 else None,
        "is_gone": data.get("gone") is True,
    }
    if not broker.update_tab(**position):
        broker.forward_tab(**position)
