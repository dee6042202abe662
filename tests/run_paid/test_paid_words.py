"""Words of paid pictures: read back, asked for again, set by us, accepted; with a reader that says what it is told."""

from __future__ import annotations

import dataclasses
import shutil
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from images_server import in_thread
from images_server.contract import EDITS, GENERATIONS
from images_server.settings import Settings
from paid_project import KEY, make_project
from PIL import Image

import locstore.ocr
from locstore.findings import Finding, Severity
from locstore.ocr import TextReport, TextSettings
from locstore.paint.images.http import build_request
from locstore.readings import SlotReading, Verdict
from locstore.review import REVIEW_FILE, accept
from locstore.run import Renderer, Task, TaskResult, read_candidate
from locstore.run.paid import CallState
from locstore.run.paid.correction import best_try
from locstore.run.paid.postprocess import finish_picture
from locstore.run.paid.request import Attempt
from locstore.run.render import pixels_digest

EXACT, LIKELY, MISMATCH = Verdict.EXACT, Verdict.LIKELY, Verdict.MISMATCH
UNVERIFIABLE, NOT_CHECKED = Verdict.UNVERIFIABLE, Verdict.NOT_CHECKED
CODES = {
    MISMATCH: ("verify-text-mismatch", Severity.ERROR),
    LIKELY: ("verify-text-likely", Severity.WARNING),
    UNVERIFIABLE: ("verify-text-unverifiable", Severity.WARNING),
    NOT_CHECKED: ("verify-text-not-checked", Severity.WARNING),
}


class ToldReader:
    """Stands in for TextChecker: the first picture of a shot has the first verdicts, and so on; the last ones repeat.

    A picture has its verdicts for good. `verdicts` is a list of strings with a verdict for each slot; `+` is text that
    nobody asked for.
    """

    def __init__(self) -> None:
        self.verdicts: Sequence[str] = ("e",)
        self.known: dict[tuple[str, str], str] = {}
        self.seen: defaultdict[str, int] = defaultdict(int)
        self.read: list[str] = []
        self.reader = "told 1"

    def __call__(self, settings: TextSettings, library: object) -> ToldReader:
        return self

    def check(self, pixels, composition, *, slots=None) -> TextReport:
        shot, digest = composition.shot.key, pixels_digest(pixels)
        self.read.append(shot)
        if (shot, digest) not in self.known:
            told = self.verdicts[min(self.seen[shot], len(self.verdicts) - 1)]
            self.seen[shot] += 1
            self.known[shot, digest] = told
        told = self.known[shot, digest]
        names = {"e": EXACT, "l": LIKELY, "m": MISMATCH, "u": UNVERIFIABLE, "n": NOT_CHECKED}
        readings, findings = [], []
        for slot, words, letter in zip(composition.slots, composition.shot.slots, told.replace("+", ""), strict=False):
            verdict, asked = names[letter], " ".join(line.text for line in slot.text_layout.lines)
            read = asked[::-1] if verdict is MISMATCH else asked
            distance = 0.5 / self.seen[shot] if verdict is MISMATCH else 0.0
            readings.append(SlotReading(slot=slot.id, verdict=verdict, asked=asked, read=read, distance=distance))
            if verdict in CODES:
                code, severity = CODES[verdict]
                place = {"file": words.file, "line": words.line, "shot": shot, "slot": slot.id}
                findings.append(Finding(code=code, message=f"Read {read!r}.", severity=severity, **place))
        if "+" in told:
            findings.append(Finding(code="verify-text-extra", message="Stray words.", shot=shot))
        return TextReport(tuple(readings), tuple(findings))


@pytest.fixture
def reader(monkeypatch):
    told = ToldReader()
    monkeypatch.setattr(locstore.ocr, "TextChecker", told)
    return told


@pytest.fixture
def server():
    with in_thread.running(Settings(key=KEY, words=False)) as running:
        yield running


def project_of(tmp_path, server, *, slots=1, repairs=2, last_resort="fail", screens=1, **images):
    text = {"check": "auto", "repairs": repairs, "last_resort": last_resort}
    project = make_project(tmp_path, server.url, screens=screens, locales=(), text=text, **images)
    if slots > 1:
        more = "".join(f'      - {{id: more{n}, role: caption, text: "And more {n}"}}\n' for n in range(1, slots))
        concept = (tmp_path / "concepts/tiny.yaml").read_text()
        project.write("concepts/tiny.yaml", concept.replace('"Say it 0"}\n', f'"Say it 0"}}\n{more}'))
    return project


