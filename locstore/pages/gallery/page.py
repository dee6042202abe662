"""The page around the sheet: its head, the toolbar, findings about the run, the empty large view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from locstore.findings import Finding, Severity, sort_findings
from locstore.pages.gallery.picture import STORES, GalleryPicture, GallerySummary, displays_of
from locstore.pages.gallery.sheet import index, view_of
from locstore.pages.html.chips import finding_item, tally_chips, tally_of
from locstore.pages.html.head import asset, page_head
from locstore.pages.html.markup import Html, count_of, el
from locstore.pages.html.tones import STANDINGS


def render_gallery(summary: GallerySummary, pictures: Sequence[GalleryPicture]) -> str:
    """The page's HTML, the same for the same input: no clock, no network, no file but the pictures.

    Order: locales by English name, screens by number, displays as they first come but the App Store's first.
    Without JavaScript the page is a plain one by locale. A Content-Security-Policy lets only the page's own
    script and style run, so that no word of a catalog ever can.
    """
    displays = displays_of(pictures)
    order = {display: place for place, display in enumerate(displays)}
    ordered = sorted(pictures, key=lambda p: (p.locale_name.casefold(), p.locale, order[p.display], p.number, p.screen))
    script = asset("locstore.pages.gallery", "gallery.js")
    head = page_head(
        f"{summary.concept}: {count_of(summary.pictures, 'picture')}",
        style=asset("locstore.pages.gallery", "gallery.css"),
        script=script,
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
        _review_choice(pictures),
        el("output", count_of(len(pictures), "picture"), id="shown", role="status"),
        class_="tools",
        id="tools",
        aria_label="Choose pictures",
        autocomplete="off",
        hidden=True,
    )


def _review_choice(pictures: Sequence[GalleryPicture]) -> Html:
    """By where the review stands; nothing while nobody reviews."""
    there = {p.standing for p in pictures}
    if not there & STANDINGS.keys():
        return Html("")
    options = [el("option", name.capitalize(), value=name) for name in (*STANDINGS, "waiting") if name in there]
    select = el("select", el("option", "All reviews", value=""), *options, id="standing")
    return el("label", el("span", "Review", class_="unseen"), select)


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
