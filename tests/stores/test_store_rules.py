"""The rules common to a store, other stores in brief, and the room's names, laziness and speed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from importlib import resources
from types import ModuleType

import pytest

from locstore import stores
from locstore.stores import (
    apple_locale_codes,
    apple_rules,
    displays,
    locales,
    play_locale_codes,
)
from locstore.stores.tables import read_table


def test_apple_rules():
    rules = apple_rules()
    assert rules.formats == ("png", "jpg", "jpeg")
    assert not rules.alpha_allowed
    assert (rules.min_count, rules.max_count, rules.max_bytes) == (1, 10, 524_288_000)
    assert rules.recommended == ("iphone_63", "iphone_69", "ipad_13")
    assert rules.special_folders == ("appleTV", "iMessage", "default")
    assert rules.checked == "2026-11-30"
    assert rules.sources
    assert [(tree.platform, tree.folder) for tree in rules.trees] == [
        ("ios", "screenshots"),
        ("osx", "screenshots-mac"),
        ("appletvos", "screenshots-tv"),
        ("xros", "screenshots-vision"),
    ]


def test_apple_rules_name_displays_that_exist():
    rules = apple_rules()
    assert {*rules.recommended, *(id_ for group in rules.one_of for id_ in group)} <= set(displays())
    watches = {d.id for d in displays().values() if d.platform == "watch"}
    assert [set(group) for group in rules.one_of] == [watches]
    assert not set(rules.special_folders) & set(apple_locale_codes())
    assert set(rules.imessage_displays) <= set(displays())


def test_every_apple_display_has_one_tree():
    for display in (d for d in displays().values() if d.store == "apple"):
        assert display.platform in apple_rules().tree_of(display.platform).displays
    with pytest.raises(KeyError):
        apple_rules().tree_of("android")


def test_every_data_file_is_dated_and_sourced():
    files = [f.name for f in resources.files("locstore.stores").joinpath("data").iterdir()]
    assert len(files) == 4
    for name in files:
        table = read_table(name.removesuffix(".toml"))
        assert table["checked"] == dt.date(2026, 11, 30)
        assert table["sources"]


def test_sources_named_once_are_used():
    for name in ("apple_displays", "play_displays"):
        table = read_table(name)
        assert {key for row in table["display"].values() for key in row["sources"]} == set(table["sources"])


def test_all_names_are_public_and_all_public_names_are_listed():
    public = {
        name
        for name, value in vars(stores).items()
        if not name.startswith("_") and not isinstance(value, ModuleType) and name != "annotations"
    }
    assert public == set(stores.__all__)
    assert list(stores.__all__) == sorted(stores.__all__)


def test_nothing_is_read_at_import_and_babel_stays_out():
    code = (
        "import sys; from locstore.stores import locales, displays, apple_rules, resolve_locale;"
        "assert not any(f.cache_info().currsize for f in (locales, displays, apple_rules));"
        "resolve_locale('pt-BR'), displays();"
        "print(sorted(m for m in ('babel', 'difflib', 'pydantic', 'json') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_everything_takes_less_than_25_milliseconds():
    def read_all() -> float:
        for cached in (displays, locales, apple_rules):
            cached.cache_clear()
        start = time.process_time()
        displays(), locales(), apple_rules()
        return time.process_time() - start

    assert min(read_all() for _ in range(5)) < 0.025


@pytest.mark.parametrize("codes", [apple_locale_codes, play_locale_codes])
def test_codes_are_sorted(codes):
    assert list(codes()) == sorted(codes())
