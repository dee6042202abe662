"""The payment ledger in SQLite: which calls may be sent, when a run is dead, what is taken over from other files."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from claim_contract import ClaimContract
from hypothesis import given, settings
from hypothesis import strategies as st

from locstore.errors import EnvironmentProblem
from locstore.run.paid import BatchPaymentLedger, CallState, Claim, LocalPaymentLedger

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
    return Desk(tmp_path / "state" / "payments.db", set())


def claim(book, key=KEY, *, retry_unknown=False):
    return book.claim(key, shot="s/en/d", model="m", estimate=0.5, retry_unknown=retry_unknown)


def states(book):
    return [call.state for call in book.calls()]


def test_a_claim_is_in_the_book_before_anything_is_sent(desk):
    book = desk.open()
    verdict, number = claim(book)
    assert verdict is Claim.SEND
    with sqlite3.connect(desk.path) as other:
        assert other.execute("select id, state, estimate from calls").fetchall() == [(number, "sent", 0.5)]
    other.close()
    book.settle(number, CallState.DONE, usage={"input_tokens": 3}, message="x" * 900)
    (call,) = book.calls(CallState.DONE)
    assert (call.usage, len(call.message), call.shot) == ({"input_tokens": 3}, 300, "s/en/d")
    book.close()


class TestSqliteClaims(ClaimContract):
    @pytest.fixture(autouse=True)
    def _file(self, tmp_path):
        self.path, self.opened = tmp_path / "payments.db", []
        yield
        for ledger in self.opened:
            ledger.close()

    def open_ledger(self, run):
        ledger = LocalPaymentLedger(self.path, lambda key: key in self.cache)
        self.opened.append(ledger)
        return ledger


def test_asked_for_again_the_old_call_is_settled(desk):
    book = desk.open()
    _, first = claim(book)
    book.settle(first, CallState.UNKNOWN)
    book.close()
    book = desk.open()
    _, second = claim(book, retry_unknown=True)
    assert states(book) == [CallState.FAILED, CallState.SENT]
    book.settle(second, CallState.UNKNOWN)
    assert claim(book)[0] is Claim.NEEDS_CONFIRMATION
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
        assert all(sorted(pair) == ["send", "wait"] for pair in zip(*answers, strict=True)), answers
        assert claim(book, "a" * 64)[0] is Claim.WAIT
    finally:
        for p in processes:
            p.communicate("")
    # Both are gone: nobody knows what became of their calls.
    assert claim(book, "a" * 64)[0] is Claim.NEEDS_CONFIRMATION
    assert claim(book, "b" * 64, retry_unknown=True)[0] is Claim.SEND
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
    assert claim(later)[0] is Claim.NEEDS_CONFIRMATION
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
            if verdict is Claim.SEND:
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
    paid, here = set(), set()
    for letter, state, retry, restart in steps:
        if restart:
            book.close()
            book = desk.open()
            here = set()
        key = letter * 64
        verdict, number = claim(book, key, retry_unknown=retry)
        if verdict is Claim.SEND:
            assert key not in desk.cache
            assert key not in paid or (retry and key not in here)
            here.add(key)
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


def test_the_cache_is_never_asked_inside_a_transaction(desk):
    """It may be a bucket that does not answer for minutes, and others wait for the transaction."""
    asked = []

    def cached(key):
        asked.append(key)
        with contextlib.closing(sqlite3.connect(desk.path, timeout=0)) as other:
            other.execute("begin immediate")  # raises OperationalError where another transaction is open
            other.rollback()
        return False

    run_python(CLAIM, desk.path, "go", 0, "a")
    book = LocalPaymentLedger(desk.path, cached)
    assert asked == ["a" * 64], "the call of a run that has ended"
    _, call = claim(book)
    book.settle(call, CallState.FAILED)
    claim(book)
    book.close()
    assert len(asked) == 4


OLD = """
create table runs (id integer primary key, host text not null, process integer not null, born text not null);
create table calls (id integer primary key, key text not null, run integer not null references runs (id),
  shot text not null, model text not null, state text not null, estimate real, usage text, message text,
  number integer not null default 1);
create table batches (id integer primary key, name text not null, part integer not null, kind text not null,
  endpoint text not null, model text not null, state text not null, began real not null, file text not null default '',
  batch text not null default '', outputs integer not null default 0, errors integer not null default 0,
  unique (name, part));
create table batch_calls (batch integer not null references batches (id), key text not null,
  call integer not null references calls (id), place integer not null, open integer not null default 1,
  primary key (batch, key)) without rowid;
