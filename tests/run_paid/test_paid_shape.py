"""A picture that could not be used if it came is not asked for; one that came and cannot be used says where it is."""

from __future__ import annotations

import json

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


def test_plan_tells_which_pictures_cannot_be_asked_for(tmp_path):
    project = make_project(
        tmp_path,
        "http://127.0.0.1:9",
        locales=("de",),
        screens=1,
        displays=(PHONE, (1024, 1536)),
        model="gpt-image-1.5",
    )
    said = project.cli("plan", "--painter", "images", "--json")
    assert said.code == 1
    report = json.loads(said.out)
    rows = [(c["locale"], c["display"], c["pictures"], c["calls"], c["impossible"]) for c in report["costs"]]
    assert rows == [("en_US", "d0", 0, 0, 1), ("en_US", "d1", 1, 1, 0), ("de", "d0", 0, 0, 1), ("de", "d1", 1, 1, 0)]
    assert [(f["code"], f["shot"]) for f in report["findings"]] == [
        ("run-cannot-ask", "s0/de/d0"),
        ("run-cannot-ask", "s0/en_US/d0"),
    ]
    table = project.cli("plan", "--painter", "images")
    assert table.code == 1
    assert "en_US d0: 1 picture cannot be asked for" in table.out
    assert "\nen_US\td0\t" not in table.out.partition("dollars")[2]
    assert "asked for again" not in table.out, "words are not read back here"


def test_plan_tells_how_many_calls_repairs_may_make(tmp_path):
    project = make_project(
        tmp_path, "http://127.0.0.1:9", locales=("de",), screens=2, text={"check": "auto", "repairs": 2}
    )
    said = project.cli("plan", "--painter", "images")
    assert "up to (1 + repairs) times each, 12 calls in all" in said.out
    assert "4 calls, 0 pictures from the cache" in said.out
    assert "(1 + repairs)" not in project.cli("plan", "--painter", "images", "--repairs", "0").out
    assert "(1 + repairs)" not in project.cli("plan", "--painter", "backdrop").out, "locstore sets these words itself"


def test_plan_warns_of_a_model_that_ends(tmp_path):
    project = make_project(
        tmp_path, "https://api.openai.com", screens=1, displays=((1024, 1536),), model="gpt-image-1.5"
    )
    said = project.cli("plan", "--painter", "images", "--json")
    assert said.code == 0, "a warning"
    (told,) = json.loads(said.out)["findings"]
    assert (told["code"], told["severity"]) == ("run-model-ends", "warning")
    assert "2026-12-01" in told["message"]
    project.configure("https://api.openai.com", model="gpt-image-2")
    assert json.loads(project.cli("plan", "--painter", "images", "--json").out)["findings"] == []
    project.configure("http://127.0.0.1:9", model="gpt-image-1.5")
    assert json.loads(project.cli("plan", "--painter", "images", "--json").out)["findings"] == []


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
