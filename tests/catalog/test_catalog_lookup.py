"""Look-ups along a chain of catalogs."""

from __future__ import annotations

import pytest
from catalog_files import HEADER, HEADER_LINES, Load

from locstore.catalog import Catalog, State, look_up, message_state
from locstore.messages import Message

ONE = Message(context="a/one", source="One")
PLANTS = Message(context="a/plants", source="{n} plant", plural="{n} plants")


def catalog(load: Load, entries: str, code: str, header: str = HEADER) -> Catalog:
    loaded, _ = load(entries, code=code, header=header)
    assert loaded is not None
    return loaded


def entry(msgstr: str, flags: str = "") -> str:
    return f'{flags}msgctxt "a/one"\nmsgid "One"\nmsgstr "{msgstr}"\n'


def test_the_first_translation_of_the_chain(load: Load) -> None:
    chain = [catalog(load, "", "fr_CA"), catalog(load, entry(""), "fr_BE"), catalog(load, entry("Un"), "fr")]
    found = look_up(ONE, chain, count=None, allow_fuzzy=False)
    assert found is not None
    assert (found.text, found.state, found.code, found.fallback) == ("Un", State.TRANSLATED, "fr", True)
    assert (found.path, found.line) == ("fr.po", HEADER_LINES + 3)
    found = look_up(ONE, chain[2:], count=None, allow_fuzzy=False)
    assert found is not None
    assert not found.fallback


def test_fuzzy_only_if_allowed(load: Load) -> None:
    chain = [catalog(load, entry("Euh", "#, fuzzy\n"), "fr_CA"), catalog(load, entry("Un"), "fr")]
    texts = [look_up(ONE, chain, count=None, allow_fuzzy=allowed) for allowed in (False, True)]
    assert [(t.text, t.state, t.fallback) for t in texts if t] == [
        ("Un", State.TRANSLATED, True),
        ("Euh", State.FUZZY, False),
    ]


def test_nothing_found(load: Load) -> None:
    assert look_up(ONE, [], count=None, allow_fuzzy=True) is None
    obsolete = '#~ msgctxt "a/one"\n#~ msgid "One"\n#~ msgstr "Un"\n'
    assert look_up(ONE, [catalog(load, obsolete, "fr")], count=None, allow_fuzzy=True) is None


def test_standing_in_one_catalog(load: Load) -> None:
    states = []
    for entries in ("", entry(""), entry("x", "#, fuzzy\n"), entry("x")):
        found = message_state(ONE, catalog(load, entries, "fr"))
        states.append((found.state, found.line and found.line - HEADER_LINES, found.path))
    assert states == [
        (State.MISSING, None, "fr.po"),
        (State.MISSING, 1, "fr.po"),
        (State.FUZZY, 2, "fr.po"),
        (State.TRANSLATED, 1, "fr.po"),
    ]


POLISH = HEADER.replace(
    "nplurals=2; plural=(n > 1);",
    "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
)
FORMS = 'msgctxt "a/plants"\nmsgid "{n} plant"\nmsgid_plural "{n} plants"\n'


@pytest.mark.parametrize(("count", "text"), [(1, "jeden"), (3, "kilka"), (12_000, "wiele")])
def test_the_count_chooses_the_form_of_the_catalog_it_comes_from(load: Load, count: int, text: str) -> None:
    polish = catalog(load, FORMS + 'msgstr[0] "jeden"\nmsgstr[1] "kilka"\nmsgstr[2] "wiele"\n', "pl", POLISH)
    found = look_up(PLANTS, [catalog(load, "", "fr"), polish], count=count, allow_fuzzy=False)
    assert found is not None
    assert found.text == text
    assert found.line == HEADER_LINES + 4 + ["jeden", "kilka", "wiele"].index(text)


def test_entries_that_do_not_fit_count_as_missing(load: Load) -> None:
    two = catalog(load, FORMS + 'msgstr[0] "a"\nmsgstr[1] "b"\n', "pl", POLISH)
    assert look_up(PLANTS, [two], count=1, allow_fuzzy=False) is None
    plain = catalog(load, 'msgctxt "a/plants"\nmsgid "{n} plant"\nmsgstr "a"\n', "fr")
    assert message_state(PLANTS, plain).state is State.MISSING


def test_a_plural_needs_a_count(load: Load) -> None:
    with pytest.raises(ValueError, match="a/plants"):
        look_up(PLANTS, [], count=None, allow_fuzzy=False)
