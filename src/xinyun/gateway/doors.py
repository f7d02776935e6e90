"""What clients send beside single checks, the same in the gateway and inside `serve`: bundles out, offline answers in."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, datetime
from uuid import uuid4

from xinyun import law
from xinyun.accounts.queries import ClientView, client_by_key
from xinyun.base import Refusal, Text
from xinyun.gateway import operations, quotas, rounds, wire
from xinyun.gateway.questions import Question
from xinyun.plumbing import problems


class WrongParameters(Refusal):
    """A parameter of the address is missing or not of its type."""

    code = "wrong-parameters"


def bundle(authorization: str, query: Mapping[str, str], at: datetime, on: date) -> bytes:
    """`GET /v1/bundles?scene=…&days=…`: a bundle for the client that holds the key.

    :raises Refusal: no key, a scene that is not granted, days out of range.
    """
    client = holder(authorization)
    scene, days = query.get("scene", ""), query.get("days", "7")
    if not scene or not (days.isascii() and days.isdigit() and len(days) < 4):
        raise WrongParameters(
            Text("请给出场景 scene 和天数 days。", "Give a scene and a number of days."),
            Text("如 /v1/bundles?scene=tender-registration&days=7。", "Such as /v1/bundles?scene=tender-registration&days=7."),
        )  # fmt: skip
    return operations.make_bundle(
        client=client, scene=scene, days=int(days), at=at, on=on, actor=client.actor
    )


def offline(authorization: str, content_type: str, raw: bytes, at: datetime, on: date) -> bytes:
    """`POST /v1/checks/offline`: answers that the client gave from a bundle; tells which are recorded.

    :raises Refusal: no key, another shape, a bundle that is not the client's.
    """
    client = holder(authorization)
    wire.demand_json(content_type)
    upload = wire.shaped(raw, wire.Upload)
    recorded = operations.record_offline(upload, client=client, at=at, on=on, actor=client.actor)
    return wire.encode({"recorded": recorded})


def batch(authorization: str, content_type: str, attempt: str, raw: bytes, at: datetime, on: date) -> bytes:
    """`POST /v1/checks/batch`: an answer a subject, each with its own receipt and entry in the ledger, in their order.

    A subject that is wrong is answered with its refusal. With an `Idempotency-Key` a batch that is sent again, the same
    subjects in the same order, is logged once.

    :raises Refusal: no key, another shape, more subjects than the client's quota has left, a scene, purpose or case that
        is wrong; then nobody is asked about.
    """
    client = holder(authorization)
    wire.demand_json(content_type)
    asked = wire.shaped(raw, wire.Batch)
    quotas.HERE.take(client, len(asked.subjects), time.monotonic())
    wire.attempt_of_many(attempt, client)
    now = law.rulebook().on(on)
    rounds.pose(client, asked.about(wire.Subject(name="批量核查")), now, "")
    answers: list[object] = [None] * len(asked.subjects)
    posed: list[tuple[int, Question]] = []
    for place, subject in enumerate(asked.subjects):
        try:
            again = f"{attempt}-{place}" if attempt else ""
            posed.append((place, rounds.pose(client, asked.about(subject), now, uuid4().hex, again)))
        except Refusal as refusal:
            answers[place] = problems.document(refusal)
    for start in range(0, len(posed), rounds.GROUP):  # so that single checks are answered in between
        group = posed[start : start + rounds.GROUP]
        found = operations.answer([question for _, question in group], at=at, on=on, actor=client.actor)
        for (place, _), answer in zip(group, found, strict=True):
            answers[place] = operations.document(answer)
    return wire.encode({"answers": answers})


def holder(authorization: str) -> ClientView:
    """The client that holds the key of a request.

    :raises NoKey: nobody does.
    """
    client = client_by_key(wire.key(authorization))
    if client is None:
        raise wire.no_key()
    return client
