"""Gettext catalogs: PO files read, checked, edited and updated, and messages looked up in them.

`load_catalog` and `check_message` say what is wrong with a translation, `look_up` finds its words along a
chain of catalogs; `write_pot` and `update_catalog` bring the translators
what the concept says now.
"""

from __future__ import annotations

from locstore.catalog.characters import forbidden_characters
from locstore.catalog.checks import check_message
from locstore.catalog.discovery import discover, discover_problems
from locstore.catalog.edit import Edit, EditResult, EditStatus, EntryText, edit_entries, edit_entry, entry_version
from locstore.catalog.lookup import Lookup, MessageState, look_up, message_state
from locstore.catalog.po import Catalog, Entry, State, load_catalog
from locstore.catalog.pot import write_pot
from locstore.catalog.pseudo import PSEUDO_LOCALES, pseudo_catalog, pseudo_text
from locstore.catalog.update import UpdateResult, update_catalog

__all__ = [
    "PSEUDO_LOCALES",
    "Catalog",
    "Edit",
    "EditResult",
    "EditStatus",
    "Entry",
    "EntryText",
    "Lookup",
    "MessageState",
    "State",
    "UpdateResult",
    "check_message",
    "discover",
    "discover_problems",
    "edit_entries",
    "edit_entry",
    "entry_version",
    "forbidden_characters",
    "load_catalog",
    "look_up",
    "message_state",
    "pseudo_catalog",
    "pseudo_text",
    "update_catalog",
    "write_pot",
]
