"""Compares rosters with lists: a chunk of subjects at a time, each in one transaction, so that a kill leaves whole chunks.

What follows is computed anew and compared with the tasks that there are: doing it again changes nothing. The feed tells
which subjects' entries changed; and every line is looked at once a day, for entries also end by the calendar.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import transaction
from django.db.models import Q

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.enforcement import rules
from xinyun.enforcement.models import Doubt, FalseAlarm, Line, Progress, Roster, Task
from xinyun.enforcement.rules import Follows, chunks
from xinyun.identity import queries as identity
from xinyun.law import Law, NotInForce, UnknownNorm
from xinyun.lists import queries as lists
from xinyun.lists.queries import Standing
from xinyun.plumbing import feed

CHUNK = 500
"""Subjects of one transaction; parameters of a statement stay below SQLite's limit."""
_FEED, _CANDIDATES = "feed", 5
_Pair = tuple[int, str]
_Key = tuple[int, str, int, str]


@dataclass(slots=True)
class Matched:
    """What a round of matching did; `lines` are those that were looked at."""

    lines: int = 0
    opened: int = 0
    ended: int = 0
    to_release: int = 0
    doubts: int = 0
    reminded: int = 0
    escalated: int = 0


def follow(*, actor: str, on: date) -> Matched:
    """Bring all tasks up to the feed's head and to the day; whoever comes second finds nothing to do."""
    done = Matched()
    _follow_feed(done, actor=actor, on=on)
    _look_at_lines(done, actor=actor, on=on)
    _tell_of_delay(done, actor=actor, on=on)
    return done


def _follow_feed(done: Matched, *, actor: str, on: date) -> None:
    Progress.objects.get_or_create(name=_FEED)
    after, through = Progress.objects.get(name=_FEED).place, feed.head()
    if after >= through:
        return
    for codes in chunks(lists.codes_changed(after, through), CHUNK):
        _match_codes(codes, done, actor=actor, on=on)
    for codes in chunks(sorted(identity.codes_touched(after, through)), CHUNK):
        _match_codes(codes, done, actor=actor, on=on)
    Progress.objects.filter(name=_FEED, place__lt=through).update(place=through)


def _match_codes(codes: Sequence[str], done: Matched, *, actor: str, on: date) -> None:
    """Match the lines that name one of these codes, or another code of the same subject, or one of their names."""
    known = identity.identities(codes)
    all_codes = sorted({*codes, *(code for one in known.values() for code in one.codes)})
    for some in chunks(all_codes, CHUNK):
        if not Line.objects.exists():
            return
        with transaction.atomic():
            feed.lock()
            lines = Line.objects.filter(code__in=some).only("id")
            names = list(archive.names_of(list(some)).values())
            nameless = Line.objects.filter(code="", key__in=names, ended_on__isnull=True).only("id")
            _match([line.pk for line in (*lines, *nameless)], done, actor=actor, on=on)


def _look_at_lines(done: Matched, *, actor: str, on: date) -> None:
    due = Line.objects.filter(Q(matched_on__isnull=True) | Q(matched_on__lt=on, ended_on__isnull=True))
    while due.exists():  # asked before the lock, which an idle round need not take
        with transaction.atomic():
            feed.lock()
            ids = list(due.order_by("matched_on", "id").values_list("id", flat=True)[:CHUNK])
            _match(ids, done, actor=actor, on=on)


def _match(ids: Sequence[int], done: Matched, *, actor: str, on: date) -> None:
    """Match some lines within the caller's transaction, and mark them as matched."""
    now, lines = law.rulebook().on(on), []
    for some in chunks(ids, CHUNK):
        lines += Line.objects.filter(pk__in=some).select_related("roster").order_by("id")
    rosters = {line.roster_id: line.roster for line in lines}
    pairs = {(line.roster_id, line.code) for line in lines if line.code}
    if pairs:
        _Chunk(rosters, pairs, now, actor).settle(done)
    for line in lines:
        if not line.code and line.ended_on is None:
            _look_for_name(line, now, done, on=on)
    done.lines += len(lines)
    for some in chunks(ids, CHUNK):
        Line.objects.filter(pk__in=some).update(matched_on=on)


