"""A check of any code of a subject finds what is listed under each of them; a successor inherits nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import DAY
from tests.factories import a_code, a_registration
from tests.identity.conftest import Firm, Send, a_change, an_assignment, joined, listed, undone
from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.gateway import operations as gateway
from xinyun.gateway.operations import Question

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def check(code: str = "", name: str = "") -> dict[str, Any]:
    asked = Question(
        scene="tender-registration", purpose="投标登记", client="test", code=code or None, name=name or None
    )
    (answer,) = gateway.answer([asked], at=datetime(2026, 11, 20, 2, tzinfo=UTC), on=DAY)
    return gateway.document(answer)


def test_a_listed_firm_does_not_escape_by_a_new_code(firm: Firm, send: Send) -> None:
    old, new = firm(), firm()
    listed(old)
    free = check(new)

    send("uscc-assignment", an_assignment(new, 原代码=old))

    assert free["decision"] == "pass"
    for code in (old, new):
        found = check(code)
        assert found["decision"] not in ("pass", "benefit")
        assert (
            [one["list"] for one in found["measures"]]
            == [one["list"] for one in check(old)["measures"]]
            != []
        )
        assert found["subject"]["current"] == new
        (reason,) = [one for one in found["reasons"] if one["code"] == "same-subject"]
        assert f"由 {old} 变更为 {new}" in reason["title"]
        assert reason["basis"]


def test_what_is_listed_under_the_new_code_is_found_by_a_code_that_the_archive_never_saw(
    firm: Firm, send: Send
) -> None:
    old, new = a_code(), firm()
    assert not check(old)["subject"]["known"]
    send("uscc-assignment", an_assignment(new, 原代码=old))

    listed(new)

    found = check(old)
    assert found["measures"] == check(new)["measures"] != []
    assert found["subject"]["known"]


def test_the_index_follows_a_join_its_undoing_and_a_withdrawal(firm: Firm, send: Send) -> None:
    first, second, third = firm(), firm(), firm()
    listed(first)
    joined(first, second)
    send("uscc-assignment", an_assignment(third, 原代码=second))
    barred = check(third)["measures"]
    assert [check(code)["measures"] for code in (first, second)] == [barred, barred] != [[], []]

    undone(first, second)

    assert [check(code)["measures"] for code in (first, second, third)] == [barred, [], []]
    # `second` went over into `third`, so whoever still shows it is looked at by a person.
    assert [check(code)["decision"] for code in (second, third)] == ["review", "pass"]
    assert "others" not in check(first)["subject"]
    assert check(third)["subject"]["others"] == [second]

    record = _record(third)
    archive.withdraw(records=[record.id], reason="报错", office=record.office, actor="test", on=DAY)

    assert "reasons" not in check(third)


def test_an_index_that_is_built_anew_answers_the_same(firm: Firm, send: Send) -> None:
    old, new, other = firm(), firm(), firm()
    listed(old)
    send("uscc-assignment", an_assignment(new, 原代码=old))
    joined(other, new)
    before = [check(code) | {"receipt": ""} for code in (old, new, other)]

    gateway.rebuild_index(actor="test", on=DAY)

    assert [check(code) | {"receipt": ""} for code in (old, new, other)] == before
    assert len({str(one["measures"]) for one in before}) == 1


def test_a_merger_gives_a_remark_and_never_a_restriction(firm: Firm, send: Send) -> None:
    absorbed, stays = firm(), firm()
    listed(absorbed)

    send("registration-change", a_change(stays, "吸收合并", 变更前内容=absorbed))

    found = check(stays)
    assert found["decision"] == "pass"
    assert found["measures"] == []
    assert [one["code"] for one in found["reasons"]] == ["another-subject"]
    assert "不随之转移" in found["reasons"][0]["title"]


def test_a_code_that_was_changed_is_at_least_reviewed_and_the_one_in_its_place_is_not(
    firm: Firm, send: Send
) -> None:
    old, new = firm(), firm()

    send("uscc-assignment", an_assignment(new, 原代码=old))

    found = check(old)
    assert (found["decision"], check(new)["decision"]) == ("review", "pass")
    assert [one["code"] for one in found["reasons"]] == ["code-superseded", "same-subject"]


def test_the_former_name_under_the_former_code_is_no_wrong_name(firm: Firm, send: Send) -> None:
    old, new = firm("贵州演示旧名有限公司"), firm("贵州演示新名有限公司")
    send("uscc-assignment", an_assignment(new, 原代码=old))

    assert check(new, "贵州演示旧名有限公司")["decision"] == "pass"
    assert check(new, "贵州演示另一家有限公司")["decision"] == "review"


def test_candidates_of_one_name_are_told_apart(send: Send) -> None:
    name = "贵州演示同名有限公司"
    one, other = a_registration(名称=name, 成立日期="2011-02-03"), a_registration(名称=name, 登记状态="注销")
    send("registration", one, other)

    found = {each["code"]: each for each in check(name=name)["candidates"]}

    assert found[one["统一社会信用代码"]]["established_on"] == "2011-02-03"
    assert found[other["统一社会信用代码"]]["status"] == "注销"


def _record(code: str) -> Any:
    subject = archived.subject(code)
    assert subject
    return next(one for one in archived.records_of(subject.id) if one.item == "uscc-assignment")
