"""The head of a page that stands alone: its style, and a policy by which nothing else loads or runs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources

from locstore.pages.html.markup import Html, el


def asset(package: str, name: str) -> str:
    """A text file of a package."""
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


def page_head(title: str, *, style: str, script: str, fonts: Sequence[bytes] = ()) -> Html:
    """The element `head`. `style` comes after what all pages share; `script` is what the body ends with.

    `fonts` are OpenType files; the style names all of them as `var(--words)`.
    """
    style = asset("locstore.pages.html", "base.css") + _faces(fonts) + style
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(style, script, fonts=bool(fonts))),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="robots", content="noindex"),
        el("title", title),
        el("link", rel="icon", href="data:,"),  # keeps browsers from asking for /favicon.ico
        el("style", Html(style)),
    )


def _faces(fonts: Sequence[bytes]) -> str:
    """Fonts in the style itself: words are shown as they should look on any machine."""
    rules = [
        f'@font-face {{ font-family: "words-{number}"; font-weight: 1 1000; '
        f'src: url("data:font/otf;base64,{base64.b64encode(font).decode("ascii")}"); }}\n'
        for number, font in enumerate(fonts)
    ]
    names = ", ".join([*(f'"words-{number}"' for number in range(len(fonts))), "system-ui", "sans-serif"])
    return "".join(rules) + (f":root {{ --words: {names}; }}\n" if fonts else "")


def _policy(style: str, script: str, *, fonts: bool) -> str:
    """Nothing loads or runs but pictures, this style, this script. `file:` is for a page opened from disk."""
    sources = {
        "default-src": "'none'",
        "img-src": "'self' file: data:",
        **({"font-src": "data:"} if fonts else {}),
        "style-src": _digest(style),
        "script-src": _digest(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
