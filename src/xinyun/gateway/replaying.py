"""A past check decided again: by the question in the ledger, the archive's history up to its `seq`, and the law of then.

The answer must come out byte for byte. What the ledger says of names and kinds is taken as it is, for no rule makes
them; and whom a name alone was taken to mean, for the name index knows no past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

import msgspec

from xinyun.base import Refusal, Text
from xinyun.gateway import answers, rulings
from xinyun.gateway.answers import Candidate, Ruling, as_read, reply, reply_digest
from xinyun.gateway.index import TIES, Known
from xinyun.gateway.questions import Question
from xinyun.gateway.rulebooks import rulebook_of
from xinyun.identity import queries as identity
from xinyun.ledger import queries as ledger
from xinyun.ledger import receipts
from xinyun.lists import queries as lists

__all__ = ["CheckErased", "NotACheck", "NotYetLogged", "Replay", "drawn", "of_receipt", "replay"]


class NotACheck(Refusal):
    """The ledger's leaf is no check, or one from before answers were logged so that they can be decided again."""

    code = "not-a-check"


class NotYetLogged(Refusal):
    """The answer is still in a gateway's segment."""

    code = "not-yet-logged"
    status = 404


class CheckErased(Refusal):
    """What was asked has been erased, as the law says; the leaf and its proof stand."""

    code = "check-erased"
    status = 410


@dataclass(frozen=True, slots=True)
class Replay:
    """A check decided again: `told` is the answer without its receipt, `same` whether it is the one that was given.

    `differing` names the parts that came out otherwise, `logged` is what the ledger kept.
    """

    index: int
    told: dict[str, Any]
    logged: dict[str, Any]
    differing: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every byte came out as it was."""
        return not self.differing


def of_receipt(receipt: str) -> Replay:
    """Decide again the check that a receipt is for.

    :raises ReceiptRefused: the receipt is not ours, or was changed.
    """
    claims = receipts.own(receipt)
    found = replay(_leaf(claims))
    said = {
        "outcome": found.told["decision"],
        **{name: found.logged[name] for name in ("scene", "seq", "rulebook")},
    }
    return Replay(
        found.index, found.told, found.logged,
        (*found.differing, *(f"receipt.{name}" for name, value in said.items() if claims[name] != value)),
    )  # fmt: skip


def replay(index: int) -> Replay:
    """Decide again the check at a leaf of the ledger.

    :raises NoSuchLeaf, NotACheck, CheckErased: there is nothing to decide again.
    :raises RulebookNotKept: the law that it went by cannot be had.
    """
    opened = ledger.entry(index)
    logged = opened.payload
    if opened.leaf.kind != "check" or (logged is not None and "answer" not in logged):
        raise NotACheck(
            Text(f"第 {index} 条存证不是可以重放的核查。", f"Leaf {index} is no check that can be replayed."),
            Text("请用核查回执，或核查的存证序号。", "Use a check's receipt, or the index of its leaf."),
        )
    if logged is None:
        raise CheckErased(
            Text(
                f"第 {index} 条存证的内容已依法删除。",
                f"The content of leaf {index} was erased, as the law says.",
            ),
            Text(
                "存证证明仍可核验，内容不能重放。",
                "Its proof still verifies; its content cannot be replayed.",
            ),
        )
    question = Question(**{name: logged[name] for name in _ASKED}, person=logged.get("person"))
    now = rulebook_of(logged["rulebook"]).on(date.fromisoformat(logged["on"]))
    again = _decided(question, logged, now)
    ruling = Ruling(
        question, *again, seq=logged["seq"], rulebook=now.book.hash, at=opened.leaf.at, on=now.day,
        counting=tuple((code, kind) for code, kind in logged["counting"]),
        known_at=datetime.fromisoformat(logged["known_at"]) if "known_at" in logged else None,
    )  # fmt: skip
    said = reply(ruling)
    expected = msgspec.json.decode(
        answers.canonical(answers.logged(ruling, reply_digest(said), logged["actor"]))
    )
    return Replay(
        index, as_read(said), logged, tuple(name for name in expected if expected[name] != logged.get(name))
    )


def _leaf(claims: dict[str, Any]) -> int:
    """The leaf of what a receipt is for."""
    if "index" in claims:
        return int(claims["index"])
    leaf = ledger.by_ref(claims["entry"])
    if leaf is None:
        raise NotYetLogged(
            Text("这次核查尚未封存入账。", "This check is not sealed into the ledger yet."),
            Text(
                "网关的核查几秒内入账，请稍后再试。",
                "A gateway's checks are sealed within seconds: try again.",
            ),
        )
    return leaf.index


_TRIED = 10
"""Leaves that are drawn for each check that is wanted; the others are of other kinds."""
_ASKED = ("scene", "purpose", "client", "office", "code", "name", "case", "ref")


def drawn(since: datetime, until: datetime, count: int, seed: str) -> list[int]:
    """Up to `count` leaves of checks answered between two instants, in order, drawn by a seed that nobody chooses.

    `seed` is best a signed head of the log: whoever answers cannot know which checks will be drawn, and anybody can
    draw them again.
    """
    first, beyond = ledger.span(since, until)
    order = Random(seed).sample(range(first, beyond), min(max(beyond - first, 0), count * _TRIED))  # noqa: S311 - to be drawn again by others
    checks = set(ledger.of_kind("check", order))
    return sorted([index for index in order if index in checks][:count])


def _decided(
    question: Question, logged: dict[str, Any], now: Any
) -> tuple[Any, Any, tuple[Candidate, ...] | None]:
    seq = logged["seq"]
    if question.person:
        _, held = rulings.listed(question.person, seq)
        verdict, subject = rulings.by_person(question, logged["subject"] is not None, held, now)
        return verdict, subject, None
    if question.code:
        verdict, subject = rulings.by_code(question, _known(question.code, logged), now)
        return verdict, subject, None
    standings = lists.standings((code for code, _ in logged["counting"]), seq)
    # Each counts under whatever code its listing is.
    bonds = identity.identities([code for code, _ in logged["counting"]], as_of=seq)
    counting = [
        (_standings(bonds[code].codes, seq) if code in bonds else standings.get(code, ()), kind)
        for code, kind in logged["counting"]
    ]
    verdict, subject = rulings.by_name(question, counting, now)
    return verdict, subject, tuple(_candidate(one) for one in logged["candidates"])


def _known(code: str, logged: dict[str, Any]) -> Known | None:
    """What was known of a code: standings and bonds by history, name and kind as the answer had them."""
    if logged["subject"] is None:
        return None
    name, kind, names = logged["subject"]
    bound = identity.identities([code], as_of=logged["seq"]).get(code)
    codes = bound.codes if bound else (code,)
    return Known(
        name, kind, "", "", None, _standings(codes, logged["seq"]), bound.current if bound else code,
        tuple(one for one in codes if one != code), tuple(names),
        (*bound.ties, *bound.beside)[:TIES] if bound else (),
    )  # fmt: skip


def _standings(codes: tuple[str, ...], seq: int) -> tuple[lists.Standing, ...]:
    held = lists.standings(codes, seq)
    return tuple(one for code in codes for one in held.get(code, ()))


def _candidate(told: dict[str, Any]) -> Candidate:
    day = told["established_on"]
    return Candidate(**told | {"established_on": date.fromisoformat(day) if day else None})
