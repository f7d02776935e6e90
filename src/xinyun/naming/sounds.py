"""How characters sound: homophones are the commonest slips of those who type Chinese by its sound."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    """Each character's readings as written in pypinyin's table, by its code point."""
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


def toneless(reading: str) -> str:
    """A reading without its tone: lǜ as lü, where the dots are no tone."""
    marks = unicodedata.normalize("NFD", reading)
    return unicodedata.normalize(
        "NFC", "".join(m for m in marks if m == "\u0308" or not unicodedata.combining(m))
    )


def with_readings() -> list[int]:
    """The code points of the characters whose sound is known."""
    return list(_readings())


@lru_cache(maxsize=1 << 15)
def readings(char: str) -> frozenset[str]:
    """The ways in which a character is read, without tones; of anything else the character itself."""
    known = _readings().get(ord(char))
    return frozenset(toneless(one) for one in known.split(",")) if known else frozenset({char})


def alike(one: str, other: str) -> bool:
    """Whether two characters may sound alike."""
    return not readings(one).isdisjoint(readings(other))


def main_reading(char: str) -> str:
    """The first, usual reading of a character, without its tone."""
    known = _readings().get(ord(char))
    return toneless(known.split(",")[0]) if known else char
