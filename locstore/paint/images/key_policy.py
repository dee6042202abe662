"""Which key may be sent to which server. A project file comes from anybody, so it alone never decides."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from locstore.paint.images.config import ImagesConfig
from locstore.paint.images.url_policy import is_loopback

# Servers that need no permission, each for the variable that holds its own keys (documentation of both, 2026-11).
PROVIDERS = {"api.openai.com": "OPENAI_API_KEY", "api.x.ai": "XAI_API_KEY"}
_LOOPBACK_VARIABLE = "OPENAI_API_KEY"
_PORTS = {"https": 443, "http": 80}


def key_problem(config: ImagesConfig, key_env: str, allowed: Sequence[str], *, loopback: bool = True) -> str | None:
    """Why the key in the variable `key_env` may not be sent to `config.base_url`, or None.

    `allowed` is what the user allows outside the project: hosts (`images.example.com`: https on its usual port; on
    loopback any scheme and port), hosts with a port (`images.example.com:8443`), or a scheme, too
    (`http://litellm:4000`). Without it only the known providers and loopback get a key, each of its own variable. Plain
    http beyond loopback needs an entry that says http. Without `loopback` servers of this machine need an entry, too: a
    worker's loopback is not that of the machine where the project is.
    """
    parts = urlsplit(config.base_url)
    host = (parts.hostname or "").lower()
    if parts.scheme == "http" and not is_loopback(host) and not any(_is_origin(one, parts) for one in allowed):
        return (
            f"The key would go to {config.host} over plain http, where anybody on the way can read it. Use https, or "
            f"allow this very address: --allow-host {parts.scheme}://{config.host}."
        )
    if any(_allows(one, parts) for one in allowed):
        return None
    own = (_LOOPBACK_VARIABLE if loopback else None) if is_loopback(host) else PROVIDERS.get(host)
    usual = is_loopback(host) or (parts.scheme == "https" and (parts.port or 443) == 443)
    if own is not None and usual and key_env == own:
        return None
    return (
        f"The project sends the key in {key_env} to {config.host}, which you have not allowed. If that server may have "
        f"it, say --allow-host {config.host}, or name it in allow_hosts of your own configuration."
    )


def fetch_problem(config: ImagesConfig, allowed: Sequence[str]) -> str | None:
    """Why pictures may not be fetched from a host of `config.fetch_hosts`, or None. No key is sent there.

    Allowed are the hosts of `allowed`, whatever their port, and that of `config.base_url`.
    """
    own = (urlsplit(config.base_url).hostname or "").lower()
    names = {_split(entry.rpartition("://")[2].rstrip("/"))[0] for entry in allowed}
    strange = sorted({host.lower() for host in config.fetch_hosts} - names - {own})
    if not strange:
        return None
    return (
        f"The project fetches pictures from {strange[0]}, which you have not allowed. If that is right, say "
        f"--allow-host {strange[0]}, or name it in allow_hosts of your own configuration."
    )


def _allows(entry: str, parts: SplitResult) -> bool:
    """Whether an entry of the user covers an address."""
    if "://" in entry:
        return _is_origin(entry, parts)
    name, port = _split(entry)
    host = (parts.hostname or "").lower()
    if name != host:
        return False
    if is_loopback(host) and port is None:
        return True
    if parts.scheme != "https" and not is_loopback(host):
        return False
    return (port or _PORTS["https"]) == (parts.port or _PORTS.get(parts.scheme))


def _is_origin(entry: str, parts: SplitResult) -> bool:
    """Whether an entry is the very scheme, host and port of an address."""
    scheme, separator, rest = entry.partition("://")
    if not separator or scheme.lower() != parts.scheme:
        return False
    name, port = _split(rest.rstrip("/"))
    return name == (parts.hostname or "").lower() and (port or _PORTS.get(parts.scheme)) == (
        parts.port or _PORTS.get(parts.scheme)
    )


def _split(entry: str) -> tuple[str, int | None]:
    """Host and port of an entry; a port that is no number is none that matches."""
    try:
        parts = urlsplit(f"//{entry.strip()}")
        return (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "", None