insert into runs values (7, 'host', 1, 'then');
insert into calls values (3, '{a}', 7, 's/de/d', 'm', 'unknown', 0.5, null, 'cut off', 1);
insert into calls values (4, '{b}', 7, 's/en/d', 'm', 'done', 0.5, '{{"input_tokens": 3}}', '', 2);
insert into calls values (9, '{c}', 7, 's/ja/d', 'm', 'sent', 0.5, null, '', 1);
insert into batches values (2, 'batch-1', 1, 'images', '/v1', 'm', 'created', 5.0, 'f', 'b', 0, 0);
insert into batch_calls values (2, '{c}', 9, 11, 1);
"""


def old_journal(path):
    """The file of version 0.9, with calls beside its pictures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.executescript(OLD.format(a="a" * 64, b="b" * 64, c="c" * 64))


def test_the_calls_of_the_old_journal_are_taken_over_once(desk):
    journal = desk.path.with_name("ledger.db")
    old_journal(journal)
    before = journal.read_bytes()
    for _ in range(2):
        book = BatchPaymentLedger(desk.path, desk.cache.__contains__)
        assert [(c.key[0], c.state, c.number) for c in book.calls()] == [
            ("a", CallState.UNKNOWN, 1),
            ("b", CallState.DONE, 2),
            ("c", CallState.UNKNOWN, 1),
        ]
        assert claim(book, "a" * 64)[0] is Claim.NEEDS_CONFIRMATION
        assert claim(book, "c" * 64, retry_unknown=True)[0] is Claim.IN_BATCH
        (part,) = book.parts()
        assert (part.name, part.batch, book.place(part, "c" * 64)[0]) == ("batch-1", "b", 11)
        book.close()
        if journal.exists():
            journal.rename(journal.with_name("ledger.db.old"))  # as a message of the journal advises
    assert journal.with_name("ledger.db.old").read_bytes() == before


def test_calls_that_an_older_version_makes_afterwards_are_taken_over(desk):
    journal = desk.path.with_name("ledger.db")
    old_journal(journal)
    desk.open().close()
    with contextlib.closing(sqlite3.connect(journal)) as old:
        old.execute(
            f"insert into calls values (10, '{'d' * 64}', 7, 's', 'm', 'unknown', 0.5, null, '', 1)"  # noqa: S608
        )
        old.commit()
    book = desk.open()
    assert claim(book, "d" * 64)[0] is Claim.NEEDS_CONFIRMATION
    assert len(book.calls()) == 4
    book.close()


def spoil(path, keep):
    """Overwrite the end of a database; `keep` is the fraction that stays."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
    data = path.read_bytes()
    cut = int(len(data) * keep)
    path.write_bytes(data[:cut] + b"\xa5" * (len(data) - cut))


def filled(desk, count):
    book = desk.open()
    for number in range(count):
        _, call = claim(book, f"{number:064}")
        book.settle(call, CallState.UNKNOWN, message="x" * 250)
    book.close()


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.7, 0.95])
def test_a_damaged_file_is_set_aside_and_read_as_far_as_possible(desk, keep):
    filled(desk, 400)
    spoil(desk.path, keep)
    spoilt = desk.path.read_bytes()
    book = desk.open()
    (finding,) = book.findings
    assert finding.code == "run-payments-recovered"
    assert "delete" not in finding.message
    assert desk.path.with_name("payments.db.damaged-1").read_bytes() == spoilt
    known = {call.key for call in book.calls(CallState.UNKNOWN)}
    if keep:
        assert len(known) > 400 * keep * 0.4
    for number in range(400):
        expected = Claim.NEEDS_CONFIRMATION if f"{number:064}" in known else Claim.SEND
        assert claim(book, f"{number:064}")[0] is expected
    book.close()
    again = desk.open()
    assert again.findings == []
    again.close()


def test_what_the_old_journal_knows_comes_back_after_the_loss_of_the_file(desk):
    old_journal(desk.path.with_name("ledger.db"))
    desk.open().close()
    desk.path.unlink()
    book = desk.open()
    assert claim(book, "a" * 64)[0] is Claim.NEEDS_CONFIRMATION
    book.close()


def test_a_locked_file_is_called_locked(desk, monkeypatch):
    monkeypatch.setattr("locstore.run.database._BUSY", 0)
    book = desk.open()
    with contextlib.closing(sqlite3.connect(desk.path)) as other:
        other.execute("begin immediate")
        with pytest.raises(EnvironmentProblem, match="another process of locstore is writing") as problem:
            claim(book)
        other.rollback()
    assert "delete" not in str(problem.value)
    assert "damaged" not in str(problem.value)
    assert claim(book)[0] is Claim.SEND
    book.close()
    assert not list(desk.path.parent.glob("*damaged*"))
