"""From ties to what a viewer is told: what the records hide is left out, persons lose their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from xinyun.archive import queries as archive
from xinyun.archive.queries import RecordView
from xinyun.base import Text
from xinyun.law import Law, NotInForce, Telling, UnknownNorm
from xinyun.law.relations import LINKS
from xinyun.lists import queries as lists
from xinyun.plumbing import feed
from xinyun.relations import rules, walking
from xinyun.relations.answers import Edge, Listing, Mention, Proof
from xinyun.relations.joining import PERSON, Joins
from xinyun.relations.rules import Viewer
from xinyun.relations.walking import Hop, Tie


class Shown:
    """What one viewer may be told of some hops between subjects; asks the archive once for all of them."""

    def __init__(self, found: Sequence[Hop], joins: Joins, viewer: Viewer, now: Law) -> None:
        self.viewer, self.now, self._joins = viewer, now, joins
        ids = {tie.record for hop in found for tie in hop.ties}
        self._records = {one.id: one for one in archive.revisions(sorted(ids))}
        personal = [tie for hop in found for tie in hop.ties if hop.to_person]
        codes = sorted(joins.all_codes({tie.near for tie in personal}))
        self._days: dict[tuple[str, str], str] = {}
        for (code, link), day in walking.latest_days(codes, now.day).items():
            which = joins.key(code), link
            self._days[which] = max(day, self._days.get(which, ""))
        self._registered = _registered(codes, personal, now)
        self.hops = [hop for hop in found if all(self._may_see(tie) for tie in hop.ties)]
        self._persons: dict[str, str] = {}

    def _may_see(self, tie: Tie) -> bool:
        record, telling = self._records.get(tie.record), _telling(tie, self.now)
        if record is None or telling is None or record.withdrawal or not record.is_current:
            return False
        if tie.shape != "person":
            return rules.may_see(record, telling.code, self.viewer, self.now)
        current = self._joins.key(tie.near)
        if tie.starts_on and str(tie.starts_on) < self._days.get((current, tie.link), ""):
            return False
        # What a registry says of a code that is current no more counts only where it says nothing of the current one.
        told = (self._registered.get((code, telling.registry)) for code in (current, tie.near))
        registered = next(filter(None, told), ())
        holds = rules.still_is(telling, record.content, registered)
        return holds and rules.may_see(record, "", self.viewer, self.now)

    def key(self, node: str) -> str:
        """A node's key in the answer: a code is its own, persons are numbered as they come."""
        if len(node) != PERSON:
            return self._joins.key(node)
        return self._persons.setdefault(node, f"p{len(self._persons) + 1}")

    def name(self, node: str) -> str:
        """The name that a record gives a person, for officers."""
        if self.viewer is not Viewer.OFFICER:
            return ""
        ties = (tie for hop in self.hops for tie in hop.ties if tie.far == node)
        for tie in ties:
            telling, record = _telling(tie, self.now), self._records[tie.record]
            if telling and (name := record.content.get(telling.person_name)):
                return str(name)
        return ""

    def told_name(self, code: str) -> str:
        """The name that a record gives a code which the archive does not know."""
        for hop in self.hops:
            for tie in hop.ties:
                telling = _telling(tie, self.now)
                if (
                    self._joins.key(tie.far) == code
                    and telling
                    and (name := self._records[tie.record].content.get(telling.name))
                ):
                    return str(name)
        return ""

    def edge(self, hop: Hop) -> Edge:
        """A hop with the records that tell it."""
        first, last = hop.ties[0], hop.ties[-1]
        far = last.near if len(hop.ties) > 1 else first.far
        proofs = tuple(self._proof(tie) for tie in hop.ties)
        return Edge(self.key(first.near), self.key(far), first.link, LINKS[first.link], first.share, proofs)

    def _proof(self, tie: Tie) -> Proof:
        item = self.now.item(tie.item)
        named = (code for code in (tie.near, tie.far) if self._joins.key(code) != code)
        return Proof(
            tie.record,
            tie.item,
            Text(item.title, item.english),
            tie.document,
            tie.office,
            _office(tie.office, self.now),
            tie.starts_on,
            " ".join(named),
        )


def _telling(tie: Tie, now: Law) -> Telling | None:
    try:
        return now.relation(tie.relation).told.get(tie.item)
    except (NotInForce, UnknownNorm):
        return None


def _registered(
    codes: Sequence[str], ties: Iterable[Tie], now: Law
) -> dict[tuple[str, str], list[str | None]]:
    """The names that registries give now, by code and field."""
    tellings = (_telling(tie, now) for tie in ties)
    fields = {telling.registry for telling in tellings if telling and telling.registry}
    found: dict[tuple[str, str], list[str | None]] = {}
    if fields:
        for code, _, content in archive.contents_of(codes, now.book.describing_items):
            for field in fields:
                found.setdefault((code, field), []).append(content.get(field))
    return found


def mentions(subject_ids: Sequence[int], viewer: Viewer, now: Law) -> tuple[Mention, ...]:
    """The ends that a subject's own records name without a code; names of persons for officers only."""
    told = [
        (relation, item, telling) for relation in now.relations() for item, telling in relation.told.items()
    ]
    items = tuple({item for _, item, telling in told if telling.name})
    found = []
    for record in archive.records_of_all(subject_ids, items=items):
        for relation, item, telling in told:
            if (
                item != record.item
                or not telling.name
                or (viewer is not Viewer.OFFICER and _names_persons(relation.link))
            ):
                continue
            if (name := _named_alone(record, telling)) and rules.may_see(record, telling.name, viewer, now):
                title = Text(now.item(item).title, now.item(item).english)
                told_on = _day(record.content.get(telling.starts)) or record.decided_on
                document = str(record.content.get(telling.document) or "")
                office = _office(record.office, now)
                proof = Proof(record.id, item, title, document, record.office, office, told_on)
                found.append(Mention(relation.link, LINKS[relation.link], name, proof))
    return tuple(found)


def _named_alone(record: RecordView, telling: Telling) -> str:
    """The name that stands without a code, in a record that tells a relation at all."""
    content = record.content
    for condition, wanted in ((telling.when, True), (telling.unless, False)):
        if condition and (content.get(condition.field) in condition.values) is not wanted:
            return ""
    return "" if telling.code and content.get(telling.code) else str(content.get(telling.name) or "")


def _office(id: str, now: Law) -> Text:
    found = now.book.offices.get(id)
    return Text(found.title, found.english) if found else Text(id, id)


def _names_persons(link: str) -> bool:
    return link in {"legal-representative", "responsible-person", "controller"}


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None


def listings(keys: Iterable[str], joins: Joins, viewer: Viewer, now: Law) -> dict[str, tuple[Listing, ...]]:
    """The adverse lists on which each subject is today under any of its codes, by its current one.

    For all but officers those lists alone that are public.
    """
    adverse = {
        one.id: Text(one.title, one.english)
        for one in now.lists()
        if one.polarity == "adverse" and (viewer is Viewer.OFFICER or one.publicity == "public")
    }
    found: dict[str, tuple[Listing, ...]] = {}
    for code, standings in lists.standings(joins.all_codes(keys), feed.head()).items():
        key = joins.key(code)
        told = tuple(
            Listing(
                one.list_id,
                adverse[one.list_id],
                one.document,
                one.decided_on,
                one.period.last_day,
                under="" if code == key else code,
            )
            for one in standings
            if one.list_id in adverse and one.in_force(now.day)
        )
        if told:
            found[key] = found.get(key, ()) + told
    return found
