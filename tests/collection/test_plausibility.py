"""What can be true but hardly is: amounts, fines beyond their articles, days before a birth or a founding."""

from __future__ import annotations

import pytest

from tests.collection.test_persons import a_person
from tests.collection.test_rows import refused_for
from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_penalty, a_registration
from xinyun.archive import queries
from xinyun.collection.columns import match
from xinyun.collection.models import Returned
from xinyun.collection.records import examine
from xinyun.law import rulebook

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

NOW = rulebook().on(DAY)
PENALTY = NOW.item("penalty")


def asked(**changes: str) -> list[tuple[str, str, str]]:
    """What is wrong with one penalty: field, rule, severity."""
    titled = a_penalty(**changes)
    found = match(PENALTY, list(titled)).found
    faults = examine(PENALTY, NOW, {name: titled[title] for name, title in found.items()}).faults
    return [(fault.field, fault.rule, fault.severity) for fault in faults]


WITHIN = [("fine_10k_yuan", "within-article", "ask")]


@pytest.mark.parametrize(
    ("basis", "most"),
    [
        ("《中华人民共和国水法》第六十九条", 10),
        ("违反《水法》第四十八条，依据《水法》第69条第一项", 10),
        ("《中华人民共和国水法》（2016年修正）第六十九条；《中华人民共和国安全生产法》第九十九条", None),
        ("《安全生产法》（2021修正）第九十九条、第一百零二条", 25),
        ("《安全生产法》第一百零四条至第一百零六条", 20),
        ("《安全生产法》第九十七条第一款第（三）项、第九十七条第一款第（四）项", 20),
        ("《价格法》第四十二条及《贵州省价格条例》第九十条", 0.5),
        ("《食品安全法》第一百二十四条、第一百二十六条", None),
        ("《中华人民共和国广告法》第五十五条", None),
        ("《水法》第六十九条之一", None),
        ("水法第六十九条", None),
        ("《关于〈水法〉的说明》第六十九条", None),
        ("演示用依据", None),
    ],
)
def test_a_fine_is_asked_about_beyond_what_its_articles_allow_together(basis, most):
    beyond = {} if most is None else {"CF_NR_FK": f"{most + 0.01:g}"}

    assert asked(CF_YJ=basis, **(beyond or {"CF_NR_FK": "90000"})) == (WITHIN if beyond else [])
    assert asked(CF_YJ=basis, CF_NR_FK=f"{most or 90000:g}") == []


def test_a_fine_is_judged_by_the_articles_of_the_day_of_its_decision():
    basis = {"CF_YJ": "《中华人民共和国安全生产法》第九十九条", "CF_NR_FK": "50"}

    assert asked(**basis, CF_JDRQ="2021-09-01") == WITHIN
    assert asked(**basis, CF_JDRQ="2021-08-31") == []


def test_a_person_may_be_fined_otherwise_than_an_organisation(submit):
    basis = {"CF_YJ": "《安全生产法》第一百零二条", "CF_NR_FK": "8"}

    sent = submit([a_person(**basis), a_penalty(**basis), a_person(**basis | {"CF_NR_FK": "11"})], "penalty")

    assert [(row, rule) for row, _, rule in sent.rules] == [("2", "within-article"), ("3", "within-article")]


def test_an_article_by_multiples_of_what_was_gained_has_no_ceiling_and_neither_has_an_unknown_day():
    assert asked(CF_YJ="《食品安全法》第一百二十六条", CF_NR_FK="6", CF_JDRQ="1900-00-00") == [
        ("fine_10k_yuan", "within-article", "ask"),
        ("decision_date", "date", "refuse"),
    ]


def test_an_amount_that_looks_like_yuan_is_asked_about():
    assert asked(CF_NR_FK="100000") == []
    assert asked(CF_NR_FK="100000.01") == [("fine_10k_yuan", "at-most", "ask")]


