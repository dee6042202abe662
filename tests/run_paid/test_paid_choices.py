"""What the options of the images API decide: sizes by model or deployment, and names of sizes for every painter."""

from __future__ import annotations

from paid_project import make_project

URL = "http://127.0.0.1:9"


def test_sizes_of_a_deployment_and_of_backdrops(tmp_path):
    project = make_project(tmp_path, URL, screens=1, displays=((1024, 1536),), model="mine")
    sizes = '[images.sizes."mine"]\nfixed = [[1024, 1536]]\n'
    project.write("locstore.toml", (tmp_path / "locstore.toml").read_text() + sizes)
    assert {p.request.size.text for p in project.prepared()} == {"1024x1536"}
    project.configure(URL, dialect="gateway", size_names={"two_thirds": (2, 3)})
    assert {p.request.size.text for p in project.prepared("backdrop")} == {"two_thirds"}
    project.configure(URL, size_names={"2:3": (2, 3)})
    assert {p.request.size.text for p in project.prepared()} == {"2:3"}
