"""`locstore report`: each number from where it is known, and nothing called good that nobody looked at."""

from __future__ import annotations

import dataclasses
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from projects import Call, Folder

from locstore.project.inventory import take_inventory
from locstore.project.reporting import make_report
from locstore.project.reporting.crops import CropMaker
from locstore.readings import Verdict
from locstore.run.paid import CallState, LocalPaymentLedger
from locstore.shots import Selection

HERO = "hero/ja/watch_series_3"


def locales(said: Any) -> dict[str, dict[str, Any]]:
    return {row["locale"]: row for row in said["locales"]}


def test_a_painted_project(painted: Folder, locstore: Call) -> None:
    said = locstore("report", "--json")
    assert said.code == 0
    assert list(locales(said.json)) == ["en_US", "de", "ja"]
    row = locales(said.json)["de"]
    assert row["words"] == {"translated": 2, "fuzzy": 0, "missing": 0}
    assert (row["pictures"], row["text"], row["review"]) == ({"painted": 2}, {"typeset": 2}, {"waiting": 2})
    assert (row["fit"], row["cost"]) == ({}, {"calls": 0, "unknown": 0, "dollars": 0.0})
    assert not any(slot["doubtful"] for shot in row["shots"] for slot in shot["slots"])


def test_the_states_of_words(painted: Folder, locstore: Call) -> None:
    painted.replace("locales/de/LC_MESSAGES/tiny.po", 'msgctxt "how/headline"', '#, fuzzy\nmsgctxt "how/headline"')
    painted.replace("locales/ja/LC_MESSAGES/tiny.po", 'msgstr "伝えよう"', 'msgstr ""')
    said = locstore("report", "--json")
    found = locales(said.json)
    assert said.code == 1
    assert found["de"]["words"] == {"translated": 1, "fuzzy": 1, "missing": 0}
    assert found["ja"]["words"] == {"translated": 1, "fuzzy": 0, "missing": 1}
    shots = {shot["shot"]: shot for row in found.values() for shot in row["shots"]}
    assert {f["code"] for f in shots[HERO]["findings"]} == {"shots-missing-words", "project-not-on-shelf"}
    assert {f["code"] for f in shots["how/de/watch_series_3"]["findings"]} == {"shots-fuzzy", "project-not-on-shelf"}
    assert shots["how/ja/watch_series_3"]["findings"] == []


def test_pictures_that_are_missing_or_out_of_date(painted: Folder, locstore: Call) -> None:
    painted.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag was")
    next((painted.output / "screenshots/ja").glob("*how*")).unlink()
    next((painted.output / "screenshots/ja").glob("*hero*")).write_bytes(b"foreign")
    shots = {s["shot"]: s for row in locstore("report", "--json").json["locales"] for s in row["shots"]}
    assert shots["hero/de/watch_series_3"]["picture"] == "changed"
    assert shots["hero/de/watch_series_3"]["why"] == "the words changed"
    assert shots["how/ja/watch_series_3"]["picture"] == "missing"
    assert shots["hero/ja/watch_series_3"]["picture"] == "missing"
    assert "run-foreign-file" in {f["code"] for f in shots["hero/ja/watch_series_3"]["findings"]}
    assert all(s["slots"] == [] for s in shots.values() if s["picture"] != "painted")


def test_fit_of_what_is_not_painted_yet(painted: Folder, locstore: Call) -> None:
    painted.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Donaudampfschifffahrtsgesellschaftskapitän" * 9)
    row = locales(locstore("report", "--json").json)["de"]
    assert row["fit"]["error"] >= 1


def test_verdicts_of_a_model_s_pictures(by_model: Callable[..., Folder], locstore: Call) -> None:
    folder = by_model({
        HERO: (Verdict.MISMATCH, "伝えょう"),
        "how/ja/watch_series_3": (Verdict.LIKELY, ""),
        "hero/de/watch_series_3": (Verdict.TYPESET, ""),
        "how/de/watch_series_3": (Verdict.NOT_CHECKED, ""),
        "hero/en_US/watch_series_3": (Verdict.ACCEPTED, ""),
    })  # fmt: skip
    said = locstore("report", "--json", "--project", str(folder.root))
    slots = {s["shot"]: s["slots"][0] for row in said.json["locales"] for s in row["shots"]}
    assert said.code == 1
    doubtful = {shot for shot, slot in slots.items() if slot["doubtful"]}
    # What was accepted and is not in the review file counts as not checked; what we set over a picture is looked at.
    assert doubtful == set(slots) - {"how/en_US/watch_series_3"}
    assert slots["hero/en_US/watch_series_3"]["verdict"] == "not checked"
    assert slots[HERO]["accept"] == f"locstore accept {HERO} headline --painter images"
    assert (slots[HERO]["msgid"], slots[HERO]["line"]) == ("Say it", 11)
    findings = [f for row in said.json["locales"] for s in row["shots"] for f in s["findings"]]
    assert [f["shot"] for f in findings if f["code"] == "verify-text-mismatch"] == [HERO]


