"""Everything of a question that answers in pages is read, a page at a time."""

from __future__ import annotations

import pytest

from xinyun.plumbing.paging import every


@pytest.mark.parametrize("count", [0, 1, 200, 401])
def test_everything_comes_once_and_in_order(count: int) -> None:
    asked: list[int] = []

    def page(*, limit: int, offset: int) -> range:
        asked.append(offset)
        return range(count)[offset : offset + limit]

    assert list(every(page)) == list(range(count))
    assert asked[-1] == count
    assert len(asked) == len(set(asked))
