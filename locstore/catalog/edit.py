"""Changes entries of a PO file that other people edit, too: only their lines change, and no word of anybody is lost.

An editor says what it saw (`entry_version`). If the entry has other words on disk by now, that is a conflict and
nothing is written; a change to any *other* entry is none, since the file is read again for each save and only the
entry's own lines are exchanged. What must not be painted is not saved as a translation: the text is checked as
`check_message` does it, and errors refuse it (marked fuzzy, a text with a lost placeholder can be kept for later).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from locstore.catalog.characters import forbidden_characters, too_long
from locstore.catalog.checks import check_message
from locstore.catalog.lock import catalog_lock
from locstore.catalog.po import Catalog, Entry, State
from locstore.catalog.rewrite import rewritten, with_fields
from locstore.catalog.scanner import MAX_TEXT
from locstore.catalog.source import MAX_BYTES, Record, Source, parse_source
from locstore.catalog.write import check_writable
from locstore.errors import EnvironmentProblem, FindingsError
from locstore.files import open_regular, write_whole
from locstore.findings import Finding, has_errors, sort_findings
from locstore.messages import Message
from locstore.values.plural import PluralFormsError, PluralRule, default_plural_rule, parse_plural_forms
from locstore.version import __version__

_BOM = b"\xef\xbb\xbf"
_TRIES = 5


class EditStatus(StrEnum):
    """What became of an edit. Only SAVED has changed the file."""

    SAVED = "saved"
    UNCHANGED = "unchanged"  # the file says exactly this already
    CONFLICT = "conflict"  # somebody else has changed the same entry meanwhile
    REFUSED = "refused"  # the findings say why


@dataclasses.dataclass(frozen=True, slots=True)
class EntryText:
    """A translation as an editor holds it: one form, or one for each plural of the catalog's own rule."""

    forms: tuple[str, ...]
    fuzzy: bool

    @property
    def version(self) -> str:
        """Names this content, as `entry_version` does for an entry in a file."""
        return _version(self.forms, fuzzy=self.fuzzy)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change to make: `text` is the only form, or forms by their number; forms not given stay as they are.

    `expected` is the `entry_version` that the editor saw; None overwrites whatever is there. `count` names the value
    that chooses the plural form, as for `check_message`.
    """

    message: Message
    text: str | Mapping[int, str]
    fuzzy: bool = False
    expected: str | None = None
    count: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """What became of an edit.

    `mine` is what was to be saved and `theirs` what the file has now, where they differ (CONFLICT; both are shown side
    by side). `version` is the entry's in the file now: what the next edit expects. `digest` is the SHA-256 of the
    whole file as it stands now, `line` the line of the entry's first msgstr. `findings` are of this entry, or of the
    file where it is broken; with REFUSED at least one is an error.
    """

    status: EditStatus
    mine: EntryText
    theirs: EntryText | None = None
    version: str = ""
    digest: str = ""
    line: int | None = None
    findings: tuple[Finding, ...] = ()


def entry_version(entry: Entry | None) -> str:
    """Names what an entry says (its forms and whether it is fuzzy); an entry without a word is as good as none."""
    if entry is None:
        return _version((), fuzzy=False)
    return _version(entry.msgstr, fuzzy="fuzzy" in entry.flags)


def edit_entry(
    path: Path,
    edit: Edit,
    *,
    display_path: str,
    known_values: Collection[str],
    now: dt.datetime | None = None,
    translator: str = "",
) -> EditResult:
    """Save one translation; see `edit_entries`."""
    return edit_entries(
        path, [edit], display_path=display_path, known_values=known_values, now=now, translator=translator
    )[0]


def edit_entries(
    path: Path,
    edits: Sequence[Edit],
    *,
    display_path: str,
    known_values: Collection[str],
    now: dt.datetime | None = None,
    translator: str = "",
) -> list[EditResult]:
    """Save translations in one catalog, one result for each edit; the file is written once, whole, or not at all.

    Edits that conflict or are refused leave their entries alone, the others are saved. `display_path` is the path in
    findings, `known_values` the names of the concept's values. Where the header has these fields already,
    PO-Revision-Date becomes `now` (this moment by default), X-Generator locstore, and Last-Translator `translator`
    (`Name <address>`) if it is given. Raises EnvironmentProblem if the file cannot be written or the folder not be
    locked, ValueError for an edit that is no edit of a catalog (no form, or a form number below 0).
    """
    for edit in edits:
        if not isinstance(edit.text, str) and (not edit.text or min(edit.text) < 0):
            raise ValueError(f"an edit of {edit.message.context} needs forms, numbered from 0")
    fields = {
        "PO-Revision-Date": (now or dt.datetime.now(dt.UTC)).strftime("%Y-%m-%d %H:%M%z"),
        "X-Generator": f"locstore {__version__}",
    }
    if name := " ".join("".join(c if c.isprintable() else " " for c in translator).split()):
        fields["Last-Translator"] = name
    with catalog_lock(path):
        for _ in range(_TRIES):
            data, problem = _read(path, display_path)
            if data is None:
                return [_refused(edit, [problem] if problem else []) for edit in edits]
            new, results = _edited(data, edits, display_path, known_values, fields)
            if new == data:
                return results
            # Programs that know no lock may have saved in the meantime: then look at the file again.
            if _read(path, display_path)[0] == data:
                write_whole(path.resolve(), new, durable=True)
                return results
    raise EnvironmentProblem(
        f"{display_path} is changed by another program again and again. Close it there and save again."
    )


def _version(forms: Sequence[str], *, fuzzy: bool) -> str:
    content: list[object] = [list(forms), fuzzy] if any(forms) else []
    return hashlib.sha256(b"locstore-entry\0" + json.dumps(content).encode()).hexdigest()


def _read(path: Path, display_path: str) -> tuple[bytes | None, Finding | None]:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or type(error).__name__}."
        return None, Finding(code="catalog-unreadable", message=message, file=display_path)
    if len(data) > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES // 1024**2} MiB; no catalog of captions is."
        return None, Finding(code="catalog-too-large", message=message, file=display_path)
    return data, None


def _edited(
    data: bytes, edits: Sequence[Edit], display_path: str, known: Collection[str], fields: Mapping[str, str]
) -> tuple[bytes, list[EditResult]]:
    """The file's bytes with every edit that can be made; the same bytes if there is none."""
    mark = _BOM if data.startswith(_BOM) else b""
    body = data.removeprefix(_BOM)
    source, findings = parse_source(body, display_path)
    if source is None or source.broken or source.header is None:
        if source is not None and not source.broken:
            message = "The file has no header entry; run `locstore update`, which gives it one."
            findings = [Finding(code="catalog-header", message=message, file=display_path, line=1)]
        return data, [_refused(edit, findings) for edit in edits]
    results = []
    for edit in edits:
        result, changed = _edit(body.decode(), source, edit, display_path, known)
        results.append(result)
        if changed is not None:
            body = changed.encode()
            source = _parsed(body, display_path)
    if all(result.status is not EditStatus.SAVED for result in results):
        digest = hashlib.sha256(data).hexdigest()
        return data, [dataclasses.replace(result, digest=digest) for result in results]
    body = with_fields(body.decode(), source, fields).encode()
    return mark + body, _placed(results, edits, _parsed(body, display_path), hashlib.sha256(mark + body).hexdigest())


