"""`make_report`: joins what the catalogs, the shelves, the ledger, the checks and the reviewers know of each shot."""

from __future__ import annotations

import dataclasses
import os
import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from locstore.catalog import State
from locstore.delivery import PictureRecord, delivery_path
from locstore.findings import Finding, sort_findings
from locstore.pages import Check, LocaleRow, PictureState, Report, ShotRow, SlotRow, check_of
from locstore.project.delivery_recorder import verify_store_folders
from locstore.project.inventory import Inventory, Picture, review_path, take_inventory
from locstore.project.ocr_results import ReadingCache, Result, overlaid
from locstore.project.project import Project
from locstore.project.reporting.costs import Cost, costs
from locstore.project.reporting.crops import CropMaker
from locstore.project.reporting.words import count_words, words_findings
from locstore.project.verify_text import READINGS, typeset_readings, with_accepted
from locstore.readings import SlotReading, Verdict
from locstore.review import Review, read_review
from locstore.run import check_shots
from locstore.shots import Cell, Selection, SlotWords
from locstore.typeset import FontLibrary
from locstore.typeset.subsetting import web_fonts

_DOUBTED = frozenset({Verdict.LIKELY, Verdict.MISMATCH, Verdict.UNVERIFIABLE, Verdict.NOT_CHECKED})


@dataclasses.dataclass(frozen=True, slots=True)
class _Known:
    """What is known before the shots are looked at, by whom it concerns."""

    seen: Inventory
    review: Review
    pictures: Mapping[str, Picture]
    by_path: Mapping[str, list[Finding]]
    by_screen: Mapping[tuple[str, str], list[Finding]]
    fit: Mapping[str, list[Finding]]


def make_report(project: Project, selection: Selection, *, crops: bool = False) -> Report:
    """What is known of the selected shots; with `crops` what a page needs to show the doubtful slots, too.

    Nothing is painted or read: verdicts are those of the run, and of `locstore verify` since. Raises as
    `Project.snapshot`.
    """
    selection = project.default_selection(selection)
    seen = take_inventory(project, selection)
    review, findings = read_review(review_path(project))
    stale = [p.shot for p in seen.pictures if not p.current]
    composed = check_shots(stale, settings=seen.settings, workers=project.config.jobs or os.cpu_count() or 1)
    by_path = _by_path(project, [*_store_findings(project, seen), *seen.plan.findings])
    by_screen, by_locale = words_findings(seen.snapshot)
    known = _Known(
        seen=seen,
        review=review,
        pictures={p.shot.key: p for p in seen.pictures},
        by_path=by_path,
        by_screen=by_screen,
        fit=_by_shot(composed),
    )
    places = [place for place in seen.snapshot.places if selection.takes(place)]
    maker = CropMaker(seen.settings) if crops else None
    with ReadingCache(project.root / READINGS) as cache:
        shots: dict[str, list[ShotRow]] = defaultdict(list)
        paths: dict[str, set[str]] = defaultdict(set)
        for place in places:
            row = _shot_row(project, place, known, cache, maker)
            shots[place.locale.gettext].append(row)
            paths[place.locale.gettext].add(row.path)
    attached = {path for some in paths.values() for path in some}
    homes = _folders(paths)
    loose: list[Finding] = []
    for path, some in by_path.items():
        if path in attached:
            continue
        home = next(
            (homes[str(at)] for at in (PurePosixPath(path), *PurePosixPath(path).parents) if str(at) in homes), None
        )
        (by_locale[home] if home is not None else loose).extend(some)
    locales = _locale_rows(project, seen, places, shots, by_locale)
    catalogs = {catalog.path for catalog in seen.snapshot.catalogs}
    findings += [f for f in seen.snapshot.findings if f.file not in catalogs]
    return Report(
        concept=", ".join(loaded.concept.concept for loaded in seen.snapshot.concepts),
        painter=project.config.painter,
        output=project.config.output,
        locales=tuple(locales),
        findings=tuple(sort_findings([*findings, *seen.findings, *loose])),
        fonts=_fonts(locales) if crops else (),
        without_crop=maker.left_out if maker else 0,
    )


def _fonts(rows: Iterable[LocaleRow]) -> tuple[bytes, ...]:
    """Fonts for the doubtful words: the one who judges them may have none for their script."""
    doubtful = [s.reading for row in rows for shot in row.shots for s in shot.slots if s.doubtful]
    texts = sorted({text for reading in doubtful for text in (reading.asked, reading.read) if text})
    return web_fonts(FontLibrary.for_project(None, system=False), texts, weight=600) if texts else ()


def _locale_rows(
    project: Project,
    seen: Inventory,
    places: Iterable[Cell],
    shots: Mapping[str, list[ShotRow]],
    by_locale: Mapping[str, list[Finding]],
) -> list[LocaleRow]:
    locales = {place.locale.gettext: place.locale for place in places}
    words = count_words(seen.snapshot, locales.values(), allow_fuzzy=project.config.allow_fuzzy)
    spent = costs(project, seen.settings.ledger)
    rows = []
    for code, locale in locales.items():
        counts: Counter[State] = words[code]
        cost = spent.get(code, Cost())
        rows.append(
            LocaleRow(
                locale=code,
                name=locale.english,
                bcp47=locale.bcp47,
                direction=locale.direction,
                translated=counts[State.TRANSLATED],
                fuzzy=counts[State.FUZZY],
                missing=counts[State.MISSING],
                calls=cost.calls,
                unknown=cost.unknown,
                dollars=cost.dollars,
                shots=tuple(shots[code]),
                findings=tuple(sort_findings(by_locale.get(code, ()))),
            )
        )
    return rows


