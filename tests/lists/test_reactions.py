"""Records of the item 严重失信主体名单信息 put their subjects on the list they name."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.lists.conftest import a_code
from xinyun.archive import queries as archived
from xinyun.collection import operations as collection
from xinyun.lists import operations, queries
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2026, 3, 2)
COLUMNS = "名单名称,失信主体名称,统一社会信用代码,列入决定书文号,列入决定日期,列入依据,列入决定机关,名单有效期至,失信事实"
WAGES, COURT = "拖欠农民工工资失信联合惩戒对象名单", "失信被执行人名单"


def row(
    number: int,
    *,
    title: str = WAGES,
    kind: str = "91",
    decided="2026-02-01",
    until="",
    by="贵阳市人力资源和社会保障局",
) -> str:
    code = a_code(number, kind)
    return f"{title},演示建筑{number}有限公司,{code},筑列〔2026〕{number}号,{decided},保障农民工工资支付条例,{by},{until},拖欠工资"


def collect(tmp_path: Path, *rows: str) -> collection.Outcome:
    path = tmp_path / "serious.csv"
    path.write_text("\n".join([COLUMNS, *rows]), encoding="utf-8")
    return collection.collect(item="serious", path=path, office="52.human-resources", actor="clerk", on=TODAY)


def entries_of(number: int, kind: str = "91") -> list[queries.EntryView]:
    return queries.entries_of(archived.subject(a_code(number, kind)).id, TODAY)


def test_a_collected_decision_is_an_entry_with_its_particulars(tmp_path):
    collect(tmp_path, row(1), row(2, until="2027-01-31"))

    (one,), (two,) = entries_of(1), entries_of(2)
    assert (one.list_id, one.document, one.office) == (
        "wage-arrears",
        "筑列〔2026〕1号",
        "520100.human-resources",
    )
    assert (one.decided_on, one.period.end) == (date(2026, 2, 1), date(2029, 2, 1))
    assert two.period.last_day == date(2027, 1, 31)


def test_an_end_beyond_the_lists_term_is_refused_and_no_end_is_the_lists_term(tmp_path):
    collect(
        tmp_path,
        row(1, until="2035-01-31"),
        row(2, until="2099-12-31"),
        row(3, title=COURT, by="演示市人民法院", until="2031-01-31"),
    )

    assert entries_of(1) == []
    assert entries_of(2)[0].period.end == date(2029, 2, 1)
    assert entries_of(3)[0].period.end == date(2031, 2, 1)


def test_an_authority_that_is_none_of_our_offices_is_kept_as_written(tmp_path):
    collect(tmp_path, row(1, by="演示市人民法院", title=COURT))

    assert entries_of(1)[0].office == "演示市人民法院"


def test_collecting_the_same_file_again_enters_nobody_twice(tmp_path):
    rows = [row(number) for number in range(1, 1201)]
    before = feed.head()

    collect(tmp_path, *rows)
    head = feed.head()
    collect(tmp_path, *rows)

    assert queries.counts(TODAY) == {"wage-arrears": 1200}
    assert feed.head() == head
    kinds = [change.kind for change in feed.since(before)]
    assert kinds == ["records.accepted", "list.intake"]


def test_what_a_list_does_not_admit_stays_a_record_and_is_told_in_the_feed(tmp_path):
    outcome = collect(
        tmp_path,
        row(1),
        row(2, title=COURT, kind="92", by="演示市人民法院"),
        row(3, by="国家税务总局贵阳市税务局"),
        row(4, decided="2022-02-01"),
    )

    assert outcome.accepted == 4
    assert queries.counts(TODAY) == {"wage-arrears": 1}
    told = intake()
    assert told["refused"] == {"kind-not-named": 1, "not-competent": 1, "already-ended": 1}
    assert (told["entered"], told["known"], told["corrected"]) == (1, 0, 0)
    assert len(told["examples"]) == 3


def intake() -> dict[str, Any]:
    """What the feed's last row tells of a batch's decisions."""
    (told,) = feed.since(feed.head() - 1)
    assert told.kind == "list.intake"
    return told.payload


def test_a_corrected_end_replaces_the_entry_and_the_old_one_stops_that_day(tmp_path):
    collect(tmp_path, row(1, until="2028-12-31"))
    (first,) = entries_of(1)

    outcome = collect(tmp_path, row(1, until="2026-12-31"))

    assert (outcome.revised, intake()["corrected"], intake()["entered"]) == (1, 1, 0)
    (entry,) = entries_of(1)
    assert (entry.document, entry.period.last_day) == (first.document, date(2026, 12, 31))
    old = queries.entry(first.id)
    assert (old.removed_on, old.removal_document) == (TODAY, first.document)
    assert old.removal_reason.startswith("更正")


def test_a_correction_that_no_longer_lists_takes_the_entry_back(tmp_path):
    collect(tmp_path, row(1, until="2028-12-31"), row(2))

    collect(tmp_path, row(1, until="2026-02-28"), row(2, by="国家税务总局贵阳市税务局"))

    assert entries_of(1) == entries_of(2) == []
    assert intake()["refused"] == {"already-ended": 1, "not-competent": 1}
    assert intake()["corrected"] == 2


def test_a_record_does_not_bring_back_what_was_removed(tmp_path):
    collect(tmp_path, row(1))
    operations.delist(
        list_id="wage-arrears", code=a_code(1), document="筑移1号", reason="信用修复",
        office="520100.human-resources", actor="clerk", on=TODAY,
    )  # fmt: skip

    collect(tmp_path, row(1, until="2028-12-31"))

    assert entries_of(1) == []
    assert intake()["refused"] == {"removed-since": 1}
    assert "筑移1号" in intake()["examples"][0]
