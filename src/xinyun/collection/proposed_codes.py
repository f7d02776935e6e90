"""Codes that a mistyped one may have meant. Pure; the check characters decide, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from xinyun.base import Text
from xinyun.base.identifiers import is_organisation_code, is_registration_no, is_resident_id, is_uscc

_DIGIT_FOR = str.maketrans("OQDILSZBG", "000115286")
_NEVER_USED = str.maketrans("OISZ", "0152")
_NOISE = Text("代码中夹有空格或其他符号", "blanks or other signs stand within the code")
_LIKE = Text(
    "有字母形似数字，改后校验相符，请与证照核对",
    "a letter looks like a digit; the check then holds: compare it with the certificate",
)
_TURNED = Text(
    "相邻两位疑似颠倒，调换后两个校验位都相符，请与证照核对",
    "two neighbours seem exchanged; both check characters then hold: compare it with the certificate",
)


def bare(text: str) -> str:
    """A code's letters and digits alone, in half-width capitals."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def uscc(text: str) -> list[tuple[str, Text]]:
    """The unified social credit codes that a refused text may have meant.

    What cannot stand in its place is read as what it looks like. Neighbours are exchanged only where the organisation
    part's own check character holds then too: by the whole code's check alone, one wrong code in three would find a
    repair that is wrong as well.
    """
    plain = bare(text)
    code = _in_place(plain)
    if len(code) != 18:
        return []
    if is_uscc(code):
        return [(code, _NOISE if code == plain else _LIKE)]
    return [(one, _TURNED) for one in _exchanged(code) if is_uscc(one) and is_organisation_code(one[8:17])]


def resident_id(text: str) -> list[tuple[str, Text]]:
    """The same of an identity number, of which only what it looks like is read: a repair could be another person."""
    plain = bare(re.sub(r"[×✕*]\s*$", "X", text))
    code = plain[:17].translate(_DIGIT_FOR) + plain[17:].translate(_DIGIT_FOR)
    return _checked(plain, code, is_resident_id)


def registration_no(text: str) -> list[tuple[str, Text]]:
    """The same of a business registration number."""
    plain = bare(text)
    return _checked(plain, plain.translate(_DIGIT_FOR), is_registration_no)


def organisation_code(text: str) -> list[tuple[str, Text]]:
    """The same of an organisation code, in which every letter may stand."""
    plain = bare(text)
    found = _checked(plain, plain, is_organisation_code)
    return found or _checked(plain, plain.translate(_NEVER_USED), is_organisation_code)


def digits(text: str) -> list[tuple[str, Text]]:
    """The same of a number that has no check: without noise, and with digits for what looks like them."""
    plain = bare(text)
    code = plain.translate(_DIGIT_FOR)
    return [(code, _NOISE if code == plain else _LIKE)]


def _checked(plain: str, code: str, right: Callable[[str], bool]) -> list[tuple[str, Text]]:
    return [(code, _NOISE if code == plain else _LIKE)] if right(code) else []


def _in_place(plain: str) -> str:
    """Digits for letters where only digits stand, and for letters that the alphabet does not have."""
    code = plain.translate(_NEVER_USED)
    return code[:2] + code[2:8].translate(_DIGIT_FOR) + code[8:]


def _exchanged(code: str) -> Iterator[str]:
    for place in range(17):
        one, other = code[place], code[place + 1]
        if one != other:
            yield f"{code[:place]}{other}{one}{code[place + 2 :]}"
