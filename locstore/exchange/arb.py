"""Reads Flutter's Application Resource Bundles (app_de.arb): JSON with ICU messages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from locstore.exchange.texts import (
    MAX_TEXTS,
    OTHER,
    ForeignError,
    ForeignFile,
    ForeignText,
    decoded,
    file_locale,
    is_locale,
    read_bytes,
)
from locstore.stores import resolve_locale

_PLURAL = re.compile(r"\{\s*(\w+)\s*,\s*plural\s*,(?:\s*offset:\d+)?")
_NUMBERS = {"=0": "zero", "=1": "one", "=2": "two"}


def read_arb(path: Path, display_path: str, source_language: str) -> ForeignFile:
    """The messages of a bundle. Raises ForeignError.

    The source texts are those of the bundle of the source language beside it (`app_en.arb`). A message with one plural
    gives its forms; one that chooses by `select`, or more than once, is left out: a picture shows one text.
    """
    own = _messages(path)
    locale = own.get("@@locale")
    code = locale if isinstance(locale, str) and is_locale(locale) else file_locale(path)
    sources: Mapping[str, Any] = {}
    for other in sorted(path.parent.glob("*.arb")):
        name = file_locale(other)
        if other != path and name and resolve_locale(name).gettext == source_language:
            sources = _messages(other)
            break
    data = decoded(read_bytes(path))
    texts = []
    for key, text in own.items():
        if key.startswith("@") or not isinstance(text, str):
            continue
        forms = _forms(text)
        source = _forms(sources[key]) if isinstance(sources.get(key), str) else {}
        if forms:
            line = data[: data.find(json.dumps(key, ensure_ascii=False))].count("\n") + 1
            texts.append(ForeignText(key=key, forms=forms, source=source, locale=code, line=line))
    return ForeignFile(display_path, tuple(texts))


def _messages(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(decoded(read_bytes(path)))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ForeignError):
            raise
        raise ForeignError(f"The file is no JSON: {error}.", getattr(error, "lineno", 0)) from error
    if not isinstance(document, dict):
        raise ForeignError("The file is no resource bundle: it is not an object.", 1)
    if len(document) > MAX_TEXTS:
        raise ForeignError(f"The file has more than {MAX_TEXTS:,} texts; no app has.")
    return document


def _forms(text: str) -> dict[str, str]:
    """The forms of a message; {} for one that is no single text or plural."""
    found = _PLURAL.search(text)
    if found is None:
        return {} if re.search(r",\s*(select|selectordinal|plural)\s*,", text) else {OTHER: text}
    options, end = _options(text, found.end())
    before, after = text[: found.start()], text[end:]
    if not options or OTHER not in options or "," in re.sub(r"[^{},]", "", before + after).replace("{}", ""):
        return {}
    name = f"{{{found[1]}}}"
    return {_NUMBERS.get(o, o): f"{before}{form.replace('#', name)}{after}" for o, form in options.items()}


def _options(text: str, position: int) -> tuple[dict[str, str], int]:
    """`one{...} other{...}}` from a position on: the options, and where the plural ends; {} if it is not whole."""
    options: dict[str, str] = {}
    while found := re.compile(r"\s*(=?\w+)\s*\{").match(text, position):
        depth, position = 1, found.end()
        start = position
        while depth and position < len(text):
            depth += {"{": 1, "}": -1}.get(text[position], 0)
            position += 1
        options[found[1]] = text[start : position - 1]
        if depth:
            return {}, position
    end = re.compile(r"\s*\}").match(text, position)
    return (options, end.end()) if end else ({}, position)
