"""How the core of a name is spelt in pinyin, in full and by initials; a division before it is left to the question.

The reading of a character is its first one in pypinyin; of a word that is read otherwise (重庆, 银行), both
readings find it. Tones are not kept and ü is V, as people type it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

CHARACTERS, LETTERS = 12, 24
"""How much of a core is spelt: nobody types more before looking at what came up."""
_WORDS = {"长顺": "chang shun", "都匀": "du yun"}
"""Places of this province whose reading pypinyin does not know."""
_ETHNIC = "布依|苗|侗|彝|回|水|仡佬|土家|壮|蒙古|藏|羌|哈尼|傣|白|景颇|傈僳|朝鲜|黎|哈萨克|柯尔克孜|瑶"
_SUFFIX = re.compile(f"(?:(?:{_ETHNIC})族|维吾尔)*(?:自治[区州县旗]|特别行政区|新区|特区|省|市|区|县|盟|旗)$")
_PLANES = 0x32400
"""Beyond the last Chinese character that has a reading."""
_DIVISIONS = 12
"""In how many ways the beginning of a spelling is read as divisions."""
_LONGEST = 6
"""Letters of the longest syllable."""
_TONES = {
    ord(toned): plain
    for plain, all in zip(
        "aoeiuvnm", ("āáǎà", "ōóǒò", "ēéěèê", "īíǐì", "ūúǔù", "üǖǘǚǜ", "ńňǹ", "ḿ"), strict=True
    )
    for toned in all
} | dict.fromkeys(range(0x300, 0x370), "")


class _Readings(NamedTuple):
    letters: np.ndarray
    """For each code point its letters, padded with zeros."""
    lengths: np.ndarray
    words: dict[str, tuple[str, str]]
    """Two-character words that are read otherwise than character by character."""
    keys: np.ndarray

    def of(self, text: str) -> list[str]:
        """The letters of each character; one without a reading stands for itself."""
        return [bytes(self.letters[min(ord(char), _PLANES - 1)]).rstrip(b"\0").decode() for char in text]


class Speller:
    """Knows where the core of a name begins: after the titles of divisions, of which a province comes first or not at all."""

    def __init__(self, provinces: frozenset[str], divisions: frozenset[str]) -> None:
        places = provinces | divisions
        self._only_first = {_SUFFIX.sub("", title) for title in provinces} | provinces
        self._places: dict[str, list[str]] = {}
        for place in sorted(places | {_SUFFIX.sub("", title) for title in places}, key=len, reverse=True):
            if len(place) >= 2:
                self._places.setdefault(place[:2], []).append(place)

    def core(self, folded: str) -> int:
        """The character with which a name's core begins: after the divisions that it names first; 0 without any."""
        at, last = 0, len(folded) - 2
        while places := self._places.get(folded[at : at + 2]):
            for place in places:
                if folded.startswith(place, at):
                    break
            else:
                return at
            if at + len(place) > last or (at and place in self._only_first):
                return at
            at += len(place)
        return at

    def divided(self, letters: str, deep: int = 2) -> list[tuple[str, str]]:
        """The divisions with which a spelling may begin, each with what is left of the letters for the core.

        Nothing is left where the letters end with the division, or in it. Up to `deep` divisions follow each other.
        """
        found = []
        for end in range(2, len(letters) + 1):
            for place in self._spelt.get(letters[:end], ()):
                found.append((place, letters[end:]))
                if deep > 1 and end < len(letters):
                    found += [(place + more, rest) for more, rest in self.divided(letters[end:], deep - 1)]
        if len(letters) >= 2:
            first, end = bisect_right(self._texts, letters), bisect_left(self._texts, letters + "~")
            begun = (self._spelt[text] for text in self._texts[first:end])
            found += [(place, "") for places in begun for place in places]
        return found[:_DIVISIONS]

    @cached_property
    def _texts(self) -> list[str]:
        return sorted(self._spelt)

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        titles = [place for places in self._places.values() for place in places]
        for place, texts in zip(titles, spellings(titles), strict=True):
            for text in texts:
                found.setdefault(text, []).append(place)
        return found


