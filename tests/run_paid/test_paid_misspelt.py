"""A model that misspells, read by a real reader: what stands on the shelf is right, or is marked."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections import Counter
from importlib.util import find_spec

import pytest
from images_server import in_thread
from images_server.contract import EDITS
from images_server.settings import Settings
from paid_project import KEY, make_project

from locstore.ocr.models import find_model, model_folders, model_names
from locstore.readings import Verdict
from locstore.run.paid import CallState

WORDS = {
    "de": ("Nie wieder Gießen vergessen", "Mit der Kamera messen"),
    "ru": ("Узнайте любое растение", "Измерьте свет камерой"),
    "ar": ("عناية أسبوع كامل", "قياس الضوء بالكاميرا"),
    "hi": ("पूरे हफ़्ते की देखभाल", "कैमरे से रोशनी नापें"),
    "ja": ("もう水やりを忘れない", "カメラで光を測る"),
}
_PO = 'msgid ""\nmsgstr ""\n"Language: {0}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
_ENTRY = '\nmsgctxt "s0/{0}"\nmsgid "{1}"\nmsgstr "{2}"\n'


@pytest.fixture(autouse=True)
def reads():
    if find_spec("tesserocr") is None:
        pytest.skip("tesserocr is not installed: pip install 'locstore[ocr]'")


def need_models(*languages):
    for language in languages:
        if not any(find_model(name, model_folders()) for name in model_names(language)):
            pytest.skip(f"no model for {language} is installed: tesseract-ocr-{model_names(language)[0]}")


def project_of(tmp_path, server, locales, **text):
    project = make_project(tmp_path, server.url, screens=1, locales=(), text={"check": "auto", **text}, concurrency=2)
    concept = (tmp_path / "concepts/tiny.yaml").read_text()
    more = '"Say it 0"}\n      - {id: caption, role: caption, text: "Measure it"}\n'
    listed = f"locales: [{', '.join(locales)}]"
    project.write("concepts/tiny.yaml", concept.replace('"Say it 0"}\n', more).replace("locales: [en]", listed))
    for locale in locales:
        headline, caption = WORDS[locale]
        entries = _ENTRY.format("headline", "Say it 0", headline) + _ENTRY.format("caption", "Measure it", caption)
        project.write(f"locales/{locale}/LC_MESSAGES/tiny.po", _PO.format(locale) + entries)
    return project


def headlines(done):
    return {o.shot.split("/")[1]: next(r for r in o.record.text if r.slot == "headline") for o in done.painted}


def test_mistakes_in_the_first_picture_are_repaired(tmp_path):
    need_models(*WORDS)
    with in_thread.running(Settings(key=KEY, misspell=1)) as server:
        project = project_of(tmp_path, server, tuple(WORDS))
        done = project.paid_run()
        assert len(done.painted) == len(WORDS), done.findings
        faults = Counter(entry.fault for entry in server.requests)
        assert faults["spelling"] == len(WORDS)
        assert EDITS in {entry.path for entry in server.requests}
        read = headlines(done)
        assert all(reading.verdict in (Verdict.EXACT, Verdict.LIKELY, Verdict.TYPESET) for reading in read.values()), (
            read
        )
        assert sum(reading.verdict is Verdict.EXACT for reading in read.values()) >= 3
        sent = len(server.requests)
        assert sent >= 2 * len(WORDS), "every shot was asked for again"
        shutil.rmtree(tmp_path / "output")
        again = project.paid_run()
        assert len(server.requests) == sent
        assert {o.shot: o.record for o in again.painted} == {o.shot: o.record for o in done.painted}


def test_mistakes_in_every_picture_are_set_by_us_or_fail(tmp_path):
    need_models("de", "ja")
    with in_thread.running(Settings(key=KEY, misspell=1, misspell_tries=99)) as server:
        project = project_of(tmp_path, server, ("de", "ja"), repairs=1, last_resort="typeset")
        done = project.paid_run()
        assert {r.verdict for r in headlines(done).values()} == {Verdict.TYPESET}
        assert Counter(done.codes())["run-slot-typeset"] == 2
        assert len(server.requests) == 4
        shutil.rmtree(tmp_path / "output")
        project.configure(server.url, text={"check": "auto", "repairs": 1, "last_resort": "fail"})
        failed = project.paid_run()
        assert failed.painted == []
        assert len(server.requests) == 4
        assert Counter(failed.codes())["verify-text-mismatch"] == 2
        assert all(o.candidate is not None for o in failed.results)


def until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_a_killed_run_goes_on_with_the_try_it_was_at(tmp_path):
    need_models("de")
    with in_thread.running(Settings(key=KEY, misspell=1, misspell_tries=2, delay=0.6)) as server:
        project = project_of(tmp_path, server, ("de",), repairs=3)
        process = project.start("run", "--painter", "images")
        until(lambda: len(server.requests) == 2)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        parked = project.cli("run", "--painter", "images")
        assert (parked.code, len(server.requests)) == (1, 2)
        assert "run-call-unknown" in parked.err
        done = project.cli("run", "--painter", "images", "--retry-unknown")
        assert done.code == 0, done.err
        assert len(project.pictures()) == 1
        assert len({entry.key for entry in server.requests}) == len(server.requests) - 1, "one call was cut off"
        states = Counter(call.number for call in project.calls(CallState.DONE))
        assert set(states.values()) == {1}
