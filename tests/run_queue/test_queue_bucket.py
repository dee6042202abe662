"""The queue with a bucket between runners and workers: cut off in the middle, nothing is lost or paid for twice."""

from __future__ import annotations

import dataclasses
import http.client
import importlib.util
import logging
from collections import Counter

import pytest
from images_server import in_thread
from queue_parts import CALM, options, queued_project, run_of, tree, until, working
from test_queue_faults import Runner
from test_queue_images import KEY, SHOTS, VARIABLE, painted_by, quick

from locstore.project import open_project

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("moto", "obstore")), reason="moto or obstore is missing"
)


class Bucket:
    """moto's S3 with one bucket; it can be stopped, and started again with what it has."""

    def __init__(self) -> None:
        self._start(0)
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("PUT", "/pictures")
        assert connection.getresponse().status == 200
        connection.close()

    def _start(self, port: int) -> None:
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
        self._server.start()
        self.port = self._server.get_host_and_port()[1]

    def stop(self) -> None:
        self._server.stop()

    def start_again(self) -> None:
        self._start(self.port)


@pytest.fixture
def bucket(monkeypatch):
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    bucket = Bucket()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{bucket.port}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIALOCSTORETESTKEY0",
        "AWS_SECRET_ACCESS_KEY": "zzSecretOfTheTest",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(VARIABLE, KEY)
    yield bucket
    bucket.stop()


def in_bucket(given):
    return dataclasses.replace(given, cache="s3://pictures/team")


def test_a_bucket_is_all_that_they_share(server, bucket, project, tmp_path):
    here = queued_project(tmp_path / "here", server)
    here.run(queue="")
    with working(in_bucket(options(server, project, tmp_path / "a"))):
        report = project.run(cache="s3://pictures/team")
    assert (report.painted, report.failed) == (12, 0)
    assert tree(project.output) == tree(here.output)


def test_cut_off_from_the_bucket_nothing_is_lost_and_nothing_is_paid_twice(server, run_state, bucket, tmp_path):
    with in_thread.running(quick(delay=1.0)) as api:
        project = painted_by(tmp_path / "project", api.url, server)
        project.write("locstore.toml", 'cache = "s3://pictures/team"\n' + (project.root / "locstore.toml").read_text())
        assert open_project(project.root, {}).config.cache.startswith("s3")
        runner = Runner(project)
        given = in_bucket(
            options(server, project, tmp_path / "a", hosts=("127.0.0.1",), key_env=VARIABLE, dead_after=CALM)
        )
        with working(given):
            # The first call of a run goes alone; then two are out at once.
            until(lambda: len(api.requests) >= 3, what="two calls at once")
            bucket.stop()
            waiting = tmp_path / "a" / ".locstore" / "cache" / "waiting"
            until(lambda: any(path.is_file() for path in waiting.rglob("*")), what="a paid picture without a bucket")
            bucket.start_again()
            report = runner.report(240)
        assert (report.painted, report.failed) == (SHOTS, 0)
        assert set(Counter(entry.key for entry in api.requests).values()) == {1}
    assert run_of(run_state).state == "finished"
