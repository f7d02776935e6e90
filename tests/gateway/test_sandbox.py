"""The sandbox: the contract of real checks, fixed answers, and nothing of the platform touched."""

from __future__ import annotations

import asyncio
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from tests.conftest import HOME
from tests.factories import a_code
from tests.gateway.conftest import SCENE, public_key
from xinyun.base.identifiers import is_uscc
from xinyun.client.answers import read
from xinyun.gateway import sandbox
from xinyun.gateway.asgi import app
from xinyun.gateway.operations import is_about
from xinyun.ledger import queries as ledger
from xinyun.ledger import receipts

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
GUIDE = Path(__file__).parents[2] / "docs" / "integrating.md"
CASES = {one["case"]: code for code, one in sandbox.subjects().items()}


def ask(**body: Any) -> Any:
    told = {"scene": SCENE, "purpose": "联调"} | body
    headers = {"Authorization": "Bearer any", "Host": "localhost"}
    return Browser().post(sandbox.ROUTE, json.dumps(told), "application/json", headers=headers)


@pytest.mark.parametrize(
    ("case", "decision", "disputed", "known"),
    [
        ("clean", "pass", False, True),
        ("penalised", "remind", False, True),
        ("listed", "block", False, True),
        ("repaired", "pass", False, True),
        ("disputed", "review", True, True),
        ("unknown", "pass", False, False),
    ],
)
def test_each_subject_answers_as_its_case_says(case, decision, disputed, known):
    before = ledger.size()
    told = ask(code=CASES[case])
    answer, claims = read(told.json(), "id"), receipts.read(told.json()["receipt"], public_key(HOME / "home"))

    assert told.status_code == 200
    assert (answer.decision, answer.disputed, answer.subject.known, answer.sandbox) == (
        decision,
        disputed,
        known,
        True,
    )
    assert bool(answer.measures) == (decision not in {"pass"})
    assert (claims["kind"], claims["outcome"], claims["scene"]) == ("sandbox", decision, SCENE)
    assert is_about(claims, CASES[case])
    assert ledger.size() == before


def test_one_is_slow_and_one_always_fails():
    begun = time.monotonic()
    slow = ask(code=CASES["slow"])
    waited = time.monotonic() - begun
    failing = ask(code=CASES["failing"])

    assert slow.status_code == 200
    assert waited >= 3
    assert (failing.status_code, failing.json()["code"], failing["Retry-After"]) == (503, "unavailable", "1")


def test_a_name_alone_gets_candidates_and_faults_are_told_as_in_earnest():
    named = ask(name="沙箱在列建筑有限公司").json()
    wrong = ask(code="91")

    assert (named["decision"], named["candidates"][0]["code"]) == ("review", CASES["listed"])
    assert ask(name="没有这一家有限公司").json()["decision"] == "pass"
    assert (wrong.status_code, wrong.json()["code"]) == (422, "malformed-question")
    assert Browser().post(sandbox.ROUTE, "{}", "application/json").status_code == 401
    assert Browser().get(sandbox.ROUTE).status_code == 405


def test_the_gateway_has_the_same_door():
    body = json.dumps({"scene": SCENE, "purpose": "联调", "code": CASES["listed"]}).encode()
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"authorization", b"Bearer any"), (b"content-type", b"application/json")]
    scope = {"type": "http", "path": sandbox.ROUTE, "method": "POST", "headers": headers}
    asyncio.run(app(scope, receive, send))

    assert (sent[0]["status"], json.loads(sent[1]["body"])["decision"]) == (200, "block")


def test_its_codes_are_right_and_nobodys_and_the_guide_names_them_all():
    table = dict(re.findall(r"^\| `(91\w{16})` \| `(\w+)` \|", GUIDE.read_text("utf-8"), re.M))

    assert all(is_uscc(code) and code[2:8] == "529900" for code in sandbox.subjects())
    assert table == {code: one["case"] for code, one in sandbox.subjects().items()}
    assert a_code() not in sandbox.subjects()


def test_a_receipt_of_the_sandbox_is_no_receipt_of_a_check():
    at = datetime(2026, 11, 20, tzinfo=UTC)
    body = json.dumps({"scene": SCENE, "purpose": "联调", "code": CASES["clean"]}).encode()
    played = sandbox.play("Bearer any", "application/json", body, at, at.date())

    assert receipts.own(json.loads(played.body)["receipt"])["kind"] == "sandbox"
