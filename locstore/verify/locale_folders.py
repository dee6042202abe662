"""The names of locale folders, held against the codes that each store knows."""

from __future__ import annotations

from locstore.findings import Finding, Severity
from locstore.stores import (
    Locale,
    Store,
    UnknownLocale,
    apple_locale_codes,
    locale_for_apple,
    locale_for_play,
    play_locale_codes,
    resolve_locale,
)
from locstore.verify.tool import Tool

_IGNORE = "(With ignore_language_directory_validation deliver leaves the folder out instead.)"


def check_locale_folder(name: str, tool: Tool, display_path: str) -> tuple[str, list[Finding]]:
    """The store's code that a folder's name means (the name itself if none does), and what is wrong with it."""
    store = Store.APPLE if tool is Tool.DELIVER else Store.PLAY
    codes = apple_locale_codes() if store is Store.APPLE else play_locale_codes()
    if name in codes:
        return name, []
    plain = name.replace("_", "-").casefold()
    meant = next((code for code in codes if code.casefold() == plain), None)
    if meant is not None:
        finding = _misspelled(name, meant, tool, display_path)
        return meant, [finding]
    row = find_locale(name, store)
    meant, nearest = _codes_of(row, store)
    if meant or nearest:
        language = row.english if row else name
        advice = f"Its code for {language!r} is {meant!r}: rename the folder."
        if not meant:
            advice = f"Its nearest language is {nearest!r}: rename the folder, or remove it."
    else:
        advice = "Rename or remove the folder."
    if store is Store.APPLE:
        message = f"{name!r} is no App Store locale, and fastlane deliver stops at such a folder. {advice} {_IGNORE}"
        severity = Severity.ERROR
    elif meant or nearest:
        message = f"{name!r} is no Google Play language, and the whole upload fails at such a folder. {advice}"
        severity = Severity.ERROR
    else:
        message = (
            f"{name!r} is no Google Play language that is known here (list of 2026-11-30). If Play does not offer it, "
            f"the whole upload fails. {advice}"
        )
        severity = Severity.WARNING
    finding = Finding(code="verify-locale-unknown", message=message, severity=severity, file=display_path)
    return meant or name, [finding]


def _misspelled(name: str, meant: str, tool: Tool, display_path: str) -> Finding:
    """Only deliver compares without case; an underscore is wrong everywhere."""
    if tool is Tool.DELIVER and name.casefold() == meant.casefold():
        message = f"The locale folder {name!r} is written {meant!r} in the store; fastlane deliver takes it for that."
        severity = Severity.NOTE
    elif tool is Tool.DELIVER:
        message = (
            f"The locale folder {name!r} is misspelled: the App Store code is {meant!r}, and fastlane deliver stops at "
            f"any other. Rename it. {_IGNORE}"
        )
        severity = Severity.ERROR
    else:
        message = f"The locale folder {name!r} is misspelled: the Google Play code is {meant!r}. Rename it."
        severity = Severity.ERROR
    return Finding(code="verify-locale-spelling", message=message, severity=severity, file=display_path)


def _codes_of(row: Locale | None, store: Store) -> tuple[str | None, str | None]:
    """The store's own code of a locale, and the code of its nearest locale there."""
    if row is None:
        return None, None
    return (row.apple, row.apple_fallback) if store is Store.APPLE else (row.play, row.play_fallback)


def find_apple_locale(name: str) -> str | None:
    """The App Store code that deliver takes a folder's name for: by its letters, in any case."""
    return next((code for code in apple_locale_codes() if code.casefold() == name.casefold()), None)


def find_locale(code: str, store: Store) -> Locale | None:
    """The locale that a folder's name means, by the store's own code first; None if nobody knows it."""
    row = locale_for_apple(code) if store is Store.APPLE else locale_for_play(code)
    if row is not None:
        return row
    try:
        return resolve_locale(code)
    except UnknownLocale:
        return None


def language_of(code: str, store: Store) -> tuple[str, str]:
    """Language and script: pictures of two locales may be the same only if these are."""
    tag = code.replace("_", "-")
    row = find_locale(code, store) or find_locale(tag.partition("-")[0], store)
    return (row.language, row.script) if row else (tag.partition("-")[0].casefold(), "")
