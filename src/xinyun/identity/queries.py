"""Questions about identity: which codes are one subject, which is current, by whose word, and what waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xinyun.archive import queries as archive
from xinyun.archive.queries import Past, SubjectView
from xinyun.base import Basis, Refusal, Text
from xinyun.identity import rules
from xinyun.identity.models import Candidate, Decision
from xinyun.identity.rules import FORK, GROUNDS, KINDS, Tie, pair
from xinyun.identity.walking import codes_touched, ties_at
from xinyun.law import Law, NotInForce, UnknownNorm

__all__ = [
    "FORK",
    "GROUNDS",
    "KINDS",
    "DecisionView",
    "Side",
    "SubjectIdentity",
    "Tie",
    "UnknownPair",
    "Waiting",
    "basis_of",
    "codes_touched",
    "comparison",
    "decision",
    "decisions",
    "identities",
    "identity",
    "identity_still",
    "no_pair",
    "pair",
    "pasts",
    "said",
    "view",
    "waiting",
    "waiting_count",
]


class UnknownPair(Refusal):
    """The archive does not know one of the codes, or they are not two."""

    code = "no-such-pair"
    status = 404


@dataclass(frozen=True, slots=True)
class SubjectIdentity:
    """One subject: the code `asked` about, the `current` one, all its `codes`, and the bonds that say so.

    `beside` are bonds to different subjects: mergers, splits, and former codes that went over into several.
    """

    asked: str
    current: str
    codes: tuple[str, ...]
    ties: tuple[Tie, ...]
    beside: tuple[Tie, ...]

    @property
    def others(self) -> tuple[str, ...]:
        """Its codes that are not the current one."""
        return tuple(code for code in self.codes if code != self.current)

    @property
    def is_superseded(self) -> bool:
        """Whether another code than the one asked about is current."""
        return self.asked != self.current

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.ties and not self.beside


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair that may be one subject; `grounds` in words, each with what the two have in common."""

    low: str
    high: str
    grounds: tuple[tuple[Text, str], ...]
    strength: int
    facts: str
    names: tuple[str, str] = ("", "")
    was_kept_apart: bool = False


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What a person decided about two codes, and how it ended where it did."""

    id: int
    low: str
    high: str
    verdict: str
    title: Text
    current: str
    reason: str
    actor: str
    decided_on: date
    seq: int
    ended_on: date | None
    ended_by: str
    ended_reason: str
    ended_record: int | None

    @property
    def stands(self) -> bool:
        """Whether it was neither undone nor ended by the registry's word."""
        return self.ended_on is None


@dataclass(frozen=True, slots=True)
class Side:
    """One of two subjects beside each other: its header, and its current code where that is another."""

    subject: SubjectView
    current: str


def identity(code: str, *, as_of: int | None = None) -> SubjectIdentity:
    """Which subject a code is, as known at `as_of` (a `seq` of the feed); plain where nothing joins it to another."""
    return identities([code], as_of=as_of).get(code) or SubjectIdentity(code, code, (code,), (), ())


def identity_still(code: str, *, as_of: int) -> SubjectIdentity:
    """The same as known at `as_of`, by such bonds alone as hold still: what was found wrong since joins nobody, ever."""
    standing = {tie.id for tie in ties_at([code]).get(code, ())}
    return _of(code, tuple(tie for tie in ties_at([code], as_of).get(code, ()) if tie.id in standing))


def pasts(known: SubjectIdentity, *, valid_on: date, seq: int) -> tuple[Past, ...]:
    """The archive of each code of a subject as `archive.past` has it, of those that it knew at `seq`.

    The code that counted on the day comes first, so its header is the subject's.
    """
    first = rules.current_on(known.codes, known.ties, valid_on)
    codes = dict.fromkeys((first, known.current, *known.others))
    found = (archive.past(code, valid_on=valid_on, seq=seq) for code in codes)
    return tuple(one for one in found if one)


def identities(codes: Iterable[str], *, as_of: int | None = None) -> dict[str, SubjectIdentity]:
    """The same for many codes in one statement; those at which there is no bond are absent."""
    return {code: _of(code, ties) for code, ties in ties_at(codes, as_of).items()}


def _of(code: str, ties: tuple[Tie, ...]) -> SubjectIdentity:
    codes = rules.members(code, ties)
    own = (tie for tie in ties if tie.is_same and tie.source in codes)
    same = tuple(sorted(own, key=lambda tie: tie.age, reverse=True))
    return SubjectIdentity(code, rules.current(codes, same), codes, same, rules.successions(codes, ties))


