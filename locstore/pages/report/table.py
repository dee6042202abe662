"""The overview: a row for each locale, a cell for each thing that is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from locstore.findings import Severity
from locstore.pages.html.markup import Html, el
from locstore.pages.html.tones import TONES
from locstore.pages.report.model import Check, LocaleRow, Report
from locstore.readings import Verdict

COLUMNS = ("Locale", "Words", "Fit", "Pictures", "Read back", "Store", "Review", "Cost")

_BAR = 120  # units of the bar's width


def locales_table(report: Report) -> Html:
    """The table; on a phone every row becomes a block, with the column's name before each value."""
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in COLUMNS)))
    return el("table", el("caption", "Locales", class_="unseen"), head, el("tbody", *map(_row, report.locales)))


def _row(row: LocaleRow) -> Html:
    waiting = sum(slot.doubtful for shot in row.shots for slot in shot.slots)
    name: str = el("bdi", row.name)
    if waiting:
        name = el("a", name, href=f"#{row.locale}")
    cells = [_words(row), _findings(row, Check.FIT), _pictures(row), _verdicts(row), _findings(row, Check.STORE)]
    cells += [_review(row), el("span", cost_of(row), class_="quiet" if not row.calls else None)]
    return el(
        "tr",
        el("th", name, el("code", row.locale), scope="row"),
        *(el("td", el("div", cell), data_label=label) for label, cell in zip(COLUMNS[1:], cells, strict=True)),
    )


def cost_of(row: LocaleRow) -> str:
    """`$1.20, 8 calls`; `unknown` for a model without a known price."""
    if not row.calls:
        return "–"
    dollars = "unknown" if row.dollars is None else f"${row.dollars:.2f}"
    calls = f"{row.calls} call{'' if row.calls == 1 else 's'}"
    return f"{dollars}, {calls}{f', {row.unknown} of them in doubt' if row.unknown else ''}"


def _words(row: LocaleRow) -> Html:
    total = row.translated + row.fuzzy + row.missing
    chips = [_chip("error", f"{row.missing} missing")] if row.missing else []
    chips += [_chip("warning", f"{row.fuzzy} fuzzy")] if row.fuzzy else []
    return _line(f"{row.translated} of {total}", chips)


def _findings(row: LocaleRow, check: Check) -> Html:
    found = row.severities(check)
    chips = [
        _chip(str(severity), f"{found[severity]} {severity}{'' if found[severity] == 1 else 's'}")
        for severity in (Severity.ERROR, Severity.WARNING)
        if found[severity]
    ]
    return _line("" if chips else "good" if row.looked_at(check) else "–", chips)


def _pictures(row: LocaleRow) -> Html:
    found = row.pictures
    tones = {"candidate": "warning", "changed": "warning", "missing": "error"}
    chips = [_chip(tone, f"{found[state]} {state}") for state, tone in tones.items() if found[state]]  # type: ignore[index]
    return _line(f"{found['painted']} of {len(row.shots)}", chips)


def _verdicts(row: LocaleRow) -> Html:
    found = row.verdicts
    if not found:
        return el("span", "–", class_="quiet")
    sure = sum(number for verdict, number in found.items() if TONES[verdict] == "good")
    chips = [
        _chip(TONES[v], f"{n} {v}")
        for v, n in sorted(found.items(), key=lambda item: list(TONES).index(item[0]), reverse=True)
        if TONES[v] != "good"
    ]
    return Html(_bar(found) + _line(f"{sure} of {sum(found.values())}", chips))


def _bar(found: Mapping[Verdict, int]) -> Html:
    """Shares of the verdicts as a bar; the words beside it say the same."""
    total, start, parts = sum(found.values()), 0.0, []
    for tone in ("good", "warning", "note", "error"):
        share = sum(n for v, n in found.items() if TONES[v] == tone) / total * _BAR
        if share:
            parts.append(el("rect", x=f"{start:.2f}", y=0, width=f"{share:.2f}", height=6, class_=tone))
            start += share
    return el("svg", *parts, viewBox=f"0 0 {_BAR} 6", class_="bar", aria_hidden="true", preserveAspectRatio="none")


def _review(row: LocaleRow) -> Html:
    found = row.standings
    tones = {"sent back": "error", "stale": "warning"}
    chips = [_chip(tone, f"{found[state]} {state}") for state, tone in tones.items() if found[state]]
    if found["approved"]:
        return _line(f"{found['approved']} of {len(row.shots)} approved", chips)
    return _line("" if chips else "waiting", chips)


def _line(text: str, chips: Iterable[Html]) -> Html:
    quiet = "quiet" if text in ("–", "waiting", "good") else None
    words = el("span", text, class_=quiet) if text else Html("")
    return el("span", words, *chips, class_="cell")


def _chip(tone: str, text: str) -> Html:
    return el("span", text, class_=f"chip {tone}")
