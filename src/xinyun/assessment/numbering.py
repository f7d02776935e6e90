"""Numbers that are missing from the sequences of document numbers: a suspicion that something was not furnished. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from xinyun.base import Text

_NUMBER = re.compile(
    r"(?P<prefix>.+)[〔［\[（(【](?P<year>(?:19|20)\d\d)[〕］\]）)】]第?(?P<number>\d{1,7})(?:[-－—之]\d+)?号?"
)
DENSE = 2
"""A sequence of which more than half is missing is numbered by something else, such as a register of all cases."""
FEWEST = 3
"""Fewer numbers make no sequence."""
MOST_SPANS = 20
"""Spans that are told of one sequence; the count is of all."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """One office's numbers of a year under one prefix, from the lowest to the highest that was received.

    `spans` are the first and last numbers missing between them, at most `MOST_SPANS`; `missing` counts all.
    """

    prefix: str
    year: int
    lowest: int
    highest: int
    received: int
    missing: int
    spans: tuple[tuple[int, int], ...]

    @property
    def text(self) -> Text:
        """The suspicion in words."""
        told = [str(a) if a == b else f"{a}–{b}" for a, b in self.spans]
        more = len(self.spans) == MOST_SPANS
        return Text(
            f"{self.prefix}〔{self.year}〕{self.lowest}–{self.highest} 号之间缺 {self.missing} 个："
            f"{'、'.join(told)}{'……' if more else ''}，可能未报送",
            f"{self.prefix}〔{self.year}〕 {self.lowest} to {self.highest}: {self.missing} missing "
            f"({', '.join(told)}{', …' if more else ''}), perhaps not furnished",
        )


def parsed(number: str) -> tuple[str, int, int] | None:
    """Prefix, year and number of a document number such as 筑市监罚〔2026〕12号; `None` where it has no such form.

    Brackets of every kind mean the same; zeros before the number and a sub-number after it do not count.
    """
    found = _NUMBER.fullmatch("".join(number.split()))
    return (found["prefix"], int(found["year"]), int(found["number"])) if found else None


def gaps(numbers: Iterable[str], year: int) -> tuple[Sequence, ...]:
    """The sequences of a year in which numbers are missing, those with the most first.

    A number may also be missing because the decision is secret, was taken by simple procedure, or concerns a matter
    that is not collected: it is for the office to say.
    """
    seen: dict[str, set[int]] = {}
    for text in numbers:
        if (told := parsed(text)) and told[1] == year:
            seen.setdefault(told[0], set()).add(told[2])
    found = [_sequence(prefix, year, sorted(those)) for prefix, those in seen.items() if len(those) >= FEWEST]
    wanted = [one for one in found if one.missing > 0 and one.missing * DENSE <= one.highest - one.lowest + 1]
    return tuple(sorted(wanted, key=lambda one: (-one.missing, one.prefix)))


def _sequence(prefix: str, year: int, those: list[int]) -> Sequence:
    spans = list(_spans(those))
    missing = sum(last - first + 1 for first, last in spans)
    return Sequence(prefix, year, those[0], those[-1], len(those), missing, tuple(spans[:MOST_SPANS]))


def _spans(those: list[int]) -> Iterator[tuple[int, int]]:
    for before, after in pairwise(those):
        if after > before + 1:
            yield before + 1, after - 1
