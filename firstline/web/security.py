"""Who may talk to the cockpit, and what its pages may load: one ASGI layer around everything.

Until sign-in exists the server listens on loopback, and every request must come from a page of this
same server: the Host must be a loopback name with the port we listen on (a foreign name that
resolves to 127.0.0.1 is how a web site reaches a local server), an Origin must be our own, and a form that
changes something must carry the token it was served with.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import re
import secrets
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from firstline.errors import FirstlineError
from firstline.full_disk import DiskFullError, naming_full_disk

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: dict[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not "no-referrer": browsers then send "Origin: null" with our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

COOKIE = "firstline_form"
FIELD = "form_token"
_SECRET = secrets.token_bytes(32)
_HOST = re.compile(r"^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$")
_log = logging.getLogger(__name__)

Refusal = Callable[[Request, FirstlineError, int], Response]
"""Turns an error into the page or JSON document that tells it."""


class RefusedError(FirstlineError):
    """The request did not come from a page of this server; `status` is the HTTP status to answer with."""

    def __init__(self, status: int, code: str, message: str, hint: str) -> None:
        super().__init__(code, message, hint)
        self.status = status


class Guard:
    """ASGI layer: refuse foreign requests, add the security headers, turn a crash into a plain 500.

    A disk that is full wherever a request writes is named (507); `home` is the folder of the home.
    """

    def __init__(self, app: ASGIApp, refuse: Refusal, home: Path) -> None:
        self._app, self._refuse, self._home = app, refuse, home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection. Only HTTP is offered; the lifespan messages pass."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(MutableHeaders(scope=message))
            await send(message)

        try:
            check_origin(Headers(scope=scope), scope["server"][1])
            with naming_full_disk(self._home):
                await self._app(scope, receive, send_with_headers)
        except RefusedError as refused:
            await self._refuse(Request(scope), refused, refused.status)(scope, receive, send_with_headers)
        except DiskFullError as full:
            _log.error("%s %s: %s", scope["method"], scope["path"], full.message)
            if started:
                raise
            await self._refuse(Request(scope), full, NO_ROOM)(scope, receive, send_with_headers)
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            await self._refuse(Request(scope), CRASH, 500)(scope, receive, send_with_headers)


NO_ROOM = 507
"""The HTTP status of an answer for which there was no room on the disk."""
CRASH = FirstlineError(
    "internal_error",
    "Something failed inside Firstline; it is not your doing.",
    "The terminal that runs the server shows what happened. Your data are untouched.",
)


def _add_headers(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    headers.setdefault("Cache-Control", "private, no-cache")


def check_origin(headers: Headers, port: int) -> None:
    """Raise RefusedError unless Host is a loopback name with this port and Origin, if sent, is the same."""
    host = headers.get("host", "").lower()
    if not is_own_host(host, port):
        raise RefusedError(
            421,
            "foreign_host",
            f"This server does not answer for '{host}'.",
            f"Open http://127.0.0.1:{port}/ on the machine that runs it.",
        )
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"http://{host}":
        raise RefusedError(
            403,
            "foreign_origin",
            f"A request from '{origin}' is refused: only this server's own pages may ask.",
            f"Open http://{host}/ directly.",
        )


def is_own_host(host: str, port: int) -> bool:
    """True for localhost, 127.0.0.0/8 and [::1] with the given port (80 where none is written)."""
    matched = _HOST.match(host)
    if not matched or int(matched[2] or 80) != port:
        return False
    return is_loopback(matched[1].strip("[]"))


def is_loopback(name: str) -> bool:
    """True if the name or address can only mean this machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def form_token(cookie: str) -> str:
    """The token that a form served together with this cookie must send back."""
    return hmac.new(_SECRET, cookie.encode(), sha256).hexdigest()


def open_form(request: Request) -> tuple[str, str]:
    """The cookie (the visitor's own, or a new one) and the token to put into a form."""
    cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
    return cookie, form_token(cookie)


def keep_cookie(response: Response, cookie: str) -> None:
    """Store the form cookie: for this site's own pages alone, out of reach of scripts."""
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", path="/")


def check_form(request: Request, token: object) -> None:
    """Raise RefusedError unless the form carries the token that belongs to the visitor's cookie."""
    cookie = request.cookies.get(COOKIE, "")
    if cookie and isinstance(token, str) and hmac.compare_digest(form_token(cookie), token):
        return
    raise RefusedError(
        403,
        "foreign_form",
        "The form was not served by this server, or the server was restarted since.",
        "Go back, reload the page and send the form again.",
    )
