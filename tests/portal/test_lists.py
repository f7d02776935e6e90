"""Who is on a public list, and what was decided last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_registration, collected
from tests.portal.conftest import NAME
from xinyun.portal import browsing, norms

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def test_a_list_says_who_is_on_it_by_which_decision_and_how_to_leave(company: str) -> None:
    page = norms.credit_list("wage-arrears", 1, DAY)

    assert page is not None
    (row,) = page.rows
    assert (row.code, row.name, row.document) == (company, NAME, "演列〔2026〕1号")
    assert row.since is not None
    assert row.until is not None
    html = Client().get("/lists/wage-arrears").content.decode()
    assert all(
        text in html for text in (NAME, "演列〔2026〕1号", page.card.entry, page.card.exit, "第四十八条")
    )


def test_a_removed_entry_is_gone_from_its_list(company: str) -> None:
    from xinyun.lists.operations import delist

    delist(
        list_id="wage-arrears", code=company, document="演移〔2026〕1号", reason="已支付",
        office="52.human-resources", actor="test", on=DAY,
    )  # fmt: skip

    page = norms.credit_list("wage-arrears", 1, DAY)

    assert page is not None
    assert page.rows == ()
    assert "目前没有" in Client().get("/lists/wage-arrears").content.decode()


@pytest.mark.parametrize("path", ["/lists/nope", "/lists/%00", "/latest/nope", "/latest/%00"])
def test_a_list_that_is_none_is_not_found(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_a_list_is_paged(monkeypatch: pytest.MonkeyPatch, company: str) -> None:
    from datetime import date

    from xinyun.lists.operations import enlist

    monkeypatch.setattr(norms, "LIST_PAGE", 2)
    for n in range(2, 5):
        enlist(
            list_id="wage-arrears", code=a_code(), document=f"演列〔2026〕{n}号", decided=date(2026, 6, n),
            office="52.human-resources", actor="test", on=DAY, name=f"贵州演示{n}有限公司",
        )  # fmt: skip

    pages = [norms.credit_list("wage-arrears", n, DAY) for n in (1, 2, 99)]

    assert [len(page.rows) for page in pages if page] == [2, 2, 2]
    assert [page.page for page in pages if page] == [1, 2, 2]
    assert len({row.code for page in pages[:2] if page for row in page.rows}) == 4


def test_the_latest_decisions_are_paged_and_lead_from_the_home_page(
    company: str, write_csv: Callable[..., Path]
) -> None:
    code = a_code()
    collected(write_csv([a_registration(code)], "r2.csv"))
    collected(write_csv([a_licence(code) for _ in range(24)], "l2.csv"), item="licence")

    first, second = browsing.latest("licence", 1, DAY), browsing.latest("licence", 2, DAY)

    assert first is not None
    assert second is not None
    assert (len(first.rows), len(second.rows), first.total) == (20, 5, 25)
    assert 'href="/latest/licence"' in Client().get("/").content.decode()
    assert Client().get("/latest/penalty").content.decode().count('href="/subject/') == 1
