"""Answering in process: what is decided, what the ledger keeps, what the receipt says."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.conftest import DAY, HOME
from tests.factories import a_code
from tests.gateway.conftest import public_key
from xinyun import law
from xinyun.base import Refusal
from xinyun.gateway import operations
from xinyun.gateway.operations import Answer, Question, document, is_about
from xinyun.ledger import queries as ledger
from xinyun.ledger import receipts
from xinyun.lists import operations as lists
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NAME = "贵州演示（遵义）建筑有限公司"


def asked(**other) -> Question:
    return Question(
        **(
            {
                "scene": "tender-registration",
                "purpose": "投标登记",
                "client": "c",
                "office": "52.public-resources",
            }
            | other
        )
    )


def answer(on: date = DAY, **other) -> Answer:
    (one,) = operations.answer([asked(**other)], at=AT, on=on)
    return one


@pytest.fixture
def listed() -> str:
    code = a_code()
    enlist(code)
    return code


def enlist(
    code: str, *, list_id: str = "wage-arrears", office: str = "520300.human-resources", name: str = NAME
) -> None:
    document = f"演列〔2026〕{code[-4:]}号"
    lists.enlist(
        list_id=list_id, code=code, document=document, decided=date(2026, 3, 1), office=office, name=name, actor="t", on=DAY
    )  # fmt: skip


def delist(code: str) -> None:
    told = {
        "document": "演移〔2026〕1号",
        "reason": "信用修复",
        "office": "520300.human-resources",
        "actor": "t",
        "on": DAY,
    }
    lists.delist(list_id="wage-arrears", code=code, **told)


def test_a_hit_carries_its_measures_with_article_entry_and_end(listed):
    told = document(answer(code=listed))

    assert set(told) == {"decision", "subject", "measures", "disputed", "as_of", "receipt"}
    assert told["decision"] == "block"
    assert told["subject"] == {"code": listed, "name": NAME, "known": True}
    assert told["as_of"] == {"seq": feed.head(), "rulebook": law.rulebook().hash}
    for measure in told["measures"]:
        assert set(measure) == {"id", "title", "effect", "list", "entry", "basis", "until"}
        assert measure["basis"]
        assert (measure["list"], measure["until"]) == ("wage-arrears", "2029-03-01")


def test_after_the_removal_the_next_check_is_clean(listed):
    assert answer(code=listed).outcome == "block"

    delist(listed)

    assert answer(code=listed).outcome == "pass"
    assert document(answer(code=listed))["measures"] == []


def test_on_the_day_its_term_ends_the_entry_bears_no_more(listed):
    assert answer(code=listed, on=date(2029, 2, 28)).outcome == "block"
    assert answer(code=listed, on=date(2029, 3, 1)).outcome == "pass"


def test_an_unknown_code_passes_and_says_that_it_is_unknown():
    code = a_code()

    told = document(answer(code=code, name="演示新设有限公司"))

    assert told["decision"] == "pass"
    assert told["subject"] == {"code": code, "name": "演示新设有限公司", "known": False}


def test_a_name_alone_is_a_review_with_candidates_and_no_measures(listed):
    told = document(answer(name="贵州演示(遵义)建筑有限公司"))

    assert told["decision"] == "review"
    (candidate,) = told["candidates"]
    assert candidate | {"code": listed, "name": NAME, "bearing": True, "division": "520100"} == candidate
    assert told["measures"] == []
    assert [reason["code"] for reason in told["reasons"]] == ["name-only"]
    assert told["subject"] == {"code": None, "name": "贵州演示(遵义)建筑有限公司", "known": False}


def test_whoever_bears_the_very_name_counts_before_those_whose_name_contains_it(listed):
    clean = a_code()
    enlist(clean, list_id="tax-a", office="520300.tax", name="贵州演示（遵义）")

    told = document(answer(name="贵州演示（遵义）"))

    assert told["decision"] == "pass"
    assert [(c["code"], c["bearing"]) for c in told["candidates"]] == [(clean, False), (listed, True)]


def test_a_name_that_many_bear_is_a_review_if_any_one_of_them_is_listed():
    shops = [a_code("92") for _ in range(8)]
    for code in shops[:-1]:
        enlist(code, list_id="tax-a", office="520300.tax", name="演示便民超市")
    enlist(shops[-1], name="演示便民超市")

    told = document(answer(name="演示便民超市"))

    assert told["decision"] == "review"
    assert told["candidates"][0] | {"code": shops[-1], "bearing": True} == told["candidates"][0]
    assert len(told["candidates"]) == 5


def test_a_name_that_nobody_bears_passes_with_no_candidate():
    told = document(answer(name="贵州并无此户有限公司"))

    assert (told["decision"], told["candidates"]) == ("pass", [])


def test_another_name_than_the_archives_makes_a_pass_a_review_and_is_told(listed):
    delist(listed)

    told = document(answer(code=listed, name="贵州改名以后有限公司"))

    assert told["decision"] == "review"
    assert [reason["code"] for reason in told["reasons"]] == ["name-mismatch"]
    assert told["subject"]["name"] == NAME
    assert "reasons" not in document(answer(code=listed, name=NAME))


def test_the_ledger_keeps_who_asked_what_and_why_hit_or_no_hit(listed):
    hit, clean = answer(code=listed, case="GC-1"), answer(code=a_code())

    kept = ledger.entry(hit.index).payload
    assert (kept["code"], kept["client"], kept["office"]) == (listed, "c", "52.public-resources")
    assert (kept["purpose"], kept["case"], kept["decision"], kept["scene"]) == (
        "投标登记",
        "GC-1",
        "block",
        "tender-registration",
    )
    assert kept["measures"][0] == [hit.ruling.verdict.measures[0].id, hit.ruling.verdict.measures[0].entry]
    assert ledger.entry(clean.index).payload["decision"] == "pass"


def test_the_receipt_verifies_with_the_public_key_alone_and_names_nobody(listed):
    one = answer(code=listed)

    claims = receipts.read(one.receipt, public_key(HOME / "home"))

    assert claims["index"] == one.index
    assert (claims["outcome"], claims["scene"], claims["seq"]) == (
        "block",
        "tender-registration",
        feed.head(),
    )
    assert claims["rulebook"] == law.rulebook().hash
    assert listed not in str(claims)
    assert is_about(claims, listed)
    assert not is_about(claims, a_code())


def test_a_group_is_answered_in_order_and_the_same_question_twice_is_one_leaf(listed):
    same = asked(code=listed)
    answers = operations.answer([asked(code=a_code()), same, asked(name=NAME), same], at=AT, on=DAY)

    assert [one.outcome for one in answers] == ["pass", "block", "review", "block"]
    assert answers[1].index == answers[3].index
    assert len({one.index for one in answers}) == 3


def test_one_wrong_question_and_nothing_is_answered_or_logged(listed):
    size = ledger.size()

    with pytest.raises(Refusal):
        operations.answer([asked(code=listed), asked(code="9152O100MA6DEMOOXA")], at=AT, on=DAY)

    assert ledger.size() == size
    assert operations.answer([], at=AT, on=DAY) == []
