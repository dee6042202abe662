"""`locstore cache` on a bucket, as people and scripts use it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cloud_servers import ACCESS, SECRET, S3Server, environment, shared_s3
from store_contract import INPUTS, KEY, PNG, USAGE, put

from locstore.cache import ReadThroughStore, open_store, ready_cache
from locstore.cli.main import run_cli

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def server() -> Iterator[S3Server]:
    started = shared_s3()
    with environment(**started.variables):
        yield started


@pytest.fixture
def url(server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    made = f"s3://{server.bucket()}/team"
    (tmp_path / "locstore.toml").write_text(f'cache = "{made}"\n')
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = run_cli(["cache", *arguments])
        captured = capsys.readouterr()
        for secret in (ACCESS, SECRET, "hush"):
            assert secret not in captured.out + captured.err
        return code, captured.out, captured.err

    return call


def shared(url: str, root: Path) -> ReadThroughStore:
    store = open_store(url, root)
    assert isinstance(store, ReadThroughStore)
    return store


def test_every_command(url: str, tmp_path: Path, call: Call):
    store = shared(url, tmp_path)
    store.put_new(KEY, PNG, INPUTS, USAGE)
    other = put(store, 1)
    code, out, err = call("ls")
    assert (code, out.count("gpt-image-2")) == (0, 2)
    assert "2 paid pictures, 2.2 KB." in err
    assert call("verify")[1] == "Verified 2 paid pictures, 2.2 KB: no findings.\n"
    assert json.loads(call("prune", "--older-than", "1d", "--json")[1])["kept"] == 2
    code, out, _ = call("path", KEY[:9])
    assert Path(out.strip()).read_bytes() == PNG
    assert call("path")[1].strip() == str(tmp_path / ".locstore/cache")
    assert call("rm", KEY[:9])[0] == 0
    assert KEY not in store
    assert json.loads(call("prune", "--max-size", "0B", "--json")[1])["freed_bytes"] == 100
    assert other not in store
    assert list(store.copy.entries()) == []


def test_a_team_moves_from_folders_to_a_bucket(url: str, tmp_path: Path, call: Call):
    from locstore.cache import FileStore

    before = FileStore(tmp_path / ".locstore/cache")
    keys = [put(before, n) for n in range(3)]
    assert call("push")[1] == "Pushed 3 paid pictures, 0 were there already.\n"
    assert [entry.key for entry in shared(url, tmp_path / "other").entries()] == sorted(keys)
    for entry in list(before.entries()):
        before.remove(entry.key)
    assert call("pull", "--json")[1].split() == ["{", '"pushed":', "3,", '"there":', "0,", '"damaged":', "0", "}"]
    assert [before.get(key) for key in keys] == [bytes([n]) * 100 for n in range(3)]
    assert call("push", f"{url}-elsewhere")[1] == "Pushed 3 paid pictures, 0 were there already.\n"


def test_verify_tells_of_pictures_that_wait(url: str, tmp_path: Path, call: Call):
    store = shared(url, tmp_path)
    store.waiting.put_new(KEY, PNG, INPUTS, USAGE)
    code, out, err = call("verify")
    assert (code, "Verified 1 paid picture" in out) == (0, True)
    assert "cache-waiting" in err
    assert call("push")[1] == "Pushed 1 paid picture, 0 were there already.\n"
    assert "cache-waiting" not in call("verify")[2]


def test_exit_codes(url: str, call: Call, server: S3Server):
    code, _, err = call("ls", "--cache", "s3://me:hush@bucket/a")
    assert (code, "keys belong in the environment" in err) == (2, True)
    code, _, err = call("ls", "--cache", "s3://not-there-at-all")
    assert (code, "no such bucket" in err) == (3, True)
    assert call("rm", "0" * 64)[0] == 2


def test_a_picture_that_is_removed_goes_from_other_machines_too(url: str, tmp_path: Path, call: Call):
    here, elsewhere = shared(url, tmp_path), shared(url, tmp_path / "elsewhere")
    here.put_new(KEY, PNG, INPUTS, USAGE)
    other = put(here, 1)
    assert elsewhere.get(KEY) == PNG
    assert elsewhere.get(other) is not None
    assert call("rm", KEY)[0] == 0
    assert list(elsewhere.copy.entries()) != [], "its copy is still there"
    ready_cache(url, tmp_path / "elsewhere")
    assert (KEY in elsewhere, other in elsewhere) == (False, True)
    assert elsewhere.push().pushed == 0, "it does not come back"
    # Paid for again, it stays: it is another picture.
    better = PNG + b"better"
    here.put_new(KEY, better, INPUTS, USAGE)
    assert elsewhere.get(KEY) == better
    ready_cache(url, tmp_path / "elsewhere")
    assert elsewhere.copy.get(KEY) == better


def test_what_was_never_there_is_not_noted(url: str, tmp_path: Path, call: Call):
    assert call("rm", KEY)[0] == 2
    assert shared(url, tmp_path).shared.removed() == []
