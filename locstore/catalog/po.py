"""Catalogs: what a PO file says for each message, and everything that is wrong with the file itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from locstore.catalog.characters import edge_whitespace, forbidden_characters, line_ends_differ
from locstore.catalog.source import Key, Record, Source, read_source
from locstore.findings import Finding, Severity
from locstore.values.language import LocaleCodeError, parse_locale, plural_counts
from locstore.values.plural import PluralFormsError, PluralRule, default_plural_rule, parse_plural_forms

_SAME_LANGUAGE = {"iw": "he", "in": "id", "ji": "yi", "tl": "fil", "no": "nb"}


class State(StrEnum):
    """What a catalog has for a message. An obsolete entry is not an entry: the message is missing."""

    TRANSLATED = "translated"
    FUZZY = "fuzzy"
    MISSING = "missing"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a catalog.

    `msgstr` has one item for each plural form, or one item. `line` is the line of the msgctxt (or of the
    msgid, without one), `msgstr_lines` the line of each msgstr. `comment` is the translators' own, not the
    extracted one. A text with an empty form is MISSING, whatever its flags say.
    """

    context: str
    msgid: str
    msgid_plural: str | None
    msgstr: tuple[str, ...]
    state: State
    line: int
    msgstr_lines: tuple[int, ...]
    flags: tuple[str, ...] = ()
    comment: str = ""

    @property
    def key(self) -> Key:
        """(msgctxt, msgid), what a message is looked up by."""
        return (self.context, self.msgid)

    @property
    def msgstr_line(self) -> int:
        """The line of the msgstr, or of the first of its forms."""
        return self.msgstr_lines[0]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalog:
    """One PO file: `code` is its folder's name, `path` the file as shown, `digest` its SHA-256 in hex."""

    code: str
    path: str
    digest: str
    entries: Mapping[Key, Entry]
    obsolete: tuple[Entry, ...]
    plural: PluralRule


def load_catalog(path: Path, *, code: str, display_path: str) -> tuple[Catalog | None, list[Finding]]:
    """Read a PO file and report all that is wrong with it; None if it is broken.

    `code` is the folder's gettext code (`pt_BR`), `display_path` the path that findings name. A catalog that comes
    with errors can be looked at, but its texts are not fit to be painted.
    """
    source, findings = read_source(path, display_path)
    if source is None:
        return None, findings
    rule, plural_findings = _plural_rule(source, code, display_path)
    findings += plural_findings
    entries = [_entry(record) for record in source.records]
    active = [entry for record, entry in zip(source.records, entries, strict=True) if not record.block.obsolete]
    for entry in active:
        findings += entry_findings(entry, display_path)
        findings += _form_findings(entry, rule, display_path)
    findings += _language_findings(source, code, display_path)
    if source.broken:
        return None, findings
    catalog = Catalog(
        code=code,
        path=display_path,
        digest=source.digest,
        entries=MappingProxyType({entry.key: entry for entry in active}),
        obsolete=tuple(e for record, e in zip(source.records, entries, strict=True) if record.block.obsolete),
        plural=rule or default_plural_rule(),
    )
    return catalog, findings


def entry_findings(entry: Entry, display_path: str) -> Iterator[Finding]:
    """What is wrong with an entry's texts by themselves: forbidden characters, white space at the ends."""
    for text, line in zip(entry.msgstr, entry.msgstr_lines, strict=True):
        where = f"msgctxt “{entry.context}”"
        for position, what in forbidden_characters(text):
            message = f"{where}: character {position} of the translation is {what}; remove it."
            yield Finding(code="catalog-character", message=message, file=display_path, line=line)
        if entry.state is State.TRANSLATED and line_ends_differ(text, entry.msgid):
            message = f"{where}: only one of source and translation begins or ends with \\n; make them alike."
            yield Finding(code="catalog-line-end", message=message, file=display_path, line=line)
        elif text.strip() and (edges := edge_whitespace(text, entry.msgid)):
            message = f"{where}: the translation {edges} with white space; remove it."
            yield Finding(
                code="catalog-whitespace", severity=Severity.WARNING, message=message, file=display_path, line=line
            )


