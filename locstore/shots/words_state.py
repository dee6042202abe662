"""The state of a message in a locale, by the words that a picture of the locale shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from locstore.catalog import Catalog, State, message_state
from locstore.messages import Message
from locstore.stores import Locale, resolve_locale

WordsState = Literal["translated", "inherited", "fuzzy", "missing"]


def words_state(
    message: Message, locale: Locale, source: Locale, catalogs: Mapping[str, Catalog], *, allow_fuzzy: bool
) -> WordsState:
    """The state of a message in a locale other than the source. `catalogs` are by their gettext code.

    `translated` and `fuzzy` are words of the locale's own, `inherited` are a related locale's (es for es_MX) or, in a
    region of the source language, the source's. A fuzzy entry that is not painted (`allow_fuzzy` is false) does not
    hide the related locale's translation: the picture shows that one. Where no picture can be painted, the message is
    `fuzzy` if a fuzzy entry only has to be confirmed, else `missing`. An entry whose forms do not fit is `missing`: it
    is an error, and no related locale replaces it.
    """
    related = (resolve_locale(code).gettext for code in locale.fallbacks())
    chain = [catalogs[code] for code in dict.fromkeys((locale.gettext, *related)) if code in catalogs]
    found = [message_state(message, catalog) for catalog in chain]
    own = next((one for one in found if one.code == locale.gettext), None)
    if own is not None and own.entry is not None and own.state is not own.entry.state:
        return "missing"
    shown = next((o for o in found if o.state is State.TRANSLATED or (allow_fuzzy and o.state is State.FUZZY)), None)
    if shown is not None and shown.state is State.FUZZY:
        return "fuzzy"
    if shown is not None:
        return "translated" if shown is own else "inherited"
    if (locale.language, locale.script) == (source.language, source.script):
        return "inherited"
    return "fuzzy" if any(one.state is State.FUZZY for one in found) else "missing"
