"""Where the subject base is shown: the public page, the interface, the command line, the staff's page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.conftest import DAY
from tests.factories import a_code, a_registration, collected
from xinyun.accounts.operations import add_user
from xinyun.site.cli import collecting

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


@pytest.fixture
def company(write_csv: Callable) -> str:
    """One with another name, place and state before."""
    code = a_code(division="520102")
    about = {"名称": "贵州演示旧名公司", "住所": "贵州省贵阳市南明区演示路1号", "核准日期": "2016-01-10"}
    collected(write_csv([a_registration(code, **about)]))
    about = {"名称": "贵州演示新名公司", "住所": "贵州省遵义市汇川区演示路2号", "核准日期": "2022-03-01"}
    collected(write_csv([a_registration(code, **about, 登记状态="注销", 行业门类="制造业")]))
    return code


def test_the_public_page_says_what_holds_and_what_held(company):
    page = Client().get(f"/subject/{company}").content.decode()

    for text in (
        "基本情况",
        "主体大类",
        "遵义市汇川区",
        "制造业",
        "曾用名",
        "贵州演示旧名公司",
        "贵阳市南明区",
        "2022-03-01",
    ):
        assert text in page


def test_programs_get_each_value_with_its_days_and_its_record(company):
    told = Client().get(f"/api/v1/subjects/{company}").json()["base"]

    assert told["group"]["zh"] == "企业"
    assert (told["state"]["value"], told["state"]["since"]) == ("注销", "2022-03-01")
    assert [one["value"] for one in told["divisions"]] == ["520102", "520303"]
    (former,) = told["former_names"]
    assert (former["value"], former["until"]) == ("贵州演示旧名公司", "2022-03-01")
    assert former["said"].keys() == {"record", "item", "office", "batch", "on"}


def test_the_command_line_shows_it_of_any_day(company, capsys):
    collecting._show(company, as_of=date(2020, 1, 1), known=date.today(), json=True)
    told = json.loads(capsys.readouterr().out)["base"]
    assert (told["state"]["value"], told["former_names"]) == ("存续", [])

    collecting._show(company)
    printed = capsys.readouterr().out
    assert "基本情况 subject base" in printed
    assert "曾用名  贵州演示旧名公司" in printed


def test_staff_see_it_once_they_said_what_for(company):
    add_user(
        username="centre",
        password="a long passphrase 1",
        role="operator",
        office="52.market-regulation",
        actor="t",
        on=DAY,
    )
    client = Client()
    client.post("/login", {"login": "centre", "password": "a long passphrase 1"})

    before = client.get(f"/console/subjects/{company}").content.decode()
    after = client.post(f"/console/subjects/{company}", {"purpose": "演示"}).content.decode()

    assert "贵州演示旧名公司" not in before
    assert "基本情况" in after
    assert "贵州演示旧名公司" in after
