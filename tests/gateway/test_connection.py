"""A check that comes in one piece goes a shorter way than others; a client cannot tell by what it gets."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.factories import a_code
from tests.gateway.conftest import SCENE, Running

CHECK = {"scene": SCENE, "purpose": "投标登记"}
CODE = a_code()


class Told(NamedTuple):
    """A response: its status, its headers without their values where these change, its body as JSON."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]


def request(
    gateway: Running, body: bytes, *more: str, version: str = "1.1", path: str = "/v1/checks"
) -> bytes:
    """A request as it goes over the wire."""
    length = [f"Content-Length: {len(body)}"] if "Transfer-Encoding: chunked" not in more else []
    head = [f"POST {path} HTTP/{version}", "Host: gateway", f"Authorization: Bearer {gateway.key}"]
    head += ["Content-Type: application/json", *length, *more, "", ""]
    return "\r\n".join(head).encode() + body


@contextmanager
def connected(gateway: Running) -> Iterator[socket.socket]:
    address = urlsplit(gateway.url)
    with socket.create_connection((address.hostname, address.port), 30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def response(file: BinaryIO) -> Told:
    """The next response on a connection."""
    status = int(file.readline().split()[1])
    lines = iter(lambda: file.readline().strip().decode(), "")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    if status == 100:
        return response(file)
    body = json.loads(file.read(int(headers.pop("content-length"))))
    headers.pop("date")
    return Told(status, headers, body)


def told(gateway: Running, *pieces: bytes, responses: int = 1) -> list[Told]:
    """What comes back for these bytes, sent one after the other."""
    with connected(gateway) as connection, connection.makefile("rb") as file:
        for place, piece in enumerate(pieces):
            if place:
                connection.settimeout(0.2)
                with pytest.raises(TimeoutError):  # nothing is answered before all has come
                    connection.recv(1)
                connection.settimeout(30)
            connection.sendall(piece)
        return [response(file) for _ in range(responses)]


def unchanging(one: Told) -> tuple[int, dict[str, str], dict[str, Any]]:
    """A response without what differs between two equal questions."""
    return one.status, one.headers, one.body | {"receipt": "", "known_at": "", "as_of": ""}


def body(**fields: Any) -> bytes:
    return json.dumps(CHECK | {"code": CODE} | fields).encode()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": "某某公司"},
        {"code": None, "name": "某某公司"},
        {"code": "x"},
        {"colour": "red"},
        {"scene": "none"},
    ],
    ids=["code", "both", "name", "no code", "unknown field", "no scene"],
)
def test_in_one_piece_and_in_two_the_answer_is_the_same(gateway, fields):
    whole = request(gateway, body(**fields))

    (at_once,), (in_two,) = told(gateway, whole), told(gateway, whole[:-9], whole[-9:])

    assert unchanging(at_once) == unchanging(in_two)
    assert at_once.status in (200, 422)


def test_a_head_and_a_body_that_come_apart_are_one_check(gateway):
    whole = request(gateway, body())
    end = whole.index(b"\r\n\r\n") + 4

    (answer,) = told(gateway, whole[:end], whole[end:])

    assert (answer.status, answer.body["subject"]["code"]) == (200, CODE)


def test_a_chunked_check_is_answered_whole_or_in_pieces(gateway):
    asked = body()
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (asked[:20], asked[20:])] + [b"0\r\n\r\n"]
    head = request(gateway, b"", "Transfer-Encoding: chunked")

    (at_once,), (in_pieces,) = told(gateway, head + b"".join(chunks)), told(gateway, head, *chunks)

    assert unchanging(at_once) == unchanging(in_pieces)
    assert at_once.body["subject"]["code"] == CODE


@pytest.mark.parametrize(
    ("more", "version"), [(["Connection: close"], "1.1"), ([], "1.0")], ids=["asked to", "of old"]
)
def test_a_connection_that_is_to_end_ends_after_its_answer(gateway, more, version):
    with connected(gateway) as connection, connection.makefile("rb") as file:
        connection.sendall(request(gateway, body(), *more, version=version))
        answer = response(file)
        assert file.read() == b""

    assert (answer.status, answer.headers["connection"]) == (200, "close")


