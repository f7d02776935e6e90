"""The public API of names: a few pairs at a time; files go through the command line."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xinyun.naming.comparing import compare
from xinyun.plumbing.access import public

MOST_PAIRS = 100
_LONGEST = 200

router = Router(tags=["名称 Names"])
NameIn = Annotated[str, Field(max_length=_LONGEST)]


class PairIn(Schema):
    """Two names of organisations."""

    left: NameIn
    right: NameIn


class MatchIn(Schema):
    """The pairs to compare."""

    pairs: list[PairIn] = Field(max_length=MOST_PAIRS)


class ReasonOut(Schema):
    """One reason, in both languages."""

    code: str
    zh: str
    en: str


class ComparisonOut(Schema):
    """How alike two names are."""

    left: str
    right: str
    score: float = Field(description="0–1")
    decision: str = Field(description="same、unsure、different；只是名称，不是认定 | of the names alone")
    reasons: list[ReasonOut]


class MatchOut(Schema):
    """The answers, in the order asked."""

    results: list[ComparisonOut]


@router.post("/names/match", response=MatchOut, summary="比较组织名称，一次至多一百对")
@public
def match(request: HttpRequest, asked: MatchIn) -> Any:
    """Compare pairs of organisations' names. A name alone decides nothing against anyone."""
    results = []
    for pair in asked.pairs:
        found = compare(pair.left, pair.right)
        reasons = [{"code": one.code, **one.text._asdict()} for one in found.decision.reasons]
        told = {"score": found.score, "decision": found.decision.outcome, "reasons": reasons}
        results.append({"left": pair.left, "right": pair.right, **told})
    return {"results": results}