class _Chunk:
    """Some subjects on some rosters: what follows for them, and the tasks that there are."""

    def __init__(self, rosters: dict[int, Roster], pairs: set[_Pair], now: Law, actor: str) -> None:
        self._rosters, self._pairs, self._now, self._actor = rosters, pairs, now, actor
        self._codes = sorted({code for _, code in pairs})
        self._standings, self._kinds = _standings(self._codes)
        here = Q(roster_id__in=rosters, code__in=self._codes)
        active = Line.objects.filter(here, ended_on__isnull=True).values_list("roster_id", "code")
        self._active = set(active) & pairs
        alarms = FalseAlarm.objects.filter(here, confirmed_on__isnull=False, until__gt=now.day)
        self._alarms = set(alarms.values_list("roster_id", "code", "entry"))
        tasks = Task.objects.filter(here, Q(ended_on__isnull=True) | Q(state=rules.RELEASE))
        self._tasks = [task for task in tasks if (task.roster_id, task.code) in pairs]

    def settle(self, done: Matched) -> None:
        """Open, end and take up again the tasks; a line of the feed tells of it."""
        wanted = dict(self._wanted())
        living = {_key(task): task for task in self._tasks if task.ended_on is None}
        undoing = {_key(task): task for task in self._tasks if task.ended_on is not None}
        states = {key: task.state for key, task in living.items()}
        new, over, again = rules.settle(wanted.keys(), states, undoing.keys())
        softened = [
            task for key, task in living.items() if key in wanted and task.effect != wanted[key].effect
        ]
        if not (new or over or again or softened):
            return
        ending = [(living[key], *self._why(living[key])) for key in sorted(over)]
        to_release = sum(task.state == rules.DONE for task, _, _ in ending)
        told = {"opened": len(new), "ended": len(over), "to_release": to_release, "again": len(again)}
        seq = feed.append("tasks.matched", told, actor=self._actor)
        for task, why, day in ending:
            self._end(task, why, day, seq)
        for key in again:
            undoing[key].state, undoing[key].ended_on, undoing[key].ended_why = rules.DONE, None, ""
            undoing[key].seq = seq
        for task in softened:
            task.effect, task.seq = wanted[_key(task)].effect, seq
        changed = [*(task for task, _, _ in ending), *(undoing[key] for key in again), *softened]
        Task.objects.bulk_update({task.pk: task for task in changed}.values(), _ENDING, batch_size=50)
        Task.objects.bulk_create((self._task(key, wanted[key], seq) for key in sorted(new)), batch_size=200)
        done.opened, done.ended = done.opened + len(new), done.ended + len(over)
        done.to_release += to_release

    def _wanted(self) -> Iterator[tuple[_Key, Follows]]:
        scenes = {id: _scene(roster, self._now) for id, roster in self._rosters.items()}
        for roster, code in self._active:
            scene, standings = scenes[roster], self._standings.get(code)
            if scene is None or not standings:
                continue
            department = self._rosters[roster].office.partition(".")[2]
            for one in rules.follows(standings, self._kinds[code], scene, department, self._now):
                if not self._is_false_alarm(roster, code, one.entry):
                    yield (roster, code, one.entry, one.measure), one

    def _is_false_alarm(self, roster: int, code: str, entry: int) -> bool:
        return bool({(roster, code, None), (roster, code, entry)} & self._alarms)

    def _why(self, task: Task) -> tuple[str, date]:
        standing = next((one for one in self._standings.get(task.code, ()) if one.entry == task.entry), None)
        return rules.ending(
            standing, self._now.day,
            on_roster=(task.roster_id, task.code) in self._active,
            false_alarm=self._is_false_alarm(task.roster_id, task.code, task.entry),
        )  # fmt: skip

    def _end(self, task: Task, why: str, day: date, seq: int) -> None:
        task.state, task.ended_on, task.ended_why, task.seq = rules.AFTER_ENDING[task.state], day, why, seq
        if task.state == rules.RELEASE:
            due = rules.release_dues(self._now.enforcement(task.norm), self._now.day)
            task.remind_on, task.due_on, task.escalate_on, task.told = due.remind, due.due, due.escalate, 0

    def _task(self, key: _Key, one: Follows, seq: int) -> Task:
        roster, code, _, _ = key
        norm = self._now.enforcement_of(one.measure)
        due = rules.dues(norm, self._now.day)
        return Task(
            roster_id=roster, office=self._rosters[roster].office, scene=self._rosters[roster].scene, code=code,
            entry=one.entry, list_id=one.list_id, document=one.document, decided_by=self._deciders[one.entry],
            decided_on=one.decided_on, measure=one.measure, effect=one.effect, basis=[str(b) for b in one.basis],
            norm=norm.id, since=self._now.day, remind_on=due.remind, due_on=due.due, escalate_on=due.escalate, seq=seq,
        )  # fmt: skip

    @cached_property
    def _deciders(self) -> dict[int, str]:
        return lists.offices_of(one.entry for standings in self._standings.values() for one in standings)


