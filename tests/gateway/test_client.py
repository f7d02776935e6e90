"""The client against a real gateway: asking, going on without it, handing in what was answered meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.factories import a_code
from tests.gateway.conftest import SCENE, Running, public_key
from xinyun.client import (
    Answer,
    AsyncClient,
    Away,
    BundleRefused,
    Client,
    Journal,
    KeyRefused,
    NotGranted,
    ReceiptDoubtful,
    Refused,
    Retries,
)

AT_ONCE = Retries(attempts=2, first=0.01, longest=0.01)
ASKED = {"scene": SCENE, "purpose": "投标登记"}


def a_client(gateway: Running, folder: Path | None = None, **other: Any) -> Client:
    told = {"public_key": public_key(gateway.store.home), "retries": AT_ONCE} | other
    if folder:
        told |= {"bundle": folder / "bundle", "journal": folder / "journal"}
    return Client(told.pop("url", gateway.url), told.pop("key", gateway.key), **told)


def nowhere() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def server(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server of our own that gives these answers, the last one for ever; and what it was sent."""
    sent: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.headers.get("Idempotency-Key", ""), body))
            status, headers, content = answers[min(len(sent), len(answers)) - 1]
            if not status:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}", sent
    finally:
        listening.shutdown()
        listening.server_close()


def test_it_asks_and_verifies_the_receipt(gateway):
    code = gateway.listed("贵州演示客户端建筑有限公司")
    with a_client(gateway) as client:
        hit = client.check(**ASKED, code=code)
        clean = client.check(**ASKED, code=a_code(), case="演案1号")
        named = client.check(**ASKED, name="贵州演示客户端建筑有限公司")

    assert (hit.decision, hit.blocks, hit.offline, hit.sandbox) == ("block", True, False, False)
    assert (hit.subject.code, hit.subject.known, hit.measures[0].list) == (code, True, "wage-arrears")
    assert all(measure.basis for measure in hit.measures)
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

    assert gateway.claims(first.json())["index"] == gateway.claims(again.json())["index"]
    assert gateway.claims(first.json())["at"] == gateway.claims(again.json())["at"]
    assert gateway.claims(other.json())["index"] != gateway.claims(first.json())["index"]
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


@pytest.fixture(scope="module")
def made(gateway, tmp_path_factory) -> tuple[str, Path]:
    """A listed code, and a bundle that knows it."""
    code, folder = gateway.listed(), tmp_path_factory.mktemp("bundle")
    with a_client(gateway, folder) as client:
        return code, client.download(SCENE, days=3)


@pytest.fixture
def bundled(made, tmp_path) -> str:
    """The listed code; its bundle is in `tmp_path`."""
    code, bundle = made
    (tmp_path / "bundle").write_bytes(bundle.read_bytes())
    return code


def away(gateway: Running, folder: Path, **other: Any) -> Client:
    return a_client(gateway, folder, url=nowhere(), **other)


def test_while_the_platform_is_away_it_answers_as_the_platform_would(gateway, bundled, tmp_path):
    with a_client(gateway) as client:
        there = [client.check(**ASKED, code=code) for code in (bundled, a_code())]
    with away(gateway, tmp_path) as client:
        here = [client.check(**ASKED, code=one.subject.code) for one in there]

    for one, other in zip(there, here, strict=True):
        assert (one.decision, one.measures, one.disputed) == (other.decision, other.measures, other.disputed)
        assert (other.offline, other.receipt, other.subject.known) == (True, "", None)
        assert timedelta(0) <= other.age < timedelta(minutes=5)
        assert other.reasons[0].code == "offline"
    assert len(Journal(tmp_path / "journal").pending()) == 2


def test_what_was_answered_meanwhile_is_handed_in_once(gateway, bundled, tmp_path):
    with away(gateway, tmp_path) as client:
        given = client.check(**ASKED, code=bundled, case="演案2号")
    kept = (tmp_path / "journal").read_bytes()
    with a_client(gateway, tmp_path) as client:
        first, second = client.upload(), client.upload()
        (tmp_path / "journal").write_bytes(
            kept
        )  # as if it had been killed before it wrote the acknowledgment
        third = client.upload()

    (logged,) = [one for one in gateway.logged("check.offline") if one["id"] == given.id]
    assert [(one.recorded, one.waiting) for one in (first, second, third)] == [(1, 0), (0, 0), (1, 0)]
    assert (logged["code"], logged["decision"], logged["case"]) == (bundled, "block", "演案2号")
    assert (logged["purpose"], logged["client"], logged["in_time"]) == (ASKED["purpose"], "交易系统", True)
    assert gateway.xinyun("ledger", "verify")["ok"]


