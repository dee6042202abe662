"""A paid run whose cache is a bucket: what is paid for is never lost, and another machine pays for nothing again."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_projects import make_project, quick
from cache.cloud_servers import SECRET, plain_s3, shared_s3
from images_server import running

from locstore.cache import ReadThroughStore, open_store

pytest.importorskip("obstore", reason="obstore is not installed: pip install 'locstore[cloud]'")


def with_cache(tiny, url):
    tiny.write("locstore.toml", f'cache = "{url}"\n' + (tiny.root / "locstore.toml").read_text())
    return tiny


def test_a_second_machine_pays_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    s3 = shared_s3()
    for name, value in s3.variables.items():
        monkeypatch.setenv(name, value)
    url = f"s3://{s3.bucket()}/team"
    with running(quick()) as server:
        first = with_cache(make_project(tmp_path / "a", server.url), url)
        said = first.cli("run", "--painter", "images")
        assert said.code == 0, said.err
        assert server.billed == 6
        second = with_cache(make_project(tmp_path / "b", server.url), url)
        said = second.cli("run", "--painter", "images")
        assert said.code == 0, said.err
        assert "Sent 0 requests, 6 pictures from the cache" in said.out
        assert server.billed == 6
    assert [p.read_bytes() for p in first.pictures().values()] == [p.read_bytes() for p in second.pictures().values()]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_a_cut_in_the_middle_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with running(quick()) as server, plain_s3() as s3:
        for name, value in s3.variables.items():
            monkeypatch.setenv(name, value)
        tiny = with_cache(make_project(tmp_path, server.url, concurrency=2), "s3://bucket-of-tests/team")
        s3.refuse_after = 6  # the canary, twice, and the two parts of two pictures
        said = tiny.cli("run", "--painter", "images")
        assert said.code == 3
        assert "access is refused" in said.err
        assert "was paid for; it is kept in" in said.err
        assert SECRET not in said.err + said.out
        assert "Traceback" not in said.err
        billed = server.billed
        assert 2 < billed <= 6
        store = open_store("s3://bucket-of-tests/team", tmp_path)
        assert isinstance(store, ReadThroughStore)
        waiting = [entry.key for entry in store.waiting.entries()]
        assert len(waiting) == billed - 2
        s3.refuse_after = None
        said = tiny.cli("run", "--painter", "images")
        assert said.code == 0, said.err
        assert server.billed == 6
        assert len(tiny.pictures()) == 6
        tiny.cli("cache", "push")
        assert list(store.waiting.entries()) == []
        assert sum(path.endswith(".json") for path in s3.objects) == 6
