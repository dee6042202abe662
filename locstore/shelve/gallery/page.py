"""The page around the sheet: its head, the toolbar, findings about the run, the empty large view."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources

from locstore.findings import Finding, Severity, sort_findings
from locstore.shelve.gallery.chips import finding_item, tally_chips, tally_of
from locstore.shelve.gallery.markup import Html, count_of, el
from locstore.shelve.gallery.picture import STORES, GalleryPicture, GallerySummary, displays_of
from locstore.shelve.gallery.sheet import index, view_of


def render_gallery(summary: GallerySummary, pictures: Sequence[GalleryPicture]) -> str:
    """The page's HTML, the same for the same input: no clock, no network, no file but the pictures.

    Order: locales by English name, screens by number, displays as they first come but the App Store's first.
    Without JavaScript the page is a plain one by locale. A Content-Security-Policy lets only the page's own
    script and style run, so that no word of a catalog ever can.
    """
    displays = displays_of(pictures)
    order = {display: place for place, display in enumerate(displays)}
    ordered = sorted(pictures, key=lambda p: (p.locale_name.casefold(), p.locale, order[p.display], p.number, p.screen))
    style, script = _asset("gallery.css"), _asset("gallery.js")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="robots", content="noindex"),
        el("title", f"{summary.concept}: {count_of(summary.pictures, 'picture')}"),
        el("link", rel="icon", href="data:,"),  # keeps browsers from asking for /favicon.ico
        el("style", Html(style)),
    )
    body = el(
        "body",
        el("a", "Skip to the pictures", class_="skip", href="#pictures"),
        _masthead(summary),
        _tools(ordered, displays),
        _problems(summary.problems),
        index("locale", ordered),
        index("screen", ordered),
        el(
            "main",
            view_of("locale", ordered),
            view_of("screen", ordered),
            el("p", "The run has made no pictures yet.", class_="nothing") if not ordered else "",
            el(
                "div",
                el("p", "No picture matches these filters."),
                el("button", "Show all pictures", type="button", id="reset"),
                class_="nothing",
                id="nothing",
                hidden=True,
            ),
            id="pictures",
            tabindex=-1,
        ),
        el("footer", el("p", "Made by locstore."), class_="foot"),
        _viewer(),
        el("script", Html(script)),
        data_view="locale",
    )
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _masthead(summary: GallerySummary) -> Html:
    facts = [
        count_of(summary.locales, "locale"),
        count_of(summary.screens, "screen"),
        count_of(summary.displays, "display"),
        count_of(summary.pictures, "picture"),
    ]
    tally = {Severity.ERROR: summary.errors, Severity.WARNING: summary.warnings}
    verdict = tally_chips(tally) or el("span", "No errors, no warnings", class_="chip good")
    return el(
        "header",
        el("h1", el("bdi", summary.concept)),
        el("div", el("p", *(el("span", fact) for fact in facts), class_="facts"), el("p", verdict, class_="chips")),
        class_="masthead",
    )


def _tools(pictures: Sequence[GalleryPicture], displays: Mapping[str, GalleryPicture]) -> Html:
    """The toolbar. It stays hidden until the script, which it needs, has started."""
    views = el(
        "fieldset",
        el("legend", "Group the pictures", class_="unseen"),
        *(
            el(
                "label",
                el("input", type="radio", name="view", value=view, checked=view == "locale"),
                el("span", f"By {view}"),
            )
            for view in ("locale", "screen")
        ),
        class_="switch",
    )
    choices: list[str] = [el("option", "All displays", value="")]
    for store, title in STORES.items():
        options = [el("option", p.display_name, value=display) for display, p in displays.items() if p.store == store]
        if options:
            choices.append(el("optgroup", *options, label=title))
    marked = sum(1 for p in pictures if p.findings)
    return el(
        "form",
        views,
        el(
            "label",
            el("span", "Locale", class_="unseen"),
            el(
                "input",
                type="search",
                id="find",
                placeholder="Locales: ja, thai",
                autocomplete="off",
                spellcheck="false",
            ),
        ),
        el("label", el("span", "Display", class_="unseen"), el("select", *choices, id="display")),
        el(
            "label",
            el("input", type="checkbox", id="marked", disabled=marked == 0),
            el("span", f"Only with findings ({marked})"),
            class_="tick",
        ),
        el("output", count_of(len(pictures), "picture"), id="shown", role="status"),
        class_="tools",
        id="tools",
        aria_label="Choose pictures",
        autocomplete="off",
        hidden=True,
    )


def _problems(problems: Sequence[Finding]) -> Html:
    if not problems:
        return Html("")
    return el(
        "details",
        el(
            "summary",
            el("h2", "Findings about the run"),
            el("span", tally_chips(tally_of(problems)), class_="chips"),
        ),
        el("ul", *(finding_item(f) for f in sort_findings(problems)), class_="findings", role="list"),
        class_="problems",
    )


def _viewer() -> Html:
    """The large view, empty; the script fills it from the card that was chosen."""
    steps = [
        el("button", el("span", label, class_="unseen"), type="button", id=name)
        for name, label in (("previous", "Previous picture"), ("next", "Next picture"), ("close", "Close"))
    ]
    parts = [
        el("section", el("h3", title), el("div", id=f"viewer-{name}"))
        for name, title in (("findings", "Findings"), ("words", "Words"), ("file", "File"))
    ]
    return el(
        "dialog",
        el("div", id="stage"),
        el(
            "div",
            el("div", el("p", id="place", aria_hidden="true"), *steps, class_="bar"),
            el("h2", id="viewer-title"),
            el("p", class_="facts", id="viewer-facts"),
            *parts,
            el("p", class_="unseen", id="spoken", role="status"),
            class_="panel",
        ),
        id="viewer",
        aria_labelledby="viewer-title",
    )


def _asset(name: str) -> str:
    return resources.files("locstore.shelve.gallery").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing loads or runs but pictures, this style, this script. `file:` is for a page opened from disk."""
    sources = {
        "default-src": "'none'",
        "img-src": "'self' file: data:",
        "style-src": _digest(style),
        "script-src": _digest(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