def record(project):
    (name,) = project.pictures()
    with project.open().ledger() as ledger:
        return ledger.begun_writes(project.root / "output")[name]


def prompts(project):
    """The prompts of the paid pictures, by the number of the try."""
    inputs = {entry.key: entry.inputs["prompt"] for entry in project.store().entries()}
    return {call.number: inputs[call.key] for call in project.calls(CallState.DONE)}


def verdicts(one: TaskResult):
    kept = one.record or one.candidate
    assert kept is not None
    return [reading.verdict for reading in kept.text]


def test_right_words_are_on_the_record(tmp_path, server, reader):
    project = project_of(tmp_path, server)
    done = project.paid_run()
    assert done.findings == []
    assert verdicts(done.results[0]) == [EXACT]
    kept = record(project)
    with Image.open(next(iter(project.pictures().values()))) as picture:
        assert kept.pixels == pixels_digest(np.asarray(picture))
    assert kept.identity == f"s0/en_US/d0 pixels-{kept.pixels}"
    assert (len(server.requests), done.spent.repairs) == (1, 0)


@pytest.mark.parametrize("dialect", ["openai", "gateway"])
def test_wrong_words_are_asked_for_with_what_was_read(tmp_path, server, reader, dialect):
    reader.verdicts = ("m", "m", "e")
    with in_thread.running(Settings(key=KEY, words=False, dialect=dialect)) as served:
        project = project_of(tmp_path, served, dialect=dialect)
        done = project.paid_run()
        assert [f.code for f in done.findings if f.severity is not Severity.NOTE] == []
        assert "run-words-repaired" in done.codes()
        assert {e.path for e in served.requests} == {GENERATIONS}
        assert (len(served.requests), done.spent.sent, done.spent.repairs) == (3, 3, 2)
        asked = prompts(project)
        assert "[Corrections]" not in asked[1]
        assert asked[2].startswith(asked[1].rstrip("\n"))
        assert 'showed "0 ti yaS"' in asked[2]
        assert "S · a · y (3 letters)" in asked[2]
        assert "try 3" in asked[3]
        assert {(c.shot, c.number) for c in project.calls()} == {("s0/en_US/d0", n) for n in (1, 2, 3)}

        shutil.rmtree(tmp_path / "output")
        again = project.paid_run()
        assert (again.spent.sent, again.spent.cached, again.spent.repairs) == (0, 3, 2)
        assert len(served.requests) == 3
        assert again.results[0].record == done.results[0].record
    assert len(reader.read) == 3, "nothing is read twice"


def test_all_but_one_slot_right_is_an_edit_of_that_picture(tmp_path, server, reader):
    reader.verdicts = ("mee", "eee")
    project = project_of(tmp_path, server, slots=3)
    done = project.paid_run()
    assert [e.path for e in server.requests] == [GENERATIONS, EDITS]
    assert len(done.painted) == 1
    entries = {e.key: e for e in project.store().entries()}
    first, second = (entries[call.key] for call in project.calls())
    assert second.inputs["references"] == [first.sha256]
    assert len(second.inputs["mask"]) == 64
    assert "mask" in second.inputs["prompt"]
    assert "Say it 0" in second.inputs["prompt"]
    assert "And more" not in second.inputs["prompt"], "only the wrong words are painted again"
    assert list((tmp_path / ".locstore/edits").iterdir()) == []


def test_the_key_of_an_edit_does_not_depend_on_the_masks_compression(tmp_path, server, reader):
    reader.verdicts = ("me", "ee")
    project = project_of(tmp_path, server, slots=2)
    settings, config = project.planned()[1], project.open().config.images
    (first,) = project.prepared()
    project.store().put_new(first.key, _flat_png(), first.request.cache_inputs(), {})
    second = finish_picture(settings, config, first, "images")
    mask = second.request.mask
    with Image.open(mask.path) as picture:
        alpha = np.asarray(picture)[..., 3]
        assert picture.size == (640, 1024)
    assert 0 < (alpha == 0).mean() < 0.4
    sent = build_request(second.request, config, None).read()
    assert b'name="mask"' in sent
    other = dataclasses.replace(second.request, mask=dataclasses.replace(mask, sha256="0" * 64))
    assert other.key() == second.key
    moved = dataclasses.replace(second.request, mask=dataclasses.replace(mask, meaning="1" * 64))
    assert moved.key() != second.key


