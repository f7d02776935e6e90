"""The client asks about many in one call: in their order, each verified, none lost."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.factories import a_code
from tests.gateway.clients import ASKED, AT_ONCE, a_client, away, server
from tests.gateway.conftest import SCENE, Running, public_key
from xinyun.client import (
    Answer,
    AsyncClient,
    Away,
    BundleRefused,
    Client,
    Journal,
    NotGranted,
    ReceiptDoubtful,
    Refused,
    Retries,
    Whom,
)


def batch(gateway: Running, subjects: list[Whom]) -> bytes:
    """What the gateway answers to a batch."""
    told = {"scene": SCENE, "purpose": "投标登记", "subjects": subjects}
    answer = httpx.post(f"{gateway.url}/v1/checks/batch", json=told, headers=gateway.headers, timeout=30)
    return answer.content


def test_each_has_its_answer_or_its_refusal_in_order(gateway: Running) -> None:
    name = "贵州演示成批客户端有限公司"
    code = gateway.listed(name)
    subjects = [Whom(code=code), Whom(code="91"), Whom(name=name), Whom(code=a_code()), Whom()]
    before = len(gateway.logged())

    with a_client(gateway) as client:
        listed, wrong, named, clean, nobody = client.check_many(subjects, **ASKED, case="演案3号")

    assert isinstance(listed, Answer)
    assert isinstance(clean, Answer)
    assert isinstance(named, Answer)
    assert (listed.decision, listed.measures[0].list, clean.decision) == ("block", "wage-arrears", "pass")
    assert (named.decision, named.candidates[0].code) == ("review", code)
    for refused in (wrong, nobody):
        assert isinstance(refused, Refused)
        assert (refused.code, refused.status) == ("malformed-question", 422)
        assert refused.remedy.en
    assert len({listed.receipt, named.receipt, clean.receipt}) == 3
    assert len({listed.id, named.id, clean.id}) == 3
    assert len(gateway.logged()) == before + 3


def test_more_than_one_call_takes_is_asked_in_several(gateway: Running) -> None:
    codes = [a_code() for _ in range(7)]
    with a_client(gateway) as client:
        outcomes = client.check_many([Whom(code=code) for code in codes], **ASKED, at_once=3)
        assert client.check_many([], **ASKED) == []

    assert [one.subject.code for one in outcomes if isinstance(one, Answer)] == codes


def test_event_loops_ask_in_the_same_way(gateway: Running) -> None:
    async def ask() -> list[Any]:
        async with AsyncClient(gateway.url, gateway.key, public_key=public_key(gateway.store.home)) as client:
            return await client.check_many([Whom(code=a_code())] * 2, **ASKED)

    assert [one.decision for one in asyncio.run(ask())] == ["pass", "pass"]


def test_a_call_is_asked_again_under_its_own_key(gateway: Running) -> None:
    codes = [Whom(code=a_code()) for _ in range(2)]
    answers = [batch(gateway, [code]) for code in codes]
    with server((503, {"Retry-After": "0"}, b""), (200, {}, answers[0]), (0, {}, b""), (200, {}, answers[1])) as (
        url, sent,
    ):  # fmt: skip
        client = Client(url, "k", public_key=public_key(gateway.store.home), retries=Retries(3, 0.01, 0.01))
        outcomes = client.check_many(codes, **ASKED, at_once=1)

    assert all(isinstance(one, Answer) for one in outcomes)
    keys = [key for key, _ in sent]
    assert keys[0] == keys[1] != keys[2] == keys[3]
    assert [json.loads(body)["subjects"] for _, body in sent] == [[codes[0]]] * 2 + [[codes[1]]] * 2


def test_a_batch_that_is_sent_again_is_logged_once(gateway: Running) -> None:
    subjects, before = [Whom(code=a_code()), Whom(code=a_code())], len(gateway.logged())
    told = {"scene": SCENE, "purpose": "投标登记", "subjects": subjects}
    for _ in range(2):
        headers = gateway.headers | {"Idempotency-Key": "again-and-again"}
        assert httpx.post(f"{gateway.url}/v1/checks/batch", json=told, headers=headers).status_code == 200

    assert len(gateway.logged()) == before + 2


def test_an_answer_about_somebody_else_is_not_believed_and_the_others_are(gateway: Running) -> None:
    one, two = Whom(code=a_code()), Whom(code=a_code())
    swapped = batch(gateway, [one, Whom(code=a_code())])
    with server((200, {}, swapped)) as (url, _), a_client(gateway, url=url) as client:
        first, second = client.check_many([one, two], **ASKED)

    assert isinstance(first, Answer)
    assert isinstance(second, ReceiptDoubtful)


@pytest.mark.parametrize("content", [b"<html>", b"{}", b'{"answers":[]}', b'{"answers":7}'])
def test_what_is_no_answer_is_not_taken_for_one(content: bytes) -> None:
    with server((200, {}, content)) as (url, _), pytest.raises(Away):
        Client(url, "k", retries=AT_ONCE).check_many([Whom(code=a_code())], **ASKED)


def test_a_call_refused_as_a_whole_raises_unless_others_were_answered(gateway: Running) -> None:
    one, two = Whom(code=a_code()), Whom(code=a_code())
    with a_client(gateway) as client, pytest.raises(NotGranted):
        client.check_many([one], **(ASKED | {"scene": "licence-approval"}))
    with (
        server((200, {}, batch(gateway, [one])), (503, {}, b"")) as (url, sent),
        a_client(gateway, url=url) as client,
    ):
        outcomes = client.check_many([one, two, one], **ASKED, at_once=1)

    assert [type(one) for one in outcomes] == [Answer, Away, Away]
    assert len(sent) == 1 + AT_ONCE.attempts


def test_a_client_with_a_quota_asks_in_pieces_within_it(gateway: Running) -> None:
    arguments = ["client", "add", "成批限额系统", "--office", "52.public-resources", "--scene", SCENE]
    key = gateway.xinyun(*arguments, "--quota", "120")["key"]
    codes = [Whom(code=a_code()) for _ in range(122)]

    with a_client(gateway, key=key) as client:
        with pytest.raises(Refused) as refused:
            client.check_many(codes, **ASKED)
        outcomes = client.check_many(codes, **ASKED, at_once=60)  # the third call waits about a second

    assert refused.value.code == "batch-over-quota"
    assert all(isinstance(one, Answer) for one in outcomes)


def test_while_the_platform_is_away_it_answers_from_the_bundle(gateway: Running, tmp_path: Path) -> None:
    code, other = gateway.listed("贵州演示成批离线有限公司"), a_code()
    subjects = [Whom(code=code), Whom(name="贵州演示成批离线有限公司"), Whom(code=other)]
    with away(gateway, tmp_path) as client, pytest.raises(BundleRefused):
        client.check_many(subjects, **ASKED)
    with a_client(gateway, tmp_path) as client:
        client.download(SCENE, days=3)
    with away(gateway, tmp_path) as client:
        listed, named, clean = client.check_many(subjects, **ASKED)

    assert isinstance(listed, Answer)
    assert isinstance(clean, Answer)
    assert (listed.decision, clean.decision, listed.offline, clean.offline) == ("block", "pass", True, True)
    assert isinstance(named, Away)
    assert len(Journal(tmp_path / "journal").pending()) == 2
