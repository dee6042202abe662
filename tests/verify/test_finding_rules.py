"""A project's rules on findings, and findings of one cause as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from verify_files import put

from locstore.cli import run_cli
from locstore.findings import Finding, Severity
from locstore.verify import by_cause, judge

ALPHA = Finding(code="verify-alpha", message="Alpha.", severity=Severity.WARNING, file="out/a/de-DE/icon.png")
SIZE = Finding(code="verify-size", message="9x9 is wrong.", file="out/a/ja/images/1.png")


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("verify-alpha", [SIZE]),
        ("verify-*", []),
        ("verify-alpha:**/icon.png", [SIZE]),
        ("verify-alpha:icon.png", [SIZE]),
        ("verify-size:a/ja/*", [ALPHA]),
        ("verify-size:a/de-DE/*", [ALPHA, SIZE]),
        ("*:out/a/ja/**", [ALPHA]),
    ],
)
def test_rules_go_by_code_and_path(rule: str, left: list[Finding]) -> None:
    judged = judge([ALPHA, SIZE], [rule], {})
    assert list(judged.findings) == left
    assert sum(judged.ignored.values()) == 2 - len(left)
    assert judged.unused == (() if len(left) < 2 else (rule,))


def test_the_last_severity_decides_and_unused_rules_are_named() -> None:
    judged = judge([ALPHA, SIZE], [], {"verify-*": "note", "verify-size": "warning", "verify-x:y": "error"})
    assert [f.severity for f in judged.findings] == [Severity.NOTE, Severity.WARNING]
    assert judged.unused == ("verify-x:y",)


@pytest.mark.parametrize("rule", ["", ":a", "Verify", "verify alpha", "verify-alpha:"])
def test_what_is_no_rule(rule: str) -> None:
    with pytest.raises(ValueError, match="is no rule"):
        judge([], [rule], {})


def test_findings_that_differ_in_numbers_and_names_are_one_cause() -> None:
    wider = Finding(code="verify-size", message="19x9 is wrong.", file="b.png")
    words = [Finding(code="x-y", message=f"In {names}.") for names in ("'a'", "'a', 'b'", "'a', 'b' and 3 more")]
    causes = by_cause([SIZE, wider, ALPHA, *words])
    assert [(c.first.code, len(c.places)) for c in causes] == [("verify-size", 2), ("verify-alpha", 1), ("x-y", 3)]
    assert causes[0].places == (SIZE.file, "b.png")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder with twenty pictures of a wrong size."""
    for number in range(10):
        for locale in ("de-DE", "ja"):
            put(tmp_path / f"screenshots/{locale}/{number}.png", (9, 9 + number))
    return tmp_path


def test_one_line_a_cause(many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["verify", str(many)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "20 times: 9x9 is the size of no App Store display" in lines[0]
    assert lines[0].endswith("and 17 more.")
    run_cli(["verify", str(many), "--all"])
    assert len(capsys.readouterr().err.splitlines()) == 20


def test_rules_of_the_command_line_and_of_the_project(many: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["verify", str(many), "--ignore", "verify-size:ja/*", "--ignore", "verify-bytes"]) == 1
    said = capsys.readouterr()
    assert "10 times" in said.err
    assert "The rule verify-bytes matches no finding" in said.err
    assert "Ignored by rules: 10 verify-size." in said.out
    (many / "locstore.toml").write_text('[verify]\nseverity = {"verify-size" = "note"}\n')
    assert run_cli(["verify", str(many)]) == 0
    assert "20 notes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ignore", "Size"], "'Size' is no rule"),
        (["--severity", "verify-size=bad"], "write CODE=error"),
        (["--severity", "verify-size"], "write CODE=error"),
    ],
)
def test_options_that_are_no_rules(
    many: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert run_cli(["verify", str(many), *options]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("table", ['ignore = ["Nothing Here"]', 'severity = {"verify-size" = "bad"}', "ignor = []"])
def test_a_mistake_in_the_project_file_is_named(many: Path, capsys: pytest.CaptureFixture[str], table: str) -> None:
    (many / "locstore.toml").write_text(f"[verify]\n{table}\n")
    assert run_cli(["verify", str(many)]) == 2
    assert "locstore.toml:2" in capsys.readouterr().err
