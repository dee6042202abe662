"""Words read back by `verify`: whose pictures, which slots, what is remembered, and never passed when not checked."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from projects import Call, Folder

from locstore.findings import Finding
from locstore.project import verify_text
from locstore.project.inventory import take_inventory
from locstore.project.ocr_results import ReadingCache, Result, overlaid
from locstore.project.verify_text import READINGS, read_back, typeset_readings, with_accepted
from locstore.readings import SlotReading, Verdict
from locstore.shots import Selection

HERO = "hero/de/watch_series_3"
_MODELS = Path("/usr/share/tesseract-ocr/5/tessdata")
needs_reader = pytest.mark.skipif(
    find_spec("tesserocr") is None or not all((_MODELS / f"{n}.traineddata").is_file() for n in ("eng", "deu", "jpn")),
    reason="tesserocr, or its models eng, deu and jpn, are not installed",
)


def text_of(locstore: Call, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = locstore("verify", "output", "--json", *arguments).json["text"]
    return found


def test_what_our_own_typesetter_set_counts_as_such(painted: Folder, locstore: Call) -> None:
    text = text_of(locstore)
    assert (text["checked"], text["why"], text["counts"]) == (True, "", {"typeset": 6})
    assert not (painted.root / READINGS).exists()
    assert "Words: 6 typeset." in locstore("verify", "output").out


def test_no_text(painted: Folder, locstore: Call) -> None:
    text = text_of(locstore, "--no-text")
    assert (text["checked"], text["pictures"]) == (False, [])
    assert "--no-text" in str(text["why"])


def test_the_project_file_may_say_never(painted: Folder, locstore: Call) -> None:
    painted.write("locstore.toml", (painted.root / "locstore.toml").read_text() + '[text]\ncheck = "never"\n')
    assert "text.check" in str(text_of(locstore)["why"])


def test_a_part_of_the_output(painted: Folder) -> None:
    found = read_back(painted.output / "screenshots" / "ja", asked=None, jobs=1)
    assert {p.shot for p in found.pictures} == {"hero/ja/watch_series_3", "how/ja/watch_series_3"}
    assert found.counts == {Verdict.TYPESET: 2}


def test_an_output_folder_given_on_the_command_line(painted: Folder, locstore: Call) -> None:
    """Its manifest says that it is ours."""
    assert locstore("run", "--output", "elsewhere").code == 0
    assert locstore("verify", "elsewhere", "--json").json["text"]["counts"] == {"typeset": 6}


def test_a_folder_of_somebody_else(painted: Folder, locstore: Call, tmp_path: Path) -> None:
    foreign = tmp_path / "theirs"
    shutil.copytree(painted.output, foreign)
    for arguments in ((), ("--text",)):
        said = locstore("verify", str(foreign), "--json", *arguments)
        assert (said.code, said.json["text"]["checked"]) == (0, False)
        assert "no project around" in said.json["text"]["why"]
    assert "Words: not checked" in locstore("verify", str(foreign)).out
    inside = painted.root / "theirs"
    shutil.copytree(painted.output / "screenshots", inside / "screenshots")
    assert "does not shelve" in locstore("verify", str(inside), "--json").json["text"]["why"]


def test_a_broken_project_file_is_no_reason_to_check_nothing(painted: Folder, locstore: Call) -> None:
    painted.write("locstore.toml", "output = 3\n")
    said = locstore("verify", "output", "--json")
    assert (said.code, said.json["pictures"]) == (0, 6)
    assert "cannot be understood" in said.json["text"]["why"]
    assert "The [verify] rules of locstore.toml are not applied" in said.err
    assert locstore("verify", "output", "--text").code == 2


def test_words_that_have_changed_since(painted: Folder, locstore: Call) -> None:
    painted.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag was")
    said = locstore("verify", "output", "--json")
    (finding,) = [f for f in said.json["findings"] if f["code"] == "verify-text-outdated"]
    assert said.code == 1
    assert (finding["shot"], finding["slot"], finding["file"]) == (HERO, "headline", "locales/de/LC_MESSAGES/tiny.po")
    assert "Sag es" in finding["message"]
    assert "Sag was" in finding["message"]
    assert said.json["text"]["counts"] == {"mismatch": 1, "typeset": 5}


def test_accepted_words_count_where_a_person_accepted_them_and_nowhere_else() -> None:
    def reading(slot: str, verdict: Verdict) -> SlotReading:
        return SlotReading(slot=slot, verdict=verdict, asked="a")

    old = [reading(v.name, v) for v in Verdict]
    accepted = frozenset(v.name for v in Verdict)
    assert {r.slot: r.verdict for r in with_accepted(old, accepted)} == {
        v.name: Verdict.EXACT if v is Verdict.EXACT else Verdict.ACCEPTED for v in Verdict
    }
    without = {r.slot: r.verdict for r in with_accepted(old, frozenset())}
    assert without == {v.name: v for v in Verdict} | {"ACCEPTED": Verdict.NOT_CHECKED}


def test_only_words_that_we_set_are_vouched_for(by_model: Callable[..., Folder]) -> None:
    folder = by_model({HERO: (Verdict.TYPESET, "Sag es")})
    pictures = {p.shot.key: p for p in take_inventory(folder.open(), Selection()).pictures}
    ours, theirs = pictures[HERO], pictures["how/de/watch_series_3"]
    assert ours.record is not None
    assert theirs.record is not None
    assert [r.verdict for r in typeset_readings(ours.shot, ours.record)] == [Verdict.TYPESET]
    assert typeset_readings(theirs.shot, theirs.record) == []


# -- the cache of readings


def a_reading(slot: str, read: str = "x") -> SlotReading:
    return SlotReading(slot=slot, verdict=Verdict.LIKELY, asked="x", read=read, reader="r")


def test_readings_are_kept(tmp_path: Path) -> None:
    finding = Finding(code="verify-text-likely", message="m", shot="s", slot="a", file="f", line=3)
    with ReadingCache(tmp_path / "r.db") as cache:
        cache.put("k1", "a.png", "sha", [a_reading("a"), a_reading("b")], [finding])
        assert cache.get("k1") == Result((a_reading("a"), a_reading("b")), (finding,))
        assert cache.get("k2") is None
        cache.put("k2", "a.png", "sha", [a_reading("b", "newer")], [])
        assert cache.of("a.png", "sha") == Result((a_reading("a"), a_reading("b", "newer")), (finding,))
        assert cache.of("a.png", "another") == Result((), ())


def test_old_readings_of_a_place_go(tmp_path: Path) -> None:
    with ReadingCache(tmp_path / "r.db") as cache:
        cache.put("other", "b.png", "sha", [a_reading("a")], [])
        for number in range(9):
            cache.put(f"k{number}", "a.png", f"sha{number}", [a_reading("a")], [])
        assert [n for n in range(9) if cache.get(f"k{n}")] == [5, 6, 7, 8]
        assert cache.get("other")


def test_a_newer_result_replaces_only_what_it_speaks_of() -> None:
    of_b, of_picture = (Finding(code="c", message="m", slot=slot) for slot in ("b", None))
    old = Result((a_reading("a"), a_reading("b")), (of_b, of_picture))
    assert overlaid(old, Result((), ())) == old
    new = overlaid(old, Result((a_reading("a", "new"),), ()))
    assert new == Result((a_reading("b"), a_reading("a", "new")), (of_b,))


# -- with the reader


@needs_reader
def test_really_read_when_asked(painted: Folder, locstore: Call) -> None:
    text = text_of(locstore, "--text")
    assert text["checked"]
    assert "typeset" not in dict(text["counts"])  # type: ignore[call-overload]
    reads = {p["shot"]: p["readings"][0] for p in text["pictures"]}  # type: ignore[attr-defined]
    assert len(reads) == 6
    assert all(r["reader"] for r in reads.values())
    assert reads["how/en_US/watch_series_3"]["read"] == "And how"


@needs_reader
def test_a_picture_that_says_something_else(painted: Folder, locstore: Call) -> None:
    """The picture of another screen in its place: the words are read, and they are wrong."""
    folder = painted.output / "screenshots" / "de-DE"
    hero, how = sorted(folder.glob("*.png"))
    hero.write_bytes(how.read_bytes())
    said = locstore("verify", "output", "--json", "-j1")
    (finding,) = [f for f in said.json["findings"] if f["code"] == "verify-text-mismatch"]
    assert said.code == 1
    assert (finding["shot"], finding["slot"]) == (HERO, "headline")
    assert "Und wie" in finding["message"]


@needs_reader
def test_the_same_picture_is_not_read_twice(painted: Folder, locstore: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    first = text_of(locstore, "--text", "-j1")
    painted.replace("locales/de/LC_MESSAGES/tiny.po", 'msgid ""\nmsgstr ""', '# a new line\nmsgid ""\nmsgstr ""')
    looked: list[str] = []
    original = verify_text._look

    def look(task: verify_text._Task, *others: object) -> Result:
        looked.append(task.path)
        return original(task, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(verify_text, "_look", look)
    assert text_of(locstore, "--text", "-j1") == first
    assert looked == []
    painted.replace("locales/de/LC_MESSAGES/tiny.po", "Sag es", "Sag was")
    painted.run()
    text_of(locstore, "--text", "-j1")
    assert len(looked) == 1


@needs_reader
def test_workers_read_what_one_process_reads(painted: Folder, locstore: Call) -> None:
    alone = text_of(locstore, "--text", "-j1")
    (painted.root / READINGS).unlink()
    shutil.rmtree(painted.root / ".locstore/readings", ignore_errors=True)
    assert text_of(locstore, "--text", "-j2") == alone


def test_damaged_and_odd_pictures_are_not_checked(painted: Folder, locstore: Call) -> None:
    """Never passed: the words of a picture that cannot be looked at are not checked, with a warning."""
    first, second, *_ = sorted(painted.output.rglob("*.png"))
    first.write_bytes(first.read_bytes()[:-200])
    second.write_bytes(b"no picture")
    said = locstore("verify", "output", "--json", "-j1")
    assert said.json["text"]["counts"] == {"not checked": 2, "typeset": 4}
    assert [f["severity"] for f in said.json["findings"] if f["code"] == "verify-text-not-checked"] == ["warning"] * 2
