"""The worklist of pairs that may be one subject: a person decides with a reason, undoes, and is refused in words."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import DAY
from tests.identity.conftest import BY, Firm, Send, an_assignment, firm, send
from xinyun.accounts.operations import add_user
from xinyun.base.identifiers import uscc_check_character
from xinyun.identity import operations, queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
__all__ = ["firm", "send"]


PASSWORD = "an-invented-password-of-22"


def signed_in(role: str) -> Client:
    """A browser in which a person of a role has logged in."""
    add_user(username=role, password=PASSWORD, office="52.market-regulation", role=role, actor="test", on=DAY)
    browser = Client()
    browser.post("/login", {"login": role, "password": PASSWORD})
    return browser


@pytest.fixture
def pair(firm: Firm) -> tuple[str, str]:
    one = firm("贵州演示甲公司", 住所="演示路1号")
    first17 = f"91520200{one[8:17]}"
    return queries.pair(
        one, firm("贵州演示乙公司", first17 + uscc_check_character(first17), 住所="演示路1号")
    )


def test_a_person_joins_a_pair_of_the_worklist_and_undoes_it(pair: tuple[str, str]) -> None:
    low, high = pair
    officer, address = signed_in("operator"), f"/console/identity/{low}/{high}"
    done = officer.post("/console/identity/search", follow=True).content.decode()
    assert "1 对等待判断" in done
    assert address in done
    page = officer.get(address).content.decode()
    assert "主体标识码" in page
    assert page.count("不同</span>") == 4  # name and division, on either side

    joined = officer.post(address, {"act": "join", "current": high, "reason": "核对证照原件"}, follow=True)

    assert "核对证照原件" in joined.content.decode()
    assert queries.identity(low).current == high
    assert address not in officer.get("/console/identity").content.decode().split("最近的认定")[0]

    undone = officer.post(address, {"act": "undo", "reason": "看错了"}, follow=True).content.decode()

    assert "看错了" in undone
    assert queries.identity(low).is_plain
    assert queries.waiting_count() == 1


def test_what_is_refused_is_said_and_what_was_typed_is_kept(pair: tuple[str, str], send: Send) -> None:
    low, high = pair
    officer, address = signed_in("operator"), f"/console/identity/{low}/{high}"

    without = officer.post(address, {"act": "join", "reason": "核对证照原件"})

    assert without.status_code == 422
    assert 'value="核对证照原件"' in without.content.decode()

    send("uscc-assignment", an_assignment(high, 原代码=low))
    refused = officer.post(address, {"act": "keep-apart", "reason": "两家公司"})

    assert refused.status_code == 409
    assert "以登记机关所报为准" in refused.content.decode()
    assert "不能由人撤销" in refused.content.decode()


def test_codes_that_make_no_pair_are_refused(pair: tuple[str, str]) -> None:
    officer = signed_in("operator")

    assert officer.get(f"/console/identity/{pair[0]}/{pair[0]}").status_code == 404
    assert officer.get("/console/identity", {"code": pair[0], "other": "乱码"}).status_code == 404
    found = officer.get("/console/identity", {"code": pair[1], "other": pair[0]})
    assert found.headers["Location"] == f"/console/identity/{pair[0]}/{pair[1]}"


def test_only_the_centre_decides(pair: tuple[str, str]) -> None:
    operations.find(**BY)
    for client in (Client(), signed_in("clerk")):
        answer = client.post(
            f"/console/identity/{pair[0]}/{pair[1]}", {"act": "keep-apart", "reason": "两家"}
        )
        assert answer.status_code in {302, 403}

    assert queries.decisions() == []
