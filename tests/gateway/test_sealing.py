"""Answered checks go from segments into the ledger: each once, whatever happens on the way."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.db import DatabaseError

from tests.conftest import DAY
from tests.gateway.conftest import away
from xinyun.gateway import sealing
from xinyun.gateway.segments import Segment, record
from xinyun.ledger import operations as ledger
from xinyun.ledger import queries

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def checks(start: int, count: int) -> list[bytes]:
    """Records of checks that are numbered, a second apart."""
    return [
        record(AT + timedelta(seconds=n), f"check-{n}", msgspec.json.encode({"actor": "gateway", "n": n}))
        for n in range(start, start + count)
    ]


def seal(folder: Path) -> int:
    return sealing.seal(folder, actor="t", on=DAY, at=AT)


def logged(kind: str = "check") -> list[dict]:
    return [one.payload for one in queries.contents(kind, 0, queries.size())]


@pytest.fixture
def segment(tmp_path: Path) -> Segment:
    """A segment with five checks in two frames, still written to."""
    opened = Segment(tmp_path, AT)
    opened.append(checks(0, 3))
    opened.append(checks(3, 2))
    return opened


def test_each_check_is_a_leaf_of_its_own_instant_in_order(segment, tmp_path):
    assert seal(tmp_path) == 5

    assert [one["n"] for one in logged()] == list(range(5))
    assert queries.by_ref("check-4").at == AT + timedelta(seconds=4)
    assert ledger.verify(actor="t", on=DAY).ok


def test_while_it_is_written_to_it_stays_and_only_what_is_new_is_sealed(segment, tmp_path):
    assert [seal(tmp_path), seal(tmp_path)] == [5, 0]
    segment.append(checks(5, 1))

    assert seal(tmp_path) == 1
    assert segment.path.exists()


def test_once_closed_and_sealed_it_is_deleted(segment, tmp_path):
    segment.close()

    assert seal(tmp_path) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["sealing.lock"]


def test_without_its_cursor_it_is_read_again_and_no_leaf_is_there_twice(segment, tmp_path):
    seal(tmp_path)
    (cursor,) = tmp_path.glob("*.sealed")
    cursor.write_text("{")

    seal(tmp_path)

    assert [one["n"] for one in logged()] == list(range(5))


def test_while_the_ledger_is_away_nothing_is_lost(segment, tmp_path):
    with away("ledger"), pytest.raises(DatabaseError):
        seal(tmp_path)
    assert sealing.waiting(tmp_path) > 0

    assert seal(tmp_path) == 5
    assert sealing.waiting(tmp_path) == 0


def test_what_a_power_cut_tore_off_is_put_aside_and_told(segment, tmp_path, caplog):
    segment.abandon()
    whole = segment.path.read_bytes()[: segment.size]
    segment.path.write_bytes(whole[:-10])

    with caplog.at_level(logging.WARNING):
        assert seal(tmp_path) == 3

    (told,) = logged("segment.broken")
    assert (told["end"] - told["start"], told["last"]) == (len(whole[:-10]) - told["start"], True)
    (aside,) = tmp_path.glob("*.torn")
    assert aside.read_bytes() == whole[told["start"] : -10]
    assert "torn off before anybody was answered" in caplog.text
    assert not segment.path.exists()


def test_what_follows_a_damaged_frame_is_sealed_all_the_same_and_the_damage_told(segment, tmp_path):
    segment.close()
    changed = bytearray(segment.path.read_bytes())
    changed[60] ^= 1  # in the first frame
    segment.path.write_bytes(changed)

    assert seal(tmp_path) == 2

    assert [one["n"] for one in logged()] == [3, 4]
    (told,) = logged("segment.broken")
    assert (told["start"], told["last"], told["segment"]) == (7, False, segment.path.stem)


def test_more_than_goes_into_one_append_is_sealed_in_several(tmp_path):
    opened = Segment(tmp_path, AT)
    count = sealing.TOGETHER * 2 + 7
    for start in range(0, count, 100):
        opened.append(checks(start, min(100, count - start)))

    assert seal(tmp_path) == count
    assert queries.kinds()["check"] == count
