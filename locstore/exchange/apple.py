"""Reads Apple's string files: String Catalogs (.xcstrings), .strings and .stringsdict."""

from __future__ import annotations

import json
import plistlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from locstore.exchange.texts import (
    MAX_TEXTS,
    OTHER,
    ForeignError,
    ForeignFile,
    ForeignText,
    beside,
    decoded,
    folder_locale,
    joined_halves,
    read_bytes,
)

_CATEGORIES = ("zero", "one", "two", "few", "many", OTHER)
_VARIABLE = re.compile(r"%(?:\d+\$)?#@([^@]{1,100})@")
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<comment>//[^\n]*|/\*.*?\*/)|\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<bare>[\w.$/:-]+)|(?P<sign>[=;])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(U[0-9a-fA-F]{4}|[0-7]{1,3}|\r?\n|.)", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def read_xcstrings(path: Path, display_path: str, source_language: str) -> ForeignFile:  # noqa: ARG001 - one signature
    """Every translation of a String Catalog, plurals included. Raises ForeignError.

    Variations by device are left out: a picture shows one. `shouldTranslate: false` and empty values are left out.
    """
    try:
        document = json.loads(decoded(read_bytes(path)))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ForeignError):
            raise
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        raise ForeignError(f"The file is no JSON: {error}.", line) from error
    strings = document.get("strings") if isinstance(document, dict) else None
    if not isinstance(strings, dict):
        raise ForeignError("The file is no String Catalog: it has no “strings”.")
    source = _text(document.get("sourceLanguage"))
    texts: list[ForeignText] = []
    for key, item in strings.items():
        if not isinstance(item, dict) or item.get("shouldTranslate") is False:
            continue
        localizations = _mapping(item.get("localizations"))
        original, _ = _forms(_mapping(localizations.get(source)))
        for locale, localization in localizations.items():
            forms, sure = _forms(_mapping(localization))
            if locale != source and forms:
                texts.append(
                    ForeignText(
                        key=key,
                        forms=forms,
                        source=original or {OTHER: key},
                        locale=locale,
                        sure=sure,
                        comment=_text(item.get("comment")),
                    )
                )
        _limit(len(texts))
    return ForeignFile(display_path, tuple(texts), source)


def _forms(localization: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
    """The forms of one localization, and whether all of them are marked as translated."""
    plural = _mapping(_mapping(localization.get("variations")).get("plural"))
    units = {name: _mapping(_mapping(plural.get(name)).get("stringUnit")) for name in _CATEGORIES if name in plural}
    if not plural:
        units = {OTHER: _mapping(localization.get("stringUnit"))}
    forms = {name: _text(unit.get("value")) for name, unit in units.items() if _text(unit.get("value"))}
    sure = all(unit.get("state") == "translated" for unit in units.values())
    for name, substitution in _mapping(localization.get("substitutions")).items():
        inner, inner_sure = _forms(_mapping(substitution))
        sure = sure and inner_sure
        base = forms.get(OTHER, "")
        if f"%#@{name}@" in base and len(forms) == 1:
            forms = {form: base.replace(f"%#@{name}@", text) for form, text in inner.items()}
    return {name: text.replace("%arg", "%1$lld") for name, text in forms.items()}, sure


def read_strings(path: Path, display_path: str, source_language: str) -> ForeignFile:
    """A .strings file, as text in UTF-8 or UTF-16 or as a property list, binary or XML. Raises ForeignError.

    The source texts are those of the same file in the folder of the source language (en.lproj, Base.lproj, en-US);
    without one, the keys are taken for them in an .lproj folder.
    """
    own = _pairs(read_bytes(path))
    forms = {key: {OTHER: text} for key, (text, _) in own.items()}
    return _with_sources(path, display_path, forms, own, source_language)


def _pairs(data: bytes) -> dict[str, tuple[str, int]]:
    """Key to (text, line)."""
    if data.startswith((b"bplist", b"<?xml", b"<plist", b"\xef\xbb\xbf<?xml", b"<!DOCTYPE plist")):
        items = _plist(data)
        return {key: (text, 0) for key, text in items.items() if isinstance(text, str)}
    text = decoded(data)
    pairs: dict[str, tuple[str, int]] = {}
    statement: list[tuple[str, str, int]] = []
    line, position = 1, 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise ForeignError(f"“{text[position : position + 20]}” cannot be understood here.", line)
        kind = found.lastgroup or ""
        if kind == "sign" and found[0] == ";":
            key, value = _statement(statement, line)
            pairs[key] = (value, statement[0][2])
            statement = []
            _limit(len(pairs))
        elif kind not in {"space", "comment"}:
            statement.append((kind, found["quoted"] if kind == "quoted" else found[0], line))
        line += text.count("\n", position, found.end())
        position = found.end()
    if statement:
        raise ForeignError("The last line lacks its semicolon; add it.", statement[0][2])
    return pairs


def _statement(tokens: list[tuple[str, str, int]], line: int) -> tuple[str, str]:
    """`"key" = "value"`, or `"key"` alone, which stands for itself."""
    kinds = [kind for kind, _, _ in tokens]
    texts = [_unescaped(text) if kind == "quoted" else text for kind, text, _ in tokens]
    words = {"quoted", "bare"}
    if len(tokens) == 1 and kinds[0] in words:
        return texts[0], texts[0]
    if len(tokens) == 3 and kinds[0] in words and kinds[1] == "sign" and kinds[2] in words:
        return texts[0], texts[2]
    raise ForeignError('A line has to read "key" = "text"; and does not.', tokens[0][2] if tokens else line)


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] == "U" and len(code) == 5:
            return chr(int(code[1:], 16))
        if code[0] in "01234567":
            return chr(int(code, 8))
        return _PLAIN_ESCAPES.get(code, code)

    return joined_halves(_ESCAPE.sub(plain, text))


