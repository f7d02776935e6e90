"""When an office takes back the record of a listing decision, the entry that it made ends that day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.lists.conftest import a_code
from tests.lists.test_reactions import TODAY, WAGES, collect, entries_of, intake, row
from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.lists import queries
from xinyun.lists.rules import Standing
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE, LATER = "52.human-resources", date(2026, 3, 9)


def withdraw(*numbers: int, on: date = LATER) -> int:
    records = [
        record.id
        for number in numbers
        for record in archived.find_current("serious", office=OFFICE, code=a_code(number))
    ]
    assert len(records) == len(numbers)
    return archive.withdraw(records=records, reason="决定已被撤销", office=OFFICE, actor="clerk", on=on)


def standing(number: int, through: int) -> tuple[Standing, ...]:
    code = a_code(number)
    return queries.standings([code], through).get(code, ())


def test_the_entry_of_a_withdrawn_decision_ends_on_that_day(tmp_path):
    collect(tmp_path, row(1), row(2))
    (entry,), before = entries_of(1), feed.head()

    seq = withdraw(1)

    ended = queries.entry(entry.id)
    assert (ended.removed_on, ended.removal_document) == (LATER, entry.document)
    assert ended.removal_reason.startswith("撤回")
    assert (ended.in_force(TODAY), ended.in_force(LATER)) == (True, False)
    assert queries.counts(LATER) == {"wage-arrears": 1}
    assert list(queries.codes_changed(before, feed.head())) == [a_code(1)]
    assert standing(1, before)[0].removed_on is None
    assert standing(1, seq)[0].removed_on == LATER


def test_the_feed_tells_which_entries_went_with_the_records(tmp_path):
    collect(tmp_path, row(1), row(2), row(3, decided="2022-02-01"))
    ids, before = [entries_of(number)[0].id for number in (1, 2)], feed.head()

    seq = withdraw(1, 2, 3)

    withdrawn, ended = feed.since(before)
    assert (withdrawn.kind, withdrawn.payload["count"]) == ("records.withdrawn", 3)
    assert (ended.kind, ended.payload["withdrawn"], ended.payload["count"]) == ("list.taken-back", seq, 2)
    assert sorted(ended.payload["entries"]) == ids


def test_many_entries_end_at_once(tmp_path):
    collect(tmp_path, *(row(number) for number in range(1, 901)))

    archive.withdraw(
        records=[record.id for record, _ in archived.current_records("serious")],
        reason="整批误报", office=OFFICE, actor="clerk", on=LATER,
    )  # fmt: skip

    assert queries.counts(LATER) == {}
    assert queries.counts(TODAY) == {"wage-arrears": 900}


def test_an_entry_by_an_offices_own_act_stays_until_that_office_removes_it(tmp_path, enlist):
    own = enlist(1, document="筑列〔2026〕1号", decided=date(2026, 2, 1))
    collect(tmp_path, row(1))
    before = feed.head()

    withdraw(1)

    assert queries.entry(own.id).removed_on is None
    assert [change.kind for change in feed.since(before)] == ["records.withdrawn"]


def test_the_entry_of_a_corrected_record_ends_as_well(tmp_path):
    collect(tmp_path, row(1, until="2028-12-31"))
    collect(tmp_path, row(1, until="2027-12-31"))
    (entry,) = entries_of(1)

    withdraw(1)

    assert queries.entry(entry.id).removed_on == LATER
    assert queries.counts(LATER) == {}


def test_a_readmitted_record_does_not_bring_its_entry_back(tmp_path):
    collect(tmp_path, row(1))
    (entry,) = entries_of(1)
    (was,) = archived.find_current("serious", office=OFFICE, code=a_code(1))
    withdraw(1)

    archive.readmit(
        record=archived.withdrawn_now([was.id])[was.id].id, reason="决定有效",
        notice=archive.Notice("筑告〔2026〕1号", LATER), actor="centre", on=LATER,
    )  # fmt: skip

    assert archived.find_current("serious", office=OFFICE, code=a_code(1))[0].revision == 3
    assert intake()["refused"] == {"removed-since": 1}
    assert queries.entry(entry.id).removed_on == LATER
    assert queries.counts(LATER) == {}


def test_a_list_that_is_named_twice_by_one_subject_loses_the_one_decision(tmp_path):
    again = row(1).replace("筑列〔2026〕1号", "筑列〔2026〕99号")
    collect(tmp_path, row(1), again)
    records = archived.find_current("serious", office=OFFICE, code=a_code(1))
    (one,) = (record.id for record in records if record.content["decision_no"] == "筑列〔2026〕99号")

    archive.withdraw(records=[one], reason="重复决定", office=OFFICE, actor="clerk", on=LATER)

    (left,) = queries.entries_of(records[0].subject_id, LATER)
    assert (left.document, WAGES) == ("筑列〔2026〕1号", records[0].content["list_name"])
