"""How a question becomes a ruling: look up, apply the rule of `lists`, say what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from xinyun import law
from xinyun.archive import queries as archived
from xinyun.base import Reason
from xinyun.gateway.answers import Candidate, Found, Ruling
from xinyun.gateway.index import Known, Snapshot
from xinyun.gateway.questions import Question
from xinyun.identity import queries as identity
from xinyun.lists.queries import (
    Standing,
    Verdict,
    check,
    check_name,
    clean,
    doubt_code,
    doubt_name,
    remark,
    standings_of,
)  # fmt: skip

PERSON = "person"
_CANDIDATES = 5


def rule(
    question: Question, snapshot: Snapshot, now: law.Law, at: datetime, known_at: datetime | None = None
) -> Ruling:
    """Decide one question that `admit` has passed; `known_at` where the snapshot may be behind, see `Ruling`.

    Persons are not in the check index: they are looked up in the archive, as known when the index was.
    """
    if question.person:
        verdict, subject = by_person(question, *listed(question.person, snapshot.seq), now)
        return Ruling(
            question, verdict, subject, None, snapshot.seq, now.book.hash, at, now.day, known_at=known_at
        )
    if question.code:
        verdict, subject = by_code(question, snapshot.lookup(question.code), now)
        return Ruling(
            question, verdict, subject, None, snapshot.seq, now.book.hash, at, now.day, known_at=known_at
        )
    exact, alike = meant(question.name or "", snapshot)
    counting = exact or alike
    verdict, subject = by_name(question, ((known.standings, known.kind) for known in counting.values()), now)
    return Ruling(
        question, verdict, subject, candidates(exact, alike, question.scene, now), snapshot.seq, now.book.hash, at, now.day,
        tuple((code, known.kind) for code, known in counting.items()), known_at,
    )  # fmt: skip


def by_code(question: Question, known: Known | None, now: law.Law) -> tuple[Verdict, Found]:
    """The rule for a code of which so much is known; a name beside it is compared."""
    scene = now.scene(question.scene)
    if known is None:  # nobody is listed under a code that the archive does not know, and the answer says so
        return unknown(scene), Found(question.code, question.name, False)
    doubted = bool(question.name) and not is_named(question.name or "", known.names)
    verdict = bearing(known.standings, known.kind, doubted, scene, now)
    if known.ties:
        verdict = remark(verdict, (_said(tie, now) for tie in known.ties))
    if _is_superseded(question.code or "", known):
        verdict = doubt_code(verdict)
    found = Found(question.code, known.name, True, known.current, known.others, known.kind, known.names)
    return verdict, found


def by_person(
    question: Question, known: bool, standings: Iterable[Standing], now: law.Law
) -> tuple[Verdict, Found]:
    """The rule for a person, who has these standings; neither name nor number is told."""
    return check(standings, PERSON, now.scene(question.scene), now), Found(None, None, known, kind=PERSON)


def listed(person: str, seq: int) -> tuple[bool, tuple[Standing, ...]]:
    """Whether the archive holds anything of whom a keyed hash is of, and the standings as known at `seq`."""
    found = archived.person(person)
    return found is not None, standings_of(found.id, seq) if found else ()


def by_name(
    question: Question, counting: Iterable[tuple[Iterable[Standing], str]], now: law.Law
) -> tuple[Verdict, Found]:
    """The rule for a name alone, that so many subjects may be meant by, each with its standings and its kind."""
    return check_name(counting, now.scene(question.scene), now), Found(None, question.name, False)


def meant(asked: str, snapshot: Snapshot) -> tuple[dict[str, Known], dict[str, Known]]:
    """Who bears the very name, all of them, and those whose name contains it: they count where nobody bears it."""
    exact = _known(archived.codes_of(asked), snapshot)
    hits = [hit.code for hit in archived.search(asked, limit=_CANDIDATES, broad=False).hits]
    return exact, _known([code for code in hits if code not in exact], snapshot)


def candidates(
    exact: dict[str, Known], alike: dict[str, Known], scene: str, now: law.Law
) -> tuple[Candidate, ...]:
    """Those whom a name may mean, the few that are shown: whoever bears it first."""
    told = (_candidates(found, now.scene(scene), now) for found in (exact, alike))
    return tuple(chain(*told))[:_CANDIDATES]


def unknown(scene: law.Scene) -> Verdict:
    """What a code that the archive does not know means: nobody is listed under it."""
    return clean(scene)


def bearing(
    standings: Sequence[Standing], kind: str, doubted: bool, scene: law.Scene, now: law.Law
) -> Verdict:
    """What a subject's standings mean in a scene; `doubted` where the name given is not the code's."""
    verdict = check(standings, kind, scene, now)
    return doubt_name(verdict) if doubted else verdict


def is_named(asked: str, names: Iterable[str]) -> bool:
    """Whether a name given is one of those that the archive has for the code."""
    return any(archived.same_name(asked, name) for name in names)


def _is_superseded(code: str, known: Known) -> bool:
    """Whether another code counts now in its place, or several that are not one subject."""
    return code != known.current or any(
        tie.kind == identity.FORK and tie.source == code for tie in known.ties
    )


def _said(tie: identity.Tie, now: law.Law) -> Reason:
    """What became of a code, as a reason to read: a listing follows its subject to another code, never to a successor."""
    kind = "same-subject" if tie.is_same else "another-subject"
    return Reason(kind, identity.said(tie, now), identity.basis_of(tie, now))


def _known(codes: list[str], snapshot: Snapshot) -> dict[str, Known]:
    return {code: known for code in codes if (known := snapshot.lookup(code))}


def _candidates(found: dict[str, Known], scene: law.Scene, now: law.Law) -> list[Candidate]:
    """Those in whom something bears come first, for few are shown."""
    candidates = [
        Candidate(
            code,
            known.name,
            _bears(known, scene, now),
            known.division,
            known.status,
            known.established_on,
        )
        for code, known in found.items()
    ]
    return sorted(candidates, key=lambda candidate: not candidate.bearing)


def _bears(known: Known, scene: law.Scene, now: law.Law) -> bool:
    return check(known.standings, known.kind, scene, now).outcome not in ("pass", "benefit")
