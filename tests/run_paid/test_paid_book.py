"""The book of calls: who may send what, when a run is dead, and what it leaves behind."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locstore.run.paid import CallState, LocalPaymentLedger
from locstore.run.paid.payments import Claim

KEY = "k" * 64


@dataclasses.dataclass
class Desk:
    """A book and what its cache holds."""

    path: Path
    cache: set[str]

    def open(self) -> LocalPaymentLedger:
        return LocalPaymentLedger(self.path, self.cache.__contains__)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "state" / "ledger.db", set())


def claim(book, key=KEY, *, retry_unknown=False):
    return book.claim(key, shot="s/en/d", model="m", estimate=0.5, retry_unknown=retry_unknown)


def states(book):
    return [call.state for call in book.calls()]


def test_a_claim_is_in_the_book_before_anything_is_sent(desk):
    book = desk.open()
    verdict, number = claim(book)
    assert verdict is Claim.GO
    with sqlite3.connect(desk.path) as other:
        assert other.execute("select id, state, estimate from calls").fetchall() == [(number, "sent", 0.5)]
    other.close()
    book.settle(number, CallState.DONE, usage={"input_tokens": 3}, message="x" * 900)
    (call,) = book.calls(CallState.DONE)
    assert (call.usage, len(call.message), call.shot) == ({"input_tokens": 3}, 300, "s/en/d")
    book.close()


@pytest.mark.parametrize(
    ("state", "plain", "retried"),
    [
        (CallState.FAILED, Claim.GO, Claim.GO),
        (CallState.REJECTED, Claim.GO, Claim.GO),
        (CallState.REFUSED, Claim.REFUSED, Claim.REFUSED),
        (CallState.UNKNOWN, Claim.PARKED, Claim.GO),
        (CallState.SENT, Claim.WAIT, Claim.WAIT),
    ],
)
def test_what_an_earlier_call_allows(desk, state, plain, retried):
    book = desk.open()
    _, number = claim(book)
    if state is not CallState.SENT:
        book.settle(number, state)
    if plain is not Claim.GO:
        assert claim(book)[0] is plain
    assert claim(book, retry_unknown=True)[0] is retried
    desk.cache.add(KEY)
    assert claim(book) == (Claim.CACHED, 0)
    book.close()


def test_asked_for_again_the_old_call_is_settled(desk):
    book = desk.open()
    _, first = claim(book)
    book.settle(first, CallState.UNKNOWN)
    _, second = claim(book, retry_unknown=True)
    assert states(book) == [CallState.FAILED, CallState.SENT]
    book.settle(second, CallState.UNKNOWN)
    assert claim(book)[0] is Claim.PARKED
    book.close()


def run_python(text, *arguments, wait=True):
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text), *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    if not wait:
        return process
    out, _ = process.communicate(timeout=30)
    return out.split()


CLAIM = """
    import os, sys, time
    from pathlib import Path
    from locstore.run.paid import LocalPaymentLedger
    book = LocalPaymentLedger(Path(sys.argv[1]), lambda key: False)
    start = float(sys.argv[3])
    while time.time() < start:
        pass
    for key in sys.argv[4].split(","):
        print(book.claim(key * 64, shot="s", model="m", estimate=None, retry_unknown=False)[0], flush=True)
    if sys.argv[2] == "stay":
        sys.stdin.read()
    os._exit(0)
"""


def test_two_processes_claim_the_same_calls(desk):
    book = desk.open()
    start = time.time() + 1.5
    keys = "abcdefghij"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(CLAIM), str(desk.path), "stay", str(start), ",".join(keys)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        answers = [[p.stdout.readline().strip() for _ in keys] for p in processes]
        assert all(sorted(pair) == ["go", "wait"] for pair in zip(*answers, strict=True)), answers
        assert claim(book, "a" * 64)[0] is Claim.WAIT
    finally:
        for p in processes:
            p.communicate("")
    # Both are gone: nobody knows what became of their calls.
    assert claim(book, "a" * 64)[0] is Claim.PARKED
    assert claim(book, "b" * 64, retry_unknown=True)[0] is Claim.GO
    book.close()


def test_the_calls_of_a_dead_run_are_unknown_or_done(desk):
    run_python(CLAIM, desk.path, "go", 0, "a,b")
    desk.cache.add("a" * 64)
    book = desk.open()
    assert states(book) == [CallState.DONE, CallState.UNKNOWN]
    book.close()


def test_a_killed_run_that_nobody_has_buried_is_dead(desk):
    process = run_python(CLAIM, desk.path, "go", 0, "a", wait=False)
    process.stdout.read()
    stat = Path(f"/proc/{process.pid}/stat")
    for _ in range(500):
        if not stat.exists() or b") Z" in stat.read_bytes():
            break
        time.sleep(0.01)
    book = desk.open()
    assert states(book) == [CallState.UNKNOWN]
    book.close()
    process.communicate()


def test_another_process_with_the_number_of_a_dead_one(desk):
    book = desk.open()
    claim(book)
    with sqlite3.connect(desk.path) as other:
        other.execute("update runs set born = '1'")
    other.close()
    later = desk.open()
    assert states(later) == [CallState.UNKNOWN]
    later.close()
    book.close()


def test_a_run_of_another_host_is_not_waited_for(desk):
    book = desk.open()
    claim(book)
    with sqlite3.connect(desk.path) as other:
        other.execute("update runs set host = 'a-container-of-yesterday'")
    other.close()
    later = desk.open()
    assert claim(later)[0] is Claim.PARKED
    later.close()
    book.close()


def test_what_a_run_left_open_is_settled_when_its_book_is_closed(desk):
    book = desk.open()
    claim(book)
    claim(book, "d" * 64)
    desk.cache.add("d" * 64)
    book.close()
    later = desk.open()
    assert states(later) == [CallState.UNKNOWN, CallState.DONE]
    later.close()


def test_two_threads_at_one_book(desk):
    book = desk.open()
    went = []

    def work():
        for number in range(40):
            verdict, call = claim(book, f"{number:064}")
            if verdict is Claim.GO:
                went.append(number)
                book.settle(call, CallState.UNKNOWN)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(went) == list(range(40))
    book.close()


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.sampled_from([s for s in CallState if s is not CallState.SENT]),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_nothing_is_paid_twice_unasked(tmp_path_factory, steps):
    """Whatever happens in whatever order: after a call that may be paid, no second one goes without being told to."""
    desk = Desk(tmp_path_factory.mktemp("book") / "l.db", set())
    book = desk.open()
    paid = set()
    for letter, state, retry, restart in steps:
        if restart:
            book.close()
            book = desk.open()
        key = letter * 64
        verdict, number = claim(book, key, retry_unknown=retry)
        if verdict is Claim.GO:
            assert key not in desk.cache
            assert retry or key not in paid
            if state is CallState.DONE:
                desk.cache.add(key)
            if state in (CallState.DONE, CallState.UNKNOWN):
                paid.add(key)
            else:
                paid.discard(key)
            book.settle(number, state)
    book.close()


def test_a_book_of_an_older_version_is_taken_over(desk):
    book = desk.open()
    claim(book)
    book.close()
    with sqlite3.connect(desk.path) as old:
        old.execute("alter table calls drop column number")
    old.close()
    first, second = desk.open(), desk.open()
    first.claim("e" * 64, shot="s/en/d", model="m", estimate=None, retry_unknown=False, number=2)
    assert [call.number for call in second.calls()] == [1, 2]
    first.close()
    second.close()