def _flat_png():
    import io

    file = io.BytesIO()
    Image.new("RGB", (640, 1024), (40, 60, 90)).save(file, "PNG")
    return file.getvalue()


def test_an_edit_that_does_not_help_is_not_asked_for_again(tmp_path, server, reader):
    reader.verdicts = ("me", "me", "me", "ee")
    project = project_of(tmp_path, server, slots=2, repairs=3)
    assert len(project.paid_run().painted) == 1
    # The edit is the better picture by its distance, so it is edited next; each picture is edited once.
    assert [e.path for e in server.requests] == [GENERATIONS, EDITS, EDITS, EDITS]
    keys = [call.key for call in project.calls()]
    assert len(set(keys)) == 4


def test_three_wrong_slots_are_painted_anew(tmp_path, server, reader):
    reader.verdicts = ("mmme", "eeee")
    project = project_of(tmp_path, server, slots=4)
    project.paid_run()
    assert [e.path for e in server.requests] == [GENERATIONS, GENERATIONS]


@pytest.mark.parametrize("told", ["l", "u", "n"])
def test_words_in_doubt_are_marked_and_not_asked_for_again(tmp_path, server, reader, told):
    reader.verdicts = (told,)
    project = project_of(tmp_path, server)
    done = project.paid_run()
    assert len(done.painted) == len(server.requests) == 1
    assert [f.severity for f in done.findings] == [Severity.WARNING]
    assert verdicts(done.results[0]) == [{"l": LIKELY, "u": UNVERIFIABLE, "n": NOT_CHECKED}[told]]


def test_what_nobody_could_read_is_read_when_there_is_a_reader(tmp_path, server, reader):
    reader.verdicts = ("n",)
    project = project_of(tmp_path, server)
    project.paid_run()
    shutil.rmtree(tmp_path / "output")
    reader.known.clear()
    reader.verdicts = ("e",)
    assert verdicts(project.paid_run().results[0]) == [EXACT]


def test_text_that_nobody_asked_for_is_a_reason_to_ask_again(tmp_path, server, reader):
    reader.verdicts = ("e+", "e")
    project = project_of(tmp_path, server)
    assert len(project.paid_run().painted) == 1
    assert "also had text that no block above asks for: paint none of it." in prompts(project)[2]


def test_words_that_never_come_right_keep_the_last_good_picture(tmp_path, server, reader):
    project = project_of(tmp_path, server)
    project.paid_run()
    (path,) = project.pictures().values()
    good = path.read_bytes()
    concept = (tmp_path / "concepts/tiny.yaml").read_text()
    project.write("concepts/tiny.yaml", concept.replace("#33507F", "#7F5033"))
    reader.verdicts = ("e", "m", "m", "m")
    done = project.paid_run()
    (result,) = done.results
    assert result.record is None
    assert done.codes() == ["verify-text-mismatch"]
    assert path.read_bytes() == good
    settings = project.planned()[1]
    kept = read_candidate(settings.candidates, result.path)
    assert kept == result.candidate
    assert verdicts(result) == [MISMATCH]
    with Image.open(settings.candidates / result.path) as picture:
        assert pixels_digest(np.asarray(picture)) == kept.pixels
    sent = len(server.requests)
    assert project.paid_run().codes() == ["verify-text-mismatch"]
    assert len(server.requests) == sent, "the tries are in the cache"

    accept(tmp_path / REVIEW_FILE, kept.identity, kept.shot, ["headline"], by="Lena")
    accepted = project.paid_run()
    assert [f.severity for f in accepted.findings if f.code == "verify-text-mismatch"] == [Severity.NOTE]
    assert verdicts(accepted.results[0]) == [Verdict.ACCEPTED]
    assert record(project).pixels == kept.pixels
    assert path.read_bytes() != good
    assert read_candidate(settings.candidates, result.path) is None
    assert len(server.requests) == sent


