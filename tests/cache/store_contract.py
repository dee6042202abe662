"""What every store of paid pictures must do; a subclass for each store says how to make one."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locstore.cache import PictureStore, canonical_json, image_key, prune, refuse_credentials, verify_store

# UTF-8 has no lone surrogates, and so has no side file.
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
# One method runs for several classes here: examples hold data only, so each is as good for all of them.
_examples = settings(max_examples=25, suppress_health_check=[HealthCheck.differing_executors])


def _harmless(inputs: dict[str, Any]) -> bool:
    """Hypothesis tries words that it has read in the code, such as `token`; those have tests of their own."""
    try:
        refuse_credentials(inputs)
    except ValueError:
        return False
    return True


_INPUTS = st.dictionaries(_TEXT, _JSON, max_size=4).filter(_harmless)
_STEPS = st.tuples(st.sampled_from(["put", "remove"]), st.integers(0, 2), st.binary(max_size=3))

INPUTS = {"model": "gpt-image-2", "prompt": "„Nie wieder vergessen“ 水やり", "size": "1328x2880", "references": []}
USAGE = {"total_tokens": 7024, "input_tokens_details": {"text_tokens": 50}}
KEY = image_key(INPUTS)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


def put(store: PictureStore, number: int, size: int = 100) -> str:
    """A picture of its own for each number; returns its key."""
    inputs = {**INPUTS, "number": number}
    key = image_key(inputs)
    assert store.put_new(key, bytes([number % 256]) * size, inputs, USAGE)
    return key


class StoreContract:
    """Subclasses say how to `make` a store, and how to `age` an entry of it."""

    @contextlib.contextmanager
    def make(self) -> Iterator[PictureStore]:
        raise NotImplementedError

    def age(self, store: PictureStore, key: str, by: timedelta) -> None:
        raise NotImplementedError

    @pytest.fixture
    def store(self) -> Iterator[PictureStore]:
        with self.make() as made:
            yield made

    def test_an_empty_store(self, store: PictureStore) -> None:
        assert store.get(KEY) is None
        assert KEY not in store
        assert list(store.entries()) == list(store.broken()) == []
        assert store.remove(KEY) is False
        assert list(verify_store(store, image_key)) == []
        assert prune(store).kept == 0

    def test_what_is_put_can_be_got(self, store: PictureStore) -> None:
        before = datetime.now(UTC) - timedelta(seconds=2)  # a file system's clock is coarse
        assert store.put_new(KEY, PNG, INPUTS, USAGE) is True
        assert KEY in store
        assert store.get(KEY) == PNG
        (entry,) = store.entries()
        assert (entry.key, entry.bytes, entry.sha256) == (KEY, len(PNG), hashlib.sha256(PNG).hexdigest())
        assert (entry.inputs, entry.usage) == (INPUTS, USAGE)
        assert before < entry.modified <= datetime.now(UTC) + timedelta(seconds=2)
        assert list(verify_store(store, image_key)) == []

    def test_a_second_put_changes_nothing(self, store: PictureStore) -> None:
        assert store.put_new(KEY, PNG, INPUTS, USAGE) is True
        (before,) = store.entries()
        assert store.put_new(KEY, b"another picture", {**INPUTS, "model": "other"}, {}) is False
        assert store.get(KEY) == PNG
        assert list(store.entries()) == [before]

    def test_of_many_writers_one_is_told_that_it_was_first(self, store: PictureStore) -> None:
        count = 8
        ready = threading.Barrier(count)

        def write(number: int) -> bool:
            ready.wait()
            return store.put_new(KEY, b"%d" % number * 50_000, INPUTS, {"writer": number})

        with ThreadPoolExecutor(count) as pool:
            told = list(pool.map(write, range(count)))
        assert told.count(True) == 1
        assert store.get(KEY) == b"%d" % told.index(True) * 50_000
        (entry,) = store.entries()
        assert entry.usage == {"writer": told.index(True)}
        assert list(store.broken()) == []

    def test_removing(self, store: PictureStore) -> None:
        keys = [put(store, n) for n in range(3)]
        assert store.remove(keys[1]) is True
        assert store.remove(keys[1]) is False
        assert store.get(keys[1]) is None
        assert keys[1] not in store
        assert [e.key for e in store.entries()] == sorted([keys[0], keys[2]])
        assert list(store.broken()) == []
        assert put(store, 1) == keys[1]
        assert store.get(keys[1]) == bytes([1]) * 100

    @pytest.mark.parametrize("key", ["", "a" * 63, "A" * 64, "g" * 64, "../" + "a" * 61, "a" * 64 + "\n", "٣" * 64])
    def test_other_keys_are_refused(self, store: PictureStore, key: str) -> None:
        with pytest.raises(ValueError, match="64 small hex digits"):
            store.get(key)
        with pytest.raises(ValueError, match="64 small hex digits"):
            store.put_new(key, PNG, INPUTS, USAGE)
        with pytest.raises(ValueError, match="64 small hex digits"):
            store.remove(key)
        with pytest.raises(ValueError, match="64 small hex digits"):
            assert key in store
        assert list(store.entries()) == []

    @pytest.mark.parametrize(
        "inputs",
        [
            {"headers": {"X-Team": "a"}},
            {"extra": {"Authorization": "x"}},
            {"extra": [{"api-key": "x"}]},
            {"base": "https://me:hush@gateway.example/v1"},
            {"references": ["https://cdn.example/a.png?width=3&sig=abc"]},
            {"prompt": "Bearer abcdefghijklmnop1234"},
            {"prompt": "use sk-proj-abcdefghij0123456789 for it"},
        ],
    )
    def test_credentials_are_never_stored(self, store: PictureStore, inputs: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="may not hold credentials") as caught:
            store.put_new(KEY, PNG, inputs, {})
        for secret in ("hush", "abc", "0123"):
            assert secret not in str(caught.value)
        assert KEY not in store
        # A server may echo anything, and by then the picture is paid for: it is stored, the secret is not.
        assert store.put_new(KEY, PNG, INPUTS, {"echo": inputs, "total_tokens": 3}) is True
        (entry,) = store.entries()
        assert entry.usage["total_tokens"] == 3
        assert b"[removed]" in canonical_json(entry.usage)
        for secret in (b"hush", b"abc", b"0123", b'"x"'):
            assert secret not in canonical_json(entry.usage)

    @pytest.mark.parametrize(
        "prompt",
        [
            "The bearer of good news: water https://example.com/a?plant=3 daily, me@example.com",
            'Set "task-list and ask-me-anything" in sk-SK; no other text, mode: authorization-free',
        ],
    )
    def test_prose_is_no_credential(self, store: PictureStore, prompt: str) -> None:
        assert store.put_new(KEY, PNG, {"prompt": prompt, "total_tokens": 3}, {})

    @pytest.mark.parametrize("inputs", [{"a": float("nan")}, {"a": "\ud800"}, {"a": b"bytes"}, {"a": "x" * (5 << 20)}])
    def test_inputs_that_are_not_json_are_refused(self, store: PictureStore, inputs: dict[str, Any]) -> None:
        with pytest.raises((ValueError, TypeError)):
            store.put_new(KEY, PNG, inputs, {})
        assert KEY not in store
        assert list(store.broken()) == []

    @_examples
    @given(st.lists(st.tuples(st.binary(max_size=200), _INPUTS, _INPUTS), max_size=3))
    def test_round_trip(self, pictures: list[tuple[bytes, dict[str, Any], dict[str, Any]]]) -> None:
        with self.make() as store:
            expected: dict[str, tuple[bytes, Mapping[str, Any], Mapping[str, Any]]] = {}
            for data, inputs, usage in pictures:
                key = image_key(inputs)
                assert store.put_new(key, data, inputs, usage) is (key not in expected)
                expected.setdefault(key, (data, inputs, usage))
            entries = {e.key: e for e in store.entries()}
            assert list(entries) == sorted(expected)
            for key, (data, inputs, usage) in expected.items():
                assert store.get(key) == data
                assert canonical_json([entries[key].inputs, entries[key].usage]) == canonical_json([inputs, usage])
            assert list(verify_store(store, image_key)) == []

    @_examples
    @given(
        st.lists(st.tuples(st.sampled_from(["put", "remove"]), st.integers(0, 2), st.binary(max_size=3)), max_size=8)
    )
    def test_behaves_as_a_dict(self, steps: list[tuple[str, int, bytes]]) -> None:
        with self.make() as store:
            model: dict[str, bytes] = {}
            for step, number, data in steps:
                key = image_key({"n": number})
                if step == "put":
                    assert store.put_new(key, data, {"n": number}, {}) is (key not in model)
                    model.setdefault(key, data)
                else:
                    assert store.remove(key) is (model.pop(key, None) is not None)
                assert {e.key: store.get(e.key) for e in store.entries()} == model
                assert list(store.broken()) == []

    def test_a_wrong_key_is_found(self, store: PictureStore) -> None:
        store.put_new("ab" * 32, PNG, INPUTS, USAGE)
        (finding,) = verify_store(store, image_key)
        assert (finding.code, finding.severity, finding.file) == ("cache-wrong-key", "error", f"ab/{'ab' * 32}.json")
        assert KEY[:12] in finding.message

    def test_prune_by_age(self, store: PictureStore) -> None:
        old, young = put(store, 1, 10), put(store, 2, 20)
        self.age(store, old, timedelta(days=31))
        self.age(store, young, timedelta(days=29))
        assert prune(store, timedelta(days=32)).removed == ()
        display_url = prune(store, timedelta(days=30), dry_run=True)
        assert old in store
        done = prune(store, timedelta(days=30))
        assert display_url == done
        assert [e.key for e in done.removed] == [old]
        assert (done.kept, done.kept_bytes, done.freed_bytes) == (1, 20, 10)
        assert old not in store
        assert young in store

    def test_prune_by_size_takes_the_oldest(self, store: PictureStore) -> None:
        keys = [put(store, n, 100) for n in range(4)]
        for days, key in enumerate(keys, 1):
            self.age(store, key, timedelta(days=days))
        assert prune(store, max_bytes=400).removed == ()
        done = prune(store, max_bytes=399)
        assert [e.key for e in done.removed] == [keys[3]]
        done = prune(store, max_bytes=200)
        assert [e.key for e in done.removed] == [keys[2]]
        assert (done.kept, done.kept_bytes) == (2, 200)
        assert prune(store, max_bytes=0).kept == 0
        assert list(store.entries()) == []

    def test_prune_without_limits_keeps_every_picture(self, store: PictureStore) -> None:
        key = put(store, 1)
        self.age(store, key, timedelta(days=4000))
        assert prune(store).removed == ()
        assert key in store

    def test_prune_refuses_a_negative_size(self, store: PictureStore) -> None:
        with pytest.raises(ValueError, match="negative"):
            prune(store, max_bytes=-1)
