"""An order of a court is recorded in the office's own pages: the entry is held off, counts again, or is revoked, that very day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.console.test_listings import _text, signed_in
from tests.listing.conftest import OFFICE
from tests.lists.conftest import a_code
from xinyun.lists import operations, queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
ORDER = {"document": "（2026）演01行初1号", "ordered_by": "演示市中级人民法院", "reason": "裁定停止执行。"}


@pytest.fixture
def entry() -> int:
    on = timezone.localdate() - timedelta(days=10)
    entered = operations.enlist(
        list_id="wage-arrears", code=a_code(1), name="演示建筑1有限公司", document="演人社列〔2026〕1号", decided=on,
        office=OFFICE, actor="user:zhang", on=on,
    )  # fmt: skip
    return entered.id


def test_an_order_holds_it_off_and_another_lets_it_count_again_the_same_day(entry: int) -> None:
    clerk, today = signed_in("zhang"), timezone.localdate()
    found = _text(clerk.get("/console/entries", {"code": a_code(1).lower()}))
    assert f'href="/console/entries/{entry}"' in found

    held = clerk.post(f"/console/entries/{entry}", ORDER | {"act": "suspend"}, follow=True)
    assert "停止执行</span>" in _text(held)
    assert queries.entry(entry).stands(today)
    assert not queries.entry(entry).in_force(today)

    clerk.post(f"/console/entries/{entry}", ORDER | {"act": "resume"})
    assert queries.entry(entry).in_force(today)


def test_a_revoked_entry_is_removed_the_same_day_and_nothing_more_may_be_done(entry: int) -> None:
    clerk = signed_in("zhang")

    removed = clerk.post(f"/console/entries/{entry}", ORDER | {"act": "revoke"}, follow=True)

    assert queries.entry(entry).removed_on == timezone.localdate()
    assert ORDER["document"] in _text(removed)
    assert 'name="act"' not in _text(removed)
    assert clerk.post(f"/console/entries/{entry}", ORDER | {"act": "suspend"}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"act": "suspend", "ordered_by": ""}, 422),
        ({"act": "suspend", "until": "2026年"}, 422),
        ({"act": "suspend", "document": ""}, 422),
        ({"act": "suspend", "until": date(2020, 1, 1).isoformat()}, 422),
        ({"act": "resume"}, 409),
        ({"act": "dance"}, 422),
    ],
)
def test_what_is_refused_is_told_and_nothing_has_changed(
    entry: int, sent: dict[str, str], status: int
) -> None:
    refused = signed_in("zhang").post(f"/console/entries/{entry}", ORDER | sent)

    assert refused.status_code == status
    assert 'role="alert"' in _text(refused)
    assert queries.entry(entry).in_force(timezone.localdate())


def test_another_office_does_not_see_it_and_an_auditor_does_nothing(entry: int) -> None:
    other, auditor = signed_in("li", "520300.tax"), signed_in("shen", OFFICE, "auditor")

    assert f"/console/entries/{entry}" not in _text(other.get("/console/entries", {"code": a_code(1)}))
    assert other.get(f"/console/entries/{entry}").status_code == 404
    assert other.get(f"/console/entries/{'9' * 25}").status_code == 404
    assert 'name="act"' not in _text(auditor.get(f"/console/entries/{entry}"))
    assert auditor.post(f"/console/entries/{entry}", ORDER | {"act": "suspend"}).status_code == 403
    assert "没有这个代码" in _text(other.get("/console/entries", {"code": a_code(77)}))
