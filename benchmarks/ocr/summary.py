"""Rates by locale, group and style from many readings, as text and JSON."""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from locstore.ocr import unreliable
from locstore.readings import Verdict
from locstore.stores import resolve_locale

from .measuring import Done, Read

_COLUMNS = (Verdict.EXACT, Verdict.LIKELY, Verdict.MISMATCH, Verdict.UNVERIFIABLE, Verdict.NOT_CHECKED)


@dataclasses.dataclass(slots=True)
class Summary:
    """What the locales brought so far, by gettext code."""

    locales: dict[str, Done] = dataclasses.field(default_factory=dict)

    def add(self, done: Done) -> None:
        self.locales[done.locale] = done

    @property
    def reads(self) -> list[tuple[str, Read]]:
        return [(code, read) for code in sorted(self.locales) for read in self.locales[code].reads]


@dataclasses.dataclass(frozen=True, slots=True)
class Rates:
    """Readings counted by verdict: of true words, and of corrupted ones."""

    true: Counter[str]
    wrong: Counter[str]

    @classmethod
    def of(cls, reads: Iterable[Read]) -> Rates:
        true, wrong = Counter[str](), Counter[str]()
        for read in reads:
            (wrong if read.wrong else true)[read.verdict] += 1
        return cls(true, wrong)

    @property
    def exact(self) -> float:
        return self.true[Verdict.EXACT] / max(1, self.true.total())

    @property
    def false(self) -> float:
        return self.wrong[Verdict.EXACT] / max(1, self.wrong.total())

    def cells(self) -> str:
        return (
            "".join(f"{self.true[verdict]:7}" for verdict in _COLUMNS)
            + f"{self.true.total():7}{100 * self.exact:8.1f}"
            + f"{self.wrong[Verdict.EXACT]:9}{self.wrong[Verdict.LIKELY]:8}{self.wrong.total():7}"
            + f"{100 * self.false:8.2f}"
        )


def is_reliable(code: str, words: str | None = None) -> bool:
    """Whether the reader may call words of this locale, or these words, exact at all."""
    return not unreliable(resolve_locale(code).bcp47, words)


def printed(summary: Summary, *, styles: Sequence[str], seed: int, seconds: float, most: int) -> str:
    """Everything for a person: the table by locale, the totals, and the failing cases."""
    reads = summary.reads
    title = f"{'':18}" + "".join(f"{str(v)[:6]:>7}" for v in _COLUMNS)
    title += f"{'true':>7}{'exact%':>8}{'f-exact':>9}{'likely':>8}{'wrong':>7}{'f-ex%':>8}{'ms':>7}"
    rows = [f"styles {', '.join(styles)}; seed {seed}; reader {_readers(summary)}", title]
    for code in sorted(summary.locales):
        done = summary.locales[code]
        mark = "" if is_reliable(code) else " (unreliable)"
        rows.append(f"{code + mark:18}{Rates.of(done.reads).cells()}{1000 * _median(done.true_seconds):7.0f}")
    rows.append("")
    for name, chosen in (("reliable", True), ("unreliable", False)):
        group = [read for code, read in reads if is_reliable(code, read.asked) is chosen]
        rows.append(f"{name:18}{Rates.of(group).cells()}")
    reliable = [read for code, read in reads if is_reliable(code, read.asked)]
    for heading, field in (("style", "style"), ("corruption", "wrong"), ("role", "role")):
        rows += ["", f"reliable words by {heading}"]
        groups: dict[str, list[Read]] = {}
        for read in reliable:
            groups.setdefault(getattr(read, field), []).append(read)
        rows += [f"  {key:16}{Rates.of(group).cells()}" for key, group in sorted(groups.items()) if key]
    rows += ["", *_pictures(summary)]
    equal = sum(d.excluded.equal for d in summary.locales.values())
    alike = sum(d.excluded.same_look for d in summary.locales.values())
    for name in ("true", "wrong"):
        every = sorted(s for done in summary.locales.values() for s in getattr(done, f"{name}_seconds"))
        slow = every[int(0.95 * (len(every) - 1))] if every else 0.0
        rows.append(
            f"a check of a {name} picture takes {1000 * _median(every):.0f} ms of one core "
            f"(median of {len(every)}, warm; 95 %: {1000 * slow:.0f} ms)"
        )
    rows.append(f"left out: {equal} corruptions that compare as equal, {alike} that look the same to the pixel")
    rows.append(f"whole run {seconds:.0f} s")
    return "\n".join([*rows, *_failing(reads, most), *_alarms(summary)])


