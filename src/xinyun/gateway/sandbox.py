"""The sandbox: fixed answers to integrators who try their program, by the contract of real checks.

It asks no store and writes none: its subjects stand in `sandbox.yaml`, and every answer says `sandbox: true`, as does
its receipt, whose kind is `sandbox` and which no ledger has.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from xinyun import law
from xinyun.base import Text
from xinyun.gateway import answers, wire
from xinyun.gateway.questions import Question, admit, person_refused
from xinyun.ledger import receipts
from xinyun.lists.rules import BY_NAME

ROUTE = "/sandbox/v1/checks"


@dataclass(frozen=True, slots=True)
class Played:
    """An answer of the sandbox, and the seconds that it takes to come."""

    body: bytes
    wait: float


@lru_cache(maxsize=1)
def subjects() -> dict[str, dict[str, Any]]:
    """The subjects of the sandbox by code; others are unknown to it."""
    text = files(__package__).joinpath("sandbox.yaml").read_text("utf-8")
    told: dict[str, dict[str, Any]] = yaml.safe_load(text)["subjects"]
    return told


def play(authorization: str, content_type: str, raw: bytes, at: datetime, on: date) -> Played:
    """Answer as the platform would, from the table; any key will do, for none opens anything here.

    :raises Refusal: as a real check; and for the subject that always fails.
    """
    wire.key(authorization)
    wire.demand_json(content_type)
    body = wire.read(raw)
    if body.id_number is not None:
        raise person_refused(Text("沙箱里没有自然人", "there are no persons in the sandbox"))
    now = law.rulebook().on(on)
    asked = Question(
        scene=body.scene,
        purpose=body.purpose,
        code=body.code,
        name=body.name,
        case=body.case,
        client="sandbox",
    )
    question = admit(asked, now)
    found = subjects().get(question.code or "", {})
    if found.get("fails"):
        raise wire.unavailable()
    told = _named(question) if question.code is None else _coded(question, found)
    as_of = {"seq": 0, "rulebook": now.book.hash}
    salt = secrets.token_hex(16)
    receipt = receipts.issue(
        answers.Claims(
            kind="sandbox", at=answers.instant(at), entry=question.ref, outcome=told["decision"], scene=question.scene,
            **as_of,
            salt=salt, subject=answers.commitment(answers.asked_about(question), salt),
        )
    )  # fmt: skip
    return Played(
        wire.encode({**told, "as_of": as_of, "receipt": receipt, "sandbox": True}), found.get("wait", 0)
    )


def _coded(question: Question, found: dict[str, Any]) -> dict[str, Any]:
    known = bool(found) and found.get("known", True)
    return {
        "decision": found.get("decision", "pass"),
        "subject": {
            "code": question.code, "name": found["name"] if known else question.name, "known": known,
        },
        "measures": found.get("measures", []),
        "disputed": found.get("disputed", False),
    }  # fmt: skip


def _named(question: Question) -> dict[str, Any]:
    """A name alone is at most a review, with those who bear it as candidates."""
    bearers = {code: one for code, one in subjects().items() if one["name"] == question.name}
    bearing = any(one.get("measures") for one in bearers.values())
    return {
        "decision": "review" if bearing else "pass",
        "subject": {"code": None, "name": question.name, "known": False},
        "measures": [],
        "disputed": False,
        "candidates": [
            {
                "code": code, "name": one["name"], "bearing": bool(one.get("measures")), "division": "529900",
                "status": "存续", "established_on": None,
            }
            for code, one in bearers.items()
        ],
        "reasons": [answers.reason(BY_NAME)],
    }  # fmt: skip