def test_killed_between_the_platforms_word_and_its_own_it_hands_in_again(gateway, bundled, tmp_path):
    with away(gateway, tmp_path) as client:
        given = client.check(**ASKED, code=bundled)
    told = (
        "import os, signal, sys; from pathlib import Path; from xinyun.client import Client, Journal\n"
        "Journal.acknowledge = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "url, key, public, folder = sys.argv[1:]\n"
        "Client(url, key, public_key=public, bundle=Path(folder, 'bundle'), journal=Path(folder, 'journal')).upload()"
    )
    arguments = [gateway.url, gateway.key, public_key(gateway.store.home), str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", told, *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL

    with a_client(gateway, tmp_path) as client:
        assert client.upload().recorded == 1

    assert len([one for one in gateway.logged("check.offline") if one["id"] == given.id]) == 1


def test_no_name_and_no_code_is_in_a_bundle(gateway, bundled, tmp_path):
    raw = (tmp_path / "bundle").read_bytes()

    assert bundled.encode() not in raw
    assert "演示拖欠".encode() not in raw
    logged = gateway.logged("bundle")[0]
    assert (logged["scene"], logged["days"], logged["client"]) == (SCENE, 3, "交易系统")


def at(later: timedelta) -> Callable[[], datetime]:
    """A clock that stands, so much after now."""
    instant = datetime.now(UTC) + later
    return lambda: instant


@pytest.mark.parametrize(
    ("later", "zh"), [(timedelta(days=3, minutes=1), "到期"), (timedelta(days=-1), "时钟")]
)
def test_an_expired_bundle_and_a_clock_set_back_are_refused(gateway, bundled, tmp_path, later, zh):
    with away(gateway, tmp_path, clock=at(later)) as client, pytest.raises(BundleRefused, match=zh):
        client.check(**ASKED, code=bundled)

    assert Journal(tmp_path / "journal").pending() == []


def test_a_clock_before_the_last_answer_is_refused(gateway, bundled, tmp_path):
    with away(gateway, tmp_path, clock=at(timedelta(hours=2))) as client:
        client.check(**ASKED, code=bundled)
    with away(gateway, tmp_path) as client, pytest.raises(BundleRefused, match="时钟"):
        client.check(**ASKED, code=bundled)


def test_a_bundle_that_was_changed_or_is_another_clients_is_refused(gateway, bundled, tmp_path):
    whole = (tmp_path / "bundle").read_bytes()
    token, _, rest = whole.partition(b"\n")
    for changed in (
        whole[:-1],
        whole[:-9] + b"x" + whole[-8:],
        b"\n" + rest,
        token[:-4] + b"AAAA\n" + rest,
        b"",
    ):
        (tmp_path / "bundle").write_bytes(changed)
        with away(gateway, tmp_path) as client, pytest.raises(BundleRefused, match="签名"):
            client.check(**ASKED, code=bundled)
    (tmp_path / "bundle").unlink()
    with away(gateway, tmp_path) as client, pytest.raises(BundleRefused, match="读不到"):
        client.check(**ASKED, code=bundled)


def test_a_name_alone_and_another_scene_are_not_answered_offline(gateway, bundled, tmp_path):
    with away(gateway, tmp_path) as client:
        with pytest.raises(Away, match="只有名称"):
            client.check(**ASKED, name="贵州演示建筑有限公司")
        with pytest.raises(BundleRefused, match="场景"):
            client.check(scene="licence-approval", purpose="审批", code=bundled)


def test_what_is_not_granted_is_neither_bundled_nor_taken(gateway, bundled, tmp_path):
    with a_client(gateway, tmp_path) as client:
        with pytest.raises(NotGranted):
            client.download("licence-approval")
        with pytest.raises(Refused) as refused:
            client.download(SCENE, days=31)
        assert refused.value.code == "days-out-of-range"
    with away(gateway, tmp_path) as client:
        client.check(**ASKED, code=bundled)
    other = gateway.xinyun(
        "client", "add", f"另一系统{a_code()}", "--office", "52.public-resources", "--scene", SCENE
    )
    with a_client(gateway, tmp_path, key=other["key"]) as client, pytest.raises(Refused) as refused:
        client.upload()
    assert refused.value.code == "no-such-bundle"


def test_the_command_makes_the_same_bundle(gateway, bundled, tmp_path):
    gateway.xinyun(
        "bundle", "make", SCENE, "--client", "交易系统", "--out", str(tmp_path / "bundle"), "--days", "2"
    )

    with away(gateway, tmp_path) as client:
        assert client.check(**ASKED, code=bundled).decision == "block"


def test_the_same_doors_stand_inside_the_site(gateway, bundled, tmp_path):
    told = gateway.python(
        "import json; from django.test import Client as C; h = {'Host': 'localhost'};"
        f"k = h | {{'Authorization': 'Bearer {gateway.key}'}};"
        f"b = C().get('/v1/bundles?scene={SCENE}&days=1', headers=k);"
        "print(json.dumps([b.status_code, b['Content-Type'], C().get('/v1/bundles', headers=h).status_code,"
        " C().get('/v1/bundles', headers=k).json()['code'],"
        " C().post('/v1/checks/offline', '{}', 'application/json', headers=k).json()['code'],"
        " C().get('/v1/checks/offline', headers=k).status_code]))"
    )

    assert told == [200, "application/octet-stream", 401, "wrong-parameters", "malformed-question", 405]