_ENDING = [
    "state", "ended_on", "ended_why", "remind_on", "due_on", "escalate_on", "told", "effect", "seq",
]  # fmt: skip


def _key(task: Task) -> _Key:
    return task.roster_id, task.code, task.entry, task.measure


def _scene(roster: Roster, now: Law) -> law.Scene | None:
    """The roster's scene; one that was repealed asks nothing any more."""
    try:
        return now.scene(roster.scene)
    except (NotInForce, UnknownNorm):
        return None


def _standings(codes: Iterable[str]) -> tuple[dict[str, tuple[Standing, ...]], dict[str, str]]:
    """The standings of each code's subject under whatever code they are, and its kind."""
    codes = list(codes)
    bound = identity.identities(codes)
    groups = {code: bound[code].codes if code in bound else (code,) for code in codes}
    found = lists.standings(sorted({one for group in groups.values() for one in group}), feed.head())
    listed = {
        code: tuple(standing for one in group for standing in found.get(one, ()))
        for code, group in groups.items()
    }
    listed = {code: standings for code, standings in listed.items() if standings}
    current = {code: bound[code].current if code in bound else code for code in listed}
    headers: dict[str, str] = {}
    for some in chunks(sorted({*listed, *current.values()}), CHUNK):
        headers |= {code: one.kind for code, one in archive.headers_by_code(some).items()}
    kinds: defaultdict[str, str] = defaultdict(lambda: "organisation")
    kinds.update({code: headers.get(current[code]) or headers.get(code, "organisation") for code in listed})
    return listed, kinds


def _look_for_name(line: Line, now: Law, done: Matched, *, on: date) -> None:
    """A name alone never makes a task: where listed subjects bear it, somebody looks."""
    scene = _scene(line.roster, now)
    codes = archive.codes_of(line.name) if scene else []
    standings, kinds = _standings(codes[:CHUNK])
    department = line.roster.office.partition(".")[2]
    bearing = [
        code
        for code in codes
        if scene and rules.follows(standings.get(code, ()), kinds[code], scene, department, now)
    ]
    known = Doubt.objects.filter(line=line).first()
    if not bearing:
        Doubt.objects.filter(line=line, settled_on__isnull=True).delete()
    elif known is None:
        Doubt.objects.create(line=line, candidates=bearing[:_CANDIDATES], opened_on=on)
        done.doubts += 1
    elif set(bearing) - set(known.candidates):  # somebody else of that name was listed since
        known.candidates, known.opened_on = bearing[:_CANDIDATES], on
        known.settled_by, known.settled_on = "", None
        known.save()
        done.doubts += 1


def _tell_of_delay(done: Matched, *, actor: str, on: date) -> None:
    """Remind offices of what is due soon, tell the centre of what is late: once each, by a line of the feed."""
    waiting = Q(state__in=[rules.OPEN, rules.RELEASE])
    for level, due, kind in (
        (1, Q(remind_on__lte=on, told__lt=1), "tasks.reminded"),
        (2, Q(escalate_on__lte=on, told__lt=2), "tasks.escalated"),
    ):
        if not Task.objects.filter(waiting, due).exists():
            continue
        with transaction.atomic():
            feed.lock()
            rows = Task.objects.filter(waiting, due)
            counted = Counter(rows.values_list("office", flat=True).iterator())
            if not counted:
                continue
            seq = feed.append(kind, {"offices": dict(sorted(counted.items()))}, actor=actor)
            rows.update(told=level, seq=seq)
        if level == 1:
            done.reminded += counted.total()
        else:
            done.escalated += counted.total()


def rematch(lines: Q) -> None:
    """Let lines be looked at once more by the next round."""
    Line.objects.filter(lines).update(matched_on=None)
