"""A subject applies for an honour: taken in, reviewed, recommended, proposed, made public, named; and reviewed again later."""

from __future__ import annotations

from datetime import date

import pytest

from tests.listing.conftest import Course
from tests.lists.conftest import a_code
from xinyun.base import Refusal
from xinyun.listing import operations, queries
from xinyun.listing.operations import Evidence
from xinyun.lists import operations as lists
from xinyun.lists import queries as listed
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db

LIST, CITY, PROVINCE = "demonstration-enterprise", "520100.market-regulation", "52.development-reform"
DAY = date(2026, 12, 1)
NAME = "演示建筑1有限公司"


def applied(**other) -> queries.ApplicationView:
    told = {
        "list_id": LIST, "code": a_code(1), "name": NAME, "statement": "连续三年无违约，合同履约率百分之百。",
        "evidence": [Evidence("履约情况", "演示审计报告〔2026〕1号")], "office": CITY, "actor": "user:zhang", "on": DAY,
    }  # fmt: skip
    return operations.apply(**(told | other))


def reviewed(application: int, verb=None, **other) -> queries.ApplicationView:
    told = {
        "application": application,
        "reasons": "材料属实。",
        "office": CITY,
        "actor": "user:li",
        "on": DAY,
    }
    return (verb or operations.recommend)(**(told | other))


def proposed(application: int | None, **other) -> Course:
    told = {
        "list_id": LIST, "office": PROVINCE, "articles": ["guizhou-demonstration-enterprise 第三条"], "on": DAY,
        "application": application, "document": "演示发改告〔2026〕1号",
    }  # fmt: skip
    return Course(1, **(told | other))


def refused(verb, /, *given, **told) -> str:
    with pytest.raises(Refusal) as caught:
        verb(*given, **told)
    assert caught.value.basis or caught.value.code in ("application-closed", "no-such-application")
    return caught.value.code


def blacklisted(code: str = a_code(1)) -> None:
    lists.enlist(
        list_id="wage-arrears", code=code, document="演人社列〔2026〕9号", decided=date(2026, 11, 30),
        office="520100.human-resources", name=NAME, actor="t", on=DAY,
    )  # fmt: skip


def test_an_applicant_is_named_after_review_publicity_and_a_second_officers_decision():
    application = applied()
    assert application.state == queries.RECEIVED
    assert refused(proposed, application.id) == "application-first"

    reviewed(application.id)
    case = proposed(application.id)
    case.serve(way="published", served=DAY, proof="公示网址", on=DAY)
    case.decide(document="演发改认〔2026〕1号", on=date(2026, 12, 9))
    case.serve_decision(way="published", served=date(2026, 12, 9), repair_notice=False, on=date(2026, 12, 9))

    (entry,) = listed.entries(LIST, date(2026, 12, 9))
    found = queries.application(application.id)
    assert (entry.code, found.state, found.case, found.reviewed_by) == (
        a_code(1),
        "proposed",
        case.view.id,
        CITY,
    )
    assert [one.kind for one in feed.since(0) if one.kind.startswith("listing.")][:3] == [
        "listing.applied",
        "listing.application-recommended",
        "listing.proposed",
    ]


def test_nobody_is_proposed_without_an_application_once_the_norm_asks_for_one():
    assert refused(proposed, None) == "application-first"
    assert proposed(None, on=date(2026, 11, 20)).view.state == "proposed"  # the edition of before


def test_who_is_on_a_serious_list_does_not_apply_is_not_recommended_and_not_proposed():
    first = applied(code=a_code(2), name="演示建筑2有限公司")
    blacklisted(a_code(2))
    assert refused(reviewed, first.id) == "not-eligible"
    assert reviewed(first.id, operations.turn_down).state == "turned-down"

    second = applied()
    reviewed(second.id)
    blacklisted()

    assert refused(proposed, second.id) == "not-eligible"
    assert queries.application(second.id).state == "recommended"


def test_a_name_given_before_is_reviewed_when_a_serious_list_follows():
    lists.enlist(
        list_id=LIST, code=a_code(1), document="演发改认〔2025〕1号", decided=date(2025, 12, 1), office=PROVINCE, name=NAME,
        actor="t", on=DAY,
    )  # fmt: skip
    assert queries.under_review(DAY) == []

    blacklisted()

    (found,) = queries.under_review(DAY)
    assert (found.entry.code, [one.id for one in found.barred_by]) == (a_code(1), ["wage-arrears"])


def test_an_application_is_reviewed_once_and_by_offices_of_the_right_level():
    application = applied()
    assert refused(reviewed, application.id, office="cn.ndrc") == "not-theirs-to-recommend"
    reviewed(application.id, operations.turn_down)

    assert refused(reviewed, application.id) == "application-closed"
    assert refused(
        operations.withdraw_application, application=application.id, office=CITY, actor="t", on=DAY
    ) == ("application-closed")
    assert applied().id != application.id  # a new one may follow


def test_a_second_application_waits_for_the_first_and_a_withdrawn_one_does_not_count():
    first = applied()
    assert refused(applied) == "application-open"

    operations.withdraw_application(application=first.id, office=CITY, actor="t", on=DAY)

    assert applied().is_open
    assert [one.state for one in queries.applications(office=CITY)] == ["received", "withdrawn"]
    assert [one.state for one in queries.applications(office=CITY, open_only=True)] == ["received"]
    assert queries.applications(office=PROVINCE) == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"list_id": "wage-arrears"}, "no-application"),
        ({"code": ""}, "name-only"),
        ({"statement": " "}, "no-evidence"),
        ({"evidence": []}, "no-evidence"),
    ],
)
def test_what_is_no_application_is_refused_with_its_article(told, code):
    assert refused(applied, **told) == code
    assert queries.applications() == []
