"""The quality of a month, counted in the store: per office and item, by city and department, for programs too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache

from tests.assessment.conftest import NOVEMBER, OFFICE, OTHER
from xinyun.archive import queries as archive
from xinyun.assessment import queries
from xinyun.collection import operations as collection

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
ON = date(2026, 11, 26)


def the_row(office: str = OFFICE, item: str = "penalty", on: date = ON) -> Any:
    table = queries.month(on.replace(day=1), on).widest
    assert table is not None
    (row,) = (row for row in table.rows if (row.office.id, row.item.id) == (office, item))
    return row


def test_a_month_counts_what_came_what_was_refused_and_what_was_late(november: None) -> None:
    own = the_row().measures

    assert (own.batches, own.received, own.accepted, own.rejected) == (2, 8, 6, 2)
    assert (own.judged, own.late) == (6, 2)
    assert own.faults["date"] == 2
    assert (the_row(OTHER).measures.judged, the_row(OTHER).measures.late) == (3, 0)


def test_sending_again_is_no_new_record_and_counts_as_a_duplicate(
    november: None, send: Callable[..., Any]
) -> None:
    days = ["2026-11-12"] * 4 + ["2026-11-02"] * 2
    before = the_row().measures
    outcome = send(days, date(2026, 11, 24), CF_NR="罚款二万元", skip=(3, 4), CF_XDR_SHXYM="")

    assert outcome.rejected == 6
    assert the_row().measures.judged == before.judged


def test_a_correction_is_judged_by_the_day_on_which_the_record_first_came(send: Callable[..., Any]) -> None:
    from tests.factories import a_code

    about = {"CF_XDR_SHXYM": a_code(), "CF_CFJGDM": a_code("11"), "CF_SJLYDM": a_code("11")}
    about |= {"CF_XDR_MC": "贵州演示更正有限公司"}
    send(["2026-11-12"], date(2026, 11, 13), **about)
    outcome = send(["2026-11-12"], date(2026, 11, 26), **about, CF_NR="罚款二万元")

    assert outcome.revised == 1
    assert (the_row().measures.judged, the_row().measures.late) == (1, 0)


def test_another_months_batches_do_not_count_but_tell_what_ceased(november: None) -> None:
    assert the_row(item="licence").silence == "ceased"
    assert the_row(item="licence").measures.received == 0
    september = the_row(item="licence", on=date(2026, 9, 30)).measures
    assert (september.received, september.judged, september.late) == (1, 1, 0)


def test_roll_ups_add_up_to_the_whole(november: None) -> None:
    told = queries.month(NOVEMBER, ON)

    for table in told.tables:
        whole, _ = table.whole
        for by in queries.GROUPINGS:
            groups = queries.grouped(table, by, told.norms)
            assert sum(group.measures.received for group in groups) == whole.received == 11
    cities = {group.title.zh: group for group in queries.grouped(told.tables[0], "cities", told.norms)}
    assert (cities["贵阳市"].measures.late, cities["省级单位"].measures.received) == (2, 3)


def test_an_office_sees_its_own_rows_and_the_same_numbers(november: None) -> None:
    own = queries.narrowed(queries.month(NOVEMBER, ON), office=OFFICE)

    assert {row.office.id for table in own.tables for row in table.rows} == {OFFICE}
    (row,) = (row for row in own.tables[0].rows if row.item.id == "penalty")
    assert row.measures == the_row().measures


def test_a_batch_that_comes_later_is_counted_at_once(november: None, send: Callable[..., Any]) -> None:
    assert the_row().measures.received == 8
    send(["2026-11-25", "2026-11-03"], ON, prefix="新罚")

    later = the_row().measures
    assert (later.received, later.judged, later.late) == (10, 8, 3)
    cache.clear()
    assert the_row().measures == later


def test_only_batches_that_came_since_are_counted_anew(
    november: None, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    the_row()
    outcome = send(["2026-11-25"], ON, prefix="新罚")
    asked: list[tuple[int, int]] = []
    counted = archive.first_received

    def watched(first: int, last: int) -> Any:
        asked.append((first, last))
        return counted(first, last)

    monkeypatch.setattr(archive, "first_received", watched)

    assert the_row().measures.judged == 7
    assert asked == [(outcome.seq, outcome.seq)]


def test_numbers_missing_from_a_sequence_are_found_and_only_those(november: None) -> None:
    found = queries.missing_numbers(OFFICE, ON)

    ((sequence,),) = found.values()
    assert list(found) == ["penalty"]
    assert sequence.spans == ((3, 4),)
    assert queries.missing_numbers(OTHER, ON) == {}
    assert queries.missing_numbers("52.finance", ON) == {}


def test_the_number_of_a_record_that_was_taken_back_is_not_missing(november: None) -> None:
    (record,) = (
        one
        for one, _ in archive.current_records("penalty")
        if one.content["decision_no"] == "筑市监罚〔2026〕5号"
    )
    collection.withdraw_records(
        records=(record.id,), reason="行政复议撤销", office=OFFICE, actor="test", on=ON
    )

    ((sequence,),) = queries.missing_numbers(OFFICE, ON).values()

    assert sequence.spans == ((3, 4),)


def test_numbers_are_looked_for_by_the_index_of_arrivals(
    november: None, django_assert_num_queries: Any
) -> None:
    """Through all records of an archive it would be a look of minutes."""
    with django_assert_num_queries(1) as told:
        list(archive.document_numbers("penalty", "decision_no", office=OFFICE, since_seq=1, through=ON))

    (asked,) = told.captured_queries
    assert '"superseded_seq" IS NULL' in asked["sql"]
    assert "\"withdrawal\" = ''" in asked["sql"]


def test_first_received_finds_the_rows_of_some_changes_and_no_other(send: Callable[..., Any]) -> None:
    outcomes = [send(["2026-11-12"] * n, date(2026, 11, 20), prefix=f"甲{n}罚") for n in (2, 3, 1)]
    seqs = [outcome.seq for outcome in outcomes]

    def counted(first: int, last: int) -> dict[str, int]:
        return {batch: count for _, _, batch, _, count in archive.first_received(first, last)}

    assert counted(seqs[1], seqs[1]) == {outcomes[1].batch: 3}
    assert counted(seqs[0], seqs[2]) == {one.batch: n for one, n in zip(outcomes, (2, 3, 1), strict=True)}
    assert counted(seqs[2] + 1, seqs[2] + 9) == {}
    assert counted(0, seqs[0] - 1) == {}


def test_the_document_for_programs_says_how_each_number_is_computed(november: None) -> None:
    told = queries.document(NOVEMBER, ON)

    assert (told["month"], told["through"]) == ("2026-11", "2026-11-26")
    assert told["how"].keys() == queries.INDICATORS.keys()
    wide, dual = told["assessments"]
    assert (wide["id"], dual["id"]) == ("submission-quality", "dual-publicity")
    assert all(one["basis"] for one in told["assessments"])
    assert dual["whole"]["late"] == 2
    (office,) = (one for one in dual["offices"] if one["id"] == OFFICE)
    assert office["timeliness"] == round(4 / 6, 6)
    assert office["compliance"] == 0.75


def test_an_empty_store_has_this_month_and_no_points(db: None) -> None:
    told = queries.document(NOVEMBER, ON)

    assert queries.months(ON) == [NOVEMBER]
    assert told["assessments"][1]["whole"]["points"] is None


def test_the_table_has_a_line_an_office_and_item(november: None) -> None:
    titles, *lines = queries.csv_rows(NOVEMBER, ON)
    (line,) = (
        dict(zip(titles, line, strict=True)) for line in lines if line[1] == OFFICE and line[5] == "penalty"
    )

    assert (line["收到"], line["退回"], line["迟报"], line["合规率"]) == ("8", "2", "2", "75.00%")
