"""`import`: translations that an app has already, taken over into the catalogs where the words are the same."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from locstore.catalog import Edit, EditResult, EditStatus, Entry, discover, edit_entries, entry_version
from locstore.concept import concept_messages
from locstore.errors import FindingsError, UsageError
from locstore.exchange import ForeignError, ForeignFile, ForeignText, read_foreign
from locstore.findings import Finding, Severity, has_errors, sort_findings
from locstore.project.match_messages import Match, Matcher
from locstore.project.project import Project
from locstore.project.translating import update
from locstore.project.translations import Wording, wordings
from locstore.shots import names_locale
from locstore.stores import UnknownLocale, resolve_locale

_OF_WORDS = ("catalog-placeholder-", "catalog-highlight-", "catalog-character", "catalog-too-long", "catalog-line-end")


class Marking(StrEnum):
    """How taken translations are marked: as the file says (fuzzy where it does not), or all alike."""

    FILE = "file"
    FUZZY = "fuzzy"
    TRANSLATED = "translated"


class Taken(StrEnum):
    """What became of a translation that fits a message."""

    FILLED = "filled"  # the message had no words
    SAME = "same"  # it had these words
    DIFFERS = "differs"  # it has others, which stay
    OVERWRITTEN = "overwritten"  # it had others, and --overwrite was given
    REFUSED = "refused"  # its words would be an error in a picture


@dataclasses.dataclass(frozen=True, slots=True)
class ImportRow:
    """One message of a locale for which a file has words; `state` is what the entry is now."""

    locale: str
    context: str
    outcome: Taken
    state: str
    text: str
    key: str
    file: str


@dataclasses.dataclass(frozen=True, slots=True)
class ImportReport:
    """What was taken, what fits no message (`unmatched`, by file), and messages that still have no words, by locale."""

    rows: tuple[ImportRow, ...]
    unmatched: Mapping[str, tuple[str, ...]]
    missing: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not has_errors(self.findings)


@dataclasses.dataclass(frozen=True, slots=True)
class _Offer:
    """A text of a file for one message, in the catalog's own forms."""

    match: Match
    text: ForeignText
    display_path: str
    forms: Mapping[int, str]
    fuzzy: bool
    marked: bool  # the state was asked for by name, so it is set also where the words are the same again


def import_files(
    project: Project,
    files: Sequence[Path],
    *,
    locale: str = "",
    key_map: Mapping[str, str] | None = None,
    marking: Marking = Marking.FILE,
    overwrite: bool = False,
    dry_run: bool = False,
    new: bool = False,
) -> ImportReport:
    """Take translations from an app's string files.

    A text fits a message if the source is the same (placeholders by their place, highlights and curly quotes
    aside), if `key_map` says so (key -> `screen/slot`), or if its key is the message's own (`hero/headline`,
    `hero.headline`, `hero_headline`). `locale` is for files that name none, and chooses from those that hold several.
    With `new` a catalog is started for each language of the files that has none. A file of which nothing fits is an
    error with the reason.
    Raises FindingsError if a concept has errors, UsageError for a locale or a mapping that names nothing.
    """
    if has_errors(project.concept_findings()):
        raise FindingsError(project.concept_findings())
    contexts = {m.context for loaded in project.concepts() for m in concept_messages(loaded)}
    for key, context in (key_map or {}).items():
        if context not in contexts:
            raise UsageError(f"--screen-map: {key} = {context}: the concept has no such slot.")
    only = _locale(locale) if locale else ""
    findings: list[Finding] = []
    read = _read(project, files, findings)
    if new and not dry_run:
        findings += _start_catalogs(project, read, only)
    found, loose = wordings(project)
    if has_errors(loose):
        raise FindingsError(loose)
    offers: dict[tuple[str, str], list[_Offer]] = defaultdict(list)
    matchers = {(w.loaded.concept.concept, w.locale.gettext): Matcher(w, key_map or {}) for w in found}
    unmatched: dict[str, tuple[str, ...]] = {}
    sources = {w.source.gettext for w in found}
    for foreign in read:
        before = sum(map(len, offers.values()))
        problems = _sort_texts(foreign, only, sources, matchers, offers, unmatched, marking)
        codes = {_code(text.locale) for text in foreign.texts}
        if sum(map(len, offers.values())) == before and not has_errors(problems) and not (codes and codes <= sources):
            problems.append(_nothing_fits(foreign, unmatched.get(foreign.display_path, ()), problems))
        findings += problems
    rows: list[ImportRow] = []
    for wording in found:
        mine = offers.get((wording.loaded.concept.concept, wording.locale.gettext), [])
        made, problems = _take(project, wording, mine, overwrite=overwrite, dry_run=dry_run)
        rows += made
        findings += problems
    touched = {row.locale for row in rows}
    after = wordings(project)[0] if rows and not dry_run else found
    return ImportReport(
        rows=tuple(rows),
        unmatched=unmatched,
        missing={code: names for code in sorted(touched) if (names := _missing(after, code))},
        findings=tuple(sort_findings(findings)),
    )