def spellings(cores: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """For each core the texts by which it is found: initials, letters, and both again where a word is read otherwise."""
    readings, heads = _readings(), [core[:CHARACTERS] for core in cores]
    points = np.frombuffer("".join(heads).encode("utf-32-le"), np.uint32)
    points = np.minimum(points, _PLANES - 1)
    table = readings.letters[points]
    initials, flat = table[:, 0].tobytes().decode(), table[table > 0].tobytes().decode()
    ends = np.cumsum([len(head) for head in heads])
    lettered = np.concatenate([[0], np.cumsum(readings.lengths[points])])[ends].tolist()
    otherwise = _holding_words(points, ends, readings)
    start = begun = 0
    for n, (end, ended) in enumerate(zip(ends.tolist(), lettered, strict=True)):
        found = (initials[start:end], flat[begun : min(ended, begun + LETTERS)])
        start, begun = end, ended
        yield tuple(dict.fromkeys(found + _by_words(heads[n], readings))) if n in otherwise else found


def marked(core: str, letters: str) -> int:
    """How many of a core's first characters these letters stand for; 0 where they do not spell its beginning."""
    readings, core = _readings(), core[:CHARACTERS]
    for syllables in (readings.of(core), _as_words(core, readings)):
        if "".join(one[:1] for one in syllables).startswith(letters):
            return len(letters)
        rest, count = letters, 0
        for syllable in syllables:
            if not rest or not (rest.startswith(syllable) or syllable.startswith(rest)):
                break
            rest, count = rest[len(syllable) :], count + 1
        if not rest:
            return count
    return 0


def _holding_words(points: np.ndarray, ends: np.ndarray, readings: _Readings) -> set[int]:
    """The names in which a word may stand that is read otherwise."""
    keys = points[:-1].astype(np.uint64) << np.uint64(32) | points[1:].astype(np.uint64)
    places = np.searchsorted(readings.keys, keys)
    held = np.flatnonzero(readings.keys[np.minimum(places, len(readings.keys) - 1)] == keys)
    return set(np.searchsorted(ends, held, side="right").tolist())


def _by_words(head: str, readings: _Readings) -> tuple[str, str]:
    syllables = _as_words(head, readings)
    return "".join(one[:1] for one in syllables), "".join(syllables)[:LETTERS]


def _as_words(text: str, readings: _Readings) -> list[str]:
    """The readings of the characters, words read as words."""
    found = readings.of(text)
    for at in range(len(text) - 1):
        found[at : at + 2] = readings.words.get(text[at : at + 2], found[at : at + 2])
    return found


@cache
def _readings() -> _Readings:
    """The tables, made once, half a second after somebody first needs them."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    plain = {point: _bare(told.partition(",")[0]) for point, told in PINYIN_DICT.items() if point < _PLANES}
    table = np.zeros((_PLANES, _LONGEST), np.uint8)
    table[:, 0] = ord("_")
    for point, letters in [*plain.items(), *((point, chr(point)) for point in range(33, 127))]:
        table[point] = np.frombuffer(letters.encode().ljust(_LONGEST, b"\0")[:_LONGEST], np.uint8)
    told = {word: [one[0] for one in said] for word, said in PHRASES_DICT.items() if len(word) == 2}
    words = {}
    for word, said in (told | {word: text.split() for word, text in _WORDS.items()}).items():
        first, second = map(_bare, said)
        if (first, second) != (plain.get(ord(word[0])), plain.get(ord(word[1]))):
            words[word] = (first, second)
    keys = np.sort(np.array([ord(word[0]) << 32 | ord(word[1]) for word in words], np.uint64))
    return _Readings(table, (table > 0).sum(axis=1), words, keys)


def _bare(reading: str) -> str:
    """A reading without tones, in capitals."""
    return reading.translate(_TONES).upper()
