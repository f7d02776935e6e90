"""The client against a real gateway: asking, verifying, asking again."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import a_code
from tests.gateway.clients import ASKED, AT_ONCE, a_client, server
from tests.gateway.conftest import public_key
from xinyun.client import (
    Answer,
    AsyncClient,
    Away,
    Client,
    KeyRefused,
    NotGranted,
    ReceiptDoubtful,
    Refused,
    Retries,
)  # fmt: skip


def test_it_asks_and_verifies_the_receipt(gateway):
    code = gateway.listed("贵州演示客户端建筑有限公司")
    with a_client(gateway) as client:
        hit = client.check(**ASKED, code=code)
        clean = client.check(**ASKED, code=a_code(), case="演案1号")
        named = client.check(**ASKED, name="贵州演示客户端建筑有限公司")

    assert (hit.decision, hit.blocks, hit.offline, hit.sandbox) == ("block", True, False, False)
    assert (hit.subject.code, hit.subject.known, hit.measures[0].list) == (code, True, "wage-arrears")
    assert all(measure.basis for measure in hit.measures)
    assert datetime.now(UTC) - hit.known_at < timedelta(minutes=1)
    assert (clean.decision, clean.subject.known) == ("pass", False)
    assert (named.decision, named.candidates[0].code, named.reasons[0].code) == ("review", code, "name-only")


def test_event_loops_ask_in_the_same_way(gateway):
    async def ask() -> list[Answer]:
        async with AsyncClient(gateway.url, gateway.key, public_key=public_key(gateway.store.home)) as client:
            return await asyncio.gather(*(client.check(**ASKED, code=a_code()) for _ in range(8)))

    assert {answer.decision for answer in asyncio.run(ask())} == {"pass"}


@pytest.mark.parametrize(
    ("asked", "error", "code"),
    [
        ({"code": "91"}, Refused, "malformed-question"),
        ({"code": "X" * 18, "scene": "no-such-scene"}, Refused, "malformed-question"),
        ({"code": a_code(), "scene": "licence-approval"}, NotGranted, "scene-not-granted"),
    ],
)
def test_what_the_platform_refuses_is_told_with_its_fields(gateway, asked, error, code):
    with a_client(gateway) as client, pytest.raises(error) as refused:
        client.check(**(ASKED | asked))

    assert refused.value.code == code
    assert refused.value.fields
    assert refused.value.remedy.zh
    assert refused.value.remedy.en


def test_a_wrong_key_is_told_apart(gateway):
    with a_client(gateway, key="xy_none") as client, pytest.raises(KeyRefused) as refused:
        client.check(**ASKED, code=a_code())

    assert refused.value.status == 401


def test_the_same_question_sent_twice_is_one_leaf(gateway):
    before = len(gateway.logged())
    body = ASKED | {"code": a_code()}
    sent = gateway.headers | {"Idempotency-Key": "演示".encode().hex()}
    first, again = (gateway.post(body, sent) for _ in range(2))
    other = gateway.post(body | {"code": a_code()}, sent)
    odd = gateway.post(body, sent | {"Idempotency-Key": "?"})

    assert gateway.claims(first.json())["entry"] == gateway.claims(again.json())["entry"]
    assert gateway.claims(first.json())["at"] == gateway.claims(again.json())["at"]
    assert gateway.claims(other.json())["entry"] != gateway.claims(first.json())["entry"]
    assert (odd.status_code, odd.json()["code"]) == (422, "malformed-question")
    assert len(gateway.logged()) == before + 2


def test_it_asks_again_under_one_key_until_it_is_answered(gateway):
    with a_client(gateway) as client:
        good = gateway.ask(code=(code := a_code())).content
        with server((503, {"Retry-After": "0"}, b""), (0, {}, b""), (502, {}, b""), (200, {}, good)) as (
            url,
            sent,
        ):
            client = Client(url, "k", retries=Retries(5, 0.01, 0.01))
            answer = client.check(**ASKED, code=code)

    assert answer.decision == "pass"
    assert len(sent) == 4
    assert len(set(sent)) == 1


def test_it_does_not_ask_again_what_was_refused_and_gives_up_in_the_end():
    with server((422, {}, b'{"code":"malformed-question"}')) as (url, sent), pytest.raises(Refused):
        Client(url, "k", retries=AT_ONCE).check(**ASKED, code="1")
    assert len(sent) == 1
    with server((429, {}, b"")) as (url, sent), pytest.raises(Away, match="429"):
        Client(url, "k", retries=AT_ONCE).check(**ASKED, code="1")
    assert len(sent) == 2


def test_an_answer_about_somebody_else_is_not_believed(gateway):
    other = gateway.ask(code=a_code()).content
    with (
        server((200, {}, other)) as (url, _),
        a_client(gateway, url=url) as client,
        pytest.raises(ReceiptDoubtful),
    ):
        client.check(**ASKED, code=a_code())
    with (
        server((200, {}, other.replace(b'"pass"', b'"block"'))) as (url, _),
        a_client(gateway, url=url) as client,
        pytest.raises(ReceiptDoubtful),
    ):
        client.check(**ASKED, code=a_code())
    with server((200, {}, b"<html>")) as (url, _), a_client(gateway, url=url) as client, pytest.raises(Away):
        client.check(**ASKED, code=a_code())


def test_every_example_of_the_guide_runs(gateway, tmp_path):
    text = (Path(__file__).parents[2] / "docs" / "integrating.md").read_text("utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    told = {
        "URL": gateway.url, "KEY": gateway.key, "PUBLIC_KEY": public_key(gateway.store.home), "FOLDER": tmp_path,
        "CODE": gateway.listed(),
    }  # fmt: skip

    for example in examples:
        exec(example, told)

    assert len(examples) == 4
    assert told["answer"].decision == "block"
