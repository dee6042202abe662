"""Addresses of queues: what is one, and that a password in it is in nothing that people or files see."""

from __future__ import annotations

import pickle

import pytest
from projects import clean_environment
from queue_parts import Server, needs_redis

from locstore.cli.main import run_cli
from locstore.errors import EnvironmentProblem, UsageError
from locstore.run.queue import RunState, read_address

SECRET = "swordfish-9f8e7d"  # noqa: S105


@pytest.mark.parametrize(
    ("url", "display_url"),
    [
        ("redis://localhost", "redis://localhost:6379/0"),
        (" redis://h:7/3 ", "redis://h:7/3"),
        (f"rediss://user:{SECRET}@h.example:6380/1?ssl_cert_reqs=none", "rediss://h.example:6380/1"),
        ("redis://[::1]:6379/0", "redis://[::1]:6379/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
    ],
)
def test_what_is_shown(url, display_url):
    address = read_address(url)
    assert str(address) == address.display_url == display_url
    assert SECRET not in repr(address)
    assert pickle.loads(pickle.dumps(address)) == address  # noqa: S301 - a supervisor hands it to its processes


@pytest.mark.parametrize(
    "url",
    [
        *("", "localhost:6379", "http://h/0", f"redis://:{SECRET}@/0", f"redis://:{SECRET}@h/zero", "unix://"),
        *(f"redis://:{SECRET}@h:99999999/0", f"redis://:{SECRET}@[::1/0"),
    ],
)
def test_what_is_none(url):
    with pytest.raises(UsageError) as caught:
        read_address(url)
    assert SECRET not in str(caught.value)


def test_tls_and_options():
    client = RunState(read_address(f"rediss://:{SECRET}@h/2?ssl_cert_reqs=none"), patience=1).client
    pool = client.connection_pool
    assert "SSL" in pool.connection_class.__name__
    assert pool.connection_kwargs["db"] == 2
    with pytest.raises(UsageError) as caught:
        RunState(read_address(f"redis://:{SECRET}@h/2?nonsense=1"), patience=1).facts("run")
    assert SECRET not in str(caught.value)


def test_nobody_there(monkeypatch, capsys):
    url = f"redis://user:{SECRET}@127.0.0.1:1/0"
    for name in clean_environment():
        if name.startswith("LOCSTORE_"):
            monkeypatch.delenv(name)
    assert run_cli(["runs", "--queue", url]) == 3
    said = capsys.readouterr()
    assert "redis://127.0.0.1:1/0 cannot be reached" in said.err
    assert SECRET not in said.err + said.out


@needs_redis
def test_a_password(tmp_path, capsys):
    server = Server(tmp_path / "redis", SECRET)
    server.start()
    try:
        assert RunState(read_address(server.url), patience=1).runs() == []
        wrong = server.url.replace(SECRET, SECRET[::-1])
        with pytest.raises(EnvironmentProblem, match="password") as caught:
            RunState(read_address(wrong), patience=1).runs()
        assert SECRET[::-1] not in str(caught.value)
        assert run_cli(["runs", "--queue", server.url, "--json"]) == 0
        assert capsys.readouterr().out.split() == ["{", '"runs":', "[]", "}"]
    finally:
        server.stop()
