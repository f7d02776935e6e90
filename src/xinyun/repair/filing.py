"""How a case begins: an objection or an application for repair is checked, kept, receipted, and followed by a word."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from xinyun import law
from xinyun.base import Text
from xinyun.base.forms import is_one_line
from xinyun.base.identifiers import mask_within
from xinyun.law import Procedure
from xinyun.plumbing import feed
from xinyun.plumbing.sealing import keyed_hash, seal
from xinyun.repair import grounds, queries, steps, telling
from xinyun.repair.models import Case, Step
from xinyun.repair.queries import CaseView
from xinyun.repair.targets import Target, demand_repairable, target

PORTAL, API, OFFICE = "portal", "api", "office"
"""How a case came: from the public site, by the interface, or written down by an officer who knows who asks."""
LONGEST_PIECE, MOST_PIECES = 300, 10
"""Characters of a piece of evidence, pieces of evidence."""
MOST_A_DAY = 5
"""Cases about one subject that are taken from outside in a day."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows it, in words, and the document that holds it."""

    what: str
    document: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call: personal, kept sealed."""

    name: str
    telephone: str


class Filed(NamedTuple):
    """A case, and the word by which it is followed: told once, empty where nobody outside asked."""

    case: CaseView
    secret: str


@transaction.atomic
def object_to(
    *,
    line: str,
    statement: str,
    evidence: Sequence[Evidence],
    way: str,
    actor: str,
    on: date,
    contact: Contact | None = None,
) -> Filed:
    """File an objection to what a page's line says; `line` is as for `target`.

    Whoever comes from outside is not known to be the subject: its objection is marked when an officer accepts it.

    :raises NotATarget, NotWritten, TooMany: see `grounds`.
    :raises AlreadyOpen: an objection that was accepted is open.
    :raises AlreadyAnswered: one was decided, and there is no evidence that it did not have.
    """
    feed.lock()
    found = target(line, on)
    now = law.rulebook().on(on)
    procedure = now.procedure(queries.OBJECTION_PROCEDURE)
    given = _evidence(evidence, procedure)
    told: dict[str, Any] = {
        "grounds": mask_within(written("statement", statement, procedure)),
        "evidence": [asdict(one) for one in given],
        "followed": way != OFFICE,
    }
    _demand_room(found, way, on, procedure)
    earlier = queries.of_target(steps.OBJECTION, _key(found))
    demand_none_accepted(earlier, procedure)
    _demand_new(earlier, given, procedure)
    return _file(steps.OBJECTION, found, told, procedure, way, contact, actor, on)


@transaction.atomic
def ask_repair(
    *,
    line: str,
    statement: str,
    evidence: Sequence[Evidence],
    performed: bool,
    commitment: bool,
    way: str,
    actor: str,
    on: date,
    contact: Contact | None = None,
) -> Filed:
    """Ask that what a page's line says be repaired; `performed` and `commitment` are what the subject declares.

    :raises NotATarget, NotWritten, TooMany: see `grounds`.
    :raises NotYet: no procedure is about it, or its terms are not met; with the article and the first day.
    :raises Barred: false papers or a false commitment bar it still.
    :raises AlreadyOpen: an application about it is open.
    """
    feed.lock()
    found = target(line, on)
    procedure = demand_repairable(found, on, performed=performed)
    if not commitment:
        raise grounds.NotYet(
            Text("没有作出信用承诺。", "No commitment is made."),
            Text(
                f"须{_condition(procedure)}。",
                "The subject commits itself publicly, and answers for its papers.",
            ),
            procedure.basis,
            (("commitment", Text("必选", "required")),),
        )
    given = _evidence(evidence, procedure)
    if not given:
        raise grounds.NotWritten(
            Text("没有材料。", "There are no papers."),
            Text(f"需要：{'；'.join(procedure.documents)}。", f"Needed: {'; '.join(procedure.documents)}."),
            procedure.basis,
            (("evidence", Text("必填", "required")),),
        )
    _demand_room(found, way, on, procedure)
    earlier = queries.of_target(steps.REPAIR, _key(found))
    _demand_not_barred(earlier, on, procedure)
    if any(one.facts.is_open for one in earlier):
        raise _already_open(procedure)
    told = {
        "grounds": mask_within(written("statement", statement, procedure)),
        "evidence": [asdict(one) for one in given],
        "followed": way != OFFICE,
        "procedure": procedure.id,
    }
    return _file(steps.REPAIR, found, told, procedure, way, contact, actor, on)


def demand_none_accepted(earlier: Sequence[CaseView], procedure: Procedure) -> None:
    """Check that no objection that was accepted is open.

    :raises AlreadyOpen: one is.
    """
    if any(one.facts.is_open and one.state != steps.FILED for one in earlier):
        raise _already_open(procedure)


def new_secret() -> str:
    """A word of ten letters and digits that are not taken for one another: fifty bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(10))


def _file(
    kind: str,
    found: Target,
    told: dict[str, Any],
    procedure: Procedure,
    way: str,
    contact: Contact | None,
    actor: str,
    on: date,
) -> Filed:
    now, secret = law.rulebook().on(on), "" if way == OFFICE else new_secret()
    told |= {"title": [found.title.zh, found.title.en], "line": found.line}
    told["receipt"] = telling.receipt(kind, found, told, procedure, now)
    payload = {"code": found.code, "of": found.of, "document": found.document, "office": found.office}
    seq = feed.append(f"{kind}.filed", payload, actor=actor)
    row = Case(
        kind=kind, subject_id=found.subject_id, code=found.code, name=found.name, of=found.of, key=found.key,
        document=found.document, decided_on=found.decided_on, office=found.office, way=way, told=told,
        contact=_sealed(contact, procedure), secret=keyed_hash(secret.encode()) if secret else "", actor=actor, on=on,
        seq=seq,
    )  # fmt: skip
    row.save(force_insert=True)
    return Filed(queries.case(row.pk), secret)