def _shot_row(project: Project, place: Cell, known: _Known, cache: ReadingCache, maker: CropMaker | None) -> ShotRow:
    path = str(delivery_path(place, project.config.layout) or "")
    picture = known.pictures.get(place.key)
    findings = [*known.by_screen.get((place.locale.gettext, place.screen), ()), *known.by_path.get(path, ())]
    slots: tuple[SlotRow, ...] = ()
    state, why = _state(picture)
    if picture is not None and picture.record is not None and picture.current:
        judged = _judged(picture, picture.record, known.review, cache)
        slots = tuple(_slot_row(project, picture, slot, judged) for slot in picture.shot.slots)
        slots = maker.cut(picture, slots) if maker is not None else slots
        findings += [f for f in picture.record.findings if check_of(f.code) in (Check.FIT, Check.PICTURE)]
        findings += judged.findings
    else:
        findings += known.fit.get(place.key, ())
    if state != "painted":
        message = f"There is no picture on the shelf that is up to date: {why}. Run `locstore run`."
        findings.append(Finding(code="project-not-on-shelf", message=message, shot=place.key))
    return ShotRow(
        shot=place.key,
        screen=place.screen,
        locale=place.locale.gettext,
        display=place.display.id,
        display_name=place.display.name,
        path=path,
        picture=state,
        why=why,
        standing=str(known.review.standing(place.key, picture.identity if picture else "")),
        composed=picture is not None,
        slots=slots,
        findings=tuple(sort_findings(findings)),
    )


def _state(picture: Picture | None) -> tuple[PictureState, str]:
    if picture is None:
        return "missing", "its words or files are not complete, or a file that is not ours stands in its place"
    if picture.candidate:
        return "candidate", "its words are doubtful, so it waits in .locstore/candidates for a person to accept them"
    if picture.record is None:
        return "missing", picture.why
    return ("painted", "") if picture.current else ("changed", picture.why)


def _judged(picture: Picture, record: PictureRecord, review: Review, cache: ReadingCache) -> Result:
    """What is known of the words: by our own typesetter, by the run, by `locstore verify` since, and by a person."""
    known = Result(tuple(typeset_readings(picture.shot, record)), ())
    told = tuple(f for f in record.findings if check_of(f.code) is Check.TEXT)
    known = overlaid(known, Result(record.text, told))
    if not picture.candidate:
        known = overlaid(known, cache.of(picture.path, record.sha256))
    accepted = review.accepted(picture.identity)
    readings = with_accepted(known.readings, accepted)
    slots = {slot.id: slot for slot in picture.shot.slots}
    findings = [
        _at(dataclasses.replace(f, shot=picture.shot.key), slots.get(f.slot or ""))
        for f in known.findings
        if f.slot not in accepted
    ]
    told_of = {f.slot for f in findings}
    for reading in readings:
        # A verdict is never without a finding, whoever wrote the record.
        if reading.verdict is Verdict.MISMATCH and reading.slot not in told_of and reading.slot in slots:
            message = f'The picture should say "{reading.asked}"; read was "{reading.read}". Look at it.'
            said = Finding(code="verify-text-mismatch", message=message, shot=picture.shot.key, slot=reading.slot)
            findings.append(_at(said, slots[reading.slot]))
    return Result(readings, tuple(findings))


def _at(finding: Finding, slot: SlotWords | None) -> Finding:
    """The finding at the place where the slot's words stand now."""
    return finding if slot is None else dataclasses.replace(finding, file=slot.file, line=slot.line)


def _slot_row(project: Project, picture: Picture, slot: SlotWords, judged: Result) -> SlotRow:
    reading = next((r for r in judged.readings if r.slot == slot.id), None)
    if reading is None:
        why = f"Nobody has read it back yet: `locstore verify {project.config.output}` does."
        asked = slot.text
        reading = SlotReading(slot=slot.id, verdict=Verdict.NOT_CHECKED, asked=asked, why=why)
    # Where an image model was to paint all, words that we had to set over it are for a person to look at.
    patched = reading.verdict is Verdict.TYPESET and project.painter.writes_words
    doubtful = reading.verdict in _DOUBTED or patched
    return SlotRow(
        slot=slot.id,
        msgid=slot.msgid,
        file=slot.file,
        line=slot.line,
        language=slot.language,
        direction=slot.direction,
        reading=reading,
        doubtful=doubtful,
        command=_accepting(project, picture.shot.key, slot.id) if doubtful else "",
    )


def _accepting(project: Project, shot: str, slot: str) -> str:
    """The command that accepts a slot; the painter may have been an option, and decides which picture is meant."""
    painter = project.config.painter
    options = [] if painter == "local" else ["--painter", painter]
    return shlex.join(["locstore", "accept", shot, slot, *options])


def _store_findings(project: Project, seen: Inventory) -> list[Finding]:
    """What `locstore verify` says of the shelves; pictures on record, whose digests fit, are not read again."""
    records = {p.path: p.record for p in seen.plan.shots if p.record is not None} | dict(seen.plan.kept)
    return verify_store_folders(project, records)


def _by_path(project: Project, findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """By the file or folder below the output folder; '' for what is about none of them."""
    found: dict[str, list[Finding]] = defaultdict(list)
    base = f"{project.config.output}/"
    for finding in findings:
        file = finding.file or ""
        found[file.removeprefix(base) if file.startswith(base) else ""].append(finding)
    return found


def _by_shot(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.shot or ""].append(finding)
    return found


def _folders(paths: Mapping[str, set[str]]) -> dict[str, str]:
    """The folders that hold pictures of one locale only, with that locale."""
    owners: dict[str, set[str]] = defaultdict(set)
    for code, some in paths.items():
        for path in some:
            for folder in PurePosixPath(path).parents:
                owners[str(folder)].add(code)
    return {folder: next(iter(codes)) for folder, codes in owners.items() if len(codes) == 1 and folder != "."}
