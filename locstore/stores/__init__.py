"""What the stores ask for: displays, locales and rules, from dated data files under `data/`.

Facts carry the day they were checked and where they come from. Nothing is read before it is asked for.
"""

from __future__ import annotations

from locstore.stores.display_table import UnknownDisplay, display_variant, displays, displays_of_size, find_display
from locstore.stores.displays import Alpha, Display, Form, Promotion, Store, custom_display
from locstore.stores.locales import (
    Locale,
    UnknownLocale,
    apple_locale_codes,
    locale_for_apple,
    locale_for_play,
    locales,
    play_locale_codes,
    resolve_locale,
)
from locstore.stores.rules import AppleRules, AppleTree, apple_rules

__all__ = [
    "Alpha",
    "AppleRules",
    "AppleTree",
    "Display",
    "Form",
    "Locale",
    "Promotion",
    "Store",
    "UnknownDisplay",
    "UnknownLocale",
    "apple_locale_codes",
    "apple_rules",
    "custom_display",
    "display_variant",
    "displays",
    "displays_of_size",
    "find_display",
    "locale_for_apple",
    "locale_for_play",
    "locales",
    "play_locale_codes",
    "resolve_locale",
]
