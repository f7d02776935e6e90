"""Who is on a list under an old code is told with the current one, and found by either."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import DAY
from tests.factories import a_code
from tests.identity.conftest import Firm, Send, an_assignment, joined, listed
from xinyun.portal import norms

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
LIST = "serious-tax-violation"


@pytest.fixture
def moved(firm: Firm, send: Send) -> tuple[str, str]:
    """A firm that is listed under its old code, beside one that is listed under its only code."""
    old, new, other = firm("贵州演示旧名公司"), firm("贵州演示新名公司"), firm("贵州演示别家公司")
    send("uscc-assignment", an_assignment(new, 原代码=old))
    listed(old)
    listed(other, "演税确字〔2026〕2号")
    return old, new


def test_an_entry_under_an_old_code_shows_the_current_code_and_name(moved: tuple[str, str]) -> None:
    old, new = moved

    page = norms.credit_list(LIST, 1, DAY)

    assert page
    told = {row.name: (row.code, row.current, row.current_name) for row in page.rows}
    assert told["贵州演示旧名公司"] == (old, new, "贵州演示新名公司")
    assert told["贵州演示别家公司"][1:] == ("", "")
    html = Client().get(f"/lists/{LIST}").content.decode()
    assert "现行代码" in html
    assert f'href="/subject/{new}"' in html


def test_either_code_finds_the_entry_within_the_list_and_no_other(moved: tuple[str, str], firm: Firm) -> None:
    for code in (*moved, f" {moved[0].lower()} "):
        html = Client().get(f"/lists/{LIST}", {"code": code}).content.decode()
        assert "贵州演示旧名公司" in html
        assert "贵州演示别家公司" not in html

    for text in (firm("贵州演示不在名单公司"), a_code(), "乱码%_"):
        html = Client().get(f"/lists/{LIST}", {"code": text}).content.decode()
        assert "该代码的主体不在本名单上" in html
        assert "贵州演示旧名公司" not in html


def test_an_identity_number_is_not_told_back(moved: tuple[str, str]) -> None:
    answer = Client().get(f"/lists/{LIST}", {"code": "11010519491231002X"})

    assert answer.headers["Location"] == f"/lists/{LIST}"


def test_the_command_tells_the_current_code_and_finds_by_any(moved: tuple[str, str], capsys: Any) -> None:
    from xinyun.site.cli import app

    def ask(*arguments: str) -> list[tuple[str, str]]:
        app(["list", "show", LIST, *arguments, "--json"], result_action="return_value")
        return [(one["code"], one["current"]) for one in json.loads(capsys.readouterr().out)]

    old, new = moved
    assert (old, new) in ask()
    assert len(ask()) == 2
    assert ask("--code", new) == ask("--code", old) == [(old, new)]
    assert ask("--code", a_code()) == []


def test_a_page_costs_no_more_statements_for_more_codes(moved: tuple[str, str], firm: Firm) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as told:
            norms.credit_list(LIST, 1, DAY)
        return len(told)

    few = cost()
    for n in range(3):
        one, other = firm(f"贵州演示甲{n}公司"), firm(f"贵州演示乙{n}公司")
        listed(one, f"演税确字〔2026〕9{n}号")
        joined(one, other)

    assert cost() == few
