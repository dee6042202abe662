"""Which address a picture may be fetched from when an answer holds a URL instead of the picture."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urljoin, urlsplit

from locstore.paint.images.config import ImagesConfig


def absolute(url: str, config: ImagesConfig) -> str:
    """The URL of an answer, read against the API's own address. Raises ValueError."""
    return urljoin(config.base_url + "/", url.strip())


def url_problem(url: str, config: ImagesConfig) -> str | None:
    """Why a picture may not be fetched from `url`, or None.

    The host must be that of base_url or stand in fetch_hosts: an answer must not send us round the local network. It
    must be https, except on this machine and where the API itself is reached over http at the very same origin.
    """
    try:
        parts, base = urlsplit(url), urlsplit(config.base_url)
        host, origins = (parts.hostname or "").lower(), (_origin(parts), _origin(base))
    except ValueError:
        return "the answer's URL cannot be read"
    if parts.scheme not in ("http", "https") or not host:
        return "the answer's URL is not an http address"
    if parts.username or parts.password:
        return "the answer's URL holds a user or password"
    allowed = {(base.hostname or "").lower(), *(name.lower() for name in config.fetch_hosts)}
    if host not in allowed:
        return f"the picture is on the host {host[:100]}; if that is right, add it to images.fetch_hosts"
    if parts.scheme == "http" and not is_loopback(host) and origins[0] != origins[1]:
        return f"the picture is on {host[:100]} over http, which anybody on the way can change"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    default = 443 if parts.scheme == "https" else 80
    return parts.scheme, (parts.hostname or "").lower(), parts.port or default