def _read(project: Project, files: Sequence[Path], findings: list[Finding]) -> list[ForeignFile]:
    """The files that can be read; what is wrong with the others is added to `findings`."""
    source = next((resolve_locale(loaded.concept.source).gettext for loaded in project.concepts()), "en_US")
    read = []
    for path in files:
        display_path = project.display_path(path.absolute())
        try:
            read.append(read_foreign(path, display_path, source))
        except ForeignError as error:
            findings.append(
                Finding(
                    code="project-import-unreadable", message=str(error), file=display_path, line=error.line or None
                )
            )
    return read


def _start_catalogs(project: Project, read: Sequence[ForeignFile], only: str) -> list[Finding]:
    """A catalog for each language of the files that stores offer and the project has none for."""
    sources = {resolve_locale(loaded.concept.source).gettext for loaded in project.concepts()}
    codes = {_code(text.locale) if text.locale else only for foreign in read for text in foreign.texts}
    wanted = sorted(code for code in codes - sources if code and (not only or code == only))
    return [finding for done in update(project, wanted) for finding in done.findings] if wanted else []


def _nothing_fits(foreign: ForeignFile, strangers: Sequence[str], problems: Sequence[Finding]) -> Finding:
    """Why a file gave nothing: a file that is named on the command line should give something."""
    if not foreign.texts:
        reason = "it has no translated texts"
    elif problems:
        reason = f"its language cannot be used: {problems[0].message}"
    elif strangers:
        example = strangers[0].replace("\n", " ")[:60]
        reason = (
            f"none of its {len(strangers)} texts has the source or the key of a message (“{example}”, for one). "
            "Write the keys that belong to messages into a file for --screen-map"
        )
    else:
        reason = "its languages are not the one that --locale names"
    return Finding(
        code="project-import-nothing",
        message=f"Nothing of this file fits: {reason.rstrip('.')}.",
        file=foreign.display_path,
        line=foreign.texts[0].line or None if foreign.texts else None,
    )


def _locale(name: str) -> str:
    try:
        return resolve_locale(name).gettext
    except UnknownLocale as error:
        raise UsageError(f"--locale {name}: {error}") from error


def _sort_texts(
    foreign: ForeignFile,
    only: str,
    sources: Collection[str],
    matchers: Mapping[tuple[str, str], Matcher],
    offers: dict[tuple[str, str], list[_Offer]],
    unmatched: dict[str, tuple[str, ...]],
    marking: Marking,
) -> list[Finding]:
    """Put each text of a file to the messages that it fits; what is wrong with the file's locales comes back."""
    unknown: dict[str, int] = {}
    strangers: dict[str, None] = {}
    catalogs = {code for _, code in matchers}
    for text in foreign.texts:
        code = _code(text.locale) if text.locale else only
        if code in sources or (only and code != only and code in catalogs):
            continue
        if code not in catalogs:
            unknown.setdefault(text.locale, text.line)
            continue
        found = [
            (
                (concept, code),
                _Offer(
                    match,
                    text,
                    foreign.display_path,
                    matcher.forms(match, text),
                    _is_fuzzy(match, text, marking),
                    marked=marking is Marking.TRANSLATED and match.mapped,
                ),
            )
            for (concept, locale), matcher in matchers.items()
            if locale == code
            for match in matcher.matches(text)
        ]
        for place, offer in found:
            offers[place].append(offer)
        if not found:
            strangers[text.key or next(iter(text.source.values()), "")] = None
    if strangers:
        unmatched[foreign.display_path] = tuple(strangers)
    return [_strange_locale(name, foreign.display_path, line) for name, line in unknown.items()]


def _strange_locale(name: str, display_path: str, line: int) -> Finding:
    if not name:
        message = "Neither the file nor its folder says which language this is. Name it with --locale."
    elif not _code(name):
        message = f"No store has the locale {name!r}; its texts are left out."
    else:
        message = f"There is no catalog for {name!r}. Import with --new, or start one: `locstore update --new {name}`."
    severity = Severity.WARNING if name else Severity.ERROR
    return Finding(
        code="project-import-locale", message=message, severity=severity, file=display_path, line=line or None
    )


def _code(name: str) -> str:
    try:
        return resolve_locale(name).gettext
    except UnknownLocale:
        return ""


def _is_fuzzy(match: Match, text: ForeignText, marking: Marking) -> bool:
    """What is not word for word the same has to be looked at, unless a person mapped it and calls it translated."""
    if match.mapped and marking is Marking.TRANSLATED:
        return False
    if not match.exact or marking is Marking.FUZZY:
        return True
    return marking is Marking.FILE and not text.sure


