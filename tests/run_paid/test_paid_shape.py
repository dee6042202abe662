"""A picture that could not be used if it came is not asked for; one that came and cannot be used says where it is."""

from __future__ import annotations

from images_server import in_thread
from images_server.settings import Settings
from paid_project import KEY, make_project

PHONE = (660, 1434)


def test_a_name_that_is_too_far_off_costs_nothing(tmp_path):
    with in_thread.running(Settings(key=KEY, words=False, dialect="gateway")) as server:
        project = make_project(tmp_path, server.url, locales=(), screens=1, displays=(PHONE,), dialect="gateway")
        done = project.paid_run()
        assert done.codes() == ["run-cannot-ask"]
        assert "vertical_1_2" in done.findings[0].message
        assert "images.size_names" in done.findings[0].message
        assert server.requests == []

        project.configure(server.url, dialect="gateway", size_names={"672x1456": [6, 13]})
        assert len(project.paid_run().painted) == 1
        assert len(server.requests) == 1


def test_fixed_sizes_of_another_shape_cost_nothing(tmp_path):
    with in_thread.running(Settings(key=KEY, words=False)) as server:
        project = make_project(tmp_path, server.url, locales=(), screens=1, displays=(PHONE,), model="gpt-image-1.5")
        done = project.paid_run()
        assert done.codes() == ["run-cannot-ask"]
        assert "Use a model that paints this shape" in done.findings[0].message
        assert server.requests == []


def test_a_paid_picture_of_another_shape_can_be_deleted_and_paid_again(tmp_path):
    settings = Settings(key=KEY, words=False, script=("wrong-size", "ok"))
    with in_thread.running(settings) as server:
        project = make_project(tmp_path, server.url, locales=(), screens=1, displays=(PHONE,))
        done = project.paid_run()
        (wrong,) = (f for f in done.findings if f.code == "paint-picture-too-far-off")
        assert project.paid_run().painted == []
        assert len(server.requests) == 1

        _, said, key = wrong.message.rpartition("`locstore cache rm ")
        assert said
        path = project.store().path_of(next(e.key for e in project.store().entries() if e.key.startswith(key[:12])))
        path.unlink()
        assert len(project.paid_run().painted) == 1
        assert len(server.requests) == 2
