"""The gateway over a real server on loopback."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from tests.factories import a_code
from tests.gateway.conftest import SCENE
from xinyun.gateway import wire
from xinyun.gateway.asgi import app

CHECK = {"scene": SCENE, "purpose": "投标登记"}


def post(gateway, content: bytes | str, **headers) -> httpx.Response:
    told = gateway.headers | {"Content-Type": "application/json"} | headers
    return httpx.post(f"{gateway.url}/v1/checks", content=content, headers=told, timeout=30)


def test_a_listed_subject_is_blocked_and_after_its_removal_the_next_check_is_clean(gateway):
    code = gateway.listed()

    hit = gateway.ask(code=code)
    arguments = ["--document", "演移1号", "--reason", "信用修复", "--by", "520100.human-resources"]
    gateway.xinyun("list", "remove", "wage-arrears", code, *arguments)
    clean = gateway.ask(code=code)

    assert (hit.status_code, hit.json()["decision"]) == (200, "block")
    assert (clean.status_code, clean.json()["decision"]) == (200, "pass")
    assert hit.headers["content-type"] == "application/json"
    assert clean.json()["as_of"]["seq"] > hit.json()["as_of"]["seq"]
    assert [gateway.claims(answer.json())["outcome"] for answer in (hit, clean)] == ["block", "pass"]
    assert gateway.xinyun("ledger", "verify")["ok"]


def test_a_name_alone_gets_candidates(gateway):
    code = gateway.listed("贵州演示某某劳务有限公司")

    told = gateway.ask(name="贵州演示某某劳务有限公司").json()

    assert (told["decision"], told["candidates"][0]["code"]) == ("review", code)


def test_the_same_door_stands_inside_the_site(gateway):
    code = gateway.listed("贵州演示同门建筑有限公司")
    told = gateway.python(
        "import json; from django.test import Client as C;"
        f"r = C().post('/v1/checks', json.dumps({{**{CHECK!r}, 'code': {code!r}}}), 'application/json',"
        f" headers={{'Authorization': 'Bearer {gateway.key}', 'Host': 'localhost'}});"
        "b = C().post('/v1/checks', '{}', 'application/json', headers={'Host': 'localhost'});"
        "g = C().get('/v1/checks', headers={'Host': 'localhost'});"
        "print(json.dumps([r.status_code, r.json(), b.status_code, b.headers['WWW-Authenticate'], g.status_code]))"
    )

    status, answer, *refused = told
    assert (status, answer["decision"]) == (200, "block")
    assert gateway.claims(answer)["outcome"] == "block"
    assert refused == [401, "Bearer", 405]


@pytest.mark.parametrize(
    ("content", "status", "field"),
    [
        (b"", 400, None),
        (b"{", 400, None),
        (b"\xff\xfe", 400, None),
        (b"[" * 60000, 422, None),
        (b'{"scene":"tender-registration","purpose":"\xff"}', 400, None),
        (b"[]", 422, None),
        (b"null", 422, None),
        (b"{}", 422, "scene"),
        (json.dumps(CHECK).encode(), 422, "code"),
        (json.dumps(CHECK | {"code": 91520100}).encode(), 422, "code"),
        (json.dumps(CHECK | {"code": "9152O100MA6DEMOOXA"}).encode(), 422, "code"),
        (json.dumps(CHECK | {"code": a_code(), "colour": "red"}).encode(), 422, "colour"),
        (json.dumps(CHECK | {"code": a_code(), "purpose": "  "}).encode(), 422, "purpose"),
        (json.dumps(CHECK | {"code": a_code(), "case": "\x00"}).encode(), 422, "case"),
        (json.dumps(CHECK | {"name": "\ud800长名称"}).encode(), 400, None),
        (json.dumps(CHECK | {"scene": "no-such-scene", "code": a_code()}).encode(), 422, "scene"),
        (json.dumps(CHECK | {"scene": "licence-approval", "code": a_code()}).encode(), 403, "scene"),
        (b" " * (wire.LIMIT + 1), 413, None),
    ],
)
def test_what_cannot_be_answered_is_a_problem_document_in_both_languages(gateway, content, status, field):
    answered = post(gateway, content)

    problem = answered.json()
    assert (answered.status_code, problem["status"]) == (status, status)
    assert answered.headers["content-type"] == "application/problem+json"
    assert all(problem[key] for key in ("code", "title", "title_en", "detail", "detail_en"))
    assert [error["field"] for error in problem["errors"]] == ([field] if field else [])


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic abc", "Bearer xy_wrong", "bearer \xff"])
def test_without_a_valid_key_nothing_is_asked(gateway, authorization):
    answered = post(
        gateway, json.dumps(CHECK | {"code": a_code()}), Authorization=authorization.encode("latin-1")
    )

    assert (answered.status_code, answered.json()["code"]) == (401, "no-key")
    assert answered.headers["www-authenticate"] == "Bearer"


def test_the_body_must_be_declared_as_json(gateway):
    assert post(gateway, json.dumps(CHECK), **{"Content-Type": "text/plain"}).status_code == 415
    assert post(
        gateway, json.dumps(CHECK | {"code": a_code()}), **{"Content-Type": "application/json; charset=utf-8"}
    ).is_success


def test_other_addresses_and_methods_are_refused(gateway):
    assert httpx.get(f"{gateway.url}/v1/checks").status_code == 405
    assert httpx.get(f"{gateway.url}/v1/checks").headers["allow"] == "POST"
    assert httpx.get(f"{gateway.url}/v1/").status_code == 404
    assert httpx.post(f"{gateway.url}/healthz").status_code == 404
    assert httpx.get(f"{gateway.url}/healthz").json() == {"alive": True}
    assert httpx.get(f"{gateway.url}/readyz").json()["ready"] is True


def test_no_refused_request_is_logged_as_a_check(gateway):
    before = len(gateway.logged())

    post(gateway, b"{}")
    post(gateway, json.dumps(CHECK | {"code": a_code()}), Authorization="Bearer xy_wrong")

    assert len(gateway.logged()) == before


def call(messages: list[dict], **headers: bytes) -> dict:
    """The application's answer to one request that arrives in these pieces; after the last one nothing comes."""
    arriving = iter(messages)
    sent: list[dict] = []

    async def receive() -> dict:
        for message in arriving:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict) -> None:
        sent.append(message)

    given = {b"authorization": b"Bearer k", b"content-type": b"application/json"}
    given |= {name.replace("_", "-").encode(): value for name, value in headers.items()}
    scope = {"type": "http", "method": "POST", "path": "/v1/checks", "headers": list(given.items())}
    asyncio.run(app(scope, receive, send))
    return sent[0] | {"body": json.loads(sent[1]["body"])}


def piece(body: bytes, more: bool = True) -> dict:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_that_grows_past_the_limit_is_not_read_on():
    pieces = (piece(b" " * 8192) for _ in range(10**9))

    assert call(pieces)["status"] == 413


def test_a_body_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(wire, "READ_SECONDS", 0.05)

    assert call([piece(b"{")])["status"] == 408


def test_a_body_whose_sender_went_is_not_taken_for_whole():
    body = json.dumps(CHECK | {"code": a_code()}).encode()

    assert call([piece(body), {"type": "http.disconnect"}])["body"]["code"] == "cut-off"


@pytest.mark.parametrize("length", [b"65537", b"-1", b"9" * 30, b"x"])
def test_a_declared_length_that_is_too_large_or_none_is_refused_at_once(length):
    assert call([], content_length=length)["status"] == 413


def test_where_no_desk_was_opened_nothing_is_answered():
    assert call([piece(json.dumps(CHECK).encode(), more=False)])["status"] == 503
