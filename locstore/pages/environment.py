"""The one Jinja environment of all pages: every value is escaped, and a name that is missing is an error."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from locstore.findings import Finding, Severity
from locstore.pages.tones import STANDINGS, TONES


@cache
def environment() -> jinja2.Environment:
    """Templates below `pages/templates/`, with the functions that all of them share."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("locstore.pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"count_of": count_of, "tally": tally, "tones": TONES, "standing_tones": STANDINGS}
    return made


def count_of(number: int, noun: str) -> str:
    """`1 picture`, `2 pictures`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def tally(findings: Iterable[Finding]) -> list[tuple[Severity, int]]:
    """How many findings there are of each severity, the worst first; severities without any are left out."""
    found = Counter(f.severity for f in findings)
    return [(severity, found[severity]) for severity in Severity if found[severity]]


def static(name: str) -> str:
    """A style sheet or script below `pages/static/`."""
    return resources.files("locstore.pages").joinpath("static", name).read_text(encoding="utf-8")


def render_alone(template: str, *, style: str, script: str, fonts: Sequence[bytes] = (), **values: Any) -> str:
    """A page that is one file: its style and script are in it, and a policy lets nothing else load or run.

    `style` and `script` are names of files in `pages/static/`; the style comes after the one that all pages share.
    `fonts` are OpenType files, which the style names as `var(--words)`. The same values give the same text.
    """
    rules = static("base.css") + _font_faces(fonts) + static(style)
    code = static(script)
    page = environment().get_template(template)
    return page.render(
        style=Markup(rules),  # noqa: S704 - our own files
        script=Markup(code),  # noqa: S704
        policy=_policy(rules, code, fonts=bool(fonts)),
        **values,
    )


def _font_faces(fonts: Sequence[bytes]) -> str:
    """Fonts in the style itself: words look as they should on any machine."""
    if not fonts:
        return ""
    rules = [
        f'@font-face {{ font-family: "words-{number}"; font-weight: 1 1000; '
        f'src: url("data:font/otf;base64,{base64.b64encode(font).decode("ascii")}"); }}\n'
        for number, font in enumerate(fonts)
    ]
    names = ", ".join([*(f'"words-{number}"' for number in range(len(fonts))), "system-ui", "sans-serif"])
    return "".join(rules) + f":root {{ --words: {names}; }}\n"


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
