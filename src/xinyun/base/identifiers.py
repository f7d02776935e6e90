"""Identifiers of organisations and persons, one value at a time. For columns see `identifier_columns`.

USCC: GB 32100-2015. Organisation code: GB 11714-1997. Registration number: GS 15-2006 with the check of
GB/T 17710 MOD 11,10. Resident identity number: GB 11643-1999.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_NO_VALUE = 255
_USCC_VALUES = bytes(
    USCC_ALPHABET.index(chr(byte)) if chr(byte) in USCC_ALPHABET else _NO_VALUE for byte in range(256)
)
_USCC_DIGITS = bytes.maketrans(USCC_ALPHABET.encode(), b"0123456789abcdefghijklmnopqrstu")
"""What each character counts, as a digit to base 34: checks ask for it thousands of times a second."""
USCC_PLACEHOLDER = "00000000000000000X"
"""Entered for an old individual business without a code (发改办财金〔2018〕424号); never matched on."""

USCC_SHAPE = r"[1-9A-HJ-NPQRTUWXY][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"
"""No registering office has the code 0 (GB 32100-2015 table 1), so that eighteen zeros are no code."""
_USCC = re.compile(USCC_SHAPE)
_LOOKALIKES = str.maketrans("OISZ", "0152")
_RESIDENT = re.compile(r"[1-9][0-9]{5}[1-9][0-9]{10}[0-9X]")
_RESIDENT_SHAPED = re.compile(r"(?<!\d)\d{17}[\dXxＸｘ](?!\d)")
"""Digits of any width: what people read as a number is one. A longer run of digits is something else."""
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_WEIGHTS = tuple(pow(2, 17 - position, 11) for position in range(17))


class IdentifierKind(StrEnum):
    """What a string of characters identifies."""

    USCC = "uscc"
    RESIDENT_ID = "resident-id"
    REGISTRATION_NO = "registration-no"
    ORGANISATION_CODE = "organisation-code"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A recognised identifier: `value` is its normal form, `division` its six-digit division where it has one."""

    kind: IdentifierKind
    value: str
    division: str | None = None


def normalise(text: str) -> str:
    """Fold width and case and drop blanks, hyphens and quote marks; never swaps one letter for another."""
    if text.isascii() and text.isalnum():  # most codes, and there is nothing else to fold in them
        return text.upper()
    folded = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐–—'\"‘’“”]", "", folded)


def uscc_check_character(first17: str) -> str:
    """The eighteenth character of a unified social credit code (GB 32100-2015 §5.2).

    :raises ValueError: a character outside the standard's alphabet.
    """
    values = first17.encode("latin-1", "replace").translate(_USCC_VALUES)
    if len(values) != 17 or max(values) == _NO_VALUE:
        raise ValueError(f"not the first 17 characters of a code: {first17!r}")
    return USCC_ALPHABET[-sum(map(mul, values, USCC_WEIGHTS)) % 31]


def is_uscc(code: str) -> bool:
    """Whether `code`, in normal form, is a well-formed code with the right check character.

    The organisation part's own check character is not asked for: real codes are issued in which it fails.
    """
    if not _USCC.fullmatch(code) or code == USCC_PLACEHOLDER:
        return False
    # Each weight is three times the one before, and 34 is 3 modulo 31: the sum is that of a number to base 34.
    digits = code.encode().translate(_USCC_DIGITS)
    return (int(digits[16::-1], 34) + int(digits[17:], 34)) % 31 == 0


def lookalike_proposal(code: str) -> str | None:
    """The code that `code` would be if letters that codes never use were the digits they look like.

    Only a code that then passes its check is proposed, and only a person may accept it.
    """
    proposal = code.translate(_LOOKALIKES)
    return proposal if proposal != code and is_uscc(proposal) else None


def organisation_check_character(first8: str) -> str:
    """The ninth character of an organisation code (GB 11714-1997)."""
    remainder = (
        sum(int(char, 36) * weight for char, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)) % 11
    )
    return "0X987654321"[remainder]


def is_organisation_code(code: str) -> bool:
    """Whether `code`, without hyphen, is an organisation code with the right check character."""
    return bool(_ORGANISATION.fullmatch(code)) and organisation_check_character(code[:8]) == code[8]


def is_registration_no(code: str) -> bool:
    """Whether `code` is a fifteen-digit business registration number with the right check digit."""
    if not re.fullmatch(r"[0-9]{15}", code):
        return False
    product = 10
    for digit in code[:14]:
        total = (product + int(digit)) % 10 or 10
        product = 2 * total % 11
    return (product + int(code[14])) % 10 == 1


def resident_birth(code: str) -> date | None:
    """The birth date inside a resident identity number; `None` where that is no date."""
    try:
        return date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return None


def is_resident_id(code: str) -> bool:
    """Whether `code` is an eighteen-character resident identity number with a real birth date and check."""
    if not _RESIDENT.fullmatch(code) or resident_birth(code) is None:
        return False
    remainder = (
        sum(int(char) * weight for char, weight in zip(code[:17], _RESIDENT_WEIGHTS, strict=True)) % 11
    )
    return "10X98765432"[remainder] == code[17]


def recognise(text: str) -> Identifier | None:
    """Which identifier this is, if any; a resident identity number wins where both readings would pass.

    The two 18-character forms cannot be told apart by shape alone: a birth date inside decides.
    """
    code = normalise(text)
    if is_resident_id(code):
        return Identifier(IdentifierKind.RESIDENT_ID, code, code[:6])
    if is_uscc(code):
        return Identifier(IdentifierKind.USCC, code, code[2:8])
    if is_registration_no(code):
        return Identifier(IdentifierKind.REGISTRATION_NO, code, code[:6])
    if is_organisation_code(code):
        return Identifier(IdentifierKind.ORGANISATION_CODE, code)
    return None


def mask(identifier: str) -> str:
    """Show the first three and the last two characters only, as the public may see a personal identifier."""
    if len(identifier) <= 5:
        return "*" * len(identifier)
    return identifier[:3] + "*" * (len(identifier) - 5) + identifier[-2:]


def mask_name(name: str) -> str:
    """The first character of a person's name alone, as others may see it."""
    return name[:1] + "*" * (len(name) - 1)


def mask_within(text: str) -> str:
    """Mask every resident identity number inside a text, and nothing else of it."""
    return _RESIDENT_SHAPED.sub(
        lambda found: mask(found[0]) if is_resident_id(normalise(found[0])) else found[0], text
    )
