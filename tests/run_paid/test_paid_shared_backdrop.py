"""A backdrop that many shots share: trouble with its call costs once a run, even with --retry-unknown."""

from __future__ import annotations

from images_server import in_thread
from images_server.settings import Settings
from paid_project import KEY, make_project

from locstore.run.paid import CallState


def test_retry_unknown_asks_once_a_run_and_not_once_a_locale(tmp_path):
    settings = Settings(key=KEY, words=False, script=("empty-data",) * 6)
    with in_thread.running(settings) as server:
        project = make_project(tmp_path, server.url, locales=("de", "fr", "it"), screens=1)
        for run in (1, 2, 3):
            done = project.paid_run("backdrop", retry_unknown=True)
            assert done.codes() == ["run-call-unknown"] * 4
            assert len(server.requests) == run
        assert len(project.calls(CallState.UNKNOWN)) == 1
