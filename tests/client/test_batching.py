"""How many subjects are divided into calls."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun.client.batching import MOST, Whom, pieces
from xinyun.gateway import wire

pytestmark = pytest.mark.one_store


@given(names=st.lists(st.text(max_size=30), max_size=40), at_once=st.integers(1, 50))
def test_pieces_are_no_larger_than_asked_and_lose_nobody(names: list[str], at_once: int) -> None:
    subjects = [Whom(name=name) for name in names]
    found = list(pieces(subjects, at_once))

    assert [one for piece in found for one in piece] == subjects
    assert all(0 < len(piece) <= at_once for piece in found)


@pytest.mark.parametrize("subject", [Whom(name="名" * 200), Whom(code="X" * 18)])
def test_no_piece_is_larger_than_the_platform_takes(subject: Whom) -> None:
    found = list(pieces([subject] * 25_000, 1_000_000))

    assert sum(map(len, found)) == 25_000
    for piece in found:
        assert len(piece) <= MOST == wire.MOST
        assert (
            len(msgspec.json.encode({"scene": "x" * 80, "purpose": "用" * 200, "subjects": piece}))
            < wire.BATCH_LIMIT
        )


def test_none_at_once_is_no_way_to_ask() -> None:
    with pytest.raises(ValueError, match="at least one"):
        list(pieces([Whom(code="1")], 0))
