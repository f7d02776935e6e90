"""An answer as a value, read from the wire or made from a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from xinyun.lists.rules import ToldMeasure, Verdict

Decision = Literal["pass", "remind", "review", "block", "benefit"]
Measure = ToldMeasure


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the question was about; `current` and `others` where the subject has several codes."""

    code: str | None
    name: str | None
    known: bool | None
    current: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What must be read beside the measures."""

    code: str
    title: str
    title_en: str
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject that a name may mean."""

    code: str
    name: str
    bearing: bool
    division: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `id` is this question's own; `receipt` is empty for an answer given offline."""

    id: str
    decision: Decision
    subject: Subject
    measures: tuple[Measure, ...]
    disputed: bool
    seq: int
    rulebook: str
    receipt: str = ""
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Note, ...] = ()
    sandbox: bool = False
    offline: bool = False
    known_at: datetime | None = None
    """Until when a gateway knew everything: it also answers while the archive is away, by what it knew."""
    age: timedelta | None = None
    """How old the bundle was from which it was answered offline."""

    @property
    def blocks(self) -> bool:
        """Whether the act must not go on."""
        return self.decision == "block"


def read(document: dict[str, Any], id: str) -> Answer:
    """An answer from its JSON; what later platforms add is left out.

    :raises KeyError, TypeError, ValueError: it is none.
    """
    return Answer(
        id=id,
        decision=document["decision"],
        subject=_subject(document["subject"]),
        measures=tuple(_measure(one) for one in document["measures"]),
        disputed=bool(document["disputed"]),
        seq=int(document["as_of"]["seq"]),
        rulebook=str(document["as_of"]["rulebook"]),
        receipt=str(document["receipt"]),
        candidates=tuple(
            Candidate(c["code"], c["name"], c["bearing"], c.get("division", ""), c.get("status", ""))
            for c in document.get("candidates", ())
        ),
        reasons=tuple(
            Note(one["code"], one["title"], one["title_en"], tuple(one["basis"]))
            for one in document.get("reasons", ())
        ),
        sandbox=document.get("sandbox") is True,
        known_at=datetime.fromisoformat(document["known_at"]) if "known_at" in document else None,
    )


def of_verdict(
    verdict: Verdict, id: str, code: str, name: str | None, seq: int, rulebook: str, age: timedelta, notes: tuple[Note, ...]
) -> Answer:  # fmt: skip
    """An answer that was decided offline."""
    outcome: Any = verdict.outcome
    return Answer(
        id=id,
        decision=outcome,
        subject=Subject(code, name, None),
        measures=tuple(one.told for one in verdict.measures),
        disputed=verdict.disputed,
        seq=seq,
        rulebook=rulebook,
        reasons=notes,
        offline=True,
        age=age,
    )


def _subject(told: dict[str, Any]) -> Subject:
    return Subject(
        told["code"], told["name"], told["known"], told.get("current"), tuple(told.get("others", ()))
    )


def _measure(told: dict[str, Any]) -> Measure:
    until = date.fromisoformat(told["until"]) if told["until"] else None
    basis = tuple(told["basis"])
    return Measure(told["id"], told["title"], told["effect"], told["list"], told["entry"], basis, until)