def take(view: CaseView, kind: str, told: dict[str, Any], actor: str, on: date) -> CaseView:
    """Write down that something happened in a case, and tell the feed; the caller holds the feed's lock."""
    payload = {"case": view.id, "step": kind, "code": view.code, "of": view.of}
    payload |= {name: told[name] for name in ("document", "outcome", "ground") if told.get(name)}
    seq = feed.append(f"{view.kind}.step", payload, actor=actor)
    Step(
        case_id=view.id, number=len(view.steps) + 1, kind=kind, told=told, submission=told.get("submission", ""),
        first=view.facts.first_officer, actor=actor, on=on, seq=seq,
    ).save(force_insert=True)  # fmt: skip
    return queries.case(view.id)


def _key(found: Target) -> tuple[int, str, int | None, str]:
    return found.subject_id, found.of, found.key, found.document


def _demand_room(found: Target, way: str, on: date, procedure: Procedure) -> None:
    """Check that nobody floods a subject's offices from outside."""
    if way != OFFICE and queries.filed_from_outside(found.code, on) >= MOST_A_DAY:
        raise grounds.TooMany(
            Text(
                f"今天关于该主体的网上申请已满 {MOST_A_DAY} 件。",
                f"{MOST_A_DAY} came about this subject today.",
            ),
            Text("请明天再提，或者到信用中心窗口办理。", "Try tomorrow, or come to the credit centre."),
            procedure.basis,
        )


def _demand_new(earlier: Sequence[CaseView], given: Sequence[Evidence], procedure: Procedure) -> None:
    decided = [one for one in earlier if one.state == steps.SETTLED]
    seen = {(had["what"], had["document"]) for one in decided for had in one.told["evidence"]}
    if decided and not {(one.what, one.document) for one in given} - seen:
        raise grounds.AlreadyAnswered(
            Text(
                f"同一异议已于 {decided[0].steps[-1].on} 办结，没有新的证据。",
                f"It was settled on {decided[0].steps[-1].on}, and nothing new is shown.",
            ),
            Text("有新证据的请写明；不服的可以复议、诉讼。", "Show what is new, or have it reviewed."),
            procedure.basis,
            (("evidence", Text("没有新的证据", "nothing new")),),
        )


def _demand_not_barred(earlier: Sequence[CaseView], on: date, procedure: Procedure) -> None:
    for one in earlier:
        refused = one.last(steps.REFUSED) or one.last(steps.REJECTED)
        until = refused.told.get("barred_until") if refused else None
        if until and on < date.fromisoformat(until):
            raise grounds.Barred(
                Text(f"因材料虚假或者承诺不实，{until} 前不得申请。", f"False papers bar it until {until}."),
                Text("期满后可以申请。", "Ask once that is over."),
                procedure.basis,
            )


def _already_open(procedure: Procedure) -> grounds.AlreadyOpen:
    return grounds.AlreadyOpen(
        Text("关于这条信息的申请正在办理。", "A case about it is open."),
        Text("请等它办结，或者先撤回它。", "Wait for its end, or withdraw it first."),
        procedure.basis,
    )


def _condition(procedure: Procedure) -> str:
    return next((one for one in procedure.conditions if "承诺" in one), "作出信用承诺")


def _evidence(evidence: Sequence[Evidence], procedure: Procedure) -> list[Evidence]:
    found = [Evidence(mask_within(one.what.strip()), mask_within(one.document.strip())) for one in evidence]
    found = [one for one in found if one.what or one.document]
    whole = all(one.what and one.document for one in found)
    short = all(
        len(text) <= LONGEST_PIECE and is_one_line(text)
        for one in found
        for text in (one.what, one.document)
        if text
    )
    if whole and short and len(found) <= MOST_PIECES:
        return found
    raise grounds.NotWritten(
        Text("材料没有写全，或者太长、太多。", "The evidence is not told in full, or there is too much."),
        Text(
            f"每件写明内容和文书，各一行、不超过 {LONGEST_PIECE} 字；不超过 {MOST_PIECES} 件。",
            f"Say of each what it shows and in which document, a line each; {MOST_PIECES} at most.",
        ),
        procedure.basis,
        (("evidence", Text("没有写全或太多", "not whole, or too many")),),
    )


def written(field: str, text: str, procedure: Procedure) -> str:
    """A text that must be given.

    :raises NotWritten: it is missing or too long.
    """
    found = text.strip()
    if 0 < len(found) <= queries.LONGEST:
        return found
    raise grounds.NotWritten(
        Text(
            f"没有写明理由，或者超过 {queries.LONGEST} 字。",
            f"It is missing, or longer than {queries.LONGEST} characters.",
        ),
        Text("请填写。", "Write it."),
        procedure.basis,
        ((field, Text("必填", "required")),),
    )


def _sealed(contact: Contact | None, procedure: Procedure) -> bytes | None:
    if contact is None or not (contact.name.strip() or contact.telephone.strip()):
        return None
    told = {"name": contact.name.strip(), "telephone": contact.telephone.strip()}
    if any(len(text) > 80 or (text and not is_one_line(text)) for text in told.values()):
        raise grounds.NotWritten(
            Text("联系人或电话太长。", "The contact is too long."),
            Text("各不超过 80 字。", "80 characters each at most."),
            procedure.basis,
            (("contact", Text("太长", "too long")),),
        )
    return seal(json.dumps(told, ensure_ascii=False).encode())
