"""The report's page, its marks and its XML: well-formed, escaped, and only as good as what is known."""

from __future__ import annotations

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from locstore.findings import Finding, Severity
from locstore.pages import (
    Check,
    Crop,
    LocaleRow,
    Report,
    ShotRow,
    SlotRow,
    check_of,
    render_junit,
    render_report,
    worst,
)
from locstore.pages.difference import differing
from locstore.readings import SlotReading, Verdict
from locstore.typeset import FontLibrary
from locstore.typeset.subsetting import web_fonts

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NASTY = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;\x00\ud7ff"


def a_slot(verdict: Verdict = Verdict.MISMATCH, **values: Any) -> SlotRow:
    reading = {"asked": "Sag es", "read": "Sag os", "why": "Because."} | values.pop("reading", {})
    doubtful = verdict not in (Verdict.EXACT, Verdict.ACCEPTED)
    given_values: dict[str, Any] = {
        "slot": "headline", "msgid": "Say it", "file": "de.po", "line": 7, "language": "de", "direction": "ltr",
        "doubtful": doubtful, "command": "locstore accept hero/de/d headline" if doubtful else "",
    } | values  # fmt: skip
    return SlotRow(reading=SlotReading(slot=given_values["slot"], verdict=verdict, **reading), **given_values)


def a_shot(*slots: SlotRow, **values: Any) -> ShotRow:
    given_values: dict[str, Any] = {
        "shot": "hero/de/d", "screen": "hero", "locale": "de", "display": "d", "display_name": "D", "path": "de/1.png",
        "picture": "painted", "why": "", "standing": "waiting", "composed": True,
    } | values  # fmt: skip
    return ShotRow(slots=slots, **given_values)


def a_report(*shots: ShotRow, **values: Any) -> Report:
    row: dict[str, Any] = {
        "locale": "de", "name": "German", "bcp47": "de", "direction": "ltr", "translated": 1, "fuzzy": 0, "missing": 0,
    } | values.pop("row", {})  # fmt: skip
    return Report(
        concept="garden", painter="images", output="output", locales=(LocaleRow(shots=shots, **row),), **values
    )


