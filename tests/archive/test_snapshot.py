"""The snapshot answers as the archive does, now and for any earlier point of the feed, however it came about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.archive import lake
from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration, collected
from xinyun.archive import operations, queries
from xinyun.archive.models import Record, Subject
from xinyun.archive.operations import Notice
from xinyun.archive.snapshot.queries import snapshot, verify
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE = "52.market-regulation"


@pytest.fixture
def furnish(write_csv: Callable[..., Path]) -> Callable[..., Any]:
    """Collects rows of an item."""

    def put(*rows: dict[str, str], item: str = "penalty") -> Any:
        return collected(write_csv(list(rows), f"{item}.csv"), item, OFFICE)

    return put


def follow() -> int:
    return operations.follow_snapshot(actor="test", on=DAY)


def anew() -> int:
    return operations.rebuild_snapshot(from_nothing=True, actor="test", on=DAY)


def as_the_archive_tells(item: str, seq: int | None) -> list[dict[str, Any]]:
    """What `queries` says of every subject's records of an item, in the shape of `shown`."""
    found = [
        view
        for id in Subject.objects.values_list("pk", flat=True)
        for view in queries.records_of(id, items=(item,), as_of=seq)
    ]
    return [
        {
            "id": view.id, "subject": view.subject_id, "key": view.key, "revision": view.revision,
            "office": view.office, "batch": view.batch, "decided_on": view.decided_on,
            "valid": (view.valid.start, view.valid.end), "recorded_seq": view.recorded_seq,
            "recorded_at": view.recorded_at, "content": view.content,
        }
        for view in sorted(found, key=lambda view: view.id)
    ]  # fmt: skip


def as_the_snapshot_tells(item: str, seq: int | None) -> list[dict[str, Any]]:
    """The same from DuckDB, with the content put together again from its columns."""
    contents = dict(Record.objects.filter(item=item).values_list("pk", "content"))
    return [
        {
            "id": row["_id"], "subject": row["_subject"], "key": row["_key"], "revision": row["_revision"],
            "office": row["_office"], "batch": row["_batch"], "decided_on": row["_decided_on"],
            "valid": (row["_valid_from"], row["_valid_until"]), "recorded_seq": row["_recorded_seq"],
            "recorded_at": row["_recorded_at"],
            "content": lake.written(row, contents[row["_id"]]) | json.loads(row["_other"] or "{}"),
        }
        for row in lake.standing(item, seq)
    ]  # fmt: skip


def everything() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All revisions and all subjects, whatever part tells them."""
    told = lake.rows("SELECT * EXCLUDE (_ends) FROM penalty ORDER BY _id")
    return told, lake.rows("FROM subjects ORDER BY id")


CODES = [a_code() for _ in range(4)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["furnish", "furnish", "withdraw", "readmit", "describe"]),
        st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True),
        st.integers(1, 3),
        st.booleans(),
    ),
    min_size=2,
    max_size=7,
)


def test_whatever_was_furnished_corrected_and_withdrawn_it_tells_now_and_then_as_the_archive_does(furnish):
    furnish(a_penalty(CODES[0], CF_WSH="演罚〔2026〕0号"))
    seen = [feed.head()]

    # A failing sequence is not made shorter: the archive that it failed on is there no more.
    @settings(max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
    @given(STEPS)
    def any_sequence(steps) -> None:
        for step, numbers, fine, then in steps:
            _do(furnish, step, numbers, fine)
            seen.append(feed.head())
            if then:
                follow()
        follow()
        for seq in (None, *sorted(set(seen))[-6:]):
            assert as_the_snapshot_tells("penalty", seq) == as_the_archive_tells("penalty", seq)

    any_sequence()
    gradually = everything()
    anew()
    assert everything() == gradually
    assert verify().ok
    with snapshot() as shown:
        now = shown.records("penalty").sort("_id").collect()
        assert now["_id"].to_list() == [row["_id"] for row in lake.standing("penalty")]
        assert shown.subjects().collect().height == Subject.objects.count()


def _do(furnish: Callable[..., Any], step: str, numbers: list[int], fine: int) -> None:
    """One thing that may happen to these subjects' penalties."""
    if step == "furnish":
        furnish(*(a_penalty(CODES[n], CF_WSH=f"演罚〔2026〕{n}号", CF_NR_FK=f"{fine}.50") for n in numbers))
    elif step == "describe":
        furnish(
            *(a_registration(CODES[n], 名称=f"贵州演示{fine}改称公司") for n in numbers), item="registration"
        )
    else:
        among = Record.objects.filter(item="penalty", superseded_seq__isnull=True, subject__code__in=CODES)
        gone = among.exclude(withdrawal="") if step == "readmit" else among.filter(withdrawal="")
        for id in gone.values_list("pk", flat=True)[:1]:
            if step == "withdraw":
                operations.withdraw(records=[id], reason="重复报送", office=OFFICE, actor="clerk", on=DAY)
            else:
                notice = Notice("演告〔2026〕1号", DAY)
                operations.readmit(record=id, reason="复核无误", notice=notice, actor="centre", on=DAY)