def test_an_acceptance_holds_for_its_picture_only(tmp_path, server, reader):
    reader.verdicts = ("m",)
    project = project_of(tmp_path, server, repairs=0)
    (result,) = project.paid_run().results
    other = result.candidate.identity[:-1] + "x"
    accept(tmp_path / REVIEW_FILE, other, result.shot, ["headline"], by="Lena")
    assert project.paid_run().codes() == ["verify-text-mismatch"]


def test_the_last_resort_sets_the_words_and_says_so(tmp_path, server, reader):
    reader.verdicts = ("m", "m", "e")
    project = project_of(tmp_path, server, repairs=1, last_resort="typeset")
    done = project.paid_run()
    (result,) = done.results
    assert verdicts(result) == [Verdict.TYPESET]
    warned = [f for f in done.findings if f.severity is not Severity.NOTE]
    assert [(f.code, f.severity, f.slot) for f in warned] == [("run-slot-typeset", Severity.WARNING, "headline")]
    assert '"Say it 0"' in warned[0].message
    assert '"0 ti yaS"' in warned[0].message
    assert warned[0].file.endswith("tiny.yaml")
    with Image.open(next(iter(project.pictures().values()))) as picture:
        pixels = np.asarray(picture)
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 8, "the flat picture has no words on it"
    assert record(project).pixels == pixels_digest(pixels)
    sent = len(server.requests)
    shutil.rmtree(tmp_path / "output")
    assert project.paid_run().results[0].record == result.record
    assert len(server.requests) == sent == 2


def test_what_painting_over_spoils_or_leaves_is_an_error(tmp_path, server, reader):
    reader.verdicts = ("me", "em")
    project = project_of(tmp_path, server, slots=2, repairs=0, last_resort="typeset")
    done = project.paid_run()
    assert "verify-text-mismatch" in done.codes()
    assert verdicts(done.results[0]) == [Verdict.TYPESET, MISMATCH]
    assert project.pictures() == {}


def test_a_person_may_accept_what_we_set(tmp_path, server, reader):
    reader.verdicts = ("m", "e")
    project = project_of(tmp_path, server, repairs=0, last_resort="typeset")
    (result,) = project.paid_run().results
    accept(tmp_path / REVIEW_FILE, result.record.identity, result.shot, ["headline"], by="Lena")
    shutil.rmtree(tmp_path / "output")
    done = project.paid_run()
    assert verdicts(done.results[0]) == [Verdict.ACCEPTED]
    assert [f.severity for f in done.findings if f.code == "run-slot-typeset"] == [Severity.NOTE]


def one_try(told, distance=0.1):
    names = {"e": EXACT, "l": LIKELY, "m": MISMATCH}
    readings = tuple(
        SlotReading(slot=str(n), verdict=names[x], asked="a", distance=distance if x == "m" else 0.0)
        for n, x in enumerate(told)
    )
    errors = tuple(Finding(code="verify-text-mismatch", message="", slot=r.slot) for r in readings if "m" in told)
    return Attempt(request=None, key=f"{told}{distance}", usable=True, readings=readings, errors=errors)


@pytest.mark.parametrize(
    ("tries", "best"),
    [
        ((("mm", 0.1), ("me", 0.9)), 1),
        ((("ml", 0.1), ("me", 0.9)), 1),
        ((("me", 0.5), ("em", 0.2)), 1),
        ((("me", 0.2), ("em", 0.2)), 0),
    ],
)
def test_the_best_try(tries, best):
    made = [one_try(told, distance) for told, distance in tries]
    made.insert(0, dataclasses.replace(made[0], usable=False))
    assert best_try(made) == made[best + 1]


def test_tries_count_against_the_budget_and_a_later_run_goes_on(tmp_path, server, reader):
    reader.verdicts = ("m", "m", "e")
    project = project_of(tmp_path, server)
    for sent in (1, 2, 3):
        done = project.paid_run(max_calls=1)
        assert (done.spent.sent, len(server.requests)) == (1, sent)
        assert len(done.results) == (sent == 3)
        assert ("--max-calls" in done.spent.stopped) == (sent < 3)
    assert done.results[0].record is not None
    assert [c.number for c in project.calls()] == [1, 2, 3]


