"""The sheet: groups of pictures in rows by display, the index of the groups, and one picture's card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from locstore.findings import Finding, Severity, sort_findings
from locstore.pages.gallery.picture import (
    STORES,
    GalleryPicture,
    View,
    displays_of,
    group_anchor,
    groups_of,
)
from locstore.pages.html.chips import finding_item, tally_chips, tally_of
from locstore.pages.html.markup import Html, count_of, el
from locstore.pages.html.tones import SEVERITY, STANDINGS, TONES
from locstore.readings import Verdict

_SHOWN_FINDINGS = 3  # under a picture; the rest folds away so that one bad shot does not stretch its row


def index(view: View, pictures: Sequence[GalleryPicture]) -> Html:
    """Links to the groups, each with the number of errors or warnings it holds."""
    links = []
    for group, members in groups_of(view, pictures).items():
        tally = tally_of(f for p in members for f in p.findings)
        worst = next((s for s in (Severity.ERROR, Severity.WARNING) if tally.get(s)), None)
        mark: str = ""
        if worst is not None:
            number = tally[worst]
            words = el("span", f" {worst}{'' if number == 1 else 's'}", class_="unseen")
            mark = el("span", str(number), words, class_=f"chip {worst}")
        title = members[0].locale_name if view == "locale" else group
        link = el("a", el("bdi", title), mark, href=f"#{group_anchor(view, group)}")
        links.append(el("li", link, data_group=group))
    return el(
        "nav",
        el("ul", *links, role="list"),
        class_="index",
        data_view=view,
        aria_label=f"{view.capitalize()}s",
    )


def view_of(view: View, pictures: Sequence[GalleryPicture]) -> Html:
    """All groups of a view. Pictures stand in the one by locale; the script moves them over and back."""
    groups = [_group(view, group, members) for group, members in groups_of(view, pictures).items()]
    return el("div", *groups, class_="view", data_view=view, hidden=view != "locale")


def _group(view: View, group: str, pictures: Sequence[GalleryPicture]) -> Html:
    first, anchor = pictures[0], group_anchor(view, group)
    by_locale = view == "locale"
    title = first.locale_name if by_locale else first.screen
    codes = dict.fromkeys([first.locale, first.bcp47]) if by_locale else [f"Screen {first.number}"]
    count = count_of(len(pictures), "picture")
    return el(
        "section",
        el(
            "div",
            el("h2", el("bdi", title), id=f"{anchor}:title"),
            el("p", *(el("span", code) for code in codes), class_="facts"),
            el("p", count, class_="count"),
            el("p", tally_chips(tally_of(f for p in pictures for f in p.findings)), class_="chips"),
            class_="head",
        ),
        el("div", *_rows(pictures, filled=by_locale), class_="rows"),
        class_="group",
        id=anchor,
        aria_labelledby=f"{anchor}:title",
        data_group=group,
        data_title=title,
        data_find=" ".join([first.locale_name, *codes]) if by_locale else None,
    )


def _rows(pictures: Sequence[GalleryPicture], *, filled: bool) -> Iterable[Html]:
    rows: dict[str, list[GalleryPicture]] = {display: [] for display in displays_of(pictures)}
    for picture in pictures:
        rows[picture.display].append(picture)
    for display, members in rows.items():
        first = members[0]
        width, height = first.size
        shape = "portrait" if width < 0.9 * height else "square" if width < 1.2 * height else "landscape"
        yield el(
            "div",
            el(
                "h3",
                el("span", first.display_name),
                el("small", f"{STORES[first.store]}, {width} × {height}"),
            ),
            el("ol", *(map(_card, members) if filled else ()), class_=f"strip {shape}", role="list"),
            class_="row",
            data_display=display,
            data_title=first.display_name,
            data_facts=f"{STORES[first.store]}, {width} × {height} pixels",
        )


def _card(p: GalleryPicture) -> Html:
    words = f"{p.anchor}:words" if p.words else None
    picture = el(
        "img",
        src=quote(p.path),
        alt=f"{p.screen} in {p.locale_name} on {p.display_name}",
        width=p.size[0],
        height=p.size[1],
        loading="lazy",
        decoding="async",
    )
    return el(
        "li",
        el("a", picture, class_="open", href=quote(p.path), aria_describedby=words),
        el("p", el("b", str(p.number)), " ", el("bdi", p.screen), class_="name in-locale"),
        el("p", el("bdi", p.locale_name), " ", el("small", p.locale), class_="name in-screen"),
        _marks(p),
        _card_findings(sort_findings(p.findings)),
        _words(p, words),
        class_="card",
        id=p.anchor,
        data_locale=p.locale,
        data_screen=p.screen,
        data_display=p.display,
        data_findings=len(p.findings) or None,
        data_standing=p.standing or None,
    )


def _marks(p: GalleryPicture) -> Html:
    """Where the review stands, and how sure the words are: the worst verdict, or that all are proved."""
    chips = [el("span", p.standing.capitalize(), class_=f"chip {tone}")] if (tone := STANDINGS.get(p.standing)) else []
    counts = Counter(reading.verdict for reading in p.text)
    bad = max(counts, key=lambda verdict: SEVERITY[TONES[verdict]], default=None)
    if bad is not None and TONES[bad] != "good":
        chips.append(el("span", f"{counts[bad]} {bad}", class_=f"chip {TONES[bad]}"))
    elif counts[Verdict.EXACT] or counts[Verdict.ACCEPTED]:
        chips.append(el("span", "Words proved", class_="chip good"))
    return el("p", *chips, class_="chips marks") if chips else Html("")


def _card_findings(findings: Sequence[Finding]) -> Html:
    if not findings:
        return Html("")
    shown, rest = findings[:_SHOWN_FINDINGS], findings[_SHOWN_FINDINGS:]
    items = [finding_item(f) for f in shown]
    if rest:
        more = el("ul", *(finding_item(f) for f in rest), class_="findings", role="list")
        items.append(el("li", el("details", el("summary", f"{len(rest)} more"), more)))
    return el("ul", *items, class_="findings", role="list")


def _words(p: GalleryPicture, anchor: str | None) -> Html:
    if anchor is None:
        return Html("")
    verdicts = {reading.slot: reading.verdict for reading in p.text}
    pairs = [
        el("div", el("dt", slot, " ", _verdict(verdicts.get(slot))), el("dd", text, lang=p.bcp47, dir=p.direction))
        for slot, text in p.words
    ]
    return el("details", el("summary", "Words"), el("dl", *pairs, id=anchor), class_="words")


def _verdict(verdict: Verdict | None) -> Html:
    return Html("") if verdict is None else el("span", str(verdict), class_=f"chip {TONES[verdict]}")
