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


def check_locale_folder(name: str, store: Store, display_path: str) -> tuple[str, list[Finding]]:
    """The store's code that a folder's name means (the name itself if none does), and what is wrong with it."""
    codes = apple_locale_codes() if store is Store.APPLE else play_locale_codes()
    if name in codes:
        return name, []
    store_name = "App Store" if store is Store.APPLE else "Google Play"
    plain = name.replace("_", "-").casefold()
    meant = next((code for code in codes if code.casefold() == plain), None)
    if meant is not None:
        message = f"The locale folder {name!r} is misspelled: the {store_name} code is {meant}. Rename it."
        return meant, [Finding(code="verify-locale-spelling", message=message, file=display_path)]
    row = find_locale(name, store)
    meant = None if row is None else row.apple if store is Store.APPLE else row.play
    advice = f"It calls this language {meant}: rename the folder." if meant else "Rename or remove the folder."
    if store is Store.APPLE:
        message = f"{name!r} is no App Store locale, and fastlane deliver stops at such a folder. {advice}"
        severity = Severity.ERROR
    else:
        message = f"{name!r} is no Google Play locale that is known here. {advice}"
        severity = Severity.WARNING
    return meant or name, [Finding(code="verify-locale-unknown", message=message, severity=severity, file=display_path)]


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
