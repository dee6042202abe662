"""The report's page: an overview of the locales, then every doubtful slot beside the words it should say."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import groupby

from locstore.findings import Severity, sort_findings
from locstore.pages.html.chips import finding_item, tally_chips, tally_of
from locstore.pages.html.head import asset, page_head
from locstore.pages.html.markup import Html, count_of, el
from locstore.pages.html.tones import TONES
from locstore.pages.report.difference import marked
from locstore.pages.report.model import LocaleRow, Report, ShotRow, SlotRow
from locstore.pages.report.table import locales_table
from locstore.readings import Verdict

_NATURAL = 2  # pixels of a crop for one of the page's: sharp on a phone's screen
_SHOWN = 100  # findings of a locale; the rest is in the JSON


def render_report(report: Report) -> str:
    """The page's HTML, the same for the same report: one file, no network, no clock.

    A Content-Security-Policy lets only the page's own script and style run, so that no word of a catalog ever can.
    """
    script = asset("locstore.pages.report", "report.js")
    head = page_head(
        f"{report.concept}: report",
        style=asset("locstore.pages.report", "report.css"),
        script=script,
        fonts=report.fonts,
    )
    doubtful = report.doubtful
    body = el(
        "body",
        el("a", "Skip to the words to look at", class_="skip", href="#doubtful"),
        _masthead(report, len(doubtful)),
        el(
            "main",
            el("section", locales_table(report), class_="overview", aria_label="Locales"),
            _doubts(report),
            _findings(report),
        ),
        el("footer", el("p", "A report by locstore."), class_="foot"),
        el("script", Html(script)),
    )
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _masthead(report: Report, doubtful: int) -> Html:
    shots = [shot for row in report.locales for shot in row.shots]
    painted = sum(shot.picture == "painted" for shot in shots)
    facts = [count_of(len(report.locales), "locale"), f"{painted} of {count_of(len(shots), 'picture')} on the shelf"]
    tally = tally_of(set(report.all_findings()))
    tally.pop(Severity.NOTE, None)
    chips = tally_chips(tally) or el("span", "No errors, no warnings", class_="chip good")
    # What is not painted, or out of date, has not been read: nobody can say that all is well with it.
    done = painted == len(shots)
    nothing = "Nothing to look at" if done else f"{count_of(len(shots) - painted, 'picture')} to be painted first"
    look = f"{count_of(doubtful, 'slot')} to look at" if doubtful else nothing
    tone = "good" if done and not doubtful else "warning"
    return el(
        "header",
        el("h1", el("bdi", report.concept)),
        el(
            "div",
            el("p", *(el("span", fact) for fact in facts), class_="facts"),
            el("p", chips, el("span", look, class_=f"chip {tone}"), class_="chips"),
        ),
        class_="masthead",
    )


def _doubts(report: Report) -> Html:
    doubtful = report.doubtful
    if not doubtful:
        return el("section", el("p", "No slot waits for a person.", class_="none"), id="doubtful", class_="doubtful")
    lead = "Compare the picture with the words, letter by letter. Copy the command to accept what is right."
    notes = [el("p", lead)]
    if report.without_crop:
        notes.append(
            el("p", f"{count_of(report.without_crop, 'slot')} had no room for a picture here; open the file named.")
        )
    groups = [
        _group(next(iter(members))[0], members)
        for members in (list(some) for _, some in groupby(doubtful, key=lambda item: item[0].locale))
    ]
    return el(
        "section",
        el("div", el("h2", "Words to look at"), *notes, class_="lead"),
        _tools(doubtful),
        *groups,
        el("p", "No slot matches.", class_="none", id="nothing", hidden=True),
        id="doubtful",
        class_="doubtful",
        tabindex=-1,
    )


def _tools(doubtful: Sequence[tuple[LocaleRow, ShotRow, SlotRow]]) -> Html:
    """Filters. They stay hidden until the script, which they need, has started."""
    there = {slot.reading.verdict for _, _, slot in doubtful}
    verdicts = [el("option", str(v).capitalize(), value=str(v)) for v in Verdict if v in there]
    locales = {row.locale: row.name for row, _, _ in doubtful}
    return el(
        "form",
        el(
            "label",
            el("span", "Verdict", class_="unseen"),
            el("select", el("option", "All verdicts", value=""), *verdicts, id="verdict"),
        ),
        el(
            "label",
            el("span", "Locale", class_="unseen"),
            el(
                "select",
                el("option", "All locales", value=""),
                *(el("option", name, value=code) for code, name in locales.items()),
                id="locale",
            ),
        ),
        el("output", count_of(len(doubtful), "slot"), id="shown", role="status"),
        class_="tools",
        id="tools",
        aria_label="Choose slots",
        autocomplete="off",
        hidden=True,
    )


def _group(row: LocaleRow, members: Sequence[tuple[LocaleRow, ShotRow, SlotRow]]) -> Html:
    return el(
        "section",
        el(
            "div",
            el("h3", el("bdi", row.name), id=f"{row.locale}:title"),
            el("p", el("span", row.locale), class_="facts"),
            el("p", count_of(len(members), "slot"), class_="count"),
            class_="head",
        ),
        el("div", *(_item(row, shot, slot) for _, shot, slot in members), class_="items"),
        class_="group",
        id=row.locale,
        aria_labelledby=f"{row.locale}:title",
        data_locale=row.locale,
    )


def _item(row: LocaleRow, shot: ShotRow, slot: SlotRow) -> Html:
    reading = slot.reading
    title = [el("code", shot.shot), el("b", slot.slot)]
    where = f"{shot.path} (candidate)" if shot.picture == "candidate" else shot.path
    return el(
        "article",
        el("h4", *title, el("span", str(reading.verdict), class_=f"chip {TONES[reading.verdict]}")),
        _crop(row, shot, slot),
        _texts(slot),
        el("p", reading.why, class_="why") if reading.why else "",
        el(
            "p",
            el("span", f"{slot.file}:{slot.line}"),
            el("span", f"msgid “{slot.msgid}”"),
            el("span", where),
            class_="where",
        ),
        el("div", el("code", slot.command), el("button", "Copy", type="button", hidden=True), class_="command"),
        class_="item",
        id=f"{shot.shot}/{slot.slot}",
        data_verdict=str(reading.verdict),
        data_locale=row.locale,
    )


def _crop(row: LocaleRow, shot: ShotRow, slot: SlotRow) -> Html:
    if slot.crop is None:
        return el("p", f"Open {shot.path} to see it.", class_="crop empty")
    data = base64.b64encode(slot.crop.data).decode("ascii")
    width, height = slot.crop.size
    picture = el(
        "img",
        src=f"data:image/jpeg;base64,{data}",
        alt=f"{slot.slot} of {shot.screen} in {row.name} as it stands in the picture",
        width=-(-width // _NATURAL),
        height=-(-height // _NATURAL),
        loading="lazy",
        decoding="async",
    )
    return el("p", picture, class_="crop")


def _texts(slot: SlotRow) -> Html:
    """The words asked for, large, and what was read below them, each marked where it differs."""
    reading = slot.reading
    way = {"lang": slot.language}
    if not reading.read:
        none = el("dd", "nothing", class_="nothing")
        pairs = [("Should say", el("dd", reading.asked, class_="asked", **way))]
        if reading.verdict in (Verdict.MISMATCH, Verdict.LIKELY):
            pairs.append(("Was read", none))
    elif reading.read == reading.asked:
        pairs = [("Should say", el("dd", reading.asked, class_="asked", **way))]
        pairs.append(("Was read", el("dd", "the same, letter by letter", class_="nothing")))
    else:
        asked, read = marked(reading.asked, reading.read)
        pairs = [("Should say", el("dd", asked, class_="asked", **way))]
        pairs.append(("Was read", el("dd", read, class_="read", **way)))
    return el("dl", *(el("div", el("dt", label), words) for label, words in pairs), class_="texts", dir=slot.direction)


def _findings(report: Report) -> Html:
    """Errors and warnings by locale, folded; what is about a doubtful slot stands above already."""
    shown = {(shot.shot, slot.slot) for _, shot, slot in report.doubtful}
    parts = [("The project", "project", list(report.findings))]
    parts += [(row.name, row.locale, row.all_findings()) for row in report.locales]
    blocks = []
    for name, anchor, findings in parts:
        left = [f for f in sort_findings(findings) if f.severity is not Severity.NOTE]
        left = [f for f in left if not (f.code.startswith("verify-text-") and (f.shot, f.slot) in shown)]
        if not left:
            continue
        items = [finding_item(f) for f in left[:_SHOWN]]
        if len(left) > _SHOWN:
            items.append(el("li", el("p", f"{len(left) - _SHOWN} more; --format json has all of them.")))
        chips = el("span", tally_chips(tally_of(left)), class_="chips")
        blocks.append(
            el(
                "details",
                el("summary", el("h3", el("bdi", name)), chips),
                el("ul", *items, class_="findings", role="list"),
                id=f"{anchor}:findings",
            )
        )
    if not blocks:
        return Html("")
    return el("section", el("div", el("h2", "Other findings"), class_="lead"), *blocks, class_="others")
