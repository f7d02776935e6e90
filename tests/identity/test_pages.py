"""Whoever asks for an old code is led to the current one, and told so; nothing of the subject's is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.conftest import DAY
from tests.factories import a_code, a_penalty
from tests.identity.conftest import Firm, Send, a_change, an_assignment, joined, listed
from xinyun.portal import queries as portal
from xinyun.portal import report
from xinyun.portal.timeline import timeline

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def html(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.fixture
def moved(firm: Firm, send: Send) -> tuple[str, str]:
    """A firm that was punished under its old code and listed under it; old and new code."""
    old, new = firm("贵州演示旧名有限公司"), firm("贵州演示新名有限公司")
    send("penalty", a_penalty(old, CF_WSH="演市监罚〔2026〕990号"))
    listed(old)
    send("uscc-assignment", an_assignment(new, 原代码=old))
    return old, new


def test_the_old_codes_page_is_the_current_subjects_and_says_so(moved: tuple[str, str]) -> None:
    old, new = moved

    page = html(f"/subject/{old}")

    assert "已不是现行代码" in page
    assert "贵州演示新名有限公司" in page
    assert f"由 {old} 变更为 {new}" in page
    assert f'href="/subject/{new}"' in page
    assert "已不是现行代码" not in html(f"/subject/{new}")


def test_the_current_subject_has_the_records_and_entries_of_all_its_codes_each_marked(
    moved: tuple[str, str],
) -> None:
    old, new = moved

    snapshot = portal.public_snapshot(new, on=DAY)

    assert snapshot
    assert {line.under for line in snapshot.lines if line.kind.id in {"penalty", "serious"}} == {old}
    assert len(snapshot.of("penalty")) == len(snapshot.of("serious")) == 1
    assert "记录在代码" in html(f"/subject/{new}")
    told = Client().get(f"/subject/{old}.json").json()
    assert (told["code"], told["identity"]["asked"]) == (new, old)
    assert {one["under"] for one in told["records"] if one["kind"] == "penalty"} == {old}


def test_a_report_for_either_code_is_the_same_report(moved: tuple[str, str]) -> None:
    from datetime import UTC, datetime

    old, new = moved
    at: dict[str, Any] = {"actor": "test", "on": DAY, "at": datetime(2026, 11, 20, 2, tzinfo=UTC)}

    one, other = report.issue(old, **at), report.issue(new, **at)

    assert one.number == other.number


def test_the_search_says_which_code_is_current(moved: tuple[str, str]) -> None:
    old, new = moved

    (hit,) = Client().get(f"/api/v1/subjects?q={old}").json()["hits"]

    assert (hit["code"], hit["current"]) == (old, new)
    found = Client().get(f"/api/v1/subjects?q={new}").json()
    assert found["hits"][0]["current"] == ""
    assert found["facets"]["records"]["penalty"] == found["facets"]["records"]["serious"] == 1
    assert Client().get(f"/search?q={old}").headers["Location"] == f"/subject/{old}"
    assert "现行代码" in html("/search?q=贵州演示旧名")


def test_a_former_code_of_which_nothing_is_held_leads_to_the_subject_too(firm: Firm, send: Send) -> None:
    old, new = a_code(), firm()
    send("uscc-assignment", an_assignment(new, 原代码=old))

    assert Client().get(f"/search?q={old}").headers["Location"] == f"/subject/{old}"
    assert f"变更为 {new}" in html(f"/subject/{old}")


def test_the_interface_tells_what_joins_the_codes_but_no_persons_reason(firm: Firm, send: Send) -> None:
    old, new, twin = firm(), firm(), firm()
    send("uscc-assignment", an_assignment(new, 原代码=old))
    joined(twin, new, reason="只给工作人员看的理由")

    answer = Client().get(f"/api/v1/subjects/{twin}/identity")

    told = answer.json()
    assert (told["asked"], told["current"], set(told["codes"])) == (twin, new, {old, new, twin})
    by_record = next(one for one in told["bonds"] if one["record"])
    assert (by_record["kind"], by_record["from"], by_record["into"]) == ("code-change", old, new)
    assert by_record["basis"]
    assert "只给工作人员看的理由" not in answer.content.decode()
    assert Client().get(f"/api/v1/subjects/{a_code()}/identity").status_code == 404


def test_each_change_of_identity_reads_as_such_in_the_timeline(firm: Firm, send: Send) -> None:
    code = firm("贵州演示旧名有限公司")
    other, old, part = firm("贵州演示乙公司"), firm("贵州演示丙公司"), firm("贵州演示丁公司")
    for status in ("注销", "存续", "吊销未注销"):
        firm("贵州演示新名有限公司", code, 登记状态=status)
    send("uscc-assignment", an_assignment(code, 原代码=old))
    send("registration-change", a_change(code, "吸收合并", 变更前内容=other))
    send("registration-change", a_change(code, "派生分立", 变更后内容=part))

    kinds = {told.event.kind for told in timeline(code, on=DAY).events}  # type: ignore[union-attr]

    assert kinds >= {"renamed", "cancelled", "revived", "revoked", "code-change", "merger", "split"}
    assert "吊销或撤销登记" in html(f"/subject/{code}/timeline")
    assert {told.event.kind for told in timeline(other, on=DAY).events} >= {"merger"}  # type: ignore[union-attr]


def test_subjects_of_one_name_are_told_apart_on_the_page(firm: Firm) -> None:
    name = "贵州演示同名有限公司"
    one, other = firm(name, 成立日期="2011-02-03"), firm(name, 成立日期="2012-03-04")

    page = html(f"/subject/{one}")

    assert "另有 1 个同名主体" in page
    assert f'href="/subject/{other}"' in page
    assert "2012-03-04" in page

    joined(other, one)

    assert "个同名主体" not in html(f"/subject/{one}")


def test_the_public_page_costs_one_statement_more_where_there_are_several_codes(
    moved: tuple[str, str], firm: Firm
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(code: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            portal.public_snapshot(code, on=DAY)
        return len(seen)

    _, new = moved
    other = firm("贵州演示另一有限公司")
    listed(other, "演税确字〔2026〕2号")
    plain = cost(other)
    joined(firm("贵州演示第三有限公司"), new)

    assert cost(new) == plain + 1


def test_subject_show_has_all_codes(moved: tuple[str, str], capsys: Any) -> None:
    import json

    from xinyun.site.cli import app

    old, new = moved

    app(["subject", "show", old, "--json"], result_action="return_value")

    told = json.loads(capsys.readouterr().out)
    assert told["identity"]["current"] == told["subject"]["code"] == new
    assert {one["under"] for one in told["records"]} == {old, new}
    assert len(told["entries"]) == 1


def test_the_commands_decide_and_tell(firm: Firm, capsys: Any, tmp_path: Path) -> None:
    import json

    from xinyun.base.identifiers import uscc_check_character
    from xinyun.site.cli import app

    one = firm("贵州演示甲公司")
    first17 = f"91520200{one[8:17]}"
    other = firm("贵州演示乙公司", first17 + uscc_check_character(first17))

    def run(*arguments: str) -> Any:
        app(["identity", *arguments, "--json"], result_action="return_value")
        return json.loads(capsys.readouterr().out)

    assert run("candidates", "--search")["waiting"] == 1
    assert run("join", one, other, "--current", one, "--reason", "核对证照")["current"] == one
    assert run("show", other)["current"] == one
    assert run("undo", one, other, "--reason", "判断有误")["ended_reason"] == "判断有误"
    assert run("keep-apart", one, other, "--reason", "两家公司")["verdict"] == "keep-apart"
    assert run("candidates", "--search")["waiting"] == 0
    assert len(run("show", one)["decisions"]) == 2
