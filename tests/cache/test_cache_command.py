"""`locstore cache` as people and scripts use it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from store_contract import INPUTS, KEY, PNG, USAGE, put

from locstore.cache import FileStore, image_key
from locstore.cli.main import run_cli
from locstore.errors import UsageError
from locstore.project import ProjectFile, open_project, verify_cache


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [n for n in os.environ if n.startswith("LOCSTORE_")]:
        monkeypatch.delenv(name)
    (tmp_path / "locstore.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(project: Path) -> FileStore:
    made = FileStore(project / ".locstore" / "cache")
    made.put_new(KEY, PNG, INPUTS, USAGE)
    return made


class Answer:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def call(project: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: str) -> Answer:
        code = run_cli(["cache", *arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


def age(store: FileStore, key: str, days: float) -> None:
    moment = time.time() - days * 86400
    os.utime(store.root / key[:2] / f"{key}.json", (moment, moment))


def test_ls(store: FileStore, call: Any):
    age(store, KEY, 3.5)
    store.put_new("ab" * 32, b"x", {}, {})
    answer = call("ls")
    assert answer.code == 0
    assert [line.split("\t") for line in answer.out.splitlines()] == [
        ["key", "size", "model", "pixels", "age"],
        ["ab" * 6, "1 B", "-", "-", answer.out.splitlines()[1].rpartition("\t")[2]],
        [KEY[:12], "2.1 KB", "gpt-image-2", "1328x2880", "3d"],
    ]
    assert "2 paid pictures, 2.1 KB." in answer.err


def test_ls_as_json(store: FileStore, call: Any):
    (entry,) = call("ls", "--json").json
    assert entry.pop("modified").endswith("+00:00")
    assert len(entry.pop("sha256")) == 64
    assert entry == {
        "key": KEY,
        "bytes": len(PNG),
        "model": "gpt-image-2",
        "size": "1328x2880",
        "inputs": INPUTS,
        "usage": USAGE,
    }


def test_an_empty_store(call: Any, project: Path):
    assert call("ls", "--json").json == []
    assert call("verify").out == "Verified 0 paid pictures, 0 B: no findings.\n"
    assert "Removed 0 paid pictures" in call("prune").out
    assert not (project / ".locstore").exists()


def test_verify_good(store: FileStore, call: Any):
    answer = call("verify")
    assert (answer.code, answer.out) == (0, "Verified 1 paid picture, 2.1 KB: no findings.\n")
    assert call("verify", "--json").json == {"entries": 1, "bytes": len(PNG), "findings": [], "removed": []}


def test_verify_damaged_and_remove(store: FileStore, call: Any):
    path = store.path_of(KEY)
    assert path is not None
    path.write_bytes(b"?" * len(PNG))
    answer = call("verify")
    assert answer.code == 1
    assert answer.err.startswith(f".locstore/cache/{KEY[:2]}/{KEY}.json: error: ")
    assert "[cache-damaged]" in answer.err
    assert path.exists()
    answer = call("verify", "--remove-damaged", "--json")
    assert (answer.code, answer.json["removed"]) == (1, [KEY])
    assert not path.exists()
    assert call("verify").code == 0


def test_remove_damaged_takes_only_what_cannot_be_used(store: FileStore):
    good = put(store, 1)
    newer = put(store, 2)
    incomplete = put(store, 3)
    store.put_new("cd" * 32, PNG, {"model": "other"}, {})
    side = store.root / newer[:2] / f"{newer}.json"
    side.write_bytes(side.read_bytes().replace(b'"format":1', b'"format":2'))
    path = store.path_of(incomplete)
    assert path is not None
    path.unlink()
    checked = verify_cache(open_project(Path()), store, remove_damaged=True)
    assert sorted(f.code for f in checked.findings) == ["cache-incomplete", "cache-unknown-format", "cache-wrong-key"]
    assert checked.removed == ("cd" * 32,)
    assert (KEY in store, good in store, newer in store) == (True, True, True)


def test_prune(store: FileStore, call: Any):
    old = put(store, 1, 500)
    age(store, old, 40)
    answer = call("prune", "--older-than", "30d", "--dry-run")
    assert "Would remove 1 paid picture and 0 leftovers, 500 B; 1 paid picture kept, 2.1 KB." in answer.out
    assert old in store
    answer = call("prune", "--older-than", "30d", "--json").json
    assert [e["key"] for e in answer["removed"]] == [old]
    assert (answer["freed_bytes"], answer["kept"], answer["dry_run"]) == (500, 1, False)
    assert old not in store
    assert call("prune", "--max-size", "2.5KB", "--json").json["kept"] == 1
    assert call("prune", "--max-size", "2 KB", "--json").json["kept"] == 0


@pytest.mark.parametrize("arguments", [["--older-than", "30"], ["--older-than", "-1d"], ["--max-size", "2GiB"]])
def test_prune_with_what_is_no_age_or_size(call: Any, store: FileStore, arguments: list[str]):
    answer = call("prune", *arguments)
    assert answer.code == 2
    assert "such as" in answer.err
    assert KEY in store


def test_path(store: FileStore, call: Any, project: Path):
    assert call("path").out == f"{project / '.locstore' / 'cache'}\n"
    assert call("path", KEY[:8].upper()).out == f"{store.path_of(KEY)}\n"
    assert Path(call("path", KEY, "--json").json["path"]).read_bytes() == PNG


def test_path_of_no_or_several_keys(store: FileStore, call: Any):
    put(store, 1)
    answer = call("path", "")
    assert (answer.code, answer.err) == (2, "locstore: 2 keys begin with ''. Write more of the one that you mean.\n")
    answer = call("path", "zzz")
    assert answer.code == 2
    assert "`locstore cache ls` lists them" in answer.err


def test_another_folder(project: Path, call: Any, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any):
    shared = tmp_path_factory.mktemp("shared")
    FileStore(shared).put_new(KEY, PNG, INPUTS, USAGE)
    assert len(call("ls", "--json", "--cache", str(shared)).json) == 1
    monkeypatch.setenv("LOCSTORE_CACHE", shared.as_uri())
    assert len(call("ls", "--json").json) == 1
    monkeypatch.delenv("LOCSTORE_CACHE")
    assert call("ls", "--json").json == []
    (project / "locstore.toml").write_text(f"cache = {json.dumps(str(shared))}\n")
    assert len(call("ls", "--json").json) == 1


@pytest.mark.parametrize("name", ["ls", "verify", "prune", "path"])
def test_an_address_that_is_no_store(call: Any, name: str):
    answer = call(name, "--cache", "s3://me:hush@bucket")
    assert answer.code == 2
    assert "keys belong in the environment" in answer.err
    assert "hush" not in answer.err + answer.out


def test_rm(store: FileStore, call: Any):
    put(store, 1)
    assert call("rm", KEY[:10]).out == f"Removed {KEY[:12]}.\n"
    assert KEY not in store
    answer = call("rm", KEY)
    assert (answer.code, answer.err) == (
        2, f"locstore: No paid picture has the key {KEY}. `locstore cache ls` lists them.\n"
    )  # fmt: skip
    assert call("rm", "").code == 0  # one is left, so that even this names it
    assert list(store.entries()) == []


def test_rm_of_a_damaged_picture(store: FileStore, call: Any):
    side = store.root / KEY[:2] / f"{KEY}.json"
    side.write_bytes(b"{}")
    assert call("rm", KEY[:10]).code == 2
    assert call("rm", KEY, "--json").json == {"removed": KEY}
    assert not side.exists()


def test_push_and_pull(store: FileStore, call: Any, tmp_path: Path):
    assert call("push").out == "Pushed 0 paid pictures, 0 were there already.\n"
    url = (tmp_path / "elsewhere").as_uri()
    assert call("push", url).out == "Pushed 1 paid picture, 0 were there already.\n"
    store.remove(KEY)
    put(store, 1)
    assert call("pull", url, "--json").json == {"pushed": 1, "there": 0, "damaged": 0}
    assert store.get(KEY) == PNG
    path = store.path_of(KEY)
    assert path is not None
    path.write_bytes(b"")
    answer = call("push", (tmp_path / "third").as_uri())
    assert (answer.code, answer.out) == (
        1, "Pushed 1 paid picture, 0 were there already, 1 damaged ones left out: see `locstore cache verify`.\n"
    )  # fmt: skip


def test_a_store_in_memory_has_no_folder(call: Any):
    assert call("path", "--cache", "memory://").code == 2


def test_the_default_is_in_the_project():
    assert ProjectFile().cache == ".locstore/cache"
    with pytest.raises(UsageError):
        open_project(Path(), {"cache": 3})


def test_the_painters_key_is_the_stores():
    """Two rooms make keys, for what is asked and for what is verified: they have to agree."""
    from locstore.paint.images import ImagesConfig, image_request
    from locstore.prompt import request_size

    request = image_request(ImagesConfig(), "„Gieß mich“ 水やり", request_size((1320, 2868), "gpt-image-2"))
    assert request.key() == image_key(request.cache_inputs())
