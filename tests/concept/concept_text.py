"""Concepts as text, for the tests: a small one that is valid, and the findings of a broken one in short."""

from __future__ import annotations

from pathlib import Path

from locstore.concept import LoadedConcept
from locstore.concept.loader import parse_concept
from locstore.findings import Finding

SAMPLE = Path(__file__).parents[2] / "concepts" / "pocket-garden.yaml"

# Line 1 to 6; what a test adds begins on line 7.
VALID = """\
concept: garden
screens:
  - id: hero
    copy:
      - {id: headline, text: Hello}
displays: [iphone_69]
"""


def parse(text: str | bytes) -> tuple[LoadedConcept | None, list[Finding]]:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return parse_concept(raw, Path("c.yaml"), "c.yaml")


def valid(text: str) -> LoadedConcept:
    loaded, findings = parse(text)
    assert loaded is not None, findings
    assert findings == []
    return loaded


def slot(extra: str) -> str:
    """The valid concept with more on its slot; column 37 of line 5 is where `extra` begins."""
    return VALID.replace("text: Hello}", f"text: Hello, {extra}}}")


def screen(extra: str) -> str:
    """The valid concept with one more line on its screen: line 6, from column 5."""
    return VALID.replace("displays:", f"    {extra}\ndisplays:")


def brief(findings: list[Finding]) -> list[tuple[str, int | None, int | None, str | None]]:
    """(code without its room, line, column, path) of each."""
    return [(f.code.removeprefix("concept-"), f.line, f.column, f.path) for f in findings]
