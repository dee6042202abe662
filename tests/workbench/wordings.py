"""The concept of the workbench's tests, and its catalogs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polib

from locstore.values import plural_forms_for

CONCEPT = """\
concept: tiny
style: {palette: ["#1B2A49", "#F4F1EA"]}
values:
  n: {number: 12}
screens:
  - id: hero
    background: "#33507F"
    copy:
      - {id: headline, text: "Never forget to *water* again", comment: "Verb first."}
      - {id: proof, role: badge, text: "{n} plant alive", plural: "{n} plants alive", count: n}
  - id: how
    background: "#507F33"
    copy:
      - {id: headline, text: "Know any plant in a snap"}
      - {id: caption, role: caption, text: "Always with iCloud", only: [small]}
displays: [{id: tall, size: [400, 800]}, {id: small, size: [300, 500]}]
locales: all
"""

SOURCES: Mapping[str, tuple[str, str | None]] = {
    "hero/headline": ("Never forget to *water* again", None),
    "hero/proof": ("{n} plant alive", "{n} plants alive"),
    "how/headline": ("Know any plant in a snap", None),
    "how/caption": ("Always with iCloud", None),
}


def po(code: str, words: Mapping[str, Sequence[str]], *, fuzzy: Collection[str] = ()) -> str:
    """A catalog with an entry for every message, empty where `words` has none."""
    file = polib.POFile()
    header = plural_forms_for(code)
    file.metadata = {"Language": code, "Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": header}
    count = int(header.partition("nplurals=")[2][0])
    for context, (source, plural) in SOURCES.items():
        forms = list(words.get(context, [""] * (count if plural else 1)))
        entry = polib.POEntry(msgctxt=context, msgid=source, flags=["fuzzy"] if context in fuzzy else [])
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, dict(enumerate(forms))
        else:
            entry.msgstr = forms[0]
        file.append(entry)
    return str(file)


def read(root: Path, code: str) -> dict[str, tuple[list[str], bool]]:
    """Msgctxt -> (forms, fuzzy) of a catalog."""
    file = polib.pofile(str(root / f"locales/{code}/LC_MESSAGES/tiny.po"))
    return {
        e.msgctxt: ([e.msgstr_plural[i] for i in sorted(e.msgstr_plural)] or [e.msgstr], "fuzzy" in e.flags)
        for e in file
    }
