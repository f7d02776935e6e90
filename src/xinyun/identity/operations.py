"""What is done about identity: bonds follow records, persons join, keep apart and undo, and the registry's word wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice

from django.db import transaction
from django.db.models import Q

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Refusal, Text
from xinyun.base.forms import is_one_line
from xinyun.codes import queries as codes
from xinyun.identity import finding, keeping, queries, rules
from xinyun.identity.models import Bond, Candidate, Decision
from xinyun.identity.queries import DecisionView, pair, said
from xinyun.identity.rules import Judged, Tie
from xinyun.identity.walking import ties_at
from xinyun.law import Identity
from xinyun.plumbing import feed

JOINED, KEPT_APART, UNDONE, ENDED = (
    "identity.joined",
    "identity.kept-apart",
    "identity.undone",
    "identity.ended",
)
"""The kinds of the feed's rows about decisions, which the ledger seals."""
REBUILT = "identity.rebuilt"
LONGEST = 500
PLATFORM = "platform"
_CHUNK = 2000


class RegistrySays(Refusal):
    """The registry's record says otherwise; a person's decision does not hold against it."""

    code = "registry-says"
    status = 409


class DecidedAlready(Refusal):
    """The pair is decided so already, or a standing decision stands in the way."""

    code = "decided-already"
    status = 409


class NothingToUndo(Refusal):
    """No person's decision about the pair stands."""

    code = "nothing-to-undo"
    status = 404


class NoReason(Refusal):
    """No reason is given, or not in one line."""

    code = "no-reason"


class WrongCurrent(Refusal):
    """The current code is none of the two."""

    code = "wrong-current"


def follow(*, item: str, seq: int, actor: str, on: date) -> None:
    """End the bonds that a change of the feed replaced and write those that it told, in the caller's transaction."""
    if not _may_tell(item):
        return
    keeping.end_replaced(item, seq)
    for norm in _telling(item, on):
        keeping.keep(norm, item, seq)
    _settle(seq, actor=actor, on=on)


def end(*, item: str, records: Sequence[int], seq: int, actor: str, on: date) -> None:
    """End the bonds of records that were taken back; `records` are the revisions that say so."""
    if not _may_tell(item):
        return
    keeping.end_withdrawn(records, seq)
    _settle(seq, actor=actor, on=on)


@transaction.atomic
def rebuild(*, actor: str, on: date) -> int:
    """Make every bond of records anew by the law of a day; decisions stay. Returns how many bonds hold."""
    feed.lock()
    keeping.forget()
    for norm in law.rulebook().on(on).identities():
        for item in norm.told:
            keeping.keep(norm, item, None)
    keeping.settle_forks(0)
    feed.append(REBUILT, {}, actor=actor)
    _end_contradicted(actor=actor, on=on)
    return Bond.objects.filter(ended_seq__isnull=True).count()


@transaction.atomic
def join(*, code: str, other: str, current: str, reason: str, actor: str, on: date) -> DecisionView:
    """Decide that two codes are one subject, whose current code is one of them.

    :raises UnknownPair: the archive does not know both codes, or they are one.
    :raises WrongCurrent: `current` is none of them.
    :raises NoReason: it is not said why.
    :raises DecidedAlready: they are one subject already, or somebody kept codes of the two apart.
    :raises RegistrySays: a registry's record or answer makes them different subjects.
    """
    feed.lock()
    (low, high), reason = _both(code, other), _demand_reason(reason)
    if current not in (low, high):
        raise WrongCurrent(
            Text("现行代码必须是两个代码之一。", "The current code must be one of the two."),
            Text("请选定其中一个。", "Choose one of them."),
            fields=(("current", Text("不是两个代码之一", "none of the two")),),
        )
    ties = ties_at((low, high))
    one, another = (rules.members(each, ties.get(each, ())) for each in (low, high))
    if high in one:
        raise _already(Text("两个代码已经是同一主体。", "The two codes are one subject already."))
    _refuse_different(set(one), set(another), ties.get(low, ()), on)
    return _decide(low, high, current, reason, actor=actor, on=on)


@transaction.atomic
def keep_apart(*, code: str, other: str, reason: str, actor: str, on: date) -> DecisionView:
    """Decide that two codes are different subjects; the pair waits for nobody any more while its facts are the same.

    :raises UnknownPair: the archive does not know both codes, or they are one.
    :raises NoReason: it is not said why.
    :raises DecidedAlready: somebody joined them, or kept them apart on the same facts.
    :raises RegistrySays: a registry's record makes them one subject.
    """
    feed.lock()
    (low, high), reason = _both(code, other), _demand_reason(reason)
    ties = ties_at((low,)).get(low, ())
    if high in rules.members(low, ties):
        _refuse_told(low, high, ties, on)
        raise _already(
            Text("两个代码由人认定为同一主体。", "Somebody decided that the two codes are one subject.")
        )
    row = Candidate.objects.filter(low=low, high=high).first()
    standing = Decision.objects.filter(low=low, high=high, ended_seq__isnull=True).first()
    if standing and (row is None or row.facts == standing.facts):
        raise _already(Text("两个代码已经认定为不同主体。", "The two codes are kept apart already."))
    if standing:
        _end(standing, "事实已变，重新判断", by=actor, on=on)
    return _decide(low, high, "", reason, actor=actor, on=on)


