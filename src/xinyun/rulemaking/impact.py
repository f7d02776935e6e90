"""Whom a draft would touch: the same facts under two rulebooks on one day. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from xinyun.archive.rules import SHOWN, governing_tier, publicity
from xinyun.base import Period
from xinyun.law import Item, Law, NotInForce, UnknownNorm
from xinyun.lists.rules import Standing, check


@dataclass(frozen=True, slots=True)
class Someone:
    """Whom something is about, as far as an impact tells it: persons have neither code nor name here."""

    code: str
    name: str
    kind: str
    city: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that would be otherwise for somebody: `before` and `after` are empty where there is nothing."""

    whom: Someone
    what: str
    """`measure`, `term` (of an entry), `publicity` (of a record) or `tier` (of a record)."""
    subject: str
    """The measure and its scene, the list, or the item."""
    before: str
    after: str

    @property
    def direction(self) -> str:
        """`gained`, `lost` or `changed`."""
        return "gained" if not self.before else "lost" if not self.after else "changed"


@dataclass(slots=True)
class Tally:
    """How many effects of each sort there are, by kind of subject and by city; memory is bounded by the norms."""

    subjects: int = 0
    effects: int = 0
    by_what: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_city: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, effects: list[Effect]) -> None:
        """Count the effects on one subject, or of one of its records."""
        self.subjects += bool(effects)
        for effect in effects:
            self.effects += 1
            self.by_what[effect.what, effect.subject, effect.direction] += 1
            self.by_kind[effect.whom.kind, effect.direction] += 1
            self.by_city[effect.whom.city, effect.direction] += 1


def on_lists(whom: Someone, standings: Iterable[Standing], before: Law, after: Law) -> Iterator[Effect]:
    """What changes for somebody on lists: the terms of the entries, and what follows from them in each scene."""
    held = list(standings)
    drafted = [redated(one, before, after) for one in held]
    for was, becomes in zip(held, drafted, strict=True):
        if was.period != becomes.period:
            yield Effect(whom, "term", was.list_id, _last(was.period), _last(becomes.period))
    follows, would_follow = _entailed(held, whom.kind, before), _entailed(drafted, whom.kind, after)
    for key in sorted({*follows, *would_follow}):
        was_effect, effect = follows.get(key, ""), would_follow.get(key, "")
        if was_effect != effect:
            yield Effect(whom, "measure", " @ ".join(key), was_effect, effect)


def on_record(
    whom: Someone,
    item: str,
    content: Mapping[str, Any],
    decided: date | None,
    before: Law,
    after: Law,
) -> Iterator[Effect]:
    """What changes for the publicity of a record: its tier, whether it is shown, and until when."""
    was, becomes = (_shown(law, item, dict(content), decided) for law in (before, after))
    for what, one, other in zip(("tier", "publicity"), was, becomes, strict=True):
        if one != other:
            yield Effect(whom, what, item, one, other)


def redated(standing: Standing, before: Law, after: Law) -> Standing:
    """The entry as the draft's list would have dated it: its term, or the document's own end within what is lawful."""
    was, becomes = (_list_of(law, standing) for law in (before, after))
    if was is None or becomes is None or was == becomes:
        return standing
    default = was.period(standing.decided_on)
    if standing.period == default:
        return replace(standing, period=becomes.period(standing.decided_on))
    latest = becomes.latest_end(standing.decided_on)
    end = standing.period.end
    if latest and (end is None or end > latest):
        return replace(standing, period=Period(standing.period.start, latest))
    return standing


def _list_of(law: Law, standing: Standing) -> Any:
    try:
        return law.book.on(standing.decided_on).list(standing.list_id)
    except (UnknownNorm, NotInForce):
        return None


def _entailed(standings: list[Standing], kind: str, now: Law) -> dict[tuple[str, str], str]:
    """Measure and scene -> its effect, on the law's day."""
    return {
        (measure.id, scene.id): measure.effect
        for scene in now.scenes()
        for measure in check(standings, kind, scene, now).measures
    }


def _shown(law: Law, item_id: str, content: dict[str, Any], decided: date | None) -> tuple[str, str]:
    """The tier, and the last day of publicity or 长期; empty where it is not shown."""
    try:
        item = law.item(item_id)
    except (UnknownNorm, NotInForce):
        return "", ""
    then = law.book.on(min(decided or law.day, law.day))
    decision = publicity(item, content, then, law.day)
    if decision.outcome != SHOWN:
        return _tier(item, content, then), ""
    end = decision.reasons[0].until
    return _tier(item, content, then), str(end - timedelta(days=1)) if end else "长期"


def _tier(item: Item, content: dict[str, Any], then: Law) -> str:
    if not item.publicity_norm:
        return ""
    try:
        term = then.norm("repair", item.publicity_norm)
    except NotInForce:
        return ""
    return str(governing_tier(content.get(term["class_field"]), term)["title"])


def _last(period: Period) -> str:
    return str(period.last_day) if period.last_day else "长期"
