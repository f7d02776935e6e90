"""Find a sheet's titles: above them stand names of the table, units, days; and they may take two rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xinyun.collection.reading.shape import BLANKS, Known

LOOK = 20
"""How many rows are looked at for titles."""
_VALUE = re.compile(r"[\d\s.,:/%+\-年月日]+")
_LINE_END = re.compile(r"\s*[\r\n]+\s*")

Row = list[str]


@dataclass(frozen=True, slots=True)
class Heading:
    """The titles, how many rows stand above the data, and how many titles the catalogue knows."""

    titles: Row
    above: int
    known: int


def heading(rows: list[list[str | None]], known: Known | None) -> Heading | None:
    """The row, or pair of rows, with most titles known, then with most different texts; the first of equals.

    Of a pair the lower title counts where there is one, which the upper then stands over as a group's name.
    None where the sheet is empty.
    """
    best, most = None, (0, 0)
    for titles, above in _candidates([[_clean(cell) for cell in row] for row in rows]):
        words = {title for title in titles if title and not _VALUE.fullmatch(title)}
        found = sum(map(known, words)) if known else 0
        if (found, len(words)) > most:
            best, most = Heading(titles, above, found), (found, len(words))
    return best


def _clean(cell: str | None) -> str:
    return _LINE_END.sub("", (cell or "").strip(BLANKS))


def _candidates(rows: list[Row]) -> Iterator[tuple[Row, int]]:
    """Each row, and each with the one below where that reads as a second row of titles; and the row of its data."""
    for position, row in enumerate(rows[:LOOK]):
        yield row, position + 1
        if position + 1 < len(rows) and _is_pair(row, rows[position + 1]):
            yield _joined(row, rows[position + 1]), position + 2


def _is_pair(upper: Row, lower: Row) -> bool:
    """Whether every lower title stands under an upper one that is merged over several columns.

    Of merged cells only the first has a text: so the upper one has none right of it.
    """
    starts = [position for position, title in enumerate(upper) if title]
    if len(starts) < 2 or not any(lower):
        return False
    ends = [*starts[1:], len(upper)]
    groups = [(start, end) for start, end in zip(starts, ends, strict=True) if any(lower[start:end])]
    return not any(lower[: starts[0]]) and all(
        end - start > 1 and all(lower[start : start + 2]) for start, end in groups
    )


def _joined(upper: Row, lower: Row) -> Row:
    """Lower titles where there are; one that comes twice gets its group's name in front."""
    titles, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above or group
        titles.append(f"{group} {below}" if below and lower.count(below) > 1 else below or above)
    return titles