@transaction.atomic
def undo(*, code: str, other: str, reason: str, actor: str, on: date) -> DecisionView:
    """Undo what a person decided about two codes; they wait for a person again where there were grounds.

    :raises NoReason: it is not said why.
    :raises RegistrySays: a registry's record joins them: the registry must correct it.
    :raises NothingToUndo: nobody decided about the two.
    """
    feed.lock()
    (low, high), reason = pair(code, other), _demand_reason(reason)
    row = Decision.objects.filter(low=low, high=high, ended_seq__isnull=True).first()
    if row is None:
        _refuse_told(low, high, ties_at((low,)).get(low, ()), on)
        raise NothingToUndo(
            Text("对这两个代码没有可以撤销的决定。", "No decision about the two codes stands."),
            Text("请核对代码；已撤销的不必再撤。", "Check the codes; what was undone is undone."),
        )
    _end(row, reason, by=actor, on=on)
    if row.grounds:
        told = tuple((ground, value) for ground, value in row.grounds)
        _wait([rules.Proposal((low, high), told)])
    found = Decision.objects.get(pk=row.pk)
    return queries.view(found)


@transaction.atomic
def find(*, actor: str, on: date) -> int:
    """Search all codes for pairs that may be one subject; returns how many wait for a person.

    Pairs that are one subject already are left out, and those kept apart by a person on the same facts or by the
    registering office. Goes through every code, so it is for the night or on demand.
    """
    found = rules.proposals(finding.shared())
    apart, kept = codes.kept_apart(), _kept()
    Candidate.objects.all()._raw_delete(Candidate.objects.db)
    rest = iter(found)
    number = 0
    while some := list(islice(rest, _CHUNK)):
        ties = ties_at(one.pair[0] for one in some)
        new = [
            one
            for one in some
            if one.pair not in apart
            and kept.get(one.pair) != one.facts
            and one.pair[1] not in rules.members(one.pair[0], ties.get(one.pair[0], ()))
        ]
        _wait(new)
        number += len(new)
    return number


def _kept() -> dict[rules.Pair, str]:
    rows = Decision.objects.filter(ended_seq__isnull=True, verdict=Decision.Verdict.KEEP_APART)
    return {(low, high): facts for low, high, facts in rows.values_list("low", "high", "facts")}


def _wait(found: Iterable[rules.Proposal]) -> None:
    rows = [
        Candidate(
            low=one.pair[0],
            high=one.pair[1],
            grounds=list(one.grounds),
            facts=one.facts,
            strength=one.strength,
        )
        for one in found
    ]
    Candidate.objects.bulk_create(rows, ignore_conflicts=True)


def _telling(item: str, on: date) -> list[Identity]:
    return [one for one in law.rulebook().on(on).identities() if item in one.told]


def _may_tell(item: str) -> bool:
    """Whether records of an item tell bonds by any edition, past ones too; those of the others cost no statement."""
    book = law.rulebook()
    editions = (edition for id in book.ids("identity") for _, _, edition in book.editions("identity", id))
    return any(edition and item in edition["told"] for edition in editions)


def _settle(seq: int, *, actor: str, on: date) -> None:
    """What follows from bonds of records that came or went in this change; nothing where there were none."""
    if Bond.objects.filter(seq=seq).exists() or Bond.objects.filter(ended_seq=seq).exists():
        keeping.settle_forks(seq)
        _end_contradicted(actor=actor, on=on)


def _end_contradicted(*, actor: str, on: date) -> None:
    """End what persons decided otherwise than registries' records now say; visible, and in the ledger."""
    rows = {row.pk: row for row in Decision.objects.filter(ended_seq__isnull=True)}
    if not rows:
        return
    found = ties_at(code for row in rows.values() for code in (row.low, row.high))
    ties = list({tie.id: tie for told in found.values() for tie in told}.values())
    judged = [Judged(row.pk, row.low, row.high, row.current, row.seq) for row in rows.values()]
    now = law.rulebook().on(on)
    for id, tie in rules.contradicted(ties, judged).items():
        why = said(tie, now).zh if tie else "登记机关的记录"
        _end(rows[id], f"以登记机关所报为准：{why}"[:LONGEST], by=PLATFORM, on=on, record=tie and tie.record)