def _take(
    project: Project, wording: Wording, offers: Sequence[_Offer], *, overwrite: bool, dry_run: bool
) -> tuple[list[ImportRow], list[Finding]]:
    """Save what fills a gap; the best offer for a message is the first exact one."""
    best: dict[str, _Offer] = {}
    for offer in sorted(offers, key=lambda o: (o.match.rank, not o.text.sure)):
        if offer.forms:
            best.setdefault(offer.match.message.context, offer)
    rows: list[ImportRow] = []
    edits: list[tuple[_Offer, Edit, Taken]] = []
    findings: list[Finding] = []
    for context in (message.context for message in wording.messages if message.context in best):
        offer = best[context]
        entry = wording.catalog.entries.get(offer.match.message.key) if wording.catalog else None
        outcome = _outcome(entry, offer, overwrite=overwrite)
        if outcome in {Taken.SAME, Taken.DIFFERS}:
            rows.append(_row(wording, offer, outcome, str(entry.state) if entry else ""))
        else:
            edit = Edit(
                message=offer.match.message,
                text=offer.forms,
                fuzzy=offer.fuzzy,
                expected=entry_version(entry),
                count=wording.slots[context].count,
            )
            edits.append((offer, edit, outcome))
        if outcome is Taken.DIFFERS:
            findings.append(_differs(wording, offer, entry))
    if dry_run:
        rows += [_row(wording, offer, outcome, _state(offer)) for offer, _, outcome in edits]
        return rows, findings
    results = _save(project, wording, [edit for _, edit, _ in edits])
    for (offer, _, outcome), result in zip(edits, results, strict=True):
        saved = result.status in {EditStatus.SAVED, EditStatus.UNCHANGED}
        rows.append(_row(wording, offer, outcome if saved else Taken.REFUSED, _state(offer) if saved else ""))
        if not saved:
            findings += [_refusal(f, offer) for f in result.findings]
    return rows, findings


def _refusal(finding: Finding, offer: _Offer) -> Finding:
    """What is wrong with the words stands in the app's file; what is wrong with the catalog, in the catalog."""
    if not finding.code.startswith(_OF_WORDS):
        return finding
    return dataclasses.replace(
        finding, severity=Severity.WARNING, file=offer.display_path, line=offer.text.line or None
    )


def _save(project: Project, wording: Wording, edits: Sequence[Edit]) -> list[EditResult]:
    if not edits:
        return []
    paths = discover(project.root / project.config.locales, wording.loaded.concept.concept)
    path = next(path for code, path in paths.items() if names_locale(code, wording.locale))
    return edit_entries(
        path, edits, display_path=project.display_path(path), known_values=wording.loaded.concept.values.keys()
    )


def _outcome(entry: Entry | None, offer: _Offer, *, overwrite: bool) -> Taken:
    if entry is None or not any(entry.msgstr):
        return Taken.FILLED
    now = {i: text for i, text in enumerate(entry.msgstr) if i in offer.forms}
    if now == dict(offer.forms):
        marked_anew = offer.text.sure is not None and ("fuzzy" in entry.flags) != offer.fuzzy
        if offer.marked and "fuzzy" in entry.flags:
            return Taken.OVERWRITTEN
        return Taken.OVERWRITTEN if overwrite and marked_anew else Taken.SAME
    return Taken.OVERWRITTEN if overwrite else Taken.DIFFERS


def _differs(wording: Wording, offer: _Offer, entry: Entry | None) -> Finding:
    form, text = next(iter(offer.forms.items()))
    context = offer.match.message.context
    return Finding(
        code="project-import-differs",
        severity=Severity.NOTE,
        message=f"{context} keeps its words in {wording.locale.gettext}; {offer.display_path}"
        f"{f':{offer.text.line}' if offer.text.line else ''} has “{text}” for them. Take those with --overwrite.",
        file=wording.catalog.path if wording.catalog else None,
        line=entry.msgstr_lines[min(form, len(entry.msgstr_lines) - 1)] if entry else None,
    )


def _state(offer: _Offer) -> str:
    return "fuzzy" if offer.fuzzy else "translated"


def _row(wording: Wording, offer: _Offer, outcome: Taken, state: str) -> ImportRow:
    return ImportRow(
        locale=wording.locale.gettext,
        context=offer.match.message.context,
        outcome=outcome,
        state=state,
        text=next(iter(offer.forms.values())),
        key=offer.text.key,
        file=offer.display_path,
    )


def _missing(found: Sequence[Wording], code: str) -> tuple[str, ...]:
    return tuple(
        message.context
        for wording in found
        if wording.locale.gettext == code
        for message in wording.messages
        if wording.state(message) == "missing"
    )
