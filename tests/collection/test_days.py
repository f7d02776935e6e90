"""Days as offices write them: read where they are plain, no end where they say so, refused where in doubt."""

from __future__ import annotations

import pytest

from tests.factories import a_code, a_licence, a_penalty, a_registration
from xinyun.archive import queries

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def test_2099_12_31_is_no_end_where_a_span_ends_and_in_the_future_where_something_was_decided(submit):
    good, bad = a_penalty(CF_YXQ="2099/12/31"), a_penalty(CF_JDRQ="2099-12-31")

    sent = submit([good, bad], "penalty")

    assert sent.outcome.accepted == 1
    assert sent.rules == [("2", "decision_date", "not-future")]
    assert "2099-12-31" in sent.faults[0]["remedy"]
    subject = queries.subject(good["CF_XDR_SHXYM"])
    assert queries.records_of(subject.id)[0].valid.end is None


def test_every_way_of_writing_no_end_is_no_end(submit):
    texts = ["长期", "长期有效", "永久", "2099-12-31", "2099年12月31日", "20991231", "9999-12-31"]

    sent = submit([a_registration(营业期限自="2015-06-01", 营业期限至=text) for text in texts])

    assert sent.outcome.accepted == len(texts)
    spans = {
        (str(record.valid.start), record.valid.end) for record, _, _ in queries.latest("registration", 99)
    }
    assert spans == {("2015-06-01", None)}


def test_a_written_last_day_is_the_last_day(submit):
    code = a_code()
    submit([a_registration(code, 营业期限至="2030-06-30")])

    assert str(queries.records_of(queries.subject(code).id)[0].valid.last_day) == "2030-06-30"


def test_days_are_read_as_offices_write_them(submit):
    texts = [
        "2015-6-1",
        "2015/06/01",
        "2015.6.1",
        "2015年6月1日",
        "20150601",
        "2015-06-01 00:00:00",
        "２０１５－０６－０１",
    ]

    sent = submit([a_registration(成立日期=text) for text in texts])

    assert sent.outcome.accepted == len(texts)
    assert {str(record.decided_on) for record, _, _ in queries.latest("registration", 99)} == {"2015-06-01"}


NO_DAYS = [
    "1900-00-00",
    "2026-02-30",
    "2026-13-01",
    "31/12/2025",
    "45123",
    "2026-05",
    "去年",
    "26-05-10",
    "2026111",
]
NO_YEARS = ["0000-01-01", "+12345-01-01", "-0044-03-15"]


@pytest.mark.parametrize(("field", "name"), [("核准日期", "approved_on"), ("营业期限至", "valid_until")])
def test_what_is_no_day_or_could_be_two_is_refused_and_never_guessed(submit, field, name):
    texts = NO_DAYS + NO_YEARS

    sent = submit([a_registration(**{field: text}) for text in texts] + [a_registration()])

    assert sent.rules == [(str(n), name, "date") for n in range(1, len(texts) + 1)]
    assert sent.outcome.accepted == 1
    assert "1900-00-00" in sent.faults[0]["remedy"]


def test_days_that_contradict_each_other_are_refused(submit):
    sent = submit(
        [a_licence(XK_JDRQ="2026-05-11", XK_YXQZI="2026-05-10"), a_licence(XK_JDRQ="1949-09-30")], "licence"
    )

    assert sent.rules == [
        ("1", "decision_date", "not-after"),
        ("2", "decision_date", "not-before"),
    ]


def test_publicity_ends_after_the_decision_and_may_have_no_end_of_its_own(submit):
    ends = ["2026-05-10", "2026-05-11", "2099-12-31", ""]

    sent = submit([a_penalty(CF_JDRQ="2026-05-10", CF_GSJZQ=text) for text in ends], "penalty")

    assert sent.rules == [("1", "decision_date", "before")]
    assert sent.outcome.accepted == 3


def test_an_act_that_ends_something_has_ended_on_its_own_day(submit):
    def an_abnormal_entry(code: str, removed: str) -> dict[str, str]:
        return {
            "企业名称": "贵州演示商贸有限公司",
            "统一社会信用代码": code,
            "列入经营异常名录原因类型名称": "未按期公示年度报告",
            "列入日期": "2025-07-02",
            "列入决定机关名称": "演示市市场监督管理局",
            "移出日期": removed,
        }

    one, same_day = a_code(), a_code()
    sent = submit(
        [an_abnormal_entry(one, "2026-05-20"), an_abnormal_entry(same_day, "2025-07-02")], "abnormal"
    )

    assert sent.outcome.accepted == 2
    assert str(queries.records_of(queries.subject(one).id)[0].valid.end) == "2026-05-20"
    assert str(queries.records_of(queries.subject(same_day).id)[0].valid.end) == "2025-07-02"
