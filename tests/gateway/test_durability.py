"""Every answer that a client received is in the ledger, whatever happens to the gateway."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.factories import a_code
from tests.gateway.conftest import SCENE, Running

CHECK = {"scene": SCENE, "purpose": "投标登记"}


async def ask_together(gateway: Running, codes: list[str]) -> list[dict]:
    limits = httpx.Limits(max_connections=len(codes))
    async with httpx.AsyncClient(limits=limits, timeout=60, headers=gateway.headers) as client:
        asked = [client.post(f"{gateway.url}/v1/checks", json=CHECK | {"code": code}) for code in codes]
        return [answer.json() for answer in await asyncio.gather(*asked)]


def assert_logged_once(gateway: Running, answers: dict[str, dict]) -> None:
    """Each code's answer is the leaf that its receipt names, and no check is logged twice."""
    logged = gateway.logged()
    by_entry = {leaf["ref"]: leaf for leaf in logged}
    for code, answer in answers.items():
        leaf = by_entry[gateway.claims(answer)["entry"]]
        assert (leaf["code"], leaf["decision"]) == (code, answer["decision"])
    assert set(Counter(leaf["ref"] for leaf in logged).values()) <= {1}


def test_sixty_four_at_once_are_each_logged_exactly_once(gateway):
    before = len(gateway.logged())
    codes = [a_code() for _ in range(64)]

    answers = asyncio.run(ask_together(gateway, codes))

    assert_logged_once(gateway, dict(zip(codes, answers, strict=True)))
    assert len(gateway.logged()) == before + 64
    assert gateway.xinyun("ledger", "verify")["ok"]


def load(gateway: Running, enough: int) -> tuple[dict[str, dict], threading.Event, ThreadPoolExecutor]:
    """Ask without pause from eight clients; the event is set once `enough` answers have come."""
    answers: dict[str, dict] = {}
    reached = threading.Event()

    def ask() -> None:
        with httpx.Client(headers=gateway.headers, timeout=30) as client:
            for _ in itertools.count():
                code = a_code()
                try:
                    answer = client.post(f"{gateway.url}/v1/checks", json=CHECK | {"code": code})
                except httpx.TransportError:
                    return
                assert answer.status_code == 200
                answers[code] = answer.json()
                if len(answers) >= enough:
                    reached.set()

    pool = ThreadPoolExecutor(8)
    for _ in range(8):
        pool.submit(ask)
    return answers, reached, pool


KILLS = 20


def test_killed_twenty_times_under_load_it_has_logged_every_answer_that_was_received(own_gateway):
    answers: dict[str, dict] = {}
    for kill in range(KILLS):
        received, reached, pool = load(own_gateway, 40 + 17 * kill % 90)
        assert reached.wait(60)

        own_gateway.process.kill()
        own_gateway.process.wait()
        pool.shutdown()
        answers |= received
        own_gateway.start()

    assert len(answers) > KILLS * 40
    assert_logged_once(own_gateway, answers)
    assert own_gateway.xinyun("ledger", "verify")["ok"]


def test_stopped_under_load_it_answers_everybody_who_is_waiting(own_gateway):
    answers, reached, pool = load(own_gateway, 100)
    assert reached.wait(60)

    own_gateway.stop()
    pool.shutdown()

    assert_logged_once(own_gateway, answers)
    assert len(own_gateway.logged()) == len(answers)


def test_two_replicas_on_one_home_answer_beside_each_other_and_one_may_be_killed(own_gateway):
    first, first_url = own_gateway.process, own_gateway.url
    own_gateway.start()
    codes = [a_code() for _ in range(40)]

    def ask(place: int) -> tuple[str, dict]:
        url = (first_url, own_gateway.url)[place % 2]
        body = CHECK | {"code": codes[place]}
        return codes[place], httpx.post(
            f"{url}/v1/checks", json=body, headers=own_gateway.headers, timeout=30
        ).json()

    with ThreadPoolExecutor(8) as pool:
        answers = dict(pool.map(ask, range(40)))
    first.kill()
    first.wait()
    answers["after"] = own_gateway.ask(code=codes[0]).json()

    assert answers.pop("after")["decision"] == "pass"
    assert_logged_once(own_gateway, answers)
    assert len(own_gateway.logged()) == 41


def rename(gateway: Running, old: str, new: str) -> None:
    gateway.python(
        "from django.db import connections; c = connections['ledger'].cursor();"
        f"c.execute('ALTER TABLE {old} RENAME TO {new}')"
    )


def test_while_the_ledger_is_away_checks_go_on_and_are_in_it_once_it_is_back(own_gateway):
    code = own_gateway.listed()
    rename(own_gateway, "ledger_preimage", "ledger_elsewhere")

    answers = [own_gateway.ask(code=code) for _ in range(5)]

    assert [(answer.status_code, answer.json()["decision"]) for answer in answers] == [(200, "block")] * 5
    assert httpx.get(f"{own_gateway.url}/readyz").status_code == 200

    rename(own_gateway, "ledger_elsewhere", "ledger_preimage")

    entries = [own_gateway.claims(answer.json())["entry"] for answer in answers]
    assert [leaf["ref"] for leaf in own_gateway.logged()] == entries
    assert own_gateway.xinyun("ledger", "verify")["kinds"]["check"] == 5
