from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import a_code, a_registration, collected


@pytest.fixture
def register(write_csv: Callable[..., Path]) -> Callable[..., list[str]]:
    """Register companies of these names, or rows as they are; returns their codes."""

    def put(*told: str | dict[str, str], prefix: str = "91", division: str = "520100") -> list[str]:
        rows = [
            one if isinstance(one, dict) else a_registration(a_code(prefix, division), 名称=one)
            for one in told
        ]
        collected(write_csv(rows, "register.csv"))
        return [row["统一社会信用代码"] for row in rows]

    return put