def read_stringsdict(path: Path, display_path: str, source_language: str) -> ForeignFile:
    """The plurals of a .stringsdict file with one variable each. Raises ForeignError."""
    forms = {key: found for key, item in _plist(read_bytes(path)).items() if (found := _plural(_mapping(item)))}
    return _with_sources(path, display_path, forms, {}, source_language)


def _plural(item: Mapping[str, Any]) -> dict[str, str]:
    template = _text(item.get("NSStringLocalizedFormatKey"))
    names = [name for name in _VARIABLE.findall(template) if name in item]
    if len(names) != 1:
        return {}
    rules = _mapping(item.get(names[0]))
    before, _, after = _VARIABLE.sub("\0", template).partition("\0")
    return {c: f"{before}{_text(rules[c])}{after}" for c in _CATEGORIES if _text(rules.get(c))}


def _with_sources(
    path: Path,
    display_path: str,
    forms: Mapping[str, Mapping[str, str]],
    lines: Mapping[str, tuple[str, int]],
    source_language: str,
) -> ForeignFile:
    sources: Mapping[str, Mapping[str, str]] = {}
    other = beside(path, source_language)
    if other is not None:
        data = read_bytes(other)
        if path.suffix == ".stringsdict":
            sources = {key: _plural(_mapping(item)) for key, item in _plist(data).items()}
        else:
            sources = {key: {OTHER: text} for key, (text, _) in _pairs(data).items()}
    in_app = path.parent.name.endswith(".lproj") or not folder_locale(path)
    texts = [
        ForeignText(
            key=key,
            forms=found,
            source=sources.get(key) or ({OTHER: key} if in_app else {}),
            locale=folder_locale(path),
            table="" if in_app else path.stem,
            line=lines[key][1] if key in lines else 0,
        )
        for key, found in forms.items()
        if any(found.values())
    ]
    return ForeignFile(display_path, tuple(texts))


def _plist(data: bytes) -> dict[str, Any]:
    """A property list's dictionary. plistlib refuses entity declarations itself."""
    try:
        document = plistlib.loads(data)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError, RecursionError) as error:
        raise ForeignError(f"The file is no property list: {error}.", getattr(error, "lineno", 0)) from error
    if not isinstance(document, dict):
        raise ForeignError("The property list holds no dictionary of strings.")
    _limit(len(document))
    return document


def _limit(count: int) -> None:
    if count > MAX_TEXTS:
        raise ForeignError(f"The file has more than {MAX_TEXTS:,} texts; no app has.")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
