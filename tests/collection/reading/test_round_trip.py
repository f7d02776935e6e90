"""Whatever table of text is written in a kind of file reads back the same."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collection.reading import Rows, read

pytestmark = pytest.mark.one_store

_LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufeff")
_TITLES = st.lists(
    st.text(st.sampled_from("名称文号日期甲乙丙"), min_size=2, max_size=5),
    min_size=2,
    max_size=6,
    unique=True,
)
_CELLS = st.one_of(
    st.none(), st.text(_LETTERS, min_size=1, max_size=20), st.sampled_from(['"', ",", "a\nb", "<&>"])
)


@st.composite
def a_table(draw: st.DrawFn) -> tuple[list[str], Rows]:
    titles = draw(_TITLES)
    rows = draw(st.lists(st.lists(_CELLS, min_size=len(titles), max_size=len(titles)), max_size=8))
    return titles, [row for row in rows if any(row)]


def as_csv(path: Path, titles: list[str], rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([titles, *rows])


def as_gb18030(path: Path, titles: list[str], rows: Rows) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([titles, *rows])
    path.write_bytes(out.getvalue().encode("gb18030"))


def as_parquet(path: Path, titles: list[str], rows: Rows) -> None:
    pl.DataFrame(rows, schema=dict.fromkeys(titles, pl.String), orient="row").write_parquet(path)


def as_lines(path: Path, titles: list[str], rows: Rows) -> None:
    lines = [json.dumps(dict(zip(titles, row, strict=True)), ensure_ascii=False) for row in rows]
    path.write_text("\n".join([json.dumps(dict.fromkeys(titles)), *lines]), encoding="utf-8")


def as_xml(path: Path, titles: list[str], rows: Rows) -> None:
    def record(cells: list[str | None]) -> str:
        pairs = zip(titles, cells, strict=True)
        return "<row>" + "".join(f"<{t}>{escape(c or '')}</{t}>" for t, c in pairs) + "</row>"

    path.write_text("<r>" + "".join(map(record, [[None] * len(titles), *rows])) + "</r>", encoding="utf-8")


@pytest.mark.parametrize(
    ("write", "times"), [(as_csv, 100), (as_gb18030, 100), (as_parquet, 40), (as_lines, 100), (as_xml, 100)]
)
def test_what_was_written_is_read(tmp_path_factory, write, times):
    path = tmp_path_factory.mktemp("round") / "a"

    @settings(max_examples=times, deadline=None, suppress_health_check=list(HealthCheck))
    @given(a_table())
    def same(table: tuple[list[str], Rows]) -> None:
        write(path, *table)

        assert read(path) == {"": table}

    same()


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(a_table(), min_size=10, max_size=20))
def test_what_was_written_on_the_sheets_of_a_workbook_is_read(tmp_path_factory, written):
    path = tmp_path_factory.mktemp("round") / "a"
    with xlsxwriter.Workbook(path) as book:
        for titles, rows in written:
            sheet = book.add_worksheet()
            for number, row in enumerate([titles, *rows]):
                for position, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, position, cell)

    assert list(read(path, {t for titles, _ in written for t in titles}.__contains__).values()) == written
