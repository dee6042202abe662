"""`export`: the strings as a table, for people who translate elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from locstore.catalog import State
from locstore.errors import FindingsError
from locstore.exchange import TableRow, write_table
from locstore.findings import has_errors
from locstore.project.project import Project
from locstore.project.translations import Wording, wordings


def export_table(project: Project, locales: Sequence[str] = ()) -> bytes:
    """The strings as CSV, a line for each message, or for each of its plural forms, and locale; same words, same bytes.

    Raises FindingsError if a concept or a catalog has errors, UsageError for a locale that the project has not.
    """
    found, loose = wordings(project, locales)
    broken = [f for wording in found if wording.catalog is None for f in wording.problems]
    if has_errors([*loose, *broken]):
        raise FindingsError([*loose, *broken])
    return write_table(row for wording in found for row in _rows(wording))


def _rows(wording: Wording) -> list[TableRow]:
    rows = []
    for message in wording.messages:
        entry = wording.catalog.entries.get(message.key) if wording.catalog else None
        rule = wording.catalog.plural if wording.catalog else None
        forms: tuple[str, ...] = entry.msgstr if entry else ("",)
        state = str(entry.state if entry else State.MISSING)
        if entry is not None and "fuzzy" in entry.flags and any(forms):
            state = str(State.FUZZY)
        for form, text in enumerate(forms):
            plural = entry is not None and entry.msgid_plural is not None
            single = message.plural is None or (rule is not None and form in rule.single)
            rows.append(
                TableRow(
                    locale=wording.locale.gettext,
                    context=message.context,
                    source=message.source if single else message.plural or message.source,
                    form=form if plural else None,
                    translation=text,
                    state=state,
                    room=wording.room_words(message.context),
                    comment="\n".join(message.comments),
                )
            )
    return rows
