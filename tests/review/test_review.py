"""The review file: every decision comes back, two at once lose nothing, a damaged file is left alone."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locstore.errors import EnvironmentProblem, FindingsError, UsageError
from locstore.review import REVIEW_FILE, Decision, Review, ReviewState, State, accept, decide, forget, read_review

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
STATES = st.sampled_from(["approved", "sent-back"])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / REVIEW_FILE


@given(decisions=st.dictionaries(NAME, st.tuples(NAME, st.sets(NAME, min_size=1), STATES, TEXT, TEXT), max_size=6))
def test_what_was_decided_comes_back(
    tmp_path_factory: pytest.TempPathFactory, decisions: dict[str, tuple[str, set[str], State, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("review") / REVIEW_FILE
    wanted = {}
    for identity, (shot, slots, state, comment, by) in decisions.items():
        accept(path, identity, shot, slots, by)
        decide(path, identity, shot, state, comment, by)
        wanted[identity] = Decision(shot, tuple(sorted(slots)), state, comment, by)
    assert read_review(path) == (Review(wanted), [])
    assert [p.name for p in path.parent.iterdir()] in ([REVIEW_FILE], [])


def test_the_bytes_do_not_depend_on_the_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    for path, numbers in ((first, range(9)), (second, reversed(range(9)))):
        for number in numbers:
            decide(path, f"identity-{number}", f"hero/ja/{number}", "approved", "schön", "Mei")
    assert first.read_bytes() == second.read_bytes()
    assert "schön" in first.read_text(encoding="utf-8")
    assert first.read_bytes().endswith(b"}\n")


def test_deciding_the_same_again_writes_nothing(path: Path) -> None:
    decide(path, "i", "hero/ja/iphone_69", "approved", "", "Mei")
    before = path.stat()
    decide(path, "i", "hero/ja/iphone_69", "approved", "", "Mei")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_accepting_adds_and_approving_leaves_it(path: Path) -> None:
    accept(path, "i", "hero/ja/iphone_69", ["headline"], "Mei")
    decide(path, "i", "hero/ja/iphone_69", "approved")
    said = accept(path, "i", "hero/ja/iphone_69", ["caption", "headline"], "")
    assert said == Decision("hero/ja/iphone_69", ("caption", "headline"), "approved", "", ""), "a decision of nobody"
    review, _ = read_review(path)
    assert review.accepted("i") == {"caption", "headline"}
    assert review.accepted("another") == frozenset()


def test_a_decision_can_be_taken_back(path: Path) -> None:
    decide(path, "i", "hero/ja/iphone_69", "sent-back", "too dark", "Mei")
    decide(path, "i", "hero/ja/iphone_69", "")
    assert read_review(path)[0].decisions == {}


def test_standing(path: Path) -> None:
    shot = "hero/ja/iphone_69"
    assert Review().standing(shot, "old") is ReviewState.WAITING
    decide(path, "old", shot, "approved")
    review, _ = read_review(path)
    assert review.standing(shot, "old") is ReviewState.APPROVED
    assert review.standing(shot, "new") is ReviewState.STALE
    assert review.standing("hero/ko/iphone_69", "other") is ReviewState.WAITING
    decide(path, "new", shot, "sent-back")
    assert read_review(path)[0].standing(shot, "new") is ReviewState.SENT_BACK


def test_accepted_slots_alone_are_no_approval(path: Path) -> None:
    accept(path, "i", "hero/ja/iphone_69", ["headline"], "Mei")
    review, _ = read_review(path)
    assert review.standing("hero/ja/iphone_69", "i") is ReviewState.WAITING
    assert review.standing("hero/ja/iphone_69", "j") is ReviewState.WAITING


def test_forget(path: Path) -> None:
    for name in "abc":
        decide(path, name, f"hero/ja/{name}", "approved")
    assert forget(path, ["b", "unknown"]) == 2
    assert set(read_review(path)[0].decisions) == {"b"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<<<<<<< ours\n{}",
        "[]",
        "{}",
        '{"format": 2, "decisions": {}}',
        '{"format": 1, "decisions": []}',
        '{"format": 1, "decisions": {"i": {}}}',
        '{"format": 1, "decisions": {"i": {"shot": 3}}}',
        '{"format": 1, "decisions": {"i": {"shot": "a", "accepted": "headline"}}}',
        '{"format": 1, "decisions": {"i": {"shot": "a", "accepted": [1]}}}',
        '{"format": 1, "decisions": {"i": {"shot": "a", "state": "perhaps"}}}',
        '{"format": 1, "decisions": {"i": {"shot": "a", "state": []}}}',
        '{"format": 1, "decisions": {"i": {"shot": "a", "mood": "good"}}}',
        '{"format": 1, "decisions": {"i": {"shot": "a", "comment": "\\ud800"}}}',
        '{"format": 1, "decisions": {"i": {"shot": "a"}, "i": {"shot": "b"}}}',
        '{"format": 1, "decisions": {}, "later": 1}',
        "[" * 100_000,
    ],
)
def test_a_damaged_file_is_a_finding_and_stays(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    review, findings = read_review(path)
    assert review.decisions == {}
    assert [f.code for f in findings] == ["project-review-unreadable"]
    for change in (
        lambda: accept(path, "i", "hero/ja/iphone_69", ["headline"], ""),
        lambda: decide(path, "i", "hero/ja/iphone_69", "approved"),
        lambda: forget(path, []),
    ):
        with pytest.raises(FindingsError):
            change()
    assert path.read_text(encoding="utf-8") == text
    assert [p.name for p in path.parent.iterdir()] == [REVIEW_FILE]


@given(data=st.binary(max_size=60))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("review") / REVIEW_FILE
    path.write_bytes(data)
    assert [f.code for f in read_review(path)[1]] == ["project-review-unreadable"]


def test_a_folder_in_its_place(path: Path) -> None:
    path.mkdir()
    assert [f.code for f in read_review(path)[1]] == ["project-review-unreadable"]


def test_text_that_cannot_be_written(path: Path) -> None:
    with pytest.raises(UsageError, match="not valid Unicode"):
        decide(path, "i", "hero/ja/iphone_69", "approved", "\udcff")
    assert not path.exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_that_cannot_be_written(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(EnvironmentProblem, match="cannot be locked"):
            decide(path, "i", "hero/ja/iphone_69", "approved")
    finally:
        path.parent.chmod(0o700)


def _decide_many(path: Path, name: str, count: int) -> None:
    for number in range(count):
        accept(path, "shared", "hero/ja/iphone_69", [f"{name}-{number}"], name)
        decide(path, f"{name}-{number}", f"hero/{name}/{number}", "approved", "", name)


def test_several_processes_at_once_lose_nothing(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    names = ["ann", "bo", "cy", "di"]
    workers = [context.Process(target=_decide_many, args=(path, name, 15)) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    review, findings = read_review(path)
    assert findings == []
    assert review.accepted("shared") == {f"{name}-{n}" for name in names for n in range(15)}
    assert set(review.decisions) == {"shared", *(f"{name}-{n}" for name in names for n in range(15))}
    assert [p.name for p in path.parent.iterdir()] == [REVIEW_FILE]


def _hold(path: Path, ready: object, released: object) -> None:
    from locstore import review

    with review._lock(path.with_name(f".{path.name}.lock")):
        ready.set()  # type: ignore[attr-defined]
        released.wait(60)  # type: ignore[attr-defined]


def test_a_killed_process_lets_go(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, never = context.Event(), context.Event()
    worker = context.Process(target=_hold, args=(path, ready, never))
    worker.start()
    assert ready.wait(60)
    worker.kill()
    worker.join(60)
    decide(path, "i", "hero/ja/iphone_69", "approved")
    assert json.loads(path.read_bytes())["decisions"]["i"]["state"] == "approved"
    assert [p.name for p in path.parent.iterdir()] == [REVIEW_FILE]
