"""Names and numbers as an index knows them: folded, cut into pairs, and where a match stands in the original. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from operator import add

_DROPPED = re.compile(r"[\s·•.,，。、()（）〔〕\[\]【】“”\"'‘’-]")
_PLAIN = re.compile(r"[\u4e00-\u9fff0-9A-Z]*")
_MARKS = {code: 0xE000 + code for code in range(128) if not chr(code).isalnum()}
"""ASCII marks separate words for the tokenizer; in words they stand in the private area instead."""


def fold(text: str) -> str:
    """Fold width, case, brackets and blanks, so that what people type meets what is registered."""
    if _PLAIN.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKC", text).upper()
    folded = _DROPPED.sub("", folded)
    return unicodedata.normalize("NFKC", folded)  # what a blank kept apart may combine


def pairs(folded: str) -> str:
    """The overlapping pairs of characters, as words between blanks."""
    if not folded.isalnum():
        folded = folded.translate(_MARKS)
    return " ".join(map(add, folded, folded[1:]))


def spans(name: str, asked: str) -> list[tuple[int, int]]:
    """Where in the folded name what was asked stands: the whole of it, else each of its words."""
    text, parts = fold(name), [fold(asked)]
    if parts[0] not in text:
        parts = [part for word in asked.split() if len(part := fold(word)) >= 2]
    found = []
    for part in parts:
        at = text.find(part) if part else -1
        while at >= 0:
            found.append((at, at + len(part)))
            at = text.find(part, at + len(part))
    return found


def pieces(name: str, found: Iterable[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """`name` in pieces, each with whether it lies in one of the spans, which count folded characters."""
    places = _places(name)
    inside = [False] * len(name)
    for start, end in found:
        marked = places[start:end]
        if marked:  # what folding drops between two marked characters is marked with them
            inside[marked[0] : marked[-1] + 1] = [True] * (marked[-1] + 1 - marked[0])
    cuts = [n for n in range(len(name)) if n == 0 or inside[n] != inside[n - 1]] + [len(name)]
    return tuple((name[a:b], inside[a]) for a, b in pairwise(cuts))


def matched(name: str, asked: str) -> tuple[tuple[str, bool], ...]:
    """`name` in pieces, each with whether it is what was asked for."""
    return pieces(name, spans(name, asked))


def _places(name: str) -> list[int]:
    """For each character of the folded name its place in the name; empty where folding is not one by one."""
    places = [place for place, char in enumerate(name) for _ in fold(char)]
    return places if len(places) == len(fold(name)) else []