def markdown(summary: Summary) -> str:
    """The table by locale of docs/words.md."""
    rows = [
        "| locale | true | exact | likely | mismatch | unverifiable | corrupted | passed as exact |",
        "| --- " * 8 + "|",
    ]
    for code in sorted(summary.locales):
        rates = Rates.of(summary.locales[code].reads)
        cells = [rates.true.total(), *(rates.true[v] for v in _COLUMNS[:4]), rates.wrong.total()]
        name = code if is_reliable(code) else f"{code} *"
        rows.append(f"| {name} | " + " | ".join(map(str, cells)) + f" | {rates.wrong[Verdict.EXACT]} |")
    return "\n".join(rows)


def _readers(summary: Summary) -> str:
    return "; ".join(sorted({done.reader for done in summary.locales.values()}))


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def _pictures(summary: Summary) -> list[str]:
    """True pictures in which every slot is exact, corrupted pictures with a corrupted slot that passed as exact."""
    lines = []
    for name, chosen in (("reliable", True), ("unreliable", False)):
        true: dict[tuple[str, int], bool] = {}
        wrong: dict[tuple[str, int], bool] = {}
        for code, read in summary.reads:
            if is_reliable(code, read.asked) is not chosen:
                continue
            key, exact = (code, read.picture), read.verdict == Verdict.EXACT
            if read.wrong:
                wrong[key] = wrong.get(key, False) or exact
            else:
                true[key] = true.get(key, True) and exact
        true = {key: exact for key, exact in true.items() if key not in wrong}
        lines.append(
            f"pictures, {name} words: all words exact in {sum(true.values())} of {len(true)} true ones; "
            f"a wrong word passed as exact in {sum(wrong.values())} of {len(wrong)} corrupted ones"
        )
    return lines


def _failing(reads: Sequence[tuple[str, Read]], most: int) -> list[str]:
    """False-exact ones first, then true words that were not called exact, those of reliable locales before others."""
    false = [item for item in reads if item[1].wrong and item[1].verdict == Verdict.EXACT]
    missed = [item for item in reads if not item[1].wrong and item[1].verdict != Verdict.EXACT]
    missed.sort(key=lambda item: (not is_reliable(item[0], item[1].asked), item[0]))
    lines = ["", f"corrupted words that passed as exact: {len(false)}"]
    lines += [
        f"  {code} {r.shot} {r.slot} [{r.style}] {r.wrong}: asked {r.asked!r} painted {r.painted!r} read {r.read!r}"
        for code, r in false[:most]
    ]
    lines += ["", f"true words that were not called exact: {len(missed)}"]
    lines += [
        f"  {code} {r.shot} {r.slot} [{r.style}] {r.verdict}: asked {r.asked!r} read {r.read!r} ({r.why})"
        for code, r in missed[:most]
    ]
    return lines


def _alarms(summary: Summary) -> list[str]:
    alarms = [alarm for code in sorted(summary.locales) for alarm in summary.locales[code].alarms]
    return ["", f"findings about the surroundings of true words: {len(alarms)}", *(f"  {a}" for a in alarms[:200])]


def as_json(summary: Summary, options: dict[str, Any]) -> str:
    """Every reading, and the rates by locale."""
    data = {
        "options": {key: str(value) for key, value in options.items()},
        "locales": {
            code: {
                "reliable": is_reliable(code),
                "true": dict(Rates.of(done.reads).true),
                "wrong": dict(Rates.of(done.reads).wrong),
                "median_ms": round(1000 * _median(done.true_seconds)),
                "excluded": dataclasses.asdict(done.excluded),
                "reads": [dataclasses.asdict(read) for read in done.reads],
            }
            for code, done in sorted(summary.locales.items())
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=1)
