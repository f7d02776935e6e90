"""An entry that a court or a reviewing body holds off bears nowhere from that very day, and counts again by another order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.lists.conftest import TODAY, a_code
from tests.lists.test_reactions import collect, entries_of, row
from xinyun import law
from xinyun.base import Period, Refusal
from xinyun.gateway.index import index
from xinyun.lists import operations, queries
from xinyun.lists.queries import Standing, check
from xinyun.lists.timeline import entry_events
from xinyun.plumbing import feed

HELD, AGAIN = date(2026, 4, 1), date(2026, 6, 1)
OFFICE = "520100.human-resources"


def suspend(entry: int, **other) -> queries.EntryView:
    told = {
        "entry": entry, "document": "（2026）黔01行初1号裁定", "ordered_by": "演示市中级人民法院", "reason": "诉讼期间停止执行",
        "office": OFFICE, "actor": "clerk", "on": HELD,
    }  # fmt: skip
    return operations.suspend(**(told | other))


def resume(entry: int, **other) -> queries.EntryView:
    told = {
        "entry": entry, "document": "（2026）黔01行初1号判决", "reason": "驳回诉讼请求", "office": OFFICE, "actor": "clerk",
        "on": AGAIN,
    }  # fmt: skip
    return operations.resume(**(told | other))


def _ids(day: date) -> list[int]:
    return [entry.id for entry in queries.entries("wage-arrears", day)]


@pytest.mark.django_db
def test_a_suspended_entry_counts_nowhere_until_it_is_resumed(enlist) -> None:
    entry = enlist()
    before = feed.head()

    suspend(entry.id)

    assert _ids(HELD - timedelta(days=1)) == [entry.id]
    assert _ids(HELD) == []
    assert queries.counts(HELD) == {}
    assert queries.entries_of(entry.subject_id, HELD) == []
    assert list(queries.each_in_force(HELD)) == []
    assert [one.id for one in queries.entries_of(entry.subject_id, HELD, as_of=before)] == [entry.id]
    assert queries.documents_in_force([entry.subject_id], HELD) == {entry.subject_id: (entry.document,)}

    between = feed.head()
    resume(entry.id)

    assert _ids(AGAIN - timedelta(days=1)) == []
    assert _ids(AGAIN) == [entry.id]
    assert queries.entries_of(entry.subject_id, AGAIN, as_of=between) == []
    assert queries.entry(entry.id).suspended == (Period(HELD, AGAIN),)


@pytest.mark.django_db
def test_a_suspension_that_names_its_end_ends_by_itself(enlist) -> None:
    entry = enlist()

    suspend(entry.id, until=AGAIN)

    assert (_ids(AGAIN - timedelta(days=1)), _ids(AGAIN)) == ([], [entry.id])
    with pytest.raises(Refusal, match="没有停止执行"):
        resume(entry.id)
    assert suspend(entry.id, on=AGAIN).suspended == (Period(HELD, AGAIN), Period(AGAIN, None))


@pytest.mark.django_db
def test_the_check_index_follows_a_suspension_and_its_end(enlist) -> None:
    entry, checks = enlist(), index()
    norms, scene = (law.rulebook().on(day) for day in (HELD, AGAIN)), "tender-registration"
    held, again = norms

    def outcome(norm: law.Law) -> str:
        checks.follow()
        with checks.reading() as snapshot:
            known = snapshot.lookup(a_code(1))
        return check(known.standings, known.kind, norm.scene(scene), norm).outcome

    assert outcome(held) == "block"
    suspend(entry.id)
    assert outcome(held) == "pass"
    resume(entry.id)
    assert (outcome(held), outcome(again)) == ("pass", "block")


@pytest.mark.django_db
def test_a_suspended_entry_can_be_removed_and_its_story_is_told(enlist, delist) -> None:
    entry = enlist()
    suspend(entry.id)

    removed = delist(on=AGAIN, reason="判决撤销列入决定")

    assert removed.removed_on == AGAIN
    listed = law.rulebook().on(TODAY).list("wage-arrears")
    told = [event.kind for event in entry_events(removed, listed, AGAIN)]
    assert told == ["listed", "suspended", "removed"]
    with pytest.raises(Refusal) as caught:
        suspend(entry.id, on=AGAIN)
    assert caught.value.code == "no-such-entry"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("not-competent", {"office": "520100.tax"}),
        ("no-document", {"document": ""}),
        ("no-reason", {"reason": " "}),
        ("no-reason", {"ordered_by": ""}),
        ("ends-too-soon", {"until": HELD}),
        ("no-such-entry", {"entry": 987654}),
        ("no-such-entry", {"on": date(2026, 2, 1)}),
    ],
)
def test_a_suspension_needs_its_order_and_its_office(enlist, code: str, other: dict) -> None:
    entry = enlist()

    with pytest.raises(Refusal) as caught:
        suspend(**({"entry": entry.id} | other))

    assert caught.value.code == code
    assert queries.entry(entry.id).suspended == ()


@pytest.mark.django_db
def test_an_entry_is_suspended_once_at_a_time(enlist) -> None:
    entry = enlist()
    suspend(entry.id)

    with pytest.raises(Refusal) as caught:
        suspend(entry.id)

    assert caught.value.code == "already-suspended"


@pytest.mark.django_db(transaction=True)
def test_a_corrected_record_does_not_bring_a_suspended_entry_back(tmp_path) -> None:
    collect(tmp_path, row(1))
    (entry,) = entries_of(1)
    suspend(entry.id, on=TODAY)

    collect(tmp_path, row(1, until="2027-01-31"))

    assert queries.entry(entry.id).removed_on == TODAY
    assert entries_of(1) == []
    (again,) = (one for one in queries.history_of(entry.subject_id) if one.id != entry.id)
    assert again.period.last_day == date(2027, 1, 31)
    assert again.suspended == (Period(TODAY, None),)
    assert resume(again.id).in_force(AGAIN)


DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))


@given(day=DAYS, start=DAYS, length=st.integers(1, 400), removed=st.none() | DAYS)
def test_an_entry_counts_where_it_stands_and_is_not_held_off(
    day: date, start: date, length: int, removed: date | None
) -> None:
    span = Period(start, start + timedelta(days=length))
    plain = Standing("x", 1, "d", date(2026, 2, 1), Period(date(2026, 2, 1), date(2026, 9, 1)), removed)
    held = structs.replace(plain, suspended=(span,))

    assert held.stands(day) == plain.in_force(day)
    assert held.in_force(day) == (plain.in_force(day) and not span.contains(day))
