"""Where a person knows better than the platform: a check that is overridden, a match that is a false alarm."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.enforcement import queries, rules
from xinyun.enforcement.matching import rematch
from xinyun.enforcement.models import FalseAlarm, Override
from xinyun.ledger import queries as ledger
from xinyun.ledger import receipts
from xinyun.plumbing import feed

_AGAINST = {"let-through": {"block", "review"}, "refused": {"pass", "remind", "benefit"}}


class NotAnOverride(Refusal):
    """What the officer did is what the check answered, or it is not said what and why."""

    code = "not-an-override"


class NotTheirCheck(Refusal):
    """The receipt is not of a check of this office, or not of one that the log knows."""

    code = "not-their-check"
    status = 404


class OverriddenBefore(Refusal):
    """The check was overridden already."""

    code = "overridden-before"
    status = 409


class NotAFalseAlarm(Refusal):
    """It does not say why, or until when, or for longer than the norm allows."""

    code = "not-a-false-alarm"


class SecondOfficer(Refusal):
    """Who proposed it cannot confirm it; or it is confirmed already."""

    code = "second-officer"
    status = 409


@transaction.atomic
def override(*, receipt: str, did: str, reason: str, office: str, actor: str, on: date) -> int:
    """Record that an officer did otherwise than a check answered, and why; returns its number.

    The receipt must be one of ours, unchanged, of a check that this office asked for.

    :raises ReceiptRefused: it is no receipt of ours, or was changed.
    :raises NotTheirCheck: another office asked, or the log does not know it.
    :raises NotAnOverride: `did` is none of `rules.DID`, agrees with the answer, or there is no reason.
    :raises OverriddenBefore: it was recorded before.
    """
    claims = receipts.own(receipt.strip())
    payload = _check(claims, office)
    outcome, reason = str(claims.get("outcome")), reason.strip()
    if outcome not in _AGAINST.get(did, set()) or not 0 < len(reason) <= rules.TEXT_LENGTH:
        raise NotAnOverride(
            Text(
                f"核查结果是 {outcome}；没有写明理由，或者做的与结果一致。",
                f"The answer was {outcome}; no reason is given, or what was done agrees with it.",
            ),
            Text("请写明做了什么（let-through 或 refused）和理由。", "Say what was done, and why."),
            fields=(("reason", Text("必填", "required")),),
        )
    told = {"office": office, "leaf": claims["index"], "outcome": outcome, "did": did}
    seq = feed.append("check.overridden", told, actor=actor)
    row = Override(
        office=office, scene=payload["scene"], leaf=claims["index"], outcome=outcome, did=did, reason=reason,
        receipt=receipt.strip(), actor=actor, on=on, seq=seq,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise OverriddenBefore(
            Text("这次核查已经登记过。", "This check was overridden already."),
            Text("无需再登记。", "There is nothing to do."),
        ) from None
    return row.pk


def _check(claims: dict[str, Any], office: str) -> dict[str, Any]:
    """What the log holds of the check that a receipt is of."""
    index = claims.get("index")
    held = ledger.entry(index) if isinstance(index, int) and 0 <= index < ledger.size() else None
    payload = held.payload if held and held.leaf.kind == "check" else None
    if payload is None or payload["office"] != office or payload["decision"] != claims.get("outcome"):
        raise NotTheirCheck(
            Text("这不是本单位的核查回执。", "This is no receipt of a check by this office."),
            Text("请粘贴本单位那次核查的回执。", "Paste the receipt of your own check."),
        )
    return payload


@transaction.atomic
def propose_false_alarm(
    *, task: int, whole_subject: bool, reason: str, until: date, office: str, actor: str, on: date
) -> int:
    """Propose that a task is a false alarm: of this entry, or with `whole_subject` of all the subject's; returns its number.

    :raises NoSuchTask: the office has none of that number.
    :raises NotAFalseAlarm: there is no reason, or `until` is not after `on` or later than the norm allows.
    """
    row, reason = queries.row_of(task, office), reason.strip()
    latest = law.rulebook().on(on).enforcement(row.norm).false_alarm.after(on)
    if not 0 < len(reason) <= rules.TEXT_LENGTH or not on < until <= latest:
        raise NotAFalseAlarm(
            Text("没有写明理由，或者截止日不对。", "No reason is given, or the last day is wrong."),
            Text(f"请写明理由，截止日晚于 {on}、不晚于 {latest}。", f"Say why; until a day by {latest}."),
        )
    alarm = FalseAlarm.objects.create(
        roster_id=row.roster_id, code=row.code, entry=None if whole_subject else row.entry, reason=reason,
        proposed_by=actor, proposed_on=on, until=until,
    )  # fmt: skip
    feed.append("false-alarm.proposed", {"alarm": alarm.pk, "office": office}, actor=actor)
    return alarm.pk


@transaction.atomic
def confirm_false_alarm(*, alarm: int, office: str, actor: str, on: date) -> None:
    """Confirm it as a second officer: its tasks end with the next round of matching, and none comes until its end.

    :raises NoSuchTask: the office has no such proposal.
    :raises SecondOfficer: the actor proposed it, or it is confirmed already, or past.
    """
    feed.lock()
    row = FalseAlarm.objects.filter(pk=alarm, roster__office=office).first()
    if row is None:
        raise queries.no_such_task(alarm)
    standing = FalseAlarm.objects.filter(pk=alarm, confirmed_on__isnull=True, until__gt=on)
    if row.proposed_by == actor or not standing.update(confirmed_by=actor, confirmed_on=on):
        raise SecondOfficer(
            Text("须由提出人以外的人确认，且只确认一次。", "Somebody else confirms it, once."),
            Text("请另一位经办人办理。", "Ask another officer."),
        )
    feed.append("false-alarm.confirmed", {"alarm": alarm, "office": office}, actor=actor)
    rematch(Q(roster_id=row.roster_id, code=row.code))
