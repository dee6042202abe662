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
    other_stores,
    play_locale_codes,
)
from locstore.stores.tables import read_table


def test_apple_rules():
    rules = apple_rules()
    assert rules.formats == ("png", "jpg", "jpeg")
    assert (rules.alpha_allowed, rules.color_space, rules.min_dpi) == (False, "RGB", 72)
    assert (rules.min_count, rules.max_count, rules.max_bytes) == (1, 10, 524_288_000)
    assert rules.recommended == ("iphone_63", "iphone_69", "ipad_13")
    assert rules.special_folders == ("appleTV", "iMessage", "default")
    assert rules.checked == "2026-11-22"
    assert rules.sources


def test_apple_rules_name_displays_that_exist():
    rules = apple_rules()
    assert {*rules.recommended, *(id_ for group in rules.one_of for id_ in group)} <= set(displays())
    watches = {d.id for d in displays().values() if d.platform == "watch"}
    assert [set(group) for group in rules.one_of] == [watches]
    assert not set(rules.special_folders) & set(apple_locale_codes())
    assert len(set(rules.display_types)) == 21


def test_other_stores_in_brief():
    found = other_stores()
    assert {id_: s.confidence for id_, s in found.items()} == {
        "microsoft": "high",
        "amazon": "medium",
        "huawei": "low",
        "samsung": "low",
    }
    assert (1920, 1080) in found["amazon"].sizes
    assert (found["microsoft"].min_size, found["microsoft"].max_size) == ((1366, 768), (3840, 2160))
    assert found["huawei"].ratios == ((9, 16), (16, 9))
    assert found["samsung"].max_ratio == 2.0
    for store in found.values():
        assert store.min_count <= store.max_count
        assert store.sizes or store.min_size
        assert store.source
        assert store.checked == "2026-11-22"


def test_every_data_file_is_dated_and_sourced():
    files = [f.name for f in resources.files("locstore.stores").joinpath("data").iterdir()]
    assert len(files) == 5
    for name in files:
        table = read_table(name.removesuffix(".toml"))
        assert table["checked"] == dt.date(2026, 11, 22)
        assert table.get("sources") or all(row["source"] for row in table["store"].values())


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
        for cached in (displays, locales, apple_rules, other_stores):
            cached.cache_clear()
        start = time.process_time()
        displays(), locales(), other_stores(), apple_rules()
        return time.process_time() - start

    assert min(read_all() for _ in range(5)) < 0.025


@pytest.mark.parametrize("codes", [apple_locale_codes, play_locale_codes])
def test_codes_are_sorted(codes):
    assert list(codes()) == sorted(codes())
