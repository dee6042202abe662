"""Spelling mistakes: in twelve scripts and more, seeded, known by the headline; and edits by a mask."""

from __future__ import annotations

import dataclasses
import io
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from images_server import Settings, running
from images_server.contract import Ask
from images_server.faults import FaultPlan
from images_server.painting import ModelPainter
from images_server.references import from_bytes
from images_server.typos import KINDS, with_typo
from PIL import Image
from plain_client import PROMPT, asked, post

WORDS = {
    "Latn": "Nie wieder Gießen vergeßt äöü", "Cyrl": "Не забудьте полить ёлку", "Grek": "Μην ξεχάσεις ποτέ",
    "Arab": "لن تنسى سقي نباتاتك", "Hebr": "לא לשכוח להשקות", "Deva": "पौधों को पानी देना", "Beng": "গাছে জল দিতে ভুলবেন না",
    "Taml": "தாவரங்களுக்கு நீர்", "Telu": "మొక్కలకు నీరు", "Thai": "ไม่ลืมรดน้ำต้นไม้", "Jpan": "もう水やりを忘れないで",
    "Kore": "물 주기를 잊지 마세요", "Hans": "别再忘记浇水", "Gujr": "છોડને પાણી આપો", "Mlym": "ചെടികൾ നനയ്ക്കാൻ",
}  # fmt: skip


@pytest.mark.parametrize("script", WORDS)
def test_mistakes_of_several_kinds_that_can_be_seen(script: str) -> None:
    lines = ("A first line", WORDS[script])
    made = [with_typo(lines, seed) for seed in range(80)]
    kinds = {kind for flawed, kind in made if flawed[1] != lines[1]}
    assert kinds >= {"swapped", "dropped", "doubled"}, kinds
    for flawed, _ in made:
        assert len(flawed) == 2
        assert [unicodedata.normalize("NFC", a) for a in flawed] != [unicodedata.normalize("NFC", b) for b in lines]
    assert with_typo(lines, 7) == with_typo(lines, 7)


@pytest.mark.parametrize("script", ["Latn", "Grek", "Deva", "Thai", "Jpan"])
def test_diacritics_are_lost(script: str) -> None:
    assert "mark" in {with_typo((WORDS[script],), seed)[1] for seed in range(80)}


@given(st.text(min_size=1, max_size=20), st.integers())
def test_any_line_gets_a_mistake(line: str, seed: int) -> None:
    (flawed,), kind = with_typo((line,), seed)
    assert flawed != line
    assert kind in KINDS


def prompts(count: int) -> list[str]:
    return [PROMPT.replace("Never forget", f"Never forget {n}") for n in range(count)]


def faults_of(plan: FaultPlan, prompt: str) -> str:
    return plan.fault(0, {}, prompt, str(hash(prompt)))[0]


def test_one_headline_in_five_whatever_else_the_prompt_says() -> None:
    plan, again = FaultPlan(3, {}, misspell=0.2), FaultPlan(3, {}, misspell=0.2)
    hit = [prompt for prompt in prompts(500) if faults_of(plan, prompt) == "spelling"]
    assert 70 <= len(hit) <= 130
    for prompt in hit[:5]:
        better = prompt + "\n[Corrections]\nThis is try 2.\n"
        assert faults_of(plan, better) == "ok", "the second picture of a headline is right"
        assert faults_of(again, better) == "spelling", "a better prompt is for the same headline"


def test_so_many_tries_are_misspelt() -> None:
    plan = FaultPlan(1, {}, misspell=1, misspell_tries=3)
    assert [faults_of(plan, f"{PROMPT}{n}") for n in range(5)] == ["spelling"] * 3 + ["ok"] * 2
    assert faults_of(plan, "A fern.") == "ok", "without a headline there is nothing to misspell"


def test_other_faults_come_first() -> None:
    plan = FaultPlan(1, {}, ("http-500",), misspell=1)
    assert [plan.fault(n, {}, PROMPT, "k")[0] for n in range(2)] == ["http-500", "spelling"]


def test_the_server_paints_the_mistake_once() -> None:
    with running(Settings(misspell=1)) as server:
        first, second = (post(server, asked(prompt=PROMPT, size="640x1024", quality="low")).picture() for _ in range(2))
        assert [entry.fault for entry in server.requests] == ["spelling", "ok"]
    area = (0, 100, 640, 250)
    assert first.crop(area).tobytes() != second.crop(area).tobytes()
    assert first.crop((0, 260, 640, 1024)).tobytes() == second.crop((0, 260, 640, 1024)).tobytes()


def test_an_edit_changes_what_the_mask_leaves_open() -> None:
    ask = Ask(
        endpoint="edits", model="gpt-image-2", prompt=PROMPT, size=(640, 1024), quality="low", asked_quality="low",
        output_format="png", compression=100, n=1,
    )  # fmt: skip
    painter = ModelPainter()
    wrong = bytes(painter.paint(dataclasses.replace(ask, endpoint="generations"), fault="spelling"))
    right = bytes(painter.paint(dataclasses.replace(ask, endpoint="generations")))
    alpha = np.full((1024, 640), 255, np.uint8)
    alpha[90:255] = 0
    mask = Image.fromarray(np.dstack([np.zeros((1024, 640, 3), np.uint8), alpha]))
    file = io.BytesIO()
    mask.save(file, "PNG")
    references = (from_bytes(wrong, "image"),)
    edit = dataclasses.replace(ask, references=references, mask=from_bytes(file.getvalue(), "mask"))
    edited, before, wanted = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in (bytes(painter.paint(edit)), wrong, right)
    )
    assert np.array_equal(edited[alpha == 255], before[alpha == 255])
    assert np.array_equal(edited, wanted)
