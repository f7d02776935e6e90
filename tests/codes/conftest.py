from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories import a_code, collected
from xinyun.base.identifiers import USCC_ALPHABET, uscc_check_character

OFFICE, OTHER, PROVINCE = "520100.market-regulation", "520300.market-regulation", "52.market-regulation"
NUMBER, SECOND = "520100000000012", "520100000000029"
"""Two old registration numbers with the right check digit."""
AGREED = {"actor": "test", "reason": "核对登记档案"}


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test() -> None:
    """What was counted is kept at hand and would outlive the store that it was counted in."""
    from django.core.cache import cache

    cache.clear()


def a_sibling(code: str, division: str = "520300") -> str:
    """Another valid code with the same organisation part."""
    first17 = f"91{division}{code[8:17]}"
    return first17 + uscc_check_character(first17)


def a_wrong_code() -> str:
    """A code whose check character is wrong."""
    right = a_code()
    wrong = USCC_ALPHABET[(USCC_ALPHABET.index(right[17]) + 1) % len(USCC_ALPHABET)]
    return right[:17] + wrong


@pytest.fixture
def register(write_csv: Callable[..., Path]) -> Callable[..., Any]:
    """Collect rows of an item, registrations by default, from an office."""

    def send(*rows: dict[str, str], item: str = "registration", office: str = OFFICE, **given: Any) -> Any:
        titles = dict.fromkeys(title for row in rows for title in row)
        full = [{title: row.get(title, "") for title in titles} for row in rows]
        return collected(write_csv(full, "codes.csv"), item, office, **given)

    return send