def _decide(low: str, high: str, current: str, reason: str, *, actor: str, on: date) -> DecisionView:
    row = Candidate.objects.filter(low=low, high=high).first()
    seq = feed.append(
        JOINED if current else KEPT_APART,
        {"codes": [low, high], "current": current, "reason": reason, "on": on.isoformat()},
        actor=actor,
    )
    made = Decision.objects.create(
        low=low, high=high, verdict=Decision.Verdict.JOIN if current else Decision.Verdict.KEEP_APART,
        current=current, reason=reason, grounds=row.grounds if row else [], facts=row.facts if row else "",
        actor=actor, decided_on=on, seq=seq,
    )  # fmt: skip
    if current:
        Bond.objects.create(
            kind="duplicate", told="duplicate", from_code=high if current == low else low, into_code=current,
            since=on, decision=made, seq=seq,
        )  # fmt: skip
    if row:
        row.delete()
    return queries.view(made)


def _end(row: Decision, reason: str, *, by: str, on: date, record: int | None = None) -> None:
    """End a decision and its bond by a change of the feed."""
    told = {"codes": [row.low, row.high], "decision": row.pk, "reason": reason, "on": on.isoformat()}
    seq = feed.append(ENDED if record else UNDONE, told | ({"record": record} if record else {}), actor=by)
    Decision.objects.filter(pk=row.pk, ended_seq__isnull=True).update(
        ended_seq=seq, ended_on=on, ended_by=by, ended_reason=reason, ended_record=record
    )
    Bond.objects.filter(decision=row, ended_seq__isnull=True).update(ended_seq=seq)


def _refuse_different(one: set[str], other: set[str], ties: Iterable[Tie], on: date) -> None:
    """Refuse to join codes that the registry or a person holds to be different subjects."""
    for tie in ties:
        if tie.is_succession and {tie.source, tie.into} & one and {tie.source, tie.into} & other:
            raise _told(tie, on)
    notice = next((n for two, n in codes.kept_apart().items() if _across(two, one, other)), None)
    if notice:
        raise RegistrySays(
            Text(
                f"登记机关对第 {notice} 号通知答复，二者确为不同主体。",
                f"The registering office answered notice {notice}: they are different subjects.",
            ),
            Text("请登记机关改正后再办。", "The registering office must correct it first."),
        )
    kept = Decision.objects.filter(ended_seq__isnull=True, verdict=Decision.Verdict.KEEP_APART)
    of_sets = kept.filter(Q(low__in=one | other) & Q(high__in=one | other))
    for row in of_sets:
        if _across((row.low, row.high), one, other):
            raise _already(
                Text(
                    f"{row.low} 与 {row.high} 已由 {row.actor} 认定为不同主体：{row.reason}。",
                    f"{row.actor} decided that {row.low} and {row.high} are different subjects: {row.reason}.",
                )
            )


def _across(two: tuple[str, str], one: set[str], other: set[str]) -> bool:
    return (two[0] in one and two[1] in other) or (two[1] in one and two[0] in other)


def _refuse_told(low: str, high: str, ties: Sequence[Tie], on: date) -> None:
    """Refuse to touch what registries' records say: that the two codes are one subject."""
    told = [tie for tie in ties if tie.is_same and tie.record is not None]
    if high in rules.members(low, told):
        at = [tie for tie in told if {tie.source, tie.into} & {low, high}]
        raise _told(max(at, key=lambda tie: tie.age), on)


def _told(tie: Tie, on: date) -> RegistrySays:
    why = said(tie, law.rulebook().on(on))
    return RegistrySays(
        Text(
            f"以登记机关所报为准：{why.zh}（记录 {tie.record}）。",
            f"The registry's word counts: {why.en} (record {tie.record}).",
        ),
        Text(
            "人的决定不能改变它；有误的，请登记机关更正或撤回该记录。",
            "No person's decision changes it: the registry must correct or withdraw the record.",
        ),
    )


def _already(what: Text) -> DecidedAlready:
    return DecidedAlready(what, Text("要改变的，先撤销原决定。", "To change it, undo that decision first."))


def _both(code: str, other: str) -> rules.Pair:
    low, high = pair(code, other)
    known = archive.names_of([low, high])
    if low == high or len(known) < 2:
        raise queries.no_pair(next((each for each in (low, high) if each not in known), low))
    return low, high


def _demand_reason(reason: str) -> str:
    told = reason.strip()
    if not 2 <= len(told) <= LONGEST or not is_one_line(told):
        raise NoReason(
            Text("没有写明理由。", "The reason is missing."),
            Text(f"请用一行、2 至 {LONGEST} 字写明。", f"Say it in one line of 2 to {LONGEST} characters."),
            fields=(("reason", Text("没有写明理由", "missing")),),
        )
    return told