def _entry(record: Record) -> Entry:
    block, forms = record.block, record.forms
    if not all(form.strip() for form in forms):
        state = State.MISSING
    elif "fuzzy" in block.flags:
        state = State.FUZZY
    else:
        state = State.TRANSLATED
    return Entry(
        context=record.key[0],
        msgid=record.key[1],
        msgid_plural=record.plural,
        msgstr=forms,
        state=state,
        line=block.line,
        msgstr_lines=block.msgstr_lines,
        flags=block.flags,
        comment="\n".join(line[1:].strip() for line in block.translator),
    )


def _plural_rule(source: Source, code: str, display_path: str) -> tuple[PluralRule | None, list[Finding]]:
    """The header's rule; None if the header has none that can be used."""
    header = source.fields.get("Plural-Forms")
    line = source.field_line("Plural-Forms")
    plurals = [r for r in source.records if r.plural and not r.block.obsolete]
    if header is None:
        # A header that could not be read may well have had the field.
        if not plurals or (source.broken and source.header is None):
            return None, []
        message = f"The header lacks Plural-Forms, which line {plurals[0].block.line} needs; run `locstore update`."
        return None, [Finding(code="catalog-plural-forms-missing", message=message, file=display_path, line=line or 1)]
    try:
        rule = parse_plural_forms(header)
    except PluralFormsError as error:
        message = f"Plural-Forms is wrong: {error}."
        return None, [Finding(code="catalog-plural-forms", message=message, file=display_path, line=line)]
    return rule, list(_rule_warnings(rule, code, display_path, line))


def _rule_warnings(rule: PluralRule, code: str, display_path: str, line: int | None) -> Iterator[Finding]:
    def warning(message: str) -> Finding:
        return Finding(
            code="catalog-plural-language", severity=Severity.WARNING, message=message, file=display_path, line=line
        )

    if rule.unused:
        forms = ", ".join(f"msgstr[{i}]" for i in sorted(rule.unused))
        yield warning(f"Plural-Forms never selects {forms}; compare the expression with the language's rules.")
    try:
        locale = parse_locale(code)
    except LocaleCodeError:
        return
    if rule.nplurals == len(locale.plural_form.tags | {"other"}):
        return  # the common case, without trying out numbers
    counts = plural_counts(locale)
    if rule.nplurals not in counts:
        wanted = " or ".join(str(count) for count in sorted(counts))
        yield warning(f"Plural-Forms has nplurals={rule.nplurals}, but CLDR has {wanted} for “{code}”.")


def _form_findings(entry: Entry, rule: PluralRule | None, display_path: str) -> Iterator[Finding]:
    if entry.msgid_plural is None:
        return
    given = len(entry.msgstr)
    if rule is not None and given != rule.nplurals:
        message = (
            f"msgctxt “{entry.context}” has {given} plural forms, but Plural-Forms has {rule.nplurals};"
            f" write msgstr[0] to msgstr[{rule.nplurals - 1}]."
        )
        yield Finding(code="catalog-plural-count", message=message, file=display_path, line=entry.msgstr_line)
    empty = [i for i, text in enumerate(entry.msgstr) if not text.strip()]
    if empty and len(empty) < given:
        forms = ", ".join(f"msgstr[{i}]" for i in empty)
        message = f"msgctxt “{entry.context}”: {forms} is empty, so the whole entry counts as missing; fill it in."
        yield Finding(
            code="catalog-plural-incomplete",
            severity=Severity.WARNING,
            message=message,
            file=display_path,
            line=entry.msgstr_lines[empty[0]],
        )


def _language_findings(source: Source, code: str, display_path: str) -> Iterator[Finding]:
    declared = source.fields.get("Language", "")
    if not declared or _language(declared) == _language(code):
        return
    message = f"The header says Language: {declared[:40]}, but the file lies in the folder “{code}”."
    yield Finding(
        code="catalog-language",
        severity=Severity.WARNING,
        message=message,
        file=display_path,
        line=source.field_line("Language"),
    )


def _language(code: str) -> str:
    subtag = code.replace("-", "_").partition("@")[0].partition("_")[0].lower()
    return _SAME_LANGUAGE.get(subtag, subtag)
