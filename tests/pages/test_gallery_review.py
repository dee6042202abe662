"""The gallery shows how sure the words are and where each picture's review stands."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from test_gallery import SUMMARY, Page, matrix

from locstore.pages import GalleryPicture, render_gallery
from locstore.readings import SlotReading, Verdict


def marks(*verdicts: Verdict, **values: Any) -> list[str]:
    """The chips of one picture."""
    text = tuple(SlotReading(slot=f"s{n}", verdict=v, asked="x") for n, v in enumerate(verdicts))
    picture = dataclasses.replace(matrix()[0], findings=(), text=text, **values)
    found = Page(render_gallery(SUMMARY, [picture])).root.all(class_="marks")
    return [chip.text for node in found for chip in node.all(class_="chip")]


@pytest.mark.parametrize(
    ("verdicts", "standing", "expected"),
    [
        ((), "", []),
        ((), "waiting", []),
        ((), "approved", ["Approved"]),
        ((), "sent back", ["Sent back"]),
        ((), "stale", ["Stale"]),
        ((Verdict.TYPESET,), "", []),
        ((Verdict.EXACT, Verdict.TYPESET), "", ["Words proved"]),
        ((Verdict.ACCEPTED,), "", ["Words proved"]),
        ((Verdict.EXACT, Verdict.NOT_CHECKED), "", ["1 not checked"]),
        ((Verdict.EXACT, Verdict.LIKELY, Verdict.LIKELY), "", ["2 likely"]),
        ((Verdict.LIKELY, Verdict.MISMATCH), "stale", ["Stale", "1 mismatch"]),
    ],
)
def test_marks(verdicts: tuple[Verdict, ...], standing: str, expected: list[str]) -> None:
    assert marks(*verdicts, standing=standing) == expected


def test_verdicts_stand_by_their_words() -> None:
    text = (SlotReading(slot="headline", verdict=Verdict.LIKELY, asked="x"),)
    picture = dataclasses.replace(matrix()[0], words=(("headline", "x"), ("caption", "y")), text=text)
    terms = Page(render_gallery(SUMMARY, [picture])).root.all("dt")
    assert [[chip.text for chip in term.all(class_="chip")] for term in terms] == [["likely"], []]


def test_the_choice_of_reviews_is_there_once_somebody_reviews() -> None:
    def choices(pictures: list[GalleryPicture]) -> list[str]:
        selects = Page(render_gallery(SUMMARY, pictures)).root.all("select", id="standing")
        return [option["value"] for select in selects for option in select.all("option")]

    waiting = [dataclasses.replace(p, standing="waiting") for p in matrix()]
    assert choices(waiting) == []
    waiting[0] = dataclasses.replace(waiting[0], standing="approved")
    assert choices(waiting) == ["", "approved", "waiting"]
