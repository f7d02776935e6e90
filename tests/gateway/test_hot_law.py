"""A rulebook that officers release is soon used by a running gateway, and no request is lost meanwhile."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from tests.gateway.conftest import SCENE, Running

CHECK = {"scene": SCENE, "purpose": "投标登记"}
CLIENTS = 4
PATIENCE = 30.0
"""Seconds for which the new law is waited for; on a quiet machine it is there in less than one."""


@dataclass(frozen=True)
class Got:
    """An answer: when it was asked for and got, on the clock of the machine, its status, rulebook and receipt."""

    asked: float
    got: float
    status: int
    rulebook: str
    receipt: str


@dataclass
class Load:
    """Clients that ask without a pause until they are told to end."""

    gateway: Running
    code: str
    answers: list[Got] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        with httpx.Client(headers=self.gateway.headers, timeout=30) as client:
            while not self.ended.is_set():
                asked = time.time()
                answer = client.post(f"{self.gateway.url}/v1/checks", json=CHECK | {"code": self.code})
                told = answer.json()
                self.answers.append(
                    Got(
                        asked, time.time(), answer.status_code, told.get("as_of", {}).get("rulebook"),
                        told.get("receipt"),
                    )
                )  # fmt: skip


def release(gateway: Running) -> tuple[str, float]:
    """Draw up a next edition of the scene and release it by a second officer: the new rulebook's hash, and when."""
    hash, at = gateway.python(
        "import json, time; from datetime import timedelta; from django.utils import timezone; from xinyun import law;"
        "from xinyun.law.writing import with_edition; from xinyun.rulemaking import operations;"
        "on = timezone.localdate(); book = law.rulebook(); known = book.on(on).norm('list', 'wage-arrears');"
        "kept = {key: value for key, value in known.items() if key not in ('since', 'note')};"
        "text = with_edition(book.text_of('list', 'wage-arrears'), on + timedelta(days=60), kept | {'term': {'years': 2}});"
        "number = operations.draw_up(kind='list', norm='wage-arrears', jurisdiction='cn', text=text, reason='演示',"
        " office='52.development-reform', actor='user:first', on=on);"
        "hash = operations.release(draft=number, actor='user:second', on=on);"
        "print(json.dumps([hash, time.time()]))"
    )
    return hash, at


def test_a_released_rulebook_is_used_without_a_restart_and_nobody_is_turned_away(own_gateway: Running):
    load = Load(own_gateway, own_gateway.listed())
    with ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(load.ask) for _ in range(CLIENTS)]
        hash, released = release(own_gateway)
        while load.answers[-1].rulebook != hash and time.time() < released + PATIENCE:
            time.sleep(0.05)
        time.sleep(1)
        load.ended.set()
        for one in asking:
            one.result()

    answers = sorted(load.answers, key=lambda got: got.got)
    (before,) = {got.rulebook for got in answers} - {hash}
    old, new = ([got for got in answers if got.rulebook == which] for which in (before, hash))
    waited = sorted(got.got - got.asked for got in answers)
    figures = (
        f"{len(old)} by the old, {len(new)} by the new; the last by the old {old[-1].asked - released:.3f} s after the"
        f" release; longest wait {waited[-1]:.3f} s, usual {waited[len(waited) // 2]:.4f} s"
    )
    assert {got.status for got in answers} == {200}, figures
    assert max(got.asked for got in old) < min(got.got for got in new), figures  # and none goes back
    assert own_gateway.process.poll() is None
    assert len(own_gateway.logged()) == len(answers), figures
    receipts = [got.receipt for got in (old[0], old[-1], new[0], new[-1])]
    assert own_gateway.python(
        "import json; from xinyun.gateway.replaying import of_receipt;"
        f"print(json.dumps([of_receipt(receipt).same for receipt in {receipts!r}]))"
    ) == [True] * len(receipts)
