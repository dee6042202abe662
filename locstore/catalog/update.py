"""Merges the concept's messages into a PO file, with msgmerge's meaning, and loses no word of a translator's.

Entries that do not change keep their lines exactly as they stand, with their wrapping and their comments;
only what changes is written anew. So a file that needs no update is not touched, and a diff shows what the
update did. `matching` finds the old entry of each message, `merging` writes the new one; fuzzy, previous
msgid and obsolete mean what they mean for GNU gettext, and `msgfmt -c` accepts the result.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from locstore.catalog.merge import Lines, Outcome, merge
from locstore.catalog.scanner import Block
from locstore.catalog.source import Key, Source, read_source
from locstore.catalog.write import (
    check_writable,
    file_text,
    header_line,
    header_lines,
    unique,
    write_atomically,
)
from locstore.findings import Finding
from locstore.messages import Message
from locstore.values.language import parse_locale, plural_forms_for
from locstore.values.plural import PluralFormsError, parse_plural_forms


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UpdateResult:
    """What an update did to one file; each tuple holds (msgctxt, msgid) keys.

    `added` have no translation yet, `fuzzied` got one that must be checked, `revived` came back from the
    obsolete entries as they were, `obsoleted` are kept at the end of the file, `dropped` held no word of a
    translator's. `unchanged` keep their translation, whatever happened to their `#.` and `#:` lines. With
    `findings` of severity error the file is broken and was not touched.
    """

    path: Path
    changed: bool = False
    created: bool = False
    added: tuple[Key, ...] = ()
    fuzzied: tuple[Key, ...] = ()
    revived: tuple[Key, ...] = ()
    obsoleted: tuple[Key, ...] = ()
    dropped: tuple[Key, ...] = ()
    unchanged: tuple[Key, ...] = ()
    findings: tuple[Finding, ...] = ()


def update_catalog(
    path: Path, messages: Sequence[Message], *, code: str, locale: str, project: str, display_path: str
) -> UpdateResult:
    """Merge messages into the PO file at `path`, or make it.

    `code` is the folder's gettext code (for the Language header), `locale` Babel's (for the language's name
    and plurals), `project` the Project-Id-Version of a new file, `display_path` the path in findings. Raises
    FindingsError for texts that PO cannot carry, LocaleCodeError, EnvironmentProblem if the file cannot be
    written.
    """
    check_writable(messages)
    created = not path.exists()
    if created:
        source, findings = None, list[Finding]()
        old: list[Lines] = []
        header = _new_header(code, locale, project)
        newline = "\n"
    else:
        source, findings = read_source(path, display_path)
        if source is None or source.broken:
            return UpdateResult(path=path, findings=tuple(findings))
        # A header or charset that was missing is there after this.
        findings = [f for f in findings if f.code != "catalog-header" or "Content-Type" in source.fields]
        old = _old_blocks(source)
        header = _kept_header(source, messages, code, locale, project)
        newline = source.newline
    nplurals, problem = _nplurals(source, locale, display_path)
    if problem is not None:
        return UpdateResult(path=path, findings=(*findings, problem))
    merged = merge(unique(messages), source.records if source else (), nplurals)
    new = [header, *merged.blocks]
    if source and source.trailing:
        new.append(source.trailing)
    if new != old:
        write_atomically(path, file_text(new, newline))
    return UpdateResult(
        path=path,
        changed=new != old,
        created=created,
        added=merged.of(Outcome.ADDED),
        fuzzied=merged.of(Outcome.FUZZIED),
        revived=merged.of(Outcome.REVIVED),
        obsoleted=merged.of(Outcome.OBSOLETED),
        dropped=merged.of(Outcome.DROPPED),
        unchanged=merged.of(Outcome.UNCHANGED),
        findings=tuple(findings),
    )


def _old_blocks(source: Source) -> list[Lines]:
    """The file's blocks in the order in which they stand."""
    blocks = [source.header] if source.header else []
    blocks += [record.block for record in source.records]
    blocks.sort(key=lambda block: block.line)
    return [block.lines for block in blocks] + ([source.trailing] if source.trailing else [])


def _nplurals(source: Source | None, locale: str, display_path: str) -> tuple[int, Finding | None]:
    """How many forms a new plural entry gets; a finding if the file's own header does not say it."""
    forms = source.fields.get("Plural-Forms") if source else None
    try:
        return parse_plural_forms(forms or plural_forms_for(locale)).nplurals, None
    except PluralFormsError as error:
        message = f"Plural-Forms is wrong: {error}. Correct it; the file was not updated."
        line = source.field_line("Plural-Forms") if source else None
        return 0, Finding(code="catalog-plural-forms", message=message, file=display_path, line=line)


def _new_header(code: str, locale: str, project: str) -> Lines:
    language = parse_locale(locale).get_display_name("en") or code
    return header_lines(
        f"{project}: screenshot captions in {language}.",
        [
            ("Project-Id-Version", project),
            # Empty, not gettext's placeholders, which msgfmt -c complains of: an editor fills them in.
            ("PO-Revision-Date", ""),
            ("Last-Translator", ""),
            ("Language-Team", ""),
            ("Language", code),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", plural_forms_for(locale)),
        ],
    )


def _kept_header(source: Source, messages: Sequence[Message], code: str, locale: str, project: str) -> Lines:
    """The header as it stands, with the fields that the file cannot do without."""
    if source.header is None:
        return _new_header(code, locale, project)
    missing = []
    if "Content-Type" not in source.fields:
        missing.append(header_line("Content-Type", "text/plain; charset=UTF-8"))
    if "Plural-Forms" not in source.fields and any(m.plural is not None for m in messages):
        missing.append(header_line("Plural-Forms", plural_forms_for(locale)))
    if not missing:
        return source.header.lines
    return (*_with_final_newline(source.header), *missing)


def _with_final_newline(header: Block) -> Lines:
    """The header's lines; the last field is ended by a line end if it was not."""
    last = header.fields[-1].pieces[-1][1]
    if not last or last.endswith("\\n"):
        return header.lines
    return (*header.lines[:-1], header.lines[-1].rstrip().removesuffix('"') + '\\n"')
