"""The project file: found from anywhere below, every mistake with its line, and what wins over what."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import Call, Folder

from locstore.errors import UsageError
from locstore.project import find_project_file, open_project, read_config


def problems(path: Path, **overrides: object) -> list[str]:
    with pytest.raises(UsageError) as stopped:
        read_config(path, overrides)
    return str(stopped.value).splitlines()


def test_it_is_found_from_any_folder_below(folder: Folder) -> None:
    deep = folder.root / "concepts" / "captures" / "de"
    deep.mkdir(parents=True)
    assert find_project_file(deep) == folder.root / "locstore.toml"
    assert open_project(deep).root == folder.root


def test_without_one_there_is_advice(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no locstore\.toml in this folder or above it\. Run `locstore init`"):
        open_project(tmp_path)


@pytest.mark.parametrize("place", ["folder", "dangling link"])
def test_what_is_no_file_is_no_project(tmp_path: Path, place: str) -> None:
    if place == "folder":
        (tmp_path / "locstore.toml").mkdir()
    else:
        (tmp_path / "locstore.toml").symlink_to("nowhere")
    assert find_project_file(tmp_path) is None


PYPROJECT = """\
[project]
name = "locstore-user"

[tool.other]
output = 3
displays = "x"

[tool.locstore]
output = "pictures"
"""


def test_a_table_in_pyproject(folder: Folder, locstore: Call) -> None:
    (folder.root / "locstore.toml").unlink()
    folder.write("pyproject.toml", PYPROJECT + "jobs = 1\n")
    assert locstore("run").code == 0
    assert (folder.root / "pictures/manifest.json").exists()


def test_a_mistake_in_pyproject_has_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(PYPROJECT.replace('output = "pictures"', 'outptu = "x"\ndisplays = 3'))
    found = problems(path)
    assert [p.partition(": ")[0] for p in found] == ["pyproject.toml:10", "pyproject.toml:9"]
    assert "Did you mean 'output'?" in found[1]


@pytest.mark.parametrize(
    "text",
    ["[tool.locstore-other]\nx = 1\n", "[tool]\nx = 1\n", "# [tool.locstore]\n", "[tool.other.locstore]\nx = 1\n"],
)
def test_a_pyproject_that_is_not_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_project_file(tmp_path) is None


def test_locstore_toml_goes_before_pyproject(folder: Folder) -> None:
    folder.write("pyproject.toml", PYPROJECT)
    assert folder.open().config.output == "output"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("jbos = 3", "there is no option 'jbos'. Did you mean 'jobs'?"),
        ("colour = 1", "there is no option 'colour'. Known: concepts, locales, fonts, output"),
        ("[locstore]", "there is no option 'locstore'"),
        ('jobs = "four"', "jobs: Input should be a valid integer"),
        ("jobs = 257", "jobs: Input should be less than or equal to 256"),
        ("jobs = -1", "jobs: Input should be greater than or equal to 0"),
        ('format = "gif"', "format: Input should be 'png' or 'jpeg'"),
        ('layout = "xcode"', "layout: there is no 'xcode'. Known: fastlane, gradle-play-publisher. [project-option]"),
        ('fallback = "english"', "fallback: Input should be 'none' or 'source'"),
        ('allow_fuzzy = "perhaps"', "allow_fuzzy: Input should be a valid boolean"),
        ('displays = "play_phone"', 'displays: Input should be a list, such as ["a", "b"]'),
        ("displays = [1]", "displays: Input should be a valid string"),
        ("concepts = []", "concepts: name at least one concept file"),
        ('concepts = ["concepts/**.yaml"]', "concepts: 'concepts/**.yaml' is not a pattern of files"),
        ('concepts = ["."]', "concepts: '.' is not a pattern of files"),
        ('concepts = ["../other/*.yaml"]', "concepts: '../other/*.yaml' must be a path below the project's folder"),
        ('concepts = ["/etc/*.yaml"]', "concepts: '/etc/*.yaml' must be a path below the project's folder"),
        ('output = "/tmp"', "output: '/tmp' must be a path below the project's folder"),
        ('output = "a/../../b"', "output: 'a/../../b' must be a path below the project's folder"),
        ('output = ""', "output: '' must be a path below the project's folder"),
        ('locales = "../words"', "locales: '../words' must be a path below the project's folder"),
        ('fonts = "/usr/share/fonts"', "fonts: '/usr/share/fonts' must be a path below the project's folder"),
        ('fonts = "a\\u0000b"', "must be a path below the project's folder"),
        ('painter = "picasso"', "painter: there is no 'picasso'. Known: local, images, backdrop."),
        ('painter = "locl"', "painter: there is no 'locl'. Did you mean 'local'?"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "locstore.toml"
    path.write_text(f"# A comment.\n\n{line}\n")
    (problem,) = problems(path)
    assert problem.startswith("locstore.toml:3: error: ")
    assert says in problem
    assert problem.endswith("[project-option]")


def test_a_mistake_in_a_nested_table(tmp_path: Path) -> None:
    path = tmp_path / "locstore.toml"
    path.write_text('[images]\nquality = "high"\n\n[images.fields]\n')
    read_config(path, {})
    path.write_text('model = "x"\n\n[images]\nmodle = "gpt-image-2"\n')
    assert [p.split(": ")[0] for p in problems(path)] == ["locstore.toml:1", "locstore.toml:4"]
    assert "there is no option 'modle'. Did you mean 'mode'?" in problems(path)[1]


def test_an_override_of_a_table_takes_no_blame_for_the_file(folder: Folder, locstore: Call) -> None:
    folder.write("locstore.toml", "[images]\nmodle = 'x'\n")
    said = locstore("plan", "--mode", "instant")
    assert said.err.startswith("locstore: locstore.toml:2: error: images.modle: there is no option")


def test_all_mistakes_are_told_at_once(folder: Folder, locstore: Call) -> None:
    folder.write("locstore.toml", 'jbos = 3\noutput = "/etc"\nformat = "gif"\nfonts = "../x"\n')
    for command in ("run", "plan", "check", "extract", "update", "prompt"):
        said = locstore(command)
        assert (said.code, said.out) == (2, "")
        assert [said.err.count(f"locstore.toml:{n}: error:") for n in (1, 2, 3, 4)] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"jobs = 1\noutput = ", r"locstore\.toml:2: this is not valid TOML"),
        (b"jobs 1\n", r"locstore\.toml:1:6: this is not valid TOML"),
        (b'a = 1\nb = [1,\n"x', r"locstore\.toml.*this is not valid TOML"),
        (b"jobs = 1\njobs = 2\n", "this is not valid TOML"),
        (b"\xff\xfe\x00", r"locstore\.toml:1: this is not UTF-8: byte 0xff"),
    ],
)
def test_a_file_that_is_no_toml(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "locstore.toml").write_bytes(content)
    with pytest.raises(UsageError, match=says):
        open_project(tmp_path)


def test_a_wrong_override_names_the_option_of_the_command_line(folder: Folder, locstore: Call) -> None:
    said = locstore("run", "--output", "/etc")
    assert (said.code, said.err) == (2, "locstore: --output: '/etc' must be a path below the project's folder.\n")
    said = locstore("run", "--output", "../elsewhere")
    assert said.code == 2
    assert not (folder.root.parent / "elsewhere").exists()


@pytest.mark.parametrize(
    ("option", "variable", "in_file", "in_environment", "on_line", "key"),
    [
        ("--jobs", "LOCSTORE_JOBS", "2", "3", "4", "jobs"),
        ("--output", "LOCSTORE_OUTPUT", '"a"', "b", "c", "output"),
        ("--format", "LOCSTORE_FORMAT", '"png"', "jpeg", "png", "format"),
        ("--layout", "LOCSTORE_LAYOUT", '"fastlane"', "gradle-play-publisher", "fastlane", "layout"),
        ("--fallback", "LOCSTORE_FALLBACK", '"none"', "source", "none", "fallback"),
    ],
)
def test_command_line_over_environment_over_file(
    folder: Folder,
    locstore: Call,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    variable: str,
    in_file: str,
    in_environment: str,
    on_line: str,
    key: str,
) -> None:
    seen = []

    def opened(start: Path, overrides: dict[str, object]) -> None:
        seen.append(str(getattr(open_project(start, overrides).config, key)))
        raise UsageError("enough seen")

    monkeypatch.setattr("locstore.project.open_project", opened)
    folder.write("locstore.toml", f"{key} = {in_file}\n")
    locstore("run")
    monkeypatch.setenv(variable, in_environment)
    locstore("run")
    locstore("run", option, on_line)
    assert seen == [in_file.strip('"'), in_environment, on_line]


def test_flags_of_the_environment(folder: Folder, locstore: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("locstore.toml", "allow_fuzzy = true\njobs = 1\n")
    folder.replace("locales/de/LC_MESSAGES/tiny.po", 'msgctxt "hero', '#, fuzzy\nmsgctxt "hero')
    assert locstore("check").code == 0
    monkeypatch.setenv("LOCSTORE_ALLOW_FUZZY", "0")
    assert locstore("check").code == 1
    assert locstore("check", "--allow-fuzzy").code == 0
    monkeypatch.setenv("LOCSTORE_JSON", "1")
    assert locstore("check").codes() == {"shots-fuzzy"}