def _parsed(body: bytes, display_path: str) -> Source:
    source, findings = parse_source(body, display_path)
    if source is None or source.broken:
        raise AssertionError(f"{display_path} would not be a PO file any more: {findings[0]}")
    return source


def _placed(results: list[EditResult], edits: Sequence[Edit], source: Source, digest: str) -> list[EditResult]:
    """The results with the lines of the file as it is written, below a header that may have changed."""
    lines = {record.key: record.block.msgstr_lines for record in source.records}
    placed = []
    for result, edit in zip(results, edits, strict=True):
        new = lines.get(edit.message.key, ())
        moved = new[0] - result.line if new and result.line else 0
        findings = (dataclasses.replace(f, line=f.line + moved) if f.line else f for f in result.findings)
        placed.append(
            dataclasses.replace(
                result, digest=digest, line=new[0] if new else None, findings=tuple(sort_findings(findings))
            )
        )
    return placed


def _edit(
    text: str, source: Source, edit: Edit, display_path: str, known: Collection[str]
) -> tuple[EditResult, str | None]:
    """What becomes of one edit, and the file's new text if it is saved."""
    message = edit.message
    record = next((r for r in source.records if r.key == message.key and not r.block.obsolete), None)
    rule, problem = _rule(source, message, display_path)
    if problem is not None:
        return _refused(edit, [problem]), None
    old = EntryText(record.forms, "fuzzy" in record.block.flags) if record else EntryText((), fuzzy=False)
    mine, problem = _wanted(edit, old, rule, display_path, record)
    if problem is not None:
        return _refused(edit, [problem]), None
    line = record.block.msgstr_lines[0] if record else None
    result = EditResult(status=EditStatus.UNCHANGED, mine=mine, version=old.version, line=line)
    if mine.version == old.version:
        return result, None
    if edit.expected is not None and edit.expected != old.version:
        return dataclasses.replace(result, status=EditStatus.CONFLICT, theirs=old), None
    findings = list(_unwritable(mine, message, display_path, line))
    try:
        check_writable([message])
    except FindingsError as error:  # a new entry would carry the source's own mistake into the file
        findings += error.findings
    if not findings:
        new = rewritten(text, source, message, mine.forms, fuzzy=mine.fuzzy)
        entry = _entry(next(r for r in _parsed(new.encode(), display_path).records if r.key == message.key), mine)
        catalog = Catalog(code="", path=display_path, digest="", entries=MappingProxyType({}), obsolete=(), plural=rule)
        findings = sort_findings(check_message(message, entry, catalog, known, count=edit.count))
        result = dataclasses.replace(result, findings=tuple(findings))
        if not has_errors(findings):
            saved = dataclasses.replace(result, status=EditStatus.SAVED, version=mine.version, line=entry.msgstr_line)
            return saved, new
    return dataclasses.replace(result, status=EditStatus.REFUSED, findings=tuple(findings)), None