def test_a_document_number_of_another_form_is_told_and_accepted(submit):
    numbers = {
        "演市监罚〔2026〕1号": None,
        "演市监罚〔2026〕第2-3号": None,
        "演市监罚[2026]4号": "document-brackets",
        "演市监罚（2026）5号": "document-brackets",
        "演市监罚【2026】6号": "document-brackets",
        "演罚7": "document-number",
        "〔2026〕号": "document-number",
        "演市监罚〔26〕8号": "document-number",
    }

    sent = submit([a_penalty(CF_WSH=number) for number in numbers], "penalty")

    assert (sent.outcome.accepted, sent.faults) == (len(numbers), [])
    assert sent.outcome.warnings["document-brackets"] == 3
    assert sent.outcome.warnings["document-number"] == 3


def test_a_decision_before_the_birth_that_the_number_tells_is_asked_about(submit):
    days = ["1987-06-03", "1987-06-02", "1987-06-02"]
    documents = ["身份证", "身份证", "护照"]

    sent = submit(
        [a_person(CF_JDRQ=day, CF_XDR_ZJLX=kind) for day, kind in zip(days, documents, strict=True)],
        "penalty",
    )

    assert refused_for(sent) == [("decision_date", "not-before-birth")] * 2
    assert [row for row, _, _ in sent.rules] == ["2", "3"]


def test_a_row_that_says_of_whom_it_is_by_nothing_at_all_is_refused(submit):
    unnamed = {"CF_XDR_SHXYM": "", "CF_FRDB": ""}

    sent = submit(
        [a_penalty(CF_XDR_LB=kind, **unnamed) for kind in ("", "企业", "法人及非法人组织")], "penalty"
    )

    assert [(row, rule) for row, _, rule in sent.rules] == [
        ("1", "required"),
        ("1", "identified"),
        ("2", "code-list"),
        ("2", "identified"),
        ("3", "required-when"),
        ("3", "required-when"),
    ]


def established(submit, on: str) -> str:
    code = a_code()
    submit([a_registration(code, 成立日期=on)])
    return code


def test_a_penalty_from_before_its_company_is_asked_about_and_a_licence_told(submit):
    code = established(submit, "2026-05-10")

    sent = submit(
        [
            a_penalty(code, CF_JDRQ="2026-05-09"),
            a_penalty(code, CF_JDRQ="2026-05-10"),
            a_penalty(CF_JDRQ="2001-01-01"),
            a_person(CF_JDRQ="2001-01-01"),
        ],
        "penalty",
    )
    licence = submit([a_licence(code, XK_JDRQ="2026/05/09"), a_licence(code)], "licence")

    assert sent.rules == [("1", "decision_date", "since-established")]
    assert "2026-05-10" in sent.faults[0]["problem"]
    assert (sent.outcome.accepted, sent.outcome.rejected) == (3, 1)
    assert (licence.outcome.accepted, licence.faults) == (2, [])
    assert licence.outcome.warnings["since-established"] == 1


def test_what_is_asked_of_the_archive_is_kept_as_it_came_and_accepted_once_confirmed(submit):
    code = established(submit, "2026-05-10")
    row = a_penalty(code, CF_JDRQ="2026-05-09", CF_WSH="演罚〔2026〕1号")
    submit([a_penalty(), row], "penalty")
    (returned,) = Returned.objects.all()

    again = submit([row, row | {"CF_WSH": "演罚〔2026〕2号"}], "penalty")
    named = {"退回编号": f"{returned.batch}-{returned.row}", "确认无误": "是"}
    confirmed = submit([row | named], "penalty")

    assert (returned.row, returned.faults) == (2, [["decision_date", "since-established", "ask"]])
    assert again.outcome.rejected == 2
    assert (confirmed.outcome.accepted, confirmed.outcome.rejected) == (1, 0)
    returned.refresh_from_db()
    assert (returned.settled, returned.settled_batch) == ("confirmed", confirmed.outcome.batch)
    assert len(queries.latest("penalty", 9)) == 2


def test_rows_of_several_young_subjects_are_found_wherever_they_stand(submit):
    young = [established(submit, f"2026-0{month}-01") for month in (3, 4)]
    old = established(submit, "1999-01-01")
    rows = [a_penalty(code, CF_JDRQ="2026-03-15") for code in (old, *young, *young, a_code())]

    sent = submit(rows, "penalty", dry_run=True)

    assert [row for row, _, _ in sent.rules] == ["3", "5"]
    assert (sent.outcome.accepted, sent.outcome.rejected) == (4, 2)