class Checked(HTMLParser):
    """Every element is closed by its own name; no handler, no style attribute; ids once."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self.policy = ""
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(page)
        self.close()
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"img", "input", "link", "meta", "br"}:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "style"
            self.attributes.append((tag, name, value))
            if name == "id":
                self.ids.append(str(value))
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = str(dict(attrs)["content"])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["script"], ["style"]):
            self.text.append(data)


def full() -> Report:
    crop = Crop(b"\xff\xd8jpeg", (400, 100))
    arabic = a_slot(
        Verdict.LIKELY, slot="caption", language="ar", direction="rtl", reading={"asked": "لن تنسى", "read": "لن تنس"}
    )
    return a_report(
        a_shot(a_slot(crop=crop), arabic, findings=(Finding(code="paint-x", message="dark", shot="hero/de/d"),)),
        a_shot(shot="how/de/d", screen="how", picture="missing", why="it has no picture yet"),
        row={"fuzzy": 2, "missing": 1, "calls": 3, "dollars": None},
        findings=(Finding(code="project-x", message="odd", severity=Severity.WARNING),),
        fonts=(b"font",),
        without_crop=1,
    )


def test_the_page_is_well_formed_and_says_it_all() -> None:
    page = render_report(full())
    checked = Checked(page)
    text = " ".join(checked.text)
    for words in (
        "German", "1 of 4", "2 fuzzy", "1 missing", "1 mismatch", "1 likely", "unknown, 3 calls", "de.po:7",
        "locstore accept hero/de/d headline", "Because.", "1 slot had no room", "odd", "dark", "2 slots to look at",
    ):  # fmt: skip
        assert words in text, words
    assert ("dl", "dir", "rtl") in checked.attributes
    assert ("dd", "lang", "ar") in checked.attributes
    assert render_report(full()) == page


def test_the_policy_allows_this_style_and_script_and_nothing_from_elsewhere() -> None:
    page = render_report(full())
    policy = dict(part.strip().split(" ", 1) for part in Checked(page).policy.split(";"))
    for tag in ("script", "style"):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    assert policy["font-src"] == "data:"
    assert "font-src" not in Checked(render_report(a_report(a_shot()))).policy
    assert "http:" not in page
    assert "https:" not in page


def test_no_word_becomes_markup() -> None:
    slot = a_slot(
        slot=NASTY,
        msgid=NASTY,
        file=NASTY,
        command=NASTY,
        language=NASTY,
        reading={"asked": NASTY, "read": NASTY + "x"},
    )
    finding = Finding(code="paint-x", message=NASTY, file=NASTY, slot=NASTY)
    page = render_report(a_report(a_shot(slot, path=NASTY, why=NASTY, findings=(finding,)), row={"name": NASTY}))
    Checked(page)
    assert page.count("<script>") == 1
    assert "<img src=x" not in page


@given(asked=TEXT, read=TEXT)
def test_the_pieces_are_the_texts_again(asked: str, read: str) -> None:
    left, right = differing(asked, read)
    assert "".join(text for text, _ in left) == asked
    assert "".join(text for text, _ in right) == read
    # What is not marked is the same in both, but for white space.
    same = ["".join("".join(t for t, differs in side if not differs).split()) for side in (left, right)]
    assert same[0] == same[1]
    if asked == read:
        assert not any(differs for _, differs in left + right)


def test_marks() -> None:
    assert differing("Nie wieder", "Nie wider")[0] == [("Nie wi", False), ("e", True), ("der", False)]
    assert differing("一週間の", "ー週間の")[1] == [("ー", True), ("週間の", False)]
    # Arabic letters join: the whole word is marked.
    assert differing("لن تنسى", "لن تنس")[1] == [("لن ", False), ("تنس", True)]


def test_a_difference_is_escaped() -> None:
    slot = a_slot(reading={"asked": "<b>", "read": "<i>"})
    page = render_report(a_report(a_shot(slot)))
    assert "<b><" not in page
    assert "&lt;</span><mark>b</mark>" in page


def test_fonts_hold_what_is_shown_and_little_else() -> None:
    library = FontLibrary.for_project(None, system=False)
    texts = ["一週間", "لن تنسى 12", "Nie wieder"]
    fonts = web_fonts(library, texts, weight=600)
    assert len(fonts) == 3
    assert all(len(font) < 40_000 for font in fonts)
    assert web_fonts(library, texts, weight=600) == fonts
    assert web_fonts(library, [], weight=600) == ()


# -- JUnit


def cases(report: Report) -> dict[str, ET.Element]:
    root = ET.fromstring(render_junit(report))  # noqa: S314
    for suite in root.iter("testsuite"):
        assert suite.get("tests") == str(len(suite.findall("testcase")))
    return {f"{case.get('classname')} {case.get('name')}": case for case in root.iter("testcase")}


def test_a_case_for_each_shot_and_check() -> None:
    error = Finding(code="verify-text-mismatch", message="wrong", shot="hero/de/d", slot="headline")
    warning = Finding(code="typeset-x", message="tight", severity=Severity.WARNING, shot="hero/de/d")
    found = cases(a_report(a_shot(a_slot(), findings=(error, warning))))
    assert {name for name in found if name.startswith("de.hero")} == {f"de.hero d {check}" for check in Check}
    failure = found["de.hero d text"].find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("verify-text-mismatch", "wrong")
    assert found["de.hero d text"].find("skipped") is None
    output = found["de.hero d fit"].find("system-out")
    assert output is not None
    assert "tight" in str(output.text)
    assert found["de.hero d fit"].find("failure") is None


def test_what_is_not_proved_is_skipped_never_passed() -> None:
    for verdict in (Verdict.LIKELY, Verdict.UNVERIFIABLE, Verdict.NOT_CHECKED, Verdict.TYPESET):
        case = cases(a_report(a_shot(a_slot(verdict))))["de.hero d text"]
        assert case.find("skipped") is not None, verdict
    for verdict in (Verdict.EXACT, Verdict.ACCEPTED):
        assert len(cases(a_report(a_shot(a_slot(verdict))))["de.hero d text"]) == 0
    missing = cases(a_report(a_shot(picture="missing", why="it has no picture yet", composed=False)))
    assert missing["de.hero d fit"].find("skipped") is not None
    assert missing["de.hero d text"].find("skipped") is not None
    assert missing["de.hero d store"].find("skipped") is not None


def test_findings_of_no_shot_are_there_too() -> None:
    finding = Finding(code="concept-x", message="bad")
    root = ET.fromstring(render_junit(a_report(a_shot(), row={"findings": (finding,)}, findings=(finding,))))  # noqa: S314
    assert root.get("failures") == "2"
    assert root.get("tests") == "7"


@given(text=TEXT)
def test_any_text_makes_good_xml(text: str) -> None:
    finding = Finding(code="concept-x", message=text + "\x00\x1b\ufffe")
    ET.fromstring(render_junit(a_report(a_shot(a_slot(reading={"why": text})), findings=(finding,))))  # noqa: S314


def test_every_code_belongs_to_a_check() -> None:
    assert check_of("verify-text-likely") is Check.TEXT
    assert check_of("verify-bytes") is Check.STORE
    assert check_of("typeset-overflow") is Check.FIT
    assert check_of("catalog-line-end") is Check.WORDS
    assert check_of("run-foreign-file") is Check.PICTURE


def test_worst() -> None:
    note, error = (Finding(code="c", message="m", severity=s) for s in (Severity.NOTE, Severity.ERROR))
    assert worst([note, error]) is Severity.ERROR
    assert worst([note]) is Severity.NOTE
    assert worst([]) is None