def said(tie: Tie, now: Law) -> Text:
    """A bond in one sentence: what became what, on which day, by whose word. No person's reason is in it."""
    day = str(tie.since) if tie.since else ""
    zh_on, en_on = (f"于 {day} ", f" on {day}") if day else ("", "")
    one, other = tie.source, tie.into
    if tie.decision is not None:
        return Text(
            f"{one} 与 {other} {zh_on}经信用中心核对，认定为同一主体",
            f"{one} and {other} were found to be one subject by the credit centre{en_on}",
        )
    by = _source(tie, now)
    zh, en = {
        "code-change": (
            f"代码{zh_on}由 {one} 变更为 {other}",
            f"The code changed from {one} to {other}{en_on}",
        ),
        "duplicate": (
            f"重复代码 {one} {zh_on}并入 {other}",
            f"The duplicate code {one} was merged into {other}{en_on}",
        ),
        "merger": (
            f"{one} {zh_on}合并入 {other}，二者是不同的法人，名单不随之转移",
            f"{one} was merged into {other}{en_on}; they are different legal persons and no listing passes over",
        ),
        "split": (
            f"{other} {zh_on}由 {one} 分立，二者是不同的法人，名单不随之转移",
            f"{other} was split from {one}{en_on}; they are different legal persons and no listing passes over",
        ),
        FORK: (
            f"原代码 {one} 对应 {other} 等多个代码，不据此认作同一主体",
            f"The former code {one} went over into {other} and others, so it makes them no one subject",
        ),
    }[tie.kind]
    return Text(f"{zh}，依据{by.zh}", f"{en}, by {by.en}")


def _source(tie: Tie, now: Law) -> Text:
    """Who told it in which record."""
    number = f" {tie.document}" if tie.document else ""
    try:
        item = now.item(tie.item)
        title, english = item.title, item.english
    except (NotInForce, UnknownNorm):
        title = english = tie.item
    try:
        office = now.office(tie.office)
        who, named = office.title, office.english
    except UnknownNorm:
        who = named = tie.office
    return Text(f"{who}「{title}」{number}".rstrip(), f"{named}, {english}{number}")


def basis_of(tie: Tie, now: Law) -> tuple[Basis, ...]:
    """The articles on which a bond rests; none where a person decided."""
    kind = tie.kind if tie.kind != FORK else "code-change"
    found = (one for one in now.identities() if one.bond == kind and tie.item in one.told)
    return tuple(dict.fromkeys(basis for one in found for basis in one.basis))


def waiting(*, limit: int = 50, offset: int = 0) -> list[Waiting]:
    """A page of the pairs that wait for a person, as the last search found them, the strongest first."""
    rows = list(Candidate.objects.order_by("-strength", "low", "high")[offset : offset + limit])
    names = archive.names_of([code for row in rows for code in (row.low, row.high)])
    kept = {
        (one.low, one.high)
        for one in Decision.objects.filter(
            ended_seq__isnull=True, low__in=[row.low for row in rows], high__in=[row.high for row in rows]
        )
    }
    return [
        _waiting(row, (names.get(row.low, ""), names.get(row.high, "")), (row.low, row.high) in kept)
        for row in rows
    ]


def waiting_count() -> int:
    """How many pairs wait."""
    return Candidate.objects.count()


def comparison(one: str, other: str) -> tuple[tuple[Side, Side], Waiting | None, DecisionView | None]:
    """Two subjects side by side, why they may be one, and what a person decided about them and still stands.

    :raises UnknownPair: the archive does not know both, or they are one code.
    """
    low, high = pair(one, other)
    headers = [archive.subject(code) for code in (low, high)]
    if low == high or None in headers:
        raise no_pair(
            next((code for code, known in zip((low, high), headers, strict=True) if not known), low)
        )
    found = identities((low, high))
    sides = [
        Side(header, found[header.code].current if header.code in found else header.code)
        for header in headers
        if header
    ]
    row = Candidate.objects.filter(low=low, high=high).first()
    standing = decision(low, high)
    kept = standing is not None and not standing.current
    return (
        (sides[0], sides[1]),
        row and _waiting(row, (sides[0].subject.name, sides[1].subject.name), kept),
        standing,
    )


def no_pair(code: str) -> UnknownPair:
    """The refusal that says which code makes no pair."""
    return UnknownPair(
        Text(f"没有可以比较的主体：{code[:40]}。", f"There is no pair with {code[:40]}."),
        Text("请核对两个代码，二者不能相同。", "Check the two codes; they must differ."),
    )


def decision(one: str, other: str) -> DecisionView | None:
    """What a person decided about two codes, if it stands."""
    low, high = pair(one, other)
    row = Decision.objects.filter(low=low, high=high, ended_seq__isnull=True).first()
    return row and view(row)


def decisions(*, codes: Collection[str] = (), limit: int = 50, offset: int = 0) -> list[DecisionView]:
    """What persons decided, of all codes or of some, the newest first; what ended is among it and says by whom."""
    rows = Decision.objects.order_by("-id")
    if codes:
        rows = rows.filter(Q(low__in=codes) | Q(high__in=codes))
    return [view(row) for row in rows[offset : offset + limit]]


def _waiting(row: Candidate, names: tuple[str, str], kept: bool) -> Waiting:
    grounds = tuple((GROUNDS[code], value) for code, value in row.grounds)
    return Waiting(row.low, row.high, grounds, row.strength, row.facts, names, kept)


def view(row: Decision) -> DecisionView:
    """A row as a view."""
    title = (
        Text("认定为同一主体", "One subject") if row.current else Text("认定为不同主体", "Different subjects")
    )
    return DecisionView(
        row.pk, row.low, row.high, row.verdict, title, row.current, row.reason, row.actor, row.decided_on, row.seq,
        row.ended_on, row.ended_by, row.ended_reason, row.ended_record_id,
    )  # fmt: skip
