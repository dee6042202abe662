"""The gallery: one HTML file with all pictures, by locale and by screen, with the findings of each."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from locstore.findings import Severity, sort_findings
from locstore.pages.environment import render_alone, tally
from locstore.pages.gallery_pictures import (
    STORES,
    GalleryPicture,
    GallerySummary,
    View,
    displays_of,
    group_anchor,
    groups_of,
)
from locstore.pages.tones import SEVERITY, STANDINGS, TONES
from locstore.readings import Verdict

_FEW = 3  # findings under a picture; the rest folds away so that one bad shot does not stretch its row


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    """The pictures of a group on one display; `cards` is empty in the view by screen, which the script fills."""

    display: str
    title: str
    facts: str
    shape: str
    cards: tuple[GalleryPicture, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """The pictures of one locale or screen. `find` is what the search looks through; `worst` is (severity, number)."""

    key: str
    anchor: str
    title: str
    codes: tuple[str, ...]
    find: str
    pictures: tuple[GalleryPicture, ...]
    tally: list[tuple[Severity, int]]
    worst: tuple[Severity, int] | None
    rows: tuple[_Row, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class _View:
    name: View
    groups: tuple[_Group, ...]


def render_gallery(summary: GallerySummary, pictures: Sequence[GalleryPicture]) -> str:
    """The page's HTML, the same for the same input: no clock, no network, no file but the pictures.

    Order: locales by English name, screens by number, displays as they first come but the App Store's first. Without
    JavaScript the page is a plain one by locale. A Content-Security-Policy lets only the page's own script and style
    run, so that no word of a catalog ever can.
    """
    displays = displays_of(pictures)
    order = {display: place for place, display in enumerate(displays)}
    ordered = sorted(pictures, key=lambda p: (p.locale_name.casefold(), p.locale, order[p.display], p.number, p.screen))
    reviews = {p.standing for p in pictures}
    totals = ((Severity.ERROR, summary.errors), (Severity.WARNING, summary.warnings))
    return render_alone(
        "gallery.html",
        style="gallery.css",
        script="gallery.js",
        summary=summary,
        totals=[(severity, number) for severity, number in totals if number],
        views=[_view("locale", ordered), _view("screen", ordered)],
        display_choices=[
            (title, options)
            for store, title in STORES.items()
            if (options := [(display, p.display_name) for display, p in displays.items() if p.store == store])
        ],
        marked=sum(1 for p in pictures if p.findings),
        review_choices=[name for name in (*STANDINGS, "waiting") if name in reviews]
        if reviews & STANDINGS.keys()
        else [],
        picture_count=len(pictures),
        problems=sort_findings(summary.problems),
        few=_FEW,
        marks_of=_marks,
        sorted_findings=sort_findings,
        verdicts_of=_verdicts,
    )


def _view(name: View, pictures: Sequence[GalleryPicture]) -> _View:
    """All groups of a view. The cards are in the one by locale; the script moves them over and back."""
    return _View(name, tuple(_group(name, group, members) for group, members in groups_of(name, pictures).items()))


def _group(view: View, key: str, pictures: Sequence[GalleryPicture]) -> _Group:
    first = pictures[0]
    by_locale = view == "locale"
    codes = tuple(dict.fromkeys([first.locale, first.bcp47])) if by_locale else (f"Screen {first.number}",)
    found = tally(f for p in pictures for f in p.findings)
    return _Group(
        key=key,
        anchor=group_anchor(view, key),
        title=first.locale_name if by_locale else first.screen,
        codes=codes,
        find=" ".join([first.locale_name, *codes]) if by_locale else "",
        pictures=tuple(pictures),
        tally=found,
        worst=next((item for item in found if item[0] in (Severity.ERROR, Severity.WARNING)), None),
        rows=_rows(pictures, filled=by_locale),
    )


def _rows(pictures: Sequence[GalleryPicture], *, filled: bool) -> tuple[_Row, ...]:
    rows: dict[str, list[GalleryPicture]] = {display: [] for display in displays_of(pictures)}
    for picture in pictures:
        rows[picture.display].append(picture)
    found = []
    for display, members in rows.items():
        first = members[0]
        width, height = first.size
        shape = "portrait" if width < 0.9 * height else "square" if width < 1.2 * height else "landscape"
        facts = f"{STORES[first.store]}, {width} × {height}"
        found.append(_Row(display, first.display_name, facts, shape, tuple(members) if filled else ()))
    return tuple(found)


def _marks(p: GalleryPicture) -> list[tuple[str, str]]:
    """The state of the review, and how sure the words are: the worst verdict, or that all are proved."""
    marks = [(tone, p.standing.capitalize())] if (tone := STANDINGS.get(p.standing)) else []
    counts = Counter(reading.verdict for reading in p.text)
    bad = max(counts, key=lambda verdict: SEVERITY[TONES[verdict]], default=None)
    if bad is not None and TONES[bad] != "good":
        marks.append((TONES[bad], f"{counts[bad]} {bad}"))
    elif counts[Verdict.EXACT] or counts[Verdict.ACCEPTED]:
        marks.append(("good", "Words proved"))
    return marks


def _verdicts(p: GalleryPicture) -> dict[str, Verdict]:
    return {reading.slot: reading.verdict for reading in p.text}
