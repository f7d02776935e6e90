"""The public page of codes: explains, leads from old numbers, finds nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests.factories import a_code, a_registration, collected

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
NUMBER, PERSON = "520100000000012", "11010519491231002X"
NAME = "贵州演示查码有限公司"


@pytest.fixture
def code(write_csv: Callable[..., Path]) -> str:
    code = a_code()
    collected(write_csv([a_registration(code, 名称=NAME, 注册号=NUMBER)]))
    return code


def get(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_asks_and_is_led_to(db: None) -> None:
    html = get("/codes")

    assert 'action="/codes"' in html
    assert 'id="found"' not in html
    assert 'href="/codes"' in get("/")
    assert "<h1>Code look-up</h1>" in get("/en/codes")


def test_a_code_is_explained_with_its_bearer(code: str) -> None:
    html = get(f"/codes?q={code}")

    assert NAME in html
    assert f'href="/subject/{code}"' in html
    for said in ("市场监管", "企业", "贵阳市", "校验位相符"):
        assert said in html
    english = get(f"/en/codes?q={code}")
    assert "Market regulation" in english
    assert "A valid code" in english


def test_an_old_number_leads_to_the_code(code: str) -> None:
    html = get(f"/codes?q={NUMBER}")

    assert NAME in html
    assert f'href="/subject/{code}"' in html


def test_a_wrong_code_says_so_and_proposes(code: str) -> None:
    other = next(one for one in (a_code() for _ in range(50)) if "0" in one[8:])
    written = other[:8] + other[8:].replace("0", "O", 1)

    html = get(f"/codes?q={written}")

    assert "不是有效代码" in html
    assert f"/codes?q={other}" in html
    assert "<script>" not in get("/codes?q=<script>")


def test_a_persons_number_is_not_searched_and_leaves_the_address(db: None) -> None:
    answer = Client().get(f"/codes?q={PERSON}")

    assert (answer.status_code, answer["Location"]) == (302, "/codes?person")
    html = get("/codes?person")
    assert "居民身份证号" in html
    assert PERSON not in html