def _unwritable(text: EntryText, message: Message, display_path: str, line: int | None) -> Iterator[Finding]:
    """What no catalog may hold, so that it is not even tried: characters without a place, far too long texts."""
    for form in text.forms:
        if too_long(form):
            problem = f"msgctxt “{message.context}”: the translation has {len(form):,} characters."
            yield Finding(code="catalog-too-long", message=problem, file=display_path, line=line)
        for position, what in forbidden_characters(form[:MAX_TEXT]):
            problem = f"msgctxt “{message.context}”: character {position} of the translation is {what}; remove it."
            yield Finding(code="catalog-character", message=problem, file=display_path, line=line)


def _rule(source: Source, message: Message, display_path: str) -> tuple[PluralRule, Finding | None]:
    """The header's rule; a finding if a message with a plural has none to go by."""
    header = source.fields.get("Plural-Forms")
    line = source.field_line("Plural-Forms") or 1
    if header is None:
        problem = f"The header lacks Plural-Forms, which {message.context} needs; run `locstore update`."
        finding = Finding(code="catalog-plural-forms-missing", message=problem, file=display_path, line=line)
        return default_plural_rule(), None if message.plural is None else finding
    try:
        return parse_plural_forms(header), None
    except PluralFormsError as error:
        finding = Finding(
            code="catalog-plural-forms", message=f"Plural-Forms is wrong: {error}.", file=display_path, line=line
        )
        return default_plural_rule(), None if message.plural is None else finding


def _wanted(
    edit: Edit, old: EntryText, rule: PluralRule, display_path: str, record: Record | None
) -> tuple[EntryText, Finding | None]:
    """What the entry is to say: a form that the edit does not give stays. A finding if it has no place for a form."""
    message = edit.message
    count = 1 if message.plural is None else rule.nplurals
    given = {0: edit.text} if isinstance(edit.text, str) else dict(edit.text)
    kept = dict(enumerate(old.forms))
    forms = tuple(given.get(i, kept.get(i, "")) for i in range(count))
    mine = EntryText(forms, edit.fuzzy and any(forms))
    line = record.block.line if record else None
    if record is not None and (record.plural is None) != (message.plural is None):
        problem = f"msgctxt “{message.context}”: the plural source has changed or is new; run `locstore update` first."
        return mine, Finding(code="catalog-outdated", message=problem, file=display_path, line=line)
    if max(given) >= count:
        problem = (
            f"msgctxt “{message.context}” has {count} forms here, msgstr[0] to msgstr[{count - 1}]; not {max(given)}."
        )
        return mine, Finding(code="catalog-plural-count", message=problem, file=display_path, line=line)
    return mine, None


def _entry(record: Record, text: EntryText) -> Entry:
    state = State.TRANSLATED
    if not all(form.strip() for form in text.forms):
        state = State.MISSING
    elif text.fuzzy:
        state = State.FUZZY
    return Entry(
        context=record.key[0],
        msgid=record.key[1],
        msgid_plural=record.plural,
        msgstr=text.forms,
        state=state,
        line=record.block.line,
        msgstr_lines=record.block.msgstr_lines,
        flags=record.block.flags,
    )


def _refused(edit: Edit, findings: Sequence[Finding]) -> EditResult:
    forms = {0: edit.text} if isinstance(edit.text, str) else dict(edit.text)
    mine = EntryText(tuple(forms[i] for i in sorted(forms)), edit.fuzzy)
    return EditResult(status=EditStatus.REFUSED, mine=mine, findings=tuple(sort_findings(findings)))
