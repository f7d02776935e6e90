"""How many subjects are divided into calls: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypedDict

import msgspec

MOST = 10_000
"""Subjects that the platform takes in one call."""
_MOST_BYTES = 4_000_000
"""It takes 4 MiB; what goes around the subjects is short."""


class Whom(TypedDict, total=False):
    """Whom to ask about in a batch: by the code, the name or both."""

    code: str
    name: str


def pieces(subjects: Sequence[Whom], at_once: int) -> Iterator[list[Whom]]:
    """The subjects in pieces that one call takes, by their number and by their bytes.

    :raises ValueError: `at_once` is not a number of subjects.
    """
    if at_once < 1:
        raise ValueError("ask about at least one at once")
    piece: list[Whom] = []
    size = 0
    for subject in subjects:
        length = len(msgspec.json.encode(subject)) + 1
        if piece and (len(piece) == min(at_once, MOST) or size + length > _MOST_BYTES):
            yield piece
            piece, size = [], 0
        piece.append(subject)
        size += length
    if piece:
        yield piece
