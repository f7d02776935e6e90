"""Several offices speak of one record: the catalogue's order of authority decides, whoever came first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration, collected
from xinyun.archive import queries
from xinyun.archive.authority import describing_order, rank, relation
from xinyun.archive.models import Record, Statement
from xinyun.law import rulebook
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

FIRST, SECOND, THIRD = "52.market-regulation", "52.civil-affairs", "52.justice"
"""As the providers of `registration` stand in the catalogue."""
CITY = "520100.market-regulation"
OFFICES = (FIRST, CITY, SECOND, "520100.civil-affairs", THIRD)


@pytest.fixture
def say(write_csv: Callable[..., Path]) -> Callable[..., object]:
    """Let an office say that the company of a code has a name; returns the outcome."""

    def send(office: str, code: str, name: str, **told: str) -> object:
        return collected(write_csv([a_registration(code, 名称=name, **told)]), office=office)

    return send


def told(outcome) -> tuple[int, int, int, int]:
    assert outcome.received == outcome.accepted + outcome.unchanged + outcome.revised + outcome.rejected
    return outcome.accepted, outcome.unchanged, outcome.revised, outcome.warnings["outranked"]


def standing(code: str) -> dict[str, str]:
    """What the offices say that do not decide, by office."""
    rows = Statement.objects.filter(subject__code=code, ended_seq__isnull=True)
    return {row.office: row.content["name"] for row in rows}


def current(code: str) -> tuple[str, str]:
    row = Record.objects.get(subject__code=code, superseded_seq__isnull=True)
    return row.office, row.content["name"]


def test_a_lower_authority_does_not_supersede_a_higher_one_and_is_told(say):
    code = a_code()
    say(FIRST, code, "贵州演示甲公司")

    sent = say(SECOND, code, "贵州演示乙公司")

    assert told(sent) == (0, 0, 1, 1)
    assert (queries.subject(code).name, current(code)) == ("贵州演示甲公司", (FIRST, "贵州演示甲公司"))
    assert standing(code) == {SECOND: "贵州演示乙公司"}
    assert feed.since(feed.head() - 1)[0].payload["outranked"] == 1


def test_a_higher_authority_supersedes_and_the_lower_one_stays_as_a_statement(say):
    code = a_code()
    say(THIRD, code, "贵州演示丙公司")

    sent = say(FIRST, code, "贵州演示甲公司")

    assert told(sent) == (0, 0, 1, 0)
    assert (queries.subject(code).name, current(code)) == ("贵州演示甲公司", (FIRST, "贵州演示甲公司"))
    (kept,) = Statement.objects.all()
    said = Record.objects.get(office=THIRD)
    assert (kept.content, kept.batch, kept.recorded_at) == (said.content, said.batch, said.recorded_at)


def test_a_higher_authority_that_says_the_same_takes_the_record_over(say):
    code = a_code()
    say(SECOND, code, "贵州演示甲公司")

    assert told(say(FIRST, code, "贵州演示甲公司")) == (0, 0, 1, 0)
    assert told(say(THIRD, code, "贵州演示丙公司")) == (0, 0, 1, 1)
    assert told(say(SECOND, code, "贵州演示甲公司")) == (0, 1, 0, 0)
    assert (current(code), standing(code)) == ((FIRST, "贵州演示甲公司"), {THIRD: "贵州演示丙公司"})


def test_a_statement_sent_again_is_unchanged_and_one_that_agrees_is_over(say):
    code = a_code()
    say(FIRST, code, "贵州演示甲公司")
    say(SECOND, code, "贵州演示乙公司")
    before = feed.head()

    assert told(say(SECOND, code, "贵州演示乙公司")) == (0, 1, 0, 0)
    assert feed.head() == before
    assert told(say(SECOND, code, "贵州演示丁公司")) == (0, 0, 1, 1)
    assert standing(code) == {SECOND: "贵州演示丁公司"}
    assert told(say(SECOND, code, "贵州演示甲公司")) == (0, 0, 1, 0)
    assert (standing(code), Record.objects.count(), Statement.objects.count()) == ({}, 1, 2)


def test_within_a_department_the_later_word_counts(say):
    code = a_code()
    say(FIRST, code, "贵州演示甲公司")

    assert told(say(CITY, code, "贵州演示戊公司")) == (0, 0, 1, 0)
    assert (current(code), standing(code)) == ((CITY, "贵州演示戊公司"), {})
    assert told(say(FIRST, code, "贵州演示戊公司")) == (0, 1, 0, 0)
    say(SECOND, code, "贵州演示乙公司")
    say("520100.civil-affairs", code, "贵州演示己公司")
    assert standing(code) == {"520100.civil-affairs": "贵州演示己公司"}


def test_where_any_department_may_furnish_the_table_of_departments_is_the_order():
    norms = rulebook().on(DAY)
    penalty, registration = norms.item("penalty"), norms.item("registration")

    ordered = sorted(norms.book.departments, key=lambda department: rank(penalty, department, norms))

    assert ordered == list(norms.book.departments)
    assert relation(registration, FIRST, SECOND, norms) == "above"
    assert relation(registration, "52.tax", THIRD, norms) == "below"  # it may not furnish at all
    assert relation(registration, CITY, FIRST, norms) == "same"
    assert describing_order(rulebook())[-1] == "registration"


def test_two_departments_that_send_one_penalty_end_the_same_in_either_order(write_csv):
    for order in ((FIRST, "52.transport"), ("52.transport", FIRST)):
        row = a_penalty()
        for office in order:
            collected(write_csv([row | {"CF_SY": f"{office} 所述"}]), "penalty", office)

    decided = Record.objects.filter(item="penalty", superseded_seq__isnull=True)
    assert {row.office for row in decided} == {FIRST}
    assert {row.office for row in Statement.objects.filter(ended_seq__isnull=True)} == {"52.transport"}


def test_a_registrys_own_item_comes_before_the_general_one(write_csv):
    code = a_code("51")
    special = a_registration(code, 名称="贵州演示协会", 类型="社会团体")
    source = {"数据来源单位": "演示市民政局", "数据来源单位统一社会信用代码": a_code("11")}
    collected(write_csv([special | source]), "registration-social-organisation", SECOND)

    collected(write_csv([special | {"名称": "贵州演示旧协会"}]), "registration", FIRST)

    assert queries.subject(code).name == "贵州演示协会"
    assert [hit.name for hit in queries.search("演示", limit=5).hits] == ["贵州演示协会"]


def test_statements_are_written_once(say):
    code = a_code()
    say(FIRST, code, "贵州演示甲公司")
    say(SECOND, code, "贵州演示乙公司")

    for change in ({"office": FIRST}, {"content": {}}, {"recorded_seq": 0}):
        with pytest.raises(DatabaseError, match="archive_statement holds facts"):
            Statement.objects.update(**change)


def test_a_batch_of_many_rows_is_decided_row_by_row(write_csv):
    codes = [a_code() for _ in range(30)]
    rows = [a_registration(code, 名称=f"贵州演示{n}号公司") for n, code in enumerate(codes)]
    collected(write_csv(rows[:10]), office=FIRST)
    collected(write_csv(rows[10:20]), office=THIRD)

    sent = collected(write_csv([row | {"经营范围": "餐饮"} for row in rows]), office=SECOND)

    assert told(sent) == (10, 0, 20, 10)
    assert Record.objects.filter(superseded_seq__isnull=True, office=SECOND).count() == 20
    assert {row.office for row in Statement.objects.all()} == {SECOND, THIRD}
    assert Statement.objects.count() == 20


WORDS = st.lists(st.tuples(st.sampled_from(OFFICES), st.sampled_from("甲乙丙")), min_size=1, max_size=8)
RANKS = {"market-regulation": 0, "civil-affairs": 1, "justice": 2}


def department(office: str) -> str:
    return office.partition(".")[2]


def replayed(words: list[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """What counts, and what the other departments say beside it, by going through the words one by one."""
    author, mark, beside = "", "", {}
    for office, said in words:
        speaks = department(office)
        if not author or speaks == author or RANKS[speaks] < RANKS[author]:
            if author and speaks != author and said != mark:
                beside[author] = mark
            author, mark = speaks, said
            beside.pop(speaks, None)
        elif said == mark:
            beside.pop(speaks, None)
        else:
            beside[speaks] = said
    return mark, beside


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(WORDS)
def test_what_counts_is_the_last_word_of_the_highest_department_and_the_others_stand_beside_it(say, words):
    code = a_code()

    for office, mark in words:
        say(office, code, f"贵州演示{mark}公司")

    highest = min((department(office) for office, _ in words), key=RANKS.__getitem__)
    last = [mark for office, mark in words if department(office) == highest][-1]
    mark, beside = replayed(words)
    assert current(code)[1] == f"贵州演示{last}公司" == f"贵州演示{mark}公司" == queries.subject(code).name
    assert {department(office): name[4] for office, name in standing(code).items()} == beside
