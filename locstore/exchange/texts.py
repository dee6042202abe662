"""What every file format of an app's strings comes down to: texts by key, with their translations and states."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

from locstore.files import open_regular
from locstore.findings import Finding
from locstore.stores import UnknownLocale, resolve_locale

MAX_BYTES = 32 * 1024 * 1024
"""Bytes of one file; the largest string catalogs of apps have a tenth of this."""

MAX_TEXTS = 200_000
"""Texts of one file."""

OTHER = "other"
"""The plural category (CLDR) that every plural has, and the only one of a text without plural."""


class ForeignError(ValueError):
    """A file that is not what its name says; `line` counts from 1, 0 if it is not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ForeignText:
    """One text of an app in one language.

    `forms` are by plural category (zero, one, two, few, many, other) and `source` the same in the source language,
    empty where the file does not say it; a text without plural has `other` alone. `locale` is as the file or its
    folder writes it, '' where neither says it. `sure` is whether the file itself calls the translation finished, None
    in a format that does not say. `context` is `screen/slot` in our own tables. `table` is the name of the file without
    its ending where several files have the same keys (fastlane's title.strings and keyword.strings).
    """

    key: str
    forms: Mapping[str, str]
    source: Mapping[str, str] = dataclasses.field(default_factory=dict)
    locale: str = ""
    sure: bool | None = None
    context: str = ""
    table: str = ""
    comment: str = ""
    line: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file that was read: `display_path` as findings name it, `source_language` where the file says it."""

    display_path: str
    texts: tuple[ForeignText, ...]
    source_language: str = ""
    findings: tuple[Finding, ...] = ()


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises ForeignError if it cannot be read or is too large."""
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ForeignError(f"The file cannot be read: {error.strerror or error}.") from error
    if len(data) > MAX_BYTES:
        raise ForeignError(f"The file is larger than {MAX_BYTES // 1024**2} MiB; no app's strings are.")
    return data


def decoded(data: bytes) -> str:
    """Text in UTF-8, or in UTF-16 with a byte order mark or the zero bytes of Latin letters. Raises ForeignError."""
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data[1:2] == b"\0" and data[:1] != b"\0":
        encoding = "utf-16-le"
    elif data[:1] == b"\0" and data[1:2] != b"\0":
        encoding = "utf-16-be"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ForeignError(
            f"The file is not {encoding.removesuffix('-sig').upper()}; save it as UTF-8.", line
        ) from error


_ANDROID_FOLDER = re.compile(r"values-(?:b\+([A-Za-z0-9+]+)|([a-z]{2,3})(?:-r([A-Z]{2}|\d{3}))?)(?:-[a-z0-9].*)?")


def folder_locale(path: Path) -> str:
    """The locale that a file's folder names; '' for none.

    `de.lproj`, `values-pt-rBR`, `values-b+zh+Hant`, and the plain codes of fastlane's folders (`de-DE`, `zh_TW`).
    """
    folder = path.parent.name
    if folder.endswith(".lproj"):
        name = folder.removesuffix(".lproj")
        return "" if name == "Base" else name
    if found := _ANDROID_FOLDER.fullmatch(folder):
        return found[1].replace("+", "-") if found[1] else "-".join(part for part in found.groups()[1:] if part)
    return folder if is_locale(folder) else ""


def file_locale(path: Path) -> str:
    """The locale that a file's name ends in (`app_de.arb`, `de.po`, `Localizable-pt-BR.xliff`), else its folder's."""
    pieces = re.split(r"[_.-]", path.stem)
    for start in range(len(pieces)):
        tail = "-".join(pieces[start:])
        if is_locale(tail):
            return tail
    return folder_locale(path)


def is_locale(code: str) -> bool:
    """Whether the table of locales knows a code, in any spelling."""
    try:
        resolve_locale(code)
    except UnknownLocale:
        return False
    return True


def beside(path: Path, source: str) -> Path | None:
    """The same file in the source language's folder beside this one's: `en.lproj/`, `en-US/`; None if there is none.

    `source` is the gettext code of the source language. Folders are compared as locales; `Base.lproj` and `default`
    are the source where nothing else is.
    """
    wanted = resolve_locale(source)
    suffix = ".lproj" if path.parent.name.endswith(".lproj") else ""
    try:
        folders = sorted(f for f in path.parent.parent.iterdir() if f.is_dir() and f.name.endswith(suffix))
    except OSError:
        return None
    named = [f for f in folders if is_locale(n := f.name.removesuffix(suffix)) and resolve_locale(n) == wanted]
    spare = [f for f in folders if f.name.removesuffix(suffix) in {"Base", "default"}]
    for folder in (*named, *spare):
        if folder != path.parent and (folder / path.name).is_file():
            return folder / path.name
    return None


def joined_halves(text: str) -> str:
    """Two escapes may be the halves of one character; a half alone becomes U+FFFD, which every check reports."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
