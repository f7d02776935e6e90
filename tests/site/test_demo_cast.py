"""The cast of the demonstration and what is known about it, before anything of it is collected."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from xinyun import law
from xinyun.base.identifiers import is_resident_id, is_uscc
from xinyun.site.demo import faults, kin, listings, records
from xinyun.site.demo.places import Province
from xinyun.site.demo.subjects import Subject, subjects

pytestmark = pytest.mark.one_store

SUBJECTS = 300
DAYS = [date(2026, 3, 1), date(2026, 11, 20), date(2028, 2, 29)]


def invented(on: date, count: int = SUBJECTS) -> tuple[Province, list[Subject]]:
    province = Province(law.rulebook().on(on))
    return province, list(subjects(count, province, on))


def rows_of(on: date, count: int = SUBJECTS) -> records.Files:
    """The good rows of a province, by item and office."""
    province, cast = invented(on, count)
    files = records.Writer(province, on).write(cast)
    listings.write(list(listings.decisions(cast, province, on)), province, files)
    kin.write(cast, province, files, on)
    return files


def test_every_code_is_valid_and_carries_the_sandbox_letters() -> None:
    _, cast = invented(DAYS[0], 4000)

    assert [s.code for s in cast if not is_uscc(s.code) or s.code[8:10] != "XY"] == []
    assert len({s.code for s in cast}) == len(cast)


def test_no_two_subjects_share_a_name() -> None:
    _, cast = invented(DAYS[0], 4000)

    assert len({s.name for s in cast}) == len(cast)


def test_the_cast_is_varied() -> None:
    _, cast = invented(DAYS[1], 3000)
    names = "".join(s.name for s in cast)

    assert {s.prefix for s in cast} == {
        "91", "92", "93", "51", "52", "12", "81", "N2", "31", "11", "13", "53", "54", "55", "71", "32",
    }  # fmt: skip
    groups = law.rulebook().on(DAYS[1]).codes("subject-group")
    assert {groups.prefixes[s.prefix] for s in cast} == set(groups.labels) - {"自然人", "其他组织"}
    assert {"存续", "注销", "吊销未注销"} <= {s.status for s in cast}
    assert len({s.place.city for s in cast}) == 9
    assert len({s.place.code for s in cast}) > 80
    assert set("犇骉淼垚𬭎") <= set(names)
    assert any(s.name.endswith("分公司") for s in cast)
    assert any(s.code[2:8] != s.place.code for s in cast), "some codes carry a retired division"


def test_more_subjects_never_change_the_first() -> None:
    _, few = invented(DAYS[1], 50)
    _, many = invented(DAYS[1], 500)

    assert many[:50] == few


@pytest.mark.parametrize("on", DAYS)
def test_nothing_is_dated_after_the_day(on: date) -> None:
    past = {"established_on", "approved_on", "decision_date", "listed_on", "removed_on", "awarded_on"}

    late = [
        (item, name, row[name])
        for (item, _), rows in rows_of(on).items()
        for row in rows
        for name in past & row.keys()
        if row[name] > on.isoformat()
    ]

    assert late == []


def test_natural_persons_are_marked_and_their_numbers_belong_to_nobody() -> None:
    files = rows_of(DAYS[1], 3000)
    persons = [row for rows in files.values() for row in rows if row.get("counterparty_class") == "自然人"]

    assert len(persons) > 10
    assert all(row["counterparty_name"].startswith("演示自然人") for row in persons)
    assert all(is_resident_id(row["id_no"]) and row["id_no"].startswith("529999") for row in persons)


def test_penalties_lie_on_both_sides_of_the_new_order() -> None:
    decided = [
        row["decision_date"]
        for (item, _), rows in rows_of(DAYS[1]).items()
        for row in rows
        if item == "penalty"
    ]

    assert min(decided) < "2026-04-01" <= max(decided)


def test_spoiling_keeps_every_good_row_and_adds_two_or_three_in_a_hundred() -> None:
    rows = rows_of(DAYS[1], 3000)["registration", "520100.market-regulation"]

    mixed = faults.spoil("registration", rows, Random(1))

    assert [row for row in mixed if row in rows] == rows
    assert 0.02 <= (len(mixed) - len(rows)) / len(rows) <= 0.03