def test_without_any_reading_it_is_not_checked(by_model: Callable[..., Folder], locstore: Call) -> None:
    folder = by_model({})
    project = folder.open()
    with project.ledger() as ledger:
        for path, (record, size, mtime) in ledger.pictures(project.output).items():
            ledger.put(project.output, path, dataclasses.replace(record, text=()), size, mtime)
    rows = locstore("report", "--json", "--project", str(folder.root)).json["locales"]
    assert {row["locale"]: row["text"] for row in rows} == {code: {"not checked": 2} for code in ("en_US", "de", "ja")}


def test_costs_come_from_the_book(painted: Folder, locstore: Call) -> None:
    book = LocalPaymentLedger(painted.root / ".locstore/payments.db", lambda _: False)
    for key, shot, state in (
        ("a", HERO, CallState.DONE),
        ("b", HERO, CallState.UNKNOWN),
        ("c", HERO, CallState.FAILED),
    ):
        _, call = book.claim(key, shot=shot, model="m", estimate=0.25, retry_unknown=False)
        book.settle(call, state)
    book.close()
    found = locales(locstore("report", "--json").json)
    assert found["ja"]["cost"] == {"calls": 3, "unknown": 1, "dollars": 0.5}
    assert found["de"]["cost"]["calls"] == 0


def test_store_findings_stand_by_their_picture(painted: Folder, locstore: Call) -> None:
    (painted.output / "screenshots/de-DE/notes.txt").write_text("?")
    row = locales(locstore("report", "--json").json)["de"]
    assert "verify-stray-file" in {f["code"] for f in row["findings"]}
    assert row["store"]["warning"] == 1


def test_the_table(painted: Folder, locstore: Call) -> None:
    said = locstore("report")
    header, *rows, total = said.out.splitlines()
    assert header.split("\t")[:4] == ["locale", "words", "fuzzy", "missing"]
    assert [row.split("\t")[0] for row in rows] == ["en_US", "de", "ja"]
    assert {len(row.split("\t")) for row in rows} == {len(header.split("\t"))}
    assert total.startswith("0 slots to look at")


def test_nothing_is_called_good_that_nobody_looked_at(folder: Folder, locstore: Call) -> None:
    folder.replace("locales/ja/LC_MESSAGES/tiny.po", 'msgstr "伝えよう"', 'msgstr ""')
    folder.replace("locales/ja/LC_MESSAGES/tiny.po", 'msgstr "その方法"', 'msgstr ""')
    rows = [row.split("\t") for row in locstore("report").out.splitlines()[1:-1]]
    assert {row[0]: (row[4], row[6], row[7]) for row in rows} == {
        "en_US": ("good", "-", "-"),
        "de": ("good", "-", "-"),
        "ja": ("-", "-", "-"),
    }


@pytest.mark.parametrize("form", ["table", "json", "html", "junit"])
def test_files(painted: Folder, locstore: Call, form: str) -> None:
    printed = locstore("report", "--format", form).out
    assert locstore("report", "--format", form, "--output", "r/report").out.startswith("Wrote r/report")
    first = (painted.root / "r/report").read_bytes()
    assert first
    locstore("report", "--format", form, "--output", "r/report")
    assert (painted.root / "r/report").read_bytes() == first
    if form != "table":
        assert first.decode() == printed
    if form == "json":
        json.loads(first)
    if form == "junit":
        assert ET.fromstring(first).get("failures") == "0"  # noqa: S314


def test_json_and_another_format(painted: Folder, locstore: Call) -> None:
    assert locstore("report", "--json", "--format", "html").code == 2


def test_the_page_of_a_model_s_pictures(by_model: Callable[..., Folder], locstore: Call) -> None:
    folder = by_model({HERO: (Verdict.MISMATCH, "伝えょう"), "how/ja/watch_series_3": (Verdict.LIKELY, "")})
    page = locstore("report", "--format", "html", "--project", str(folder.root)).out
    assert page.count("data:image/jpeg;base64,") == 2
    assert "@font-face" in page
    assert f"locstore accept {HERO} headline --painter images" in page
    assert "locales/ja/LC_MESSAGES/tiny.po:11" in page


def test_crops_are_bounded(by_model: Callable[..., Folder]) -> None:
    folder = by_model({HERO: (Verdict.MISMATCH, "伝えょう"), "how/ja/watch_series_3": (Verdict.LIKELY, "")})
    project = folder.open()
    report = make_report(project, Selection(), crops=True)
    crops = [slot.crop for _, _, slot in report.doubtful]
    assert report.without_crop == 0
    for crop in crops:
        assert crop is not None
        assert max(crop.size) <= 960
        assert len(crop.data) < 100_000
    seen = take_inventory(project, Selection())
    maker = CropMaker(seen.settings, room=10)
    picture = next(p for p in seen.pictures if p.shot.key == HERO)
    rows = tuple(slot for _, shot, slot in report.doubtful if shot.shot == HERO)
    assert maker.cut(picture, rows)[0].crop == rows[0].crop  # nothing cut: it had no room, and says so
    assert maker.left_out == 1


def test_nothing_is_painted_or_changed(painted: Folder, locstore: Call) -> None:
    before = painted.stamps()
    for form in ("json", "html"):
        locstore("report", "--format", form)
    assert painted.stamps() == before
    with Image.open(next(painted.output.rglob("*.png"))) as image:
        assert image.format == "PNG"
