"""The table of strings: read back to the letter, and no cell of it is a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locstore.exchange import COLUMNS, TableRow, read_table, write_table

_TEXT = st.text(
    st.one_of(st.sampled_from("=+-@'\"\t;,\n|ä水＝"), st.characters(exclude_categories=["Cs", "Cc"])), max_size=20
)


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_columns_and_plural_forms() -> None:
    rows = [
        TableRow(locale="de", context="a/b", source="Hello", translation="Hallo", state="translated", room="badge"),
        TableRow(locale="de", context="a/p", source="{n} plants", form=1, translation="{n} Pflanzen", state="fuzzy"),
    ]
    assert cells(write_table(rows)) == [
        list(COLUMNS),
        ["de", "a/b", "a/b", "Hello", "Hallo", "translated", "badge", ""],
        ["de", "a/p[1]", "a/p", "{n} plants", "{n} Pflanzen", "fuzzy", "", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''-1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    row = TableRow(locale="de", context="a/b", source=text, translation=text, comment=text)
    data = cells(write_table([row]))[1]
    assert data[3] == data[4] == data[7] == f"'{text}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.tuples(_TEXT, _TEXT.filter(bool), st.sampled_from(["translated", "fuzzy"]), _TEXT), max_size=6),
    plural=st.lists(_TEXT.filter(bool), max_size=6),
)
def test_read_back_to_the_letter(tmp_path: Path, texts: list[tuple[str, str, str, str]], plural: list[str]) -> None:
    rows = [
        TableRow(locale="de", context=f"s/{i}", source=source, translation=text, state=state, comment=comment)
        for i, (source, text, state, comment) in enumerate(texts)
    ]
    rows += [
        TableRow(locale="ar", context="s/p", source="{n}", form=i, translation=text, state="fuzzy")
        for i, text in enumerate(plural)
    ]
    path = tmp_path / "t.csv"
    path.write_bytes(write_table(rows))
    found = {text.context: text for text in read_table(path, "t.csv").texts}
    for row in rows[: len(texts)]:
        text = found[row.context]
        assert text.forms == {"other": row.translation}
        assert text.source == ({"other": row.source} if row.source else {})
        assert text.sure is (row.state == "translated")
        assert text.comment == row.comment
    if plural:
        assert found["s/p"].forms == {str(i): text for i, text in enumerate(plural)}
        assert found["s/p"].locale == "ar"


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [TableRow(locale="de", context="a/b", source="Ä\n“x”", translation="y")]
    assert write_table(rows) == write_table(iter(rows))
    assert write_table(rows).startswith(b"\xef\xbb\xbf")