def test_a_connection_that_stays_serves_both_ways_in_turns(gateway):
    whole, other = request(gateway, body()), request(gateway, body(), path="/v1/checks/batch")
    with connected(gateway) as connection, connection.makefile("rb") as file:
        statuses = []
        for part in (whole, other, whole, whole, other, whole):
            connection.sendall(part)
            statuses.append(response(file).status)

    assert statuses == [200, 422, 200, 200, 422, 200]


def test_several_questions_at_once_on_one_connection_are_answered_in_their_order(gateway):
    codes = [a_code() for _ in range(8)]
    parts = [request(gateway, body(code=code)) for code in codes]
    parts.insert(3, b"GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n")

    answers = told(gateway, b"".join(parts), responses=9)

    assert answers.pop(3).body == {"alive": True}
    assert [answer.body["subject"]["code"] for answer in answers] == codes


def test_who_waits_to_be_told_to_send_its_body_is_told(gateway):
    whole = request(gateway, body(), "Expect: 100-continue")
    end = whole.index(b"\r\n\r\n") + 4
    with connected(gateway) as connection, connection.makefile("rb") as file:
        connection.sendall(whole[:end])
        assert file.readline() == b"HTTP/1.1 100 Continue\r\n"
        file.readline()
        connection.sendall(whole[end:])
        assert response(file).status == 200


def test_a_body_over_the_limit_is_refused_also_in_one_piece(gateway):
    (answer,) = told(gateway, request(gateway, body(purpose="长" * 80_000)))

    assert (answer.status, answer.headers["connection"]) == (413, "close")


def test_who_brings_no_key_is_refused_alike_with_and_without_a_body(gateway):
    asked = request(gateway, body()).replace(b"Bearer", b"Basic")

    (at_once,), (by_its_head,) = told(gateway, asked), told(gateway, asked[:-9])

    assert at_once == by_its_head
    assert (at_once.status, at_once.headers["www-authenticate"]) == (401, "bearer")


def test_a_key_that_is_longer_than_keys_are_is_none(gateway):
    asked = request(gateway, body()).replace(gateway.key.encode(), b"x" * 5000)

    (answer,) = told(gateway, asked)

    assert (answer.status, answer.body["code"]) == (401, "no-key")


@pytest.mark.parametrize("cut", [0, 20], ids=["at once", "in two"])
def test_a_field_behind_the_body_is_no_header(gateway, cut):
    asked = body()
    chunked = request(gateway, b"", "Transfer-Encoding: chunked").replace(gateway.key.encode(), b"xy_none")
    chunked += b"%x\r\n%s\r\n0\r\nAuthorization: Bearer %s\r\n\r\n" % (
        len(asked),
        asked,
        gateway.key.encode(),
    )

    (answer,) = told(gateway, chunked[:-cut], chunked[-cut:]) if cut else told(gateway, chunked)

    assert answer.status == 401


def test_fields_behind_the_body_without_end_are_no_longer_read(gateway):
    head = request(gateway, b"", "Transfer-Encoding: chunked", "X-Filler: " + "x" * 40_000)
    with connected(gateway) as connection:
        connection.sendall(head + b"2\r\n{}\r\n0\r\nX-More: " + b"y" * 30_000)
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):  # it is neither answered nor a fault
            connection.recv(1)

    (answer,) = told(gateway, request(gateway, body()))
    assert answer.status == 200


def test_one_who_sends_nonsense_behind_a_check_harms_nobody_else(gateway):
    whole = request(gateway, body())
    nonsense = request(gateway, b"", "Transfer-Encoding: chunked") + b"zz\r\n"
    for _ in range(20):
        with connected(gateway) as wrong, connected(gateway) as innocent, innocent.makefile("rb") as file:
            wrong.sendall(whole + nonsense)
            innocent.sendall(whole)

            assert response(file).status == 200


def test_a_batch_behind_a_check_is_read_to_its_end(gateway):
    subjects = [{"name": "某某公司" * 40} for _ in range(500)]
    batch = json.dumps({"scene": SCENE, "purpose": "投标登记", "subjects": subjects}).encode()
    whole = request(gateway, batch, path="/v1/checks/batch")
    assert len(whole) > 3 * 64 * 1024

    with connected(gateway) as connection, connection.makefile("rb") as file:
        connection.sendall(request(gateway, body()) + whole[:1000])
        assert response(file).status == 200
        for start in range(1000, len(whole), 60_000):
            connection.sendall(whole[start : start + 60_000])
        answer = response(file)

    assert (answer.status, len(answer.body["answers"])) == (200, 500)
