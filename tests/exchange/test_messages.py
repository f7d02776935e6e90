"""What a subscriber is told: every change that it subscribed to, in order, from wherever it asks, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from tests.conftest import DAY
from tests.exchange.conftest import AT, LABOUR, a_client, delist, enlist, subscribe
from tests.factories import a_code, a_penalty, a_registration, collected
from tests.lists.test_reactions import collect as furnish
from tests.lists.test_reactions import row
from xinyun import law
from xinyun.accounts.operations import UnknownClient, revoke_client
from xinyun.archive.models import Subject
from xinyun.exchange import operations, queries
from xinyun.exchange.queries import Messages, NotACursor, UnknownSubscription, read_cursor, row_of, waiting
from xinyun.lists import operations as lists
from xinyun.lists.models import Entry
from xinyun.lists.suspending import resume, suspend
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


@pytest.fixture(autouse=True)
def key() -> str:
    return a_client()


def told(id: int, after: str = "", limit: int = 100) -> Messages:
    return waiting(row_of(id), read_cursor(after) if after else None, limit)


def kinds(found: Messages) -> list[tuple[str, str]]:
    return [(one["kind"], one["code"]) for one in found.messages]


def test_entering_and_leaving_are_told_in_order_with_their_documents() -> None:
    id = subscribe()
    first, second = enlist(1), enlist(2)
    delist(first)

    found = told(id)

    assert kinds(found) == [("list.entered", first), ("list.entered", second), ("list.removed", first)]
    entered, _, removed = found.messages
    assert (entered["document"], entered["office"], entered["decided_on"]) == (
        "演列1号",
        LABOUR,
        "2026-03-01",
    )
    assert (entered["on"], entered["until"], entered["name"]) == (
        "2026-03-01",
        "2029-03-01",
        "贵州演示建筑有限公司",
    )
    assert (removed["document"], removed["on"], removed["entry"]) == (
        "演移1号",
        DAY.isoformat(),
        entered["entry"],
    )
    assert not found.more


def test_what_was_known_before_is_told_only_where_that_is_asked_for() -> None:
    code = enlist(1)

    assert kinds(told(subscribe())) == []
    assert kinds(told(subscribe(from_start=True))) == [("list.entered", code)]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_parts_of_any_size_are_the_whole_and_nothing_comes_twice(size: int) -> None:
    id = subscribe(items=["penalty"])
    codes = [enlist(n) for n in range(3)]
    for code in codes[:2]:
        delist(code)
    whole, parts, after = told(id), [], str(told(id).after)

    while (part := told(id, after, size)).messages:
        parts += part.messages
        after = str(part.cursor)

    assert parts == list(whole.messages)
    assert len(parts) == 5
    assert len({one["id"] for one in parts}) == 5


def test_a_correction_takes_away_before_it_brings_in_one_change(tmp_path: Path) -> None:
    id = subscribe()
    furnish(tmp_path, row(1, until="2028-12-31"))
    furnish(tmp_path, row(1, until="2026-12-31"))

    found = told(id).messages

    assert [one["kind"] for one in found] == ["list.entered", "list.removed", "list.entered"]
    assert found[1]["seq"] == found[2]["seq"]
    assert (found[0]["entry"], found[2]["until"]) == (found[1]["entry"], "2027-01-01")


def test_records_are_told_as_they_stand_without_their_content(write_csv: Callable[..., Path]) -> None:
    code, row = a_code(), a_penalty()
    id = subscribe(lists=[], items=["penalty"])
    collected(write_csv([row | {"CF_XDR_SHXYM": code}]), item="penalty")
    (first,) = told(id).messages
    assert first["kind"] == "record.current"
    assert (first["code"], first["item"], first["revision"]) == (code, "penalty", 1)
    assert "演示用违法事实" not in str(first)

    collected(write_csv([row | {"CF_XDR_SHXYM": code, "CF_NR": "罚款二万元"}]), item="penalty")

    (again,) = told(id).messages
    assert (again["revision"], again["seq"]) == (2, feed.head())


def test_persons_and_other_divisions_are_not_told(write_csv: Callable[..., Path]) -> None:
    here, there = a_code(division="520100"), a_code(division="520300")
    name = {"名称": "贵州演示建筑有限公司"}
    collected(write_csv([a_registration(here) | name, a_registration(there) | name]))
    id = subscribe(division="520100", items=["penalty"])
    enlist(1, here)
    enlist(2, there)
    person = {
        "CF_XDR_LB": "自然人", "CF_XDR_MC": "欧阳演示甲", "CF_XDR_SHXYM": "", "CF_FRDB": "", "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": "52010219870603391X",
    }  # fmt: skip
    collected(write_csv([a_penalty() | person]), item="penalty")

    assert kinds(told(id)) == [("list.entered", here)]


def test_who_may_subscribe_to_what() -> None:
    with pytest.raises(operations.NothingSubscribed):
        subscribe(lists=[])
    with pytest.raises(operations.NotForSubscribers, match="不向社会公开"):
        subscribe(lists=["national-defence-refusal"])
    with pytest.raises(law.UnknownNorm):
        subscribe(lists=["no-such-list"])
    with pytest.raises(law.UnknownNorm):
        subscribe(division="999999")
    with pytest.raises(UnknownClient):
        subscribe(client="没有的系统")
    revoke_client(name="演示招标系统", actor="t", on=DAY, at=AT)
    with pytest.raises(UnknownClient):
        subscribe()
    assert queries.subscriptions() == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://example.com/x",
        "https://",
        "ftp://example.com",
        "https://a:b@example.com/x",
        "http://10.0.0.1/x",
    ],
)
def test_messages_go_to_addresses_that_keep_them_to_themselves(address: str) -> None:
    with pytest.raises(operations.NotAnAddress):
        subscribe(channel="webhook", address=address)


def test_the_secret_is_shown_once_and_kept_sealed() -> None:
    id, secret = operations.subscribe(
        client="演示招标系统", channel="webhook", lists=["wage-arrears"], items=[], address="https://example.com/x",
        actor="t", on=DAY,
    )  # fmt: skip

    assert secret.startswith("whsec_")
    assert secret.removeprefix("whsec_").encode() not in bytes(row_of(id).secret)


def test_a_place_may_be_gone_back_to_and_one_that_is_none_is_refused() -> None:
    id = subscribe()
    code = enlist(1)
    begun = str(told(id).after)
    found = told(id)
    assert operations.take(
        subscription=id, through=str(found.cursor), limit=100, office="", actor="t", on=DAY, at=AT
    )
    assert told(id).messages == ()
    assert not operations.take(
        subscription=id, through=str(found.cursor), limit=100, office="", actor="t", on=DAY, at=AT
    )

    operations.replay(subscription=id, after=begun, actor="t", on=DAY)

    assert kinds(told(id)) == [("list.entered", code)]
    with pytest.raises(NotACursor):
        operations.replay(subscription=id, after="latest", actor="t", on=DAY)
    operations.end(subscription=id, actor="t", on=DAY, at=AT)
    with pytest.raises(operations.AlreadyEnded):
        operations.replay(subscription=id, after=begun, actor="t", on=DAY)


def test_another_office_does_not_see_it() -> None:
    id = subscribe()

    with pytest.raises(UnknownSubscription):
        row_of(id, office="52.market-regulation")
    assert queries.subscriptions("52.market-regulation") == []
    assert [one.id for one in queries.subscriptions("52.development-reform")] == [id]


def test_the_number_of_questions_does_not_grow_with_the_messages(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    id = subscribe(items=["penalty", "licence"])
    for number in range(30):
        enlist(number)
    row = row_of(id)

    with django_assert_max_num_queries(16):
        assert len(waiting(row).messages) == 30


@transaction.atomic
def _list_a_person() -> None:
    seq = feed.append("t", {}, actor="t")
    person = Subject.objects.create(kind="person", name="", identity_hash="0" * 64, first_seq=seq, seq=seq)
    Entry.objects.create(
        subject=person, code="", list_id="wage-arrears", document="演列9号", office=LABOUR,
        decided_on=date(2026, 3, 1), starts_on=date(2026, 3, 1), seq=seq,
    )  # fmt: skip


def test_an_entry_about_a_natural_person_is_told_to_nobody() -> None:
    id = subscribe()
    _list_a_person()

    assert told(id).messages == ()


def test_a_courts_order_is_told_when_it_holds_an_entry_off_and_when_it_ends() -> None:
    id, code = subscribe(), enlist(1)
    entry = told(id).messages[0]["entry"]
    suspend(
        entry=entry, document="演法裁1号", ordered_by="演示法院", reason="诉讼期间停止执行", office=LABOUR, actor="t",
        on=DAY, until=date(2027, 1, 1),
    )  # fmt: skip
    resume(entry=entry, document="演法裁2号", reason="驳回起诉", office=LABOUR, actor="t", on=DAY)

    assert [kind for kind, _ in kinds(told(id))] == ["list.entered", "list.suspended", "list.resumed"]
    _, held, again = told(id).messages
    assert (held["code"], held["document"], held["on"], held["until"]) == (
        code,
        "演法裁1号",
        str(DAY),
        "2027-01-01",
    )
    assert (again["entry"], again["document"], again["until"]) == (entry, "演法裁2号", None)


def test_removing_is_told_even_where_the_entry_was_before_the_subscription() -> None:
    code = enlist(1)
    id = subscribe()
    lists.delist(
        list_id="wage-arrears", code=code, document="演移7号", reason="撤销", office=LABOUR, actor="t", on=DAY
    )

    assert kinds(told(id)) == [("list.removed", code)]
