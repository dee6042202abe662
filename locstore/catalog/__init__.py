"""Gettext catalogs: PO files read, checked and updated, messages looked up, values written the locale's way.

`load_catalog` and `check_message` say what is wrong with a translation, `look_up` finds its words along a
chain of catalogs, `fill` puts the values into them; `write_pot` and `update_catalog` bring the translators
what the concept says now.
"""

from __future__ import annotations

from locstore.catalog.characters import forbidden_characters
from locstore.catalog.checks import check_message
from locstore.catalog.discovery import discover, discover_problems
from locstore.catalog.editing import Edit, EditResult, EditStatus, EntryText, edit_entries, edit_entry, entry_version
from locstore.catalog.language import LocaleCodeError, plural_forms_for
from locstore.catalog.lookup import Lookup, Standing, look_up, standing
from locstore.catalog.plural import PluralFormsError, PluralRule, parse_plural_forms
from locstore.catalog.po import Catalog, Entry, State, load_catalog
from locstore.catalog.pot import write_pot
from locstore.catalog.pseudo import PSEUDO_LOCALES, pseudo_catalog, pseudo_text
from locstore.catalog.template import PlaceholderError, fill, highlights, placeholders
from locstore.catalog.update import UpdateResult, update_catalog
from locstore.catalog.values import (
    CurrencyValue,
    DateValue,
    NumberValue,
    PercentValue,
    TextValue,
    Value,
    plural_operand,
)

__all__ = [
    "PSEUDO_LOCALES",
    "Catalog",
    "CurrencyValue",
    "DateValue",
    "Edit",
    "EditResult",
    "EditStatus",
    "Entry",
    "EntryText",
    "LocaleCodeError",
    "Lookup",
    "NumberValue",
    "PercentValue",
    "PlaceholderError",
    "PluralFormsError",
    "PluralRule",
    "Standing",
    "State",
    "TextValue",
    "UpdateResult",
    "Value",
    "check_message",
    "discover",
    "discover_problems",
    "edit_entries",
    "edit_entry",
    "entry_version",
    "fill",
    "forbidden_characters",
    "highlights",
    "load_catalog",
    "look_up",
    "parse_plural_forms",
    "placeholders",
    "plural_forms_for",
    "plural_operand",
    "pseudo_catalog",
    "pseudo_text",
    "standing",
    "update_catalog",
    "write_pot",
]
