"""The two times of the archive, and who said each value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_registration, collected
from xinyun.archive import operations, queries
from xinyun.archive.operations import Notice
from xinyun.law import rulebook
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

FIRST, SECOND = "52.market-regulation", "52.civil-affairs"


@pytest.fixture
def say(write_csv) -> Callable[..., object]:
    def send(code: str, office: str = FIRST, **told: str) -> object:
        return collected(
            write_csv([a_registration(code, **{"名称": "贵州演示甲公司"} | told)]), office=office
        )

    return send


def on(code: str, day: str, seq: int | None = None):
    return queries.past(code, valid_on=date.fromisoformat(day), seq=feed.head() if seq is None else seq)


def told(code: str):
    found = queries.histories(queries.subject(code).id)
    return queries.provenance(found, rulebook().on(DAY))


def test_the_header_of_a_past_day_is_what_the_registry_says_today_of_that_day(say):
    code = a_code()
    say(code, 核准日期="2020-01-10")
    say(code, 名称="贵州演示乙公司", 登记状态="注销", 核准日期="2024-03-01")

    assert (on(code, "2023-12-31").subject.name, on(code, "2023-12-31").subject.status) == (
        "贵州演示甲公司",
        "存续",
    )
    assert (on(code, "2024-03-01").subject.name, on(code, "2024-03-01").subject.status) == (
        "贵州演示乙公司",
        "注销",
    )
    assert on(code, "2024-03-01").since == date(2024, 3, 1)
    assert on(code, "2019-01-01").since == date(2020, 1, 10)  # nothing older is known, and that is said


def test_what_was_not_known_yet_does_not_count(say):
    code = a_code()
    first = say(code, 核准日期="2020-01-10").seq
    say(code, 名称="贵州演示乙公司", 核准日期="2024-03-01")

    assert on(code, "2024-06-01", first).subject.name == "贵州演示甲公司"
    assert on(code, "2024-06-01", first - 1) is None


def test_a_correction_of_the_same_approval_counts_for_its_days(say):
    code = a_code()
    say(code, 核准日期="2020-01-10")
    say(code, 名称="贵州演示更正公司", 核准日期="2020-01-10")

    assert on(code, "2021-01-01").subject.name == "贵州演示更正公司"


def test_records_say_whether_they_held_on_the_day(write_csv):
    code = a_code()
    licence = {"XK_JDRQ": "2020/05/10", "XK_YXQZ": "2020/06/01", "XK_YXQZI": "2021/05/31"}
    collected(write_csv([a_licence(code, **licence)]), "licence")

    held = {
        day: on(code, day).records[0].in_force
        for day in ("2020-05-09", "2020-06-01", "2021-05-31", "2021-06-01")
    }

    assert held == {"2020-05-09": False, "2020-06-01": True, "2021-05-31": True, "2021-06-01": False}


def test_days_to_come_are_refused():
    today = timezone.localdate()
    queries.demand_past(today, today)
    with pytest.raises(queries.FutureDay, match="还没有到"):
        queries.demand_past(today + timedelta(days=1), today)


def test_each_value_knows_who_said_it_first_and_when_it_was_last_seen(say):
    code = a_code()
    first = say(code, 经营范围="餐饮")
    second = say(code, "520100.market-regulation", 经营范围="餐饮", 住所="演示路1号")
    again = say(code, 经营范围="餐饮", 住所="演示路1号")

    (one,) = told(code)

    assert (one.origins["business_scope"].office, one.origins["business_scope"].batch) == (FIRST, first.batch)
    assert one.origins["address"].batch == second.batch
    assert (one.origins["address"].office, one.origins["address"].seq) == (
        "520100.market-regulation",
        second.seq,
    )
    assert (one.last.batch, one.last.office) == (again.batch, FIRST)
    assert one.last.at > one.origins["address"].at > one.origins["name"].at


def test_a_value_that_was_something_else_meanwhile_is_new_and_a_withdrawal_breaks_nothing(say):
    code = a_code()
    first = say(code, 经营范围="餐饮")
    say(code, 经营范围="住宿")
    third = say(code, 经营范围="餐饮")
    (record,) = queries.records_of(queries.subject(code).id)
    operations.withdraw(records=[record.id], reason="演示", office=FIRST, actor="a", on=DAY)
    assert told(code) == []
    (gone,) = (one.current for one in queries.histories(record.subject_id))
    operations.readmit(record=gone.id, reason="演示", notice=Notice("演〔2026〕1号", DAY), actor="b", on=DAY)

    (one,) = told(code)
    assert (one.origins["business_scope"].batch, one.origins["name"].batch) == (third.batch, first.batch)


def test_a_conflict_names_the_fields_who_and_why(say):
    code = a_code()
    say(code, 经营范围="餐饮")
    said = say(code, SECOND, 经营范围="住宿")

    ((conflict,),) = [one.contradictions for one in told(code)]

    assert (conflict.statement.office, conflict.fields, conflict.last.batch) == (
        SECOND,
        ("business_scope",),
        said.batch,
    )
    assert conflict.reason.basis == rulebook().on(DAY).item("registration").basis
    assert "市场监管在民政之前" in conflict.reason.text.zh


def test_a_statement_beside_a_withdrawn_record_does_not_take_its_place_and_is_shown_to_the_centre(say):
    code = a_code()
    say(code)
    say(code, SECOND, 名称="贵州演示乙公司")
    (record,) = queries.records_of(queries.subject(code).id)
    assert queries.orphaned(10) == []

    operations.withdraw(records=[record.id], reason="演示", office=FIRST, actor="a", on=DAY)

    assert queries.records_of(record.subject_id) == []
    ((statement, about, _),) = queries.orphaned(10)
    assert (statement.office, about) == (SECOND, code)


STEPS = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["", "2018-01-01", "2020-01-01", "2022-01-01"])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(STEPS)
def test_any_day_as_known_at_any_change_is_what_replaying_the_words_gives(say, steps):
    code, replay = a_code(), []
    for mark, approved in steps:
        name = f"贵州演示{mark}公司"
        done = say(code, 名称=name, **({"核准日期": approved} if approved else {}))
        if done.accepted or done.revised:
            since = (
                date.fromisoformat(approved) if approved else (timezone.localdate() if replay else date.min)
            )
            replay.append((done.seq, since, name))

    for seq in {step[0] for step in replay}:
        for day in (date(2017, 1, 1), date(2018, 1, 1), date(2021, 1, 1), timezone.localdate()):
            name = next((step for step in replay if step[0] <= seq), replay[0])[2]
            for known, since, said in replay:
                if known <= seq and since <= day:
                    name = said
            assert queries.past(code, valid_on=day, seq=seq).subject.name == name
    assert queries.past(code, valid_on=timezone.localdate(), seq=feed.head()).subject == queries.subject(code)
