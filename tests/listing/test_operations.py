"""A subject enters a list by due process: each step in its order, by whom it may be, and refused otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from tests.listing.conftest import DECIDED, IN_FORCE, OFFICE, PROPOSED, PROPOSER, SECOND, SERVED, told
from tests.lists.conftest import a_code
from xinyun.base import Refusal
from xinyun.listing import operations, queries
from xinyun.lists import queries as lists
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db


def _refused(code: str, verb, /, *given, **named) -> Refusal:
    with pytest.raises(Refusal) as caught:
        verb(*given, **named)
    assert caught.value.code == code
    return caught.value


def test_a_subject_is_listed_when_the_decision_was_served_and_not_before(course) -> None:
    case = course().serve().state().answer().decide()

    assert case.view.state == "decided"
    assert lists.entries("wage-arrears", IN_FORCE) == []

    case.serve_decision()

    (entry,) = lists.entries("wage-arrears", IN_FORCE)
    assert case.view.state == "effective"
    assert case.view.last("effective").entry == entry.id
    assert (entry.document, entry.decided_on, entry.office) == ("筑人社列〔2026〕1号", DECIDED, OFFICE)
    assert [one.kind for one in feed.since(0) if one.kind.startswith(("listing.", "list."))] == [
        "listing.proposed", "listing.notified", "listing.stated", "listing.answered", "listing.decided", "listing.decision-served",
        "list.entered", "listing.effective",
    ]  # fmt: skip


def test_what_a_party_says_stays_out_of_the_feed(course) -> None:
    course().serve().state(text="法定代表人王某患病。")

    assert all("王某" not in str(change.payload) for change in feed.since(0))


def test_the_decision_waits_for_the_last_day_of_the_defence(course) -> None:
    case = course()

    _refused("notice-first", case.decide)
    case.serve()
    refusal = _refused("period-running", case.decide, on=date(2026, 3, 10))

    assert "mohrss-45-2021 第六条" in map(str, refusal.basis)
    assert case.decide(on=date(2026, 3, 11)).view.state == "decided"


def test_a_notice_by_announcement_is_received_when_it_has_run(course) -> None:
    case = course().serve(way="announced")

    assert case.view.last("notified").counts_from == date(2026, 4, 2)
    _refused("period-running", case.decide, on=date(2026, 4, 10))
    assert case.decide(on=date(2026, 4, 13)).view.state == "decided"  # after 清明 and five working days


def test_a_decision_by_announcement_takes_effect_when_it_has_run(course) -> None:
    case = course().serve().decide()

    _refused("wrong-day", case.serve_decision, way="announced")
    case.serve_decision(way="announced", on=date(2026, 4, 11))

    assert case.view.state == "effective"


def test_whoever_proposed_does_not_decide(course) -> None:
    case = course().serve()

    assert _refused("second-officer", case.decide, actor=PROPOSER).basis
    assert _refused("second-officer", case.spare, actor=PROPOSER).basis
    assert case.decide(actor=SECOND).view.last("decided").actor == SECOND


def test_another_office_neither_proposes_nor_decides(course) -> None:
    _refused("not-competent", course, 1, office="520100.tax")
    case = course().serve()

    for act in (case.decide, case.state, case.withdraw):
        assert _refused("not-their-case", act, office="52.human-resources").basis


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("no-article", {"articles": []}),
        ("no-article", {"articles": ["mohrss-45-2021 第九十九条"]}),
        ("no-article", {"articles": ["mohrss-45-2021"]}),
        ("conduct-too-minor", {"conduct": "minor"}),
        ("conduct-too-minor", {"conduct": ""}),
        ("name-only", {"code": ""}),
        ("person-elsewhere", {"code": "11010519491231002X"}),
        ("not-a-code", {"code": "123"}),
        ("unknown-subject", {"name": None}),
        ("no-evidence", {"evidence": []}),
        ("no-evidence", {"evidence": [operations.Evidence("只有内容", "")]}),
        ("no-evidence", {"evidence": [operations.Evidence("内容", "文书", "不是摘要")]}),
        ("no-evidence", {"facts": " "}),
        ("no-document", {"document": ""}),
        ("unknown-norm", {"list_id": "no-such-list"}),
        (
            "kind-not-named",
            {"list_id": "quality-award", "office": "52.market-regulation", "code": a_code(1, "92")},
        ),
    ],
)
def test_a_proposal_is_refused_on_its_ground_and_nothing_is_written(code: str, other: dict) -> None:
    before = feed.head()

    _refused(code, operations.propose, **told(**other))

    assert feed.head() == before
    assert queries.cases() == []


def test_what_was_stated_is_answered_before_the_decision_which_repeats_the_answer(course) -> None:
    case = course().serve().state()

    refusal = _refused("answer-first", case.decide, considered="不采纳。")
    _refused("answer-first", case.answer().state(on=date(2026, 3, 10)).decide)
    case.answer(on=DECIDED, text="再次核实，仍不采纳。").decide()

    assert "mohrss-45-2021 第六条" in map(str, refusal.basis)
    assert "再次核实" in str(case.view.last("decided").told["decision"])
    _refused("not-foreseen", course(2).serve().answer)


def test_where_no_article_asks_for_an_answer_the_decision_says_how_it_was_weighed(course) -> None:
    case = (
        course(5, list_id="serious-tax-violation", office="52.tax", articles=["sat-54-2021 第六条"])
        .serve()
        .state()
    )

    assert _refused("not-considered", case.decide, consent="局领导批准").basis
    decided = case.decide(consent="局领导批准", considered="已复核，不成立。").view.last("decided")

    assert "已复核" in str(decided.told["decision"])


def test_both_papers_are_served_together(course) -> None:
    case = course().serve().decide()

    refusal = _refused("repair-notice-missing", case.serve_decision, repair_notice=False)

    assert "gov-22-2025 两书同达" in map(str, refusal.basis)
    assert case.view.last("decided").told["repair"]["title"] == "信用修复告知书"
    assert lists.entries("wage-arrears", IN_FORCE) == []


def test_a_city_office_of_market_regulation_names_the_consent_and_holds_the_hearing(course) -> None:
    case = course(
        7, list_id="market-serious", office="520100.market-regulation", articles=["samr-44-2021 第二条"]
    ).serve()  # fmt: skip
    case._do(operations.ask_hearing, {"text": "要求听证", "on": date(2026, 3, 4)})

    assert _refused("hearing-pending", case.decide, consent="黔市监函〔2026〕1号").basis
    case._do(operations.hold_hearing, {"text": "听证笔录", "on": date(2026, 3, 10)})
    _refused("no-consent", case.decide, considered="不采纳。")
    case.decide(considered="不采纳。", consent="黔市监函〔2026〕1号")

    assert case.view.state == "decided"


def test_a_hearing_is_asked_for_in_time(course) -> None:
    case = course(
        7, list_id="market-serious", office="52.market-regulation", articles=["samr-44-2021 第二条"]
    ).serve()

    refusal = _refused(
        "too-late-to-ask", operations.ask_hearing,
        case=case.view.id, text="要求听证", office="52.market-regulation", actor=PROPOSER, on=date(2026, 3, 11),
    )  # fmt: skip

    assert "law-administrative-penalty 第六十四条" in map(str, refusal.basis)


def test_a_red_list_is_published_first_and_a_watch_list_is_decided_at_once(course) -> None:
    red = course(3, list_id="demonstration-enterprise", office="52.development-reform",
                 articles=["guizhou-demonstration-enterprise 第三条"])  # fmt: skip
    _refused("no-proof", red.serve)
    red.serve(way="published", proof="门户网站公示页")
    red.decide().serve_decision(way="published", repair_notice=False)

    watch = course(4, list_id="wage-watch", articles=["mohrss-1-2016 第七条"], document="")
    _refused("not-foreseen", watch.serve)
    watch.decide(document="筑人社评〔2026〕2号", on=PROPOSED).serve_decision(on=SERVED, served=SERVED)

    assert (red.view.state, watch.view.state) == ("effective", "effective")


def test_deciding_not_to_enter_and_dropping_end_a_case(course) -> None:
    spared, dropped = course(1).spare(on=PROPOSED), course(2).serve().decide().withdraw()

    assert (spared.view.state, dropped.view.state) == ("not-entered", "dropped")
    for case in (spared, dropped):
        assert _refused("case-closed", case.withdraw).basis
    assert queries.cases(open_only=True) == []
    assert course(1).view.state == "proposed"  # new facts, another case


def test_there_is_one_open_case_about_a_subject_and_list(course) -> None:
    course()

    _refused("already-open", course)


@pytest.mark.parametrize("served", [date(2026, 3, 1), date(2026, 3, 4)])
def test_service_lies_between_the_proposal_and_today(course, served: date) -> None:
    case = course()

    _refused("wrong-day", case.serve, served=served)
    _refused("no-proof", case.serve, proof=" ")
    _refused("no-proof", case.serve, way="by-rumour")


def test_steps_are_not_taken_before_those_that_happened(course) -> None:
    case = course().serve().state(on=date(2026, 3, 9))

    _refused("wrong-day", case.state, on=date(2026, 3, 5))


def test_a_case_whose_entry_is_refused_stays_as_it_was(course) -> None:
    from xinyun.lists import operations as verbs

    case = course().serve().decide()
    verbs.enlist(
        list_id="wage-arrears", code=a_code(1), document="筑人社列〔2026〕1号", decided=date(2026, 3, 5), office=OFFICE,
        name="演示建筑1有限公司", actor="x", on=DECIDED,
    )  # fmt: skip

    _refused("already-listed", case.serve_decision)

    assert queries.case(case.view.id).state == "decided"


def test_what_is_due_is_told_by_urgency(course) -> None:
    first, second = (
        course(1).serve().decide(),
        course(2).serve(on=date(2026, 3, 12), served=date(2026, 3, 12)),
    )

    waiting = queries.due(date(2026, 3, 26), OFFICE)

    assert [(one.case.id, one.deadline.what, one.deadline.last, one.late) for one in waiting] == [
        (second.view.id, "period", date(2026, 3, 19), False),
        (first.view.id, "service", date(2026, 3, 20), True),
    ]
    assert queries.due(date(2026, 3, 26), "52.tax") == []
