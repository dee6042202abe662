"""Who may ask the preview for what: hosts, origins, the token, sizes, and the headers of every answer.

The page shows unpublished work and writes files, so other pages in the same browser must not reach it: neither by a
name that they point at this machine (Host), nor by a form or script of theirs (Origin, Sec-Fetch-Site, JSON only).
"""

from __future__ import annotations

import dataclasses
import hmac
import ipaddress
import re
import socket
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 256 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
)
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")


@dataclasses.dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the server listens. `token` is '' on loopback, where there is no one else."""

    port: int
    loopback: bool
    token: str = ""

    @property
    def cookie(self) -> str:
        """Cookies know no ports, so that the name does."""
        return f"locstore_preview_{self.port}"

    def knows(self, host: str) -> bool:
        """Whether a Host header names this server.

        Off loopback any address will do: a page elsewhere can point its own name at us, but not an address.
        """
        match = _HOST.fullmatch(host)
        if match is None or int(match[2] or 80) != self.port:
            return False
        name = match[1].lower()
        try:
            address = ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            own = socket.gethostname().lower()
            names = {own, own.partition(".")[0], f"{own.partition('.')[0]}.local"}
            return name == "localhost" or (not self.loopback and name in names)
        return address.is_loopback or not self.loopback


class Guard:
    """ASGI middleware: refuses what no page of ours would ask, and adds the headers."""

    def __init__(self, app: ASGIApp, endpoint: Endpoint) -> None:
        self._app = app
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                extra = [*_HEADERS, ("cache-control", "no-store")]
                message["headers"] = [
                    *message["headers"],
                    *((n.encode(), v.encode()) for n, v in extra if n.encode() not in given),
                ]
            await send(message)

        answer = self._refusal(scope) or self._entrance(scope)
        if answer is not None:
            await answer(scope, receive, with_headers)
            return
        await self._app(scope, _limited(receive), with_headers)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._endpoint.knows(hosts[0]):
            return PlainTextResponse("This address is not the preview's. Open the one that it printed.", 421)
        if scope["method"] in {"GET", "HEAD"}:
            return None if _may_look(headers) else PlainTextResponse("Link to the preview, do not load from it.", 403)
        if scope["method"] != "POST":
            return PlainTextResponse("Only GET and POST.", 405)
        same = headers.get("sec-fetch-site", "same-origin") == "same-origin"
        if headers.get("origin") != f"http://{hosts[0]}" or not same:
            return PlainTextResponse("Only the preview's own pages may change anything.", 403)
        return _unfit(headers)

    def _entrance(self, scope: Scope) -> HTMLResponse | PlainTextResponse | None:
        """The token, from the cookie or the address. None to let the request in."""
        endpoint = self._endpoint
        if not endpoint.token:
            return None
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            cookies.clear()
        known = cookies.get(endpoint.cookie)
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = query.pop("token", [""])[0]
        if scope["method"] == "GET" and given and _same(given, endpoint.token):
            # The next page is asked for by a page of ours: a redirect from elsewhere would not bring a strict cookie.
            rest = urlencode(query, doseq=True)
            answer = HTMLResponse(_OPENING)
            answer.headers["refresh"] = f"0; url={_path(scope)}{'?' if rest else ''}{rest}"
            answer.set_cookie(endpoint.cookie, endpoint.token, httponly=True, samesite="strict", path="/")
            return answer
        if known is not None and _same(known.value, endpoint.token):
            return None
        return PlainTextResponse(
            "This preview is private. Open the whole address that it printed, with its token.", 403
        )


_OPENING = "<!doctype html><html lang=en><meta charset=utf-8><title>Opening the preview</title><p>Opening the preview."


def _may_look(headers: Headers) -> bool:
    """Links may come from anywhere; pictures, events and scripts only go to pages of ours."""
    opened = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return opened or headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}


def _unfit(headers: Headers) -> PlainTextResponse | None:
    """What is wrong with a body before it is read."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return PlainTextResponse("Send JSON.", 415)
    length = headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        return PlainTextResponse("Say how long the text is.", 411)
    return PlainTextResponse("That is too long.", 413) if int(length) > MAX_BODY else None


def _path(scope: Scope) -> str:
    """The path as it was sent, as one of this server: `//elsewhere` would be another."""
    raw: bytes = scope.get("raw_path", b"/")
    return "/" + re.sub(r"[^A-Za-z0-9/_.%~-]", "", raw.decode("latin-1")).lstrip("/")


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


def _limited(receive: Receive) -> Receive:
    """The body, cut off with an error once it is longer than it may be, whatever its header said."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            return {"type": "http.disconnect"}
        return message

    return limited
