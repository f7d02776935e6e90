"""The public interface by which programs learn which codes are one subject, and by whose word."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Refusal, Text
from xinyun.base.identifiers import normalise
from xinyun.identity import queries
from xinyun.identity.queries import Tie
from xinyun.law import Law, NotInForce, UnknownNorm
from xinyun.plumbing.access import public

router = Router(tags=["主体 Subjects"])


class NoSuchSubject(Refusal):
    """Nobody has or had this code."""

    code = "no-such-subject"
    status = 404


class TextOut(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


class BondOut(Schema):
    """What became of a code: `from` went over into `into`."""

    kind: str = Field(
        description="code-change、duplicate：同一主体；merger、split：不同主体；fork：不据以认定 | the first two are one subject"
    )
    same: bool
    source: str = Field(alias="from", description="原代码 | the code that went over")
    into: str
    since: date | None
    told: TextOut
    record: int | None = Field(
        description="登记机关的记录；信用中心认定的为空 | empty where the credit centre decided"
    )
    office: str
    basis: list[str]


class IdentityOut(Schema):
    """One subject and all its codes."""

    asked: str
    current: str
    codes: list[str]
    bonds: list[BondOut]


@router.get(
    "/subjects/{code}/identity", response=IdentityOut, by_alias=True, summary="主体的现行代码、其他代码和沿革"
)
@public
def identity(request: HttpRequest, code: str) -> Any:
    """Which code is current, which codes are the same subject, mergers and splits, each with the word that says so."""
    return document(normalise(code), law.rulebook().on(timezone.localdate()))


def document(code: str, now: Law) -> dict[str, Any]:
    """A subject's identity for programs; what a record that is not public tells, and persons' reasons, are not in it.

    :raises NoSuchSubject: nobody has or had this code.
    """
    found = queries.identity(code)
    if found.is_plain and archive.subject(code) is None:
        raise NoSuchSubject(
            Text(f"没有代码为 {code[:40]} 的主体。", f"There is no subject {code[:40]}."),
            Text("请核对代码。", "Check the code."),
        )
    ties = (tie for tie in (*found.ties, *found.beside) if _is_public(tie, now))
    return {
        "asked": code,
        "current": found.current,
        "codes": list(found.codes),
        "bonds": [_bond(tie, now) for tie in ties],
    }


def _bond(tie: Tie, now: Law) -> dict[str, Any]:
    return {
        "kind": tie.kind,
        "same": tie.is_same,
        "from": tie.source,
        "into": tie.into,
        "since": tie.since,
        "told": queries.said(tie, now)._asdict(),
        "record": tie.record,
        "office": tie.office,
        "basis": [str(basis) for basis in queries.basis_of(tie, now)] if tie.record else [],
    }


def _is_public(tie: Tie, now: Law) -> bool:
    if tie.decision is not None:
        return True
    try:
        return now.item(tie.item).publicity == "public"
    except (NotInForce, UnknownNorm):
        return False
