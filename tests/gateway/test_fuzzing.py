"""Whatever is sent to a gateway: it never fails, and what it answered is in the ledger, no more and no less."""

from __future__ import annotations

import json
import random
import socket
import time
import zlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.factories import a_code
from tests.gateway.conftest import SCENE, Running
from xinyun.site.api import api

CHECK, BATCH = "/v1/checks", "/v1/checks/batch"
PATHS = {
    CHECK,
    BATCH,
    "/v1/checks/offline",
    "/v1/bundles",
    "/sandbox/v1/checks",
    "/healthz",
    "/readyz",
    "/metrics",
}
ASKED = {"scene": SCENE, "purpose": "投标登记"}
SEED, SECONDS, THROWERS = 20261127, 8, 8
SILENT = 0.5
"""Seconds without a word after which a gateway is taken to wait for more."""


def answered(path: str, status: int, body: bytes) -> int:
    """How many checks an answer holds."""
    if status != 200 or path not in (CHECK, BATCH):
        return 0
    told = json.loads(body)
    return sum("receipt" in one for one in told["answers"]) if path == BATCH else 1


def test_every_door_answers_as_described_and_logs_what_it_answered(gateway: Running):
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.config.update(base_url=gateway.url)
    operations = [found.ok() for found in schema.get_all_operations()]
    checks, before = 0, len(gateway.logged())

    assert {operation.path for operation in operations} >= PATHS
    with httpx.Client(headers=gateway.headers) as own:
        own.post(f"{gateway.url}{CHECK}", json=ASKED | {"code": a_code()}).raise_for_status()
    checks += 1
    for operation in (one for one in operations if one.path in PATHS):

        @given(case=operation.as_strategy())
        @settings(
            max_examples=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        def holds(case: schemathesis.Case) -> None:
            nonlocal checks
            if isinstance(case.body, dict) and "scene" in case.body:
                case.body["scene"] = SCENE
            answer = case.call(headers=gateway.headers)
            checks += answered(case.path, answer.status_code, answer.content)
            assert answer.status_code < 500, (case.body, answer.text)
            # A schema cannot say what a scene is, nor the sandbox's own rule, that any key will do.
            excluded = [
                positive_data_acceptance,
                *([ignored_auth] if case.path.startswith("/sandbox") else []),
            ]
            case.validate_response(answer, headers=gateway.headers, excluded_checks=excluded)

        holds()

    assert len(gateway.logged()) - before == checks
    assert gateway.process.poll() is None


def request(
    gateway: Running, path: str, body: bytes, verb: str = "POST", *headers: bytes, last: bool = True
) -> bytes:
    headers = (*headers, b"Connection: close") if last else headers
    told = [
        f"{verb} {path} HTTP/1.1".encode(),
        b"Host: gateway",
        f"Authorization: Bearer {gateway.key}".encode(),
    ]
    told += [b"Content-Type: application/json", *headers]
    if not any(one.lower().startswith((b"content-length", b"transfer-encoding")) for one in headers):
        told.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(told) + b"\r\n\r\n" + body


def check(**other: object) -> bytes:
    return json.dumps(ASKED | {"code": a_code()} | other).encode()


def batch(dice: random.Random) -> bytes:
    subjects = [{"code": dice.choice([a_code(), "0", ""])} for _ in range(dice.randint(0, 5))]
    return json.dumps(ASKED | {"subjects": subjects}).encode()


def chunked(body: bytes, dice: random.Random) -> bytes:
    pieces, place = [], 0
    while place < len(body):
        piece = body[place : place + dice.randint(1, 40)]
        place += len(piece)
        pieces.append(b"%x\r\n%s\r\n" % (len(piece), piece))
    return b"".join(pieces) + b"0\r\n\r\n"


ODD = [
    "\x00",
    "\u202e信云",
    "\ufeff",
    "𠮷" * 100,
    "e\u0301" * 60,
    "\ud800",
    "９１５２",
    "\u2028",
    "' OR 1=1 --",
    "𓀀\U000e0001",
]
HUGE = ["1e999999", "9" * 5000, "-0", "NaN", "1" + "0" * 400 + ".5", "0x10", "1e-999999"]


def mutated(gateway: Running, dice: random.Random) -> bytes:
    """A valid request with some bytes changed, taken out, doubled or put in."""
    path = dice.choice(sorted(PATHS))
    whole = bytearray(
        request(gateway, path, dice.choice([check(), batch(dice)]), dice.choice(["GET", "POST"]))
    )
    for _ in range(dice.randint(1, 4)):
        place, much = dice.randrange(len(whole)), dice.randint(1, 8)
        match dice.randrange(4):
            case 0:
                whole[place] = dice.randrange(256)
            case 1:
                del whole[place : place + much]
            case 2:
                whole[place:place] = whole[place : place + much]
            case _:
                whole[place:place] = dice.randbytes(much)
    return bytes(whole)


def odd_verb(gateway: Running, dice: random.Random) -> bytes:
    verb = dice.choice(
        ["PUT", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PATCH", "DELETE", "PRI", "GET", "XXXXX", "post"]
    )
    return request(
        gateway,
        dice.choice([*sorted(PATHS), "*", "/../v1/checks", "/%00", "//", "/v1/checks?%"]),
        check(),
        verb,
    )


def lying_length(gateway: Running, dice: random.Random) -> bytes:
    body = check()
    told = dice.choice(
        [0, 1, len(body) - 1, len(body) + 7, 65536, 65537, 2**63, 2**64, -1, "1e3", "+5", "5, 5", ""]
    )
    twice = [b"Content-Length: 5"] if dice.random() < 0.2 else []
    return request(gateway, CHECK, body, "POST", f"Content-Length: {told}".encode(), *twice)


def in_chunks(gateway: Running, dice: random.Random) -> bytes:
    whole = request(gateway, CHECK, chunked(check(), dice), "POST", b"Transfer-Encoding: chunked")
    cut = dice.choice([len(whole), len(whole) - 1, dice.randrange(len(whole))])
    return (
        whole[:cut]
        if dice.random() < 0.8
        else whole.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n", 1)
    )


def pipelined(gateway: Running, dice: random.Random) -> bytes:
    """Several checks, batches and others at once, the last of them the last."""
    some = [
        request(
            gateway,
            *dice.choice([(CHECK, check()), (BATCH, batch(dice)), ("/readyz", b"", "GET")]),
            last=False,
        )
        for _ in range(dice.randint(1, 12))
    ]
    return b"".join([*some, request(gateway, CHECK, check())])


def flood(gateway: Running, dice: random.Random) -> bytes:
    headers = [b"X-%d: %s" % (n, b"x" * dice.randint(0, 200)) for n in range(dice.choice([50, 200, 900]))]
    return request(gateway, CHECK, check(), "POST", *headers)


def odd_json(gateway: Running, dice: random.Random) -> bytes:
    deep = dice.choice([100, 10_000, 30_000])
    place = dice.choice(["scene", "purpose", "code", "name", "case", "id_number", "more"])
    value = dice.choice(
        ["[" * deep + "]" * deep, '{"a":' * (deep // 6) + "1" + "}" * (deep // 6), dice.choice(HUGE), json.dumps(dice.choice(ODD)),
         '"' + dice.choice(ODD[:5]) + '"', "null", "true", '"\\ud800"', '"' + "名" * 20_000 + '"']
    )  # fmt: skip
    body = check().decode()[:-1] + f', "{place}": {value}}}'
    return request(
        gateway, dice.choice([CHECK, CHECK, BATCH, "/sandbox/v1/checks"]), body.encode(errors="surrogatepass")
    )


def odd_header(gateway: Running, dice: random.Random) -> bytes:
    told = dice.choice(
        [b"Content-Encoding: gzip", b"Transfer-Encoding: gzip, chunked", b"Upgrade: websocket\r\nConnection: Upgrade",
         b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings", b"Expect: 100-continue", b"Expect: \xff", b"Connection: close",
         b"Authorization: Bearer \xff\xfe", b"Authorization: Bearer " + b"k" * 9000, b"Content-Type: text/plain",
         b"Idempotency-Key: \xff", b"Idempotency-Key: short", b"Host: " + b"h" * 300, b"X: a\r\n b", b"X\x00: y", b": z"]
    )  # fmt: skip
    body = zlib.compress(check()) if told.startswith(b"Content-Encoding") and dice.random() < 0.5 else check()
    return request(gateway, CHECK, body, "POST", told)


def valid(gateway: Running, dice: random.Random) -> bytes:
    return request(
        gateway, *dice.choice([(CHECK, check()), (BATCH, batch(dice)), ("/sandbox/v1/checks", check())])
    )


KINDS: list[Callable[[Running, random.Random], bytes]] = [
    mutated, odd_verb, lying_length, in_chunks, pipelined, flood, odd_json, odd_header, valid,
]  # fmt: skip


@dataclass
class Tally:
    """What came of all that was sent."""

    statuses: Counter[int] = field(default_factory=Counter)
    receipts: list[str] = field(default_factory=list)
    cut: list[bytes] = field(default_factory=list)
    """What was sent on connections that ended before all of it was answered: any check in it may be logged."""
    failed: list[bytes] = field(default_factory=list)

    def take(self, sent: bytes, got: bytes, whole: bool) -> None:
        """Count the answers to what was sent on one connection."""
        if not whole or b"Invalid HTTP request received." in got:
            self.cut.append(sent)
        while got:
            head, found, rest = got.partition(b"\r\n\r\n")
            if not found:
                break
            status = int(head[9:12])
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            body, got = rest[:length], rest[length:]
            self.statuses[status] += 1
            if status >= 500:
                self.failed.append(sent[:300] + b" -> " + head[:20] + body[:300])
            if len(body) == length and b'"receipt":' in body:
                told = json.loads(body)
                said = [
                    one for one in told.get("answers", [told]) if "receipt" in one and not one.get("sandbox")
                ]
                self.receipts += [one["receipt"] for one in said]


def exchange(gateway: Running, sent: bytes) -> tuple[bytes, bool]:
    """Send it, and take what is answered until the gateway closes, or says nothing more; whether it closed."""
    address, got = urlsplit(gateway.url), b""
    with socket.create_connection((address.hostname, address.port), timeout=SILENT) as connection:
        try:
            connection.sendall(sent)
            while piece := connection.recv(65536):
                got += piece
        except (TimeoutError, ConnectionError):
            return got, False
    return got, True


def test_whatever_bytes_are_sent_nothing_fails_and_every_answer_is_logged(gateway: Running):
    before = Counter(leaf["ref"] for leaf in gateway.logged())
    tally, until = Tally(), time.monotonic() + SECONDS

    def send(thrower: int) -> None:
        dice = random.Random(SEED + thrower)
        while time.monotonic() < until:
            sent = dice.choice(KINDS)(gateway, dice)
            tally.take(sent, *exchange(gateway, sent))

    with ThreadPoolExecutor(THROWERS) as pool:
        list(pool.map(send, range(THROWERS)))

    logged = {leaf["ref"]: leaf for leaf in gateway.logged() if leaf["ref"] not in before}
    told = Counter(gateway.claims({"receipt": receipt})["entry"] for receipt in tally.receipts)
    untold = [logged[ref] for ref in logged.keys() - told.keys()]
    figures = (
        f"{dict(tally.statuses)}, {len(tally.cut)} cut, {len(told)} told, {len(untold)} logged and not told"
    )
    assert not tally.failed, (figures, tally.failed[:5])
    assert gateway.process.poll() is None
    assert httpx.get(f"{gateway.url}/readyz").status_code == 200
    assert {200, 400, 401, 404, 405, 413, 415, 422} <= tally.statuses.keys(), figures
    assert (set(told.values()), told.keys() - logged.keys()) == ({1}, set()), figures
    cut = b"".join(tally.cut)
    assert [leaf for leaf in untold if leaf["code"].encode() not in cut] == [], figures
    assert gateway.xinyun("ledger", "verify")["ok"]
