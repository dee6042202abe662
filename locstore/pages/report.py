"""The report's page: an overview of the locales, then every doubtful slot beside the words it should say."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from itertools import groupby

from locstore.findings import Finding, Severity, sort_findings
from locstore.pages.difference import Piece, differing
from locstore.pages.environment import count_of, render_alone, tally
from locstore.pages.report_model import Check, Crop, LocaleRow, Report, SlotRow
from locstore.pages.tones import TONES
from locstore.readings import Verdict

COLUMNS = ("Locale", "Words", "Fit", "Pictures", "Read back", "Store", "Review", "Cost")

_PIXELS = 2  # pixels of a crop for one of the page's: sharp on a phone's screen
_MOST = 100  # findings of a locale; the rest is in the JSON
_BAR = 120  # units of the bar's width


@dataclasses.dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the overview: words, chips of (tone, text), and the shares of the verdicts as a bar."""

    text: str = ""
    chips: tuple[tuple[str, str], ...] = ()
    bar: tuple[Mapping[str, str], ...] = ()

    @property
    def quiet(self) -> bool:
        return self.text in ("–", "waiting", "good")


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    locale: str
    name: str
    waiting: int
    cells: tuple[tuple[str, _Cell], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class _Other:
    name: str
    anchor: str
    findings: tuple[Finding, ...]


def render_report(report: Report) -> str:
    """The page's HTML, the same for the same report: one file, no network, no clock.

    A Content-Security-Policy lets only the page's own script and style run, so that no word of a catalog ever can.
    """
    doubtful = report.doubtful
    groups = [
        (members[0][0], members)
        for members in (list(some) for _, some in groupby(doubtful, key=lambda item: item[0].locale))
    ]
    there = {slot.reading.verdict for _, _, slot in doubtful}
    return render_alone(
        "report.html",
        style="report.css",
        script="report.js",
        fonts=report.fonts,
        report=report,
        facts=_facts(report),
        totals=[item for item in tally(set(report.all_findings())) if item[0] is not Severity.NOTE],
        look=_look(report, len(doubtful)),
        columns=COLUMNS,
        rows=[_row(row) for row in report.locales],
        bar_width=_BAR,
        groups=groups,
        doubtful_count=len(doubtful),
        verdicts=[verdict for verdict in Verdict if verdict in there],
        others=_others(report),
        most=_MOST,
        difference=_difference,
        crop_size=_crop_size,
        base64=lambda data: base64.b64encode(data).decode("ascii"),
    )


def cost_of(row: LocaleRow) -> str:
    """`$1.20, 8 calls`; `unknown` for a model without a known price."""
    if not row.calls:
        return "–"
    dollars = "unknown" if row.dollars is None else f"${row.dollars:.2f}"
    return f"{dollars}, {count_of(row.calls, 'call')}{f', {row.unknown} of them in doubt' if row.unknown else ''}"


def _facts(report: Report) -> list[str]:
    shots = [shot for row in report.locales for shot in row.shots]
    painted = sum(shot.picture == "painted" for shot in shots)
    return [count_of(len(report.locales), "locale"), f"{painted} of {count_of(len(shots), 'picture')} delivered"]


def _look(report: Report, doubtful: int) -> tuple[str, str]:
    """Tone and text of the chip that says what is left to look at.

    What is not painted, or out of date, has not been read: nobody can say that all is well with it.
    """
    shots = [shot for row in report.locales for shot in row.shots]
    left = len(shots) - sum(shot.picture == "painted" for shot in shots)
    if doubtful:
        return "warning", f"{count_of(doubtful, 'slot')} to look at"
    return ("warning", f"{count_of(left, 'picture')} to be painted first") if left else ("good", "Nothing to look at")


def _row(row: LocaleRow) -> _Row:
    cells = [_words(row), _findings(row, Check.FIT), _pictures(row), _verdicts(row), _findings(row, Check.STORE)]
    cells += [_review(row), _Cell(cost_of(row))]
    waiting = sum(slot.doubtful for shot in row.shots for slot in shot.slots)
    return _Row(row.locale, row.name, waiting, tuple(zip(COLUMNS[1:], cells, strict=True)))


def _words(row: LocaleRow) -> _Cell:
    total = row.translated + row.fuzzy + row.missing
    chips = [("error", f"{row.missing} missing")] if row.missing else []
    chips += [("warning", f"{row.fuzzy} fuzzy")] if row.fuzzy else []
    return _Cell(f"{row.translated} of {total}", tuple(chips))


def _findings(row: LocaleRow, check: Check) -> _Cell:
    found = row.severities(check)
    chips = tuple(
        (str(severity), count_of(found[severity], str(severity)))
        for severity in (Severity.ERROR, Severity.WARNING)
        if found[severity]
    )
    return _Cell("" if chips else "good" if row.looked_at(check) else "–", chips)


def _pictures(row: LocaleRow) -> _Cell:
    found = row.pictures
    tones = {"candidate": "warning", "changed": "warning", "missing": "error"}
    chips = tuple((tone, f"{found[state]} {state}") for state, tone in tones.items() if found[state])  # type: ignore[index]
    return _Cell(f"{found['painted']} of {len(row.shots)}", chips)


def _verdicts(row: LocaleRow) -> _Cell:
    found = row.verdicts
    if not found:
        return _Cell("–")
    sure = sum(number for verdict, number in found.items() if TONES[verdict] == "good")
    chips = tuple(
        (TONES[v], f"{n} {v}")
        for v, n in sorted(found.items(), key=lambda item: list(TONES).index(item[0]), reverse=True)
        if TONES[v] != "good"
    )
    return _Cell(f"{sure} of {sum(found.values())}", chips, _bar(found))


def _bar(found: Mapping[Verdict, int]) -> tuple[Mapping[str, str], ...]:
    """Shares of the verdicts as a bar; the words beside it say the same."""
    total, start, parts = sum(found.values()), 0.0, []
    for tone in ("good", "warning", "note", "error"):
        share = sum(n for v, n in found.items() if TONES[v] == tone) / total * _BAR
        if share:
            parts.append({"x": f"{start:.2f}", "width": f"{share:.2f}", "tone": tone})
            start += share
    return tuple(parts)


def _review(row: LocaleRow) -> _Cell:
    found = row.standings
    tones = {"sent back": "error", "stale": "warning"}
    chips = tuple((tone, f"{found[state]} {state}") for state, tone in tones.items() if found[state])
    if found["approved"]:
        return _Cell(f"{found['approved']} of {len(row.shots)} approved", chips)
    return _Cell("" if chips else "waiting", chips)


def _difference(slot: SlotRow) -> tuple[list[Piece], list[Piece]] | None:
    """The words asked for and those read, in pieces that differ or not; None where nothing or the same was read."""
    reading = slot.reading
    if not reading.read or reading.read == reading.asked:
        return None
    return differing(reading.asked, reading.read)


def _crop_size(crop: Crop) -> tuple[int, int]:
    width, height = crop.size
    return -(-width // _PIXELS), -(-height // _PIXELS)


def _others(report: Report) -> list[_Other]:
    """Errors and warnings by locale; what is about a doubtful slot is beside its words already."""
    above = {(shot.shot, slot.slot) for _, shot, slot in report.doubtful}
    parts = [("The project", "project", list(report.findings))]
    parts += [(row.name, row.locale, row.all_findings()) for row in report.locales]
    others = []
    for name, anchor, findings in parts:
        left = [f for f in sort_findings(findings) if f.severity is not Severity.NOTE]
        left = [f for f in left if not (f.code.startswith("verify-text-") and (f.shot, f.slot) in above)]
        if left:
            others.append(_Other(name, anchor, tuple(left)))
    return others
