"""The pages of codes for staff: figures for all, findings and notices for the centre and the office concerned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from tests.codes.conftest import a_sibling
from tests.console.test_collection import OFFICE, browser, html
from tests.factories import a_code, a_registration, collected
from xinyun.codes import queries
from xinyun.codes.models import CodeNotice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PAGE, LOOK_UP, NUMBER = "/console/codes", "/console/codes/look-up", "520100000000012"


@pytest.fixture
def pair(write_csv: Callable[..., Path]) -> tuple[str, str]:
    """Two codes with one organisation part, of Guiyang and of Zunyi."""
    cache.clear()
    code = a_code()
    other = a_sibling(code)
    collected(write_csv([a_registration(code, 注册号=NUMBER), a_registration(other)]), office=OFFICE)
    return code, other


def operator() -> Client:
    return browser("operator", "operator", "52.development-reform")


def test_the_page_shows_rates_and_findings(pair: tuple[str, str]) -> None:
    page = html(operator(), PAGE)

    assert "主体标识码相同" in page
    assert "100.00%" in page
    assert "贵阳市 · 市场监管" in page
    assert all(code in page for code in pair)
    english = html(operator(), f"/en{PAGE}")
    assert "two codes" in english
    assert "重错码" not in english


def test_notices_are_issued_once_and_answered_on_the_page(pair: tuple[str, str]) -> None:
    centre = operator()
    for _ in range(2):
        assert centre.post(f"{PAGE}/issue").status_code == 302
    first, second = CodeNotice.objects.order_by("id")
    given = {
        "notice": str(first.pk),
        "finding": first.findings[0]["key"],
        "outcome": "kept-apart",
        "reason": "",
    }

    refused = centre.post(f"{PAGE}/answer", given)
    taken = centre.post(f"{PAGE}/answer", given | {"reason": "档案已核对"})

    assert refused.status_code == 422
    assert "没有写明理由" in refused.content.decode()
    assert taken.status_code == 302
    page = html(centre, PAGE)
    assert "档案已核对" in page
    assert "确为不同主体" in page
    assert page.count('name="outcome"') == 1
    assert centre.post(f"{PAGE}/answer", given | {"reason": "再答"}).status_code == 409
    assert centre.post(f"{PAGE}/answer", given | {"notice": "x", "reason": "再答"}).status_code == 404
    assert second.pk in {notice.id for notice in queries.notices() if notice.open}


def test_a_clerk_sees_the_own_offices_findings_and_may_not_issue(pair: tuple[str, str]) -> None:
    concerned = browser("concerned", "clerk", OFFICE)
    stranger = browser("stranger", "clerk", "520400.market-regulation")
    operator().post(f"{PAGE}/issue")

    assert pair[0] in html(concerned, PAGE)
    assert pair[0] not in html(stranger, PAGE)
    assert 'name="outcome"' not in html(concerned, PAGE)
    assert concerned.post(f"{PAGE}/issue").status_code == 403
    assert concerned.post(f"{PAGE}/answer").status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_many_lines_are_looked_up_at_once(pair: tuple[str, str]) -> None:
    clerk = browser()

    page = clerk.post(LOOK_UP, {"lines": f"{pair[1]}\r\n\r\n{NUMBER}\nxyz"}).content.decode()

    assert page.count('<th scope="row"') == 3
    assert page.count(f'<div class="code">{pair[0]}</div>') == 1
    assert "认不出来" in page
    assert clerk.post(LOOK_UP, {"lines": "x\n" * 1001}).status_code == 422
    assert 'name="lines"' in html(clerk, LOOK_UP)


def test_a_month_that_is_none_is_refused(pair: tuple[str, str]) -> None:
    assert operator().get(f"{PAGE}?month=2026-13").status_code == 422
