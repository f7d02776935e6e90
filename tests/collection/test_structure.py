"""The structure of a table: where rows end, what stands between them, and a file that changes meanwhile."""

from __future__ import annotations

import shutil

import pytest

from tests.collection.conftest import HEADER, line
from tests.factories import a_code, collected
from xinyun.collection.models import Batch
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "\n" + line() + line()),
        ("", line().rpartition(",")[0] + "\n" + line() + "\n"),
        ("", line() + line() + ",,\n"),
        ("\n,,\n", line() + line()),
    ],
    ids=[
        "a blank line first",
        "a short row first",
        "a row of empty cells last",
        "blank lines above the titles",
    ],
)
def test_where_a_short_or_blank_line_stands_is_of_no_account(submit, before, after):
    assert fates(submit(before + HEADER + after)) == (2, 0)


def test_a_last_line_without_a_line_end_is_a_row_like_others(submit):
    sent = submit(HEADER + line() + "以上共1条")

    assert fates(sent) == (1, 1)
    assert ("2", "uscc", "required") in sent.rules


def fates(sent) -> tuple[int, int]:
    return sent.outcome.accepted, sent.outcome.rejected


def test_the_row_that_breaks_the_table_is_named(refused):
    assert (
        "第 2 行有 4 格，而表头只有 3 列" in refused(HEADER + line() + line().strip() + ",又一格\n").what.zh
    )
    assert "第 3 行的引号" in refused(HEADER + line() * 2 + line(scope='"饮"料') + line()).what.zh


def test_a_stray_quotation_mark_that_swallows_rows_is_returned_and_not_stored(submit):
    """The quotation opens in one row and closes two rows on: what is between them is one cell."""
    sent = submit(
        HEADER
        + line()
        + f'"贵州演示吞行公司,{a_code()},一\n'
        + line()
        + f'贵州演示收尾公司",{a_code()},二\n'
        + line()
    )

    assert sent.outcome.accepted == 2
    assert ("2", "name", "one-line") in sent.rules


@pytest.mark.parametrize("mark", ["\x07", "\x1b[31m", "\u202e", "\u200b"])
def test_control_and_invisible_characters_are_returned(submit, mark):
    sent = submit(HEADER + line(f"贵州演示{mark}公司") + line(scope=f"演示{mark}经营"))

    assert sent.outcome.accepted == 0
    assert sent.rules == [("1", "name", "characters"), ("2", "business_scope", "characters")]


def test_a_file_that_changes_while_it_is_read_is_refused(refused, tmp_path):
    path = tmp_path / "growing.csv"
    path.write_text(HEADER + line(), encoding="utf-8")

    def grow(rows: int) -> None:
        if rows == 1:
            path.write_text(HEADER + line() + line(), encoding="utf-8")

    assert "改动" in refused(path, progress=grow).what.zh
    assert not (tmp_path / "errors.csv").exists()


def test_an_error_file_that_cannot_be_finished_leaves_nothing_stored(tmp_path):
    folder, path, before = tmp_path / "gone", tmp_path / "rows.csv", feed.head()
    folder.mkdir()
    path.write_text(HEADER + line(), encoding="utf-8")

    with pytest.raises(FileNotFoundError):
        collected(path, errors_to=folder / "errors.csv", progress=lambda rows: shutil.rmtree(folder))

    assert (feed.head(), Batch.objects.count()) == (before, 0)