@pytest.mark.parametrize("last_resort", ["fail", "typeset"])
def test_a_better_prompt_that_is_refused_is_no_dead_end(tmp_path, reader, last_resort):
    reader.verdicts = ("m", "m", "e")
    with in_thread.running(Settings(key=KEY, words=False, script=("ok", "moderation", "moderation"))) as server:
        project = project_of(tmp_path, server, last_resort=last_resort)
        done = project.paid_run()
        assert len(server.requests) == 3
        assert [f.severity for f in done.findings if f.code == "run-call-refused"] == [Severity.WARNING]
        assert len(done.painted) == (last_resort == "typeset")
        project.paid_run()
        assert len(server.requests) == 3, "a refused request is not sent again"


def test_a_try_whose_fate_is_unknown_waits_for_the_user(tmp_path, reader):
    reader.verdicts = ("m", "e")
    with in_thread.running(Settings(key=KEY, words=False, script=("ok", "empty-data"))) as server:
        project = project_of(tmp_path, server)
        assert project.paid_run().codes() == ["run-call-unknown"]
        assert project.paid_run().codes() == ["run-call-unknown"]
        assert len(server.requests) == 2
        assert len(project.paid_run(retry_unknown=True).painted) == 1
        assert len(server.requests) == 3


def test_a_try_without_a_usable_picture_counts(tmp_path, reader):
    reader.verdicts = ("m", "e")
    with in_thread.running(Settings(key=KEY, words=False, script=("ok", "wrong-size"))) as server:
        project = project_of(tmp_path, server)
        assert len(project.paid_run().painted) == 1
        assert len(server.requests) == 3


def test_a_call_that_fails_is_asked_for_by_a_later_run(tmp_path, reader):
    reader.verdicts = ("m", "e")
    with in_thread.running(Settings(key=KEY, words=False, script=("ok", "http-500"))) as server:
        project = project_of(tmp_path, server, max_attempts=1)
        assert project.paid_run().codes() == ["run-call-failed"]
        assert len(project.paid_run().painted) == 1


def test_words_of_every_painter_are_read_if_that_is_wanted(tmp_path, server, reader):
    project = project_of(tmp_path, server)
    planned, settings = project.planned()
    renderer = Renderer(dataclasses.replace(settings, read_all=True))
    (one,) = planned
    task = Task(one.shot, one.path, tuple(sorted(one.digests.items())))
    done = renderer.work(task)
    assert verdicts(done) == [EXACT]
    assert done.record.pixels == "", "the inputs decide the pixels"
    reader.verdicts, reader.known = ("m",), {}
    shutil.rmtree(settings.readings)
    wrong = renderer.work(task)
    assert wrong.candidate.identity == f"{one.shot.key} inputs-{one.digests['picture']}"
    allowed = ((wrong.candidate.identity, ("headline",)),)
    right = Renderer(dataclasses.replace(settings, read_all=True, accepted=allowed)).work(task)
    assert verdicts(right) == [Verdict.ACCEPTED]
    assert [f.severity for f in right.findings] == [Severity.NOTE]
    assert Renderer(settings).work(task).record.text == (), "auto reads what a model painted"


def test_a_damaged_reading_is_read_again(tmp_path, server, reader):
    project = project_of(tmp_path, server)
    project.paid_run()
    (kept,) = (tmp_path / ".locstore/readings").rglob("*.json")
    kept.write_text("{")
    shutil.rmtree(tmp_path / "output")
    project.paid_run()
    assert len(reader.read) == 2
    assert kept.read_text() != "{"


def test_another_reader_reads_again(tmp_path, server, reader):
    project = project_of(tmp_path, server)
    project.paid_run()
    shutil.rmtree(tmp_path / "output")
    reader.reader = "told 2"
    project.paid_run()
    assert len(reader.read) == 2


def test_a_review_that_cannot_be_read_stops_the_run(tmp_path, server, reader):
    project = project_of(tmp_path, server)
    project.write(REVIEW_FILE, "{")
    said = project.cli("run", "--painter", "images")
    assert said.code == 1
    assert "project-review-unreadable" in said.err
    assert server.requests == []
