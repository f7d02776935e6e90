"""What offices do: keep rosters, act on tasks, say why not, contradict a check, call a match a false alarm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q

from xinyun import law
from xinyun.accounts.queries import scenes_asked
from xinyun.archive import queries as archive
from xinyun.base import Refusal, Text
from xinyun.base.identifiers import is_uscc, normalise
from xinyun.enforcement import matching, rosters
from xinyun.enforcement.acting import decline, do, release
from xinyun.enforcement.guarding import confirm_false_alarm, override, propose_false_alarm
from xinyun.enforcement.intercepting import count_checks
from xinyun.enforcement.matching import Matched
from xinyun.enforcement.models import Doubt, Line, Roster, Upload
from xinyun.enforcement.rules import Row, chunks
from xinyun.plumbing import feed

__all__ = [
    "Put", "confirm_false_alarm", "count_checks", "decline", "do", "follow", "override", "propose_false_alarm", "put_lines",
    "put_roster", "release", "remove_lines", "settle_name",
]  # fmt: skip

_BATCH = 1000
_PUT = (
    'INSERT INTO enforcement_line (roster_id, "key", code, name, reference, upload_id) VALUES (%s, %s, %s, %s, %s, %s)'
    ' ON CONFLICT (roster_id, "key", reference) DO UPDATE'
    " SET name = EXCLUDED.name, upload_id = EXCLUDED.upload_id, ended_on = NULL, matched_on = NULL"
)
"""By hand: through the models a hundred thousand lines keep the store locked for several times as long."""


class NotTheirScene(Refusal):
    """The scene belongs to another department, and no client of the office asks in it."""

    code = "not-their-scene"
    status = 403


class NoSuchLine(Refusal):
    """The roster has no such line, or there is no such roster."""

    code = "no-such-line"
    status = 404


class NameSettled(Refusal):
    """Somebody has settled who is meant by a name already."""

    code = "name-settled"
    status = 409


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a roster: how many lines it has now, how many are new or gone, and how many have no code."""

    roster: int
    lines: int
    added: int
    ended: int
    without_code: int


def follow(*, actor: str, on: date) -> Matched:
    """Match rosters with lists up to the feed's head and to the day, tell what is due and late, count checks."""
    count_checks(actor=actor, on=on)
    return matching.follow(actor=actor, on=on)


def put_roster(
    *, office: str, scene: str, path: Path, replace: bool, actor: str, on: date, file_name: str = ""
) -> Put:
    """Take a roster's file: its lines join those of the office's roster for the scene, or with `replace` take their place.

    The file is read twice: first it is checked to its end, so that a bad row keeps everything out.

    :raises law.UnknownNorm, law.NotInForce, NotTheirScene: there is no such office or scene, or it is not theirs.
    :raises UnreadableFile, NoSuchColumns, BadRows, EmptyRoster: as `rosters.read`.
    """
    _demand_scene(office, scene, on)
    count = sum(1 for _ in rosters.read(path))
    return _put(
        office, scene, rosters.read(path), count, replace=replace, file_name=file_name or path.name, actor=actor, on=on
    )  # fmt: skip


def put_lines(
    *, office: str, scene: str, lines: Sequence[tuple[str, str, str]], replace: bool, actor: str, on: date
) -> Put:
    """The same for lines of code, name and reference, as a program sends them.

    :raises Refusal: as `put_roster`.
    """
    _demand_scene(office, scene, on)
    rows = list(rosters.checked((number, *line) for number, line in enumerate(lines, 1)))
    return _put(office, scene, iter(rows), len(rows), replace=replace, file_name="", actor=actor, on=on)


@transaction.atomic
def _put(
    office: str, scene: str, rows: Iterable[Row], count: int, *, replace: bool, file_name: str, actor: str, on: date
) -> Put:  # fmt: skip
    feed.lock()
    roster, _ = Roster.objects.get_or_create(office=office, scene=scene, defaults={"created_on": on})
    standing = Line.objects.filter(roster=roster, ended_on__isnull=True)
    before = standing.count()
    what = "replaced" if replace else "added"
    seq = feed.append("roster.put", {"office": office, "scene": scene, "what": what}, actor=actor)
    upload = Upload(
        roster=roster, what=what, file_name=file_name[:200], lines=count, actor=actor, on=on, seq=seq
    )
    upload.save(force_insert=True)
    _write(roster, upload, rows)
    ended = 0
    if replace:
        ended = standing.exclude(upload=upload).update(ended_on=on, matched_on=None)
    now = standing.count()
    return Put(roster.pk, now, now - before + ended, ended, standing.filter(code="").count())


def _write(roster: Roster, upload: Upload, rows: Iterable[Row]) -> None:
    """Put rows on a roster; the last of equals counts, and a code that somebody found for a name stays."""
    with connection.cursor() as cursor:
        for some in chunks(rows, _BATCH):
            cursor.executemany(
                _PUT, [(roster.pk, row.key, row.code, row.name, row.reference, upload.pk) for row in some]
            )


@transaction.atomic
def remove_lines(*, office: str, scene: str, actor: str, on: date, keys: Sequence[str] | None = None) -> Put:
    """Take lines off a roster by their codes or names, or all of them; their open tasks end.

    :raises NoSuchLine: there is no such roster, or it has none of these.
    """
    feed.lock()
    roster = Roster.objects.filter(office=office, scene=scene).first()
    standing = Line.objects.filter(roster=roster, ended_on__isnull=True)
    if keys is not None:
        standing = standing.filter(Q(key__in=[*keys, *map(normalise, keys)]))
    count = standing.count() if roster else 0
    if roster is None or not count:
        raise NoSuchLine(
            Text("名册上没有这些。", "The roster has none of these."),
            Text("请核对场景、代码和名称。", "Check the scene, the codes and the names."),
        )
    seq = feed.append("roster.put", {"office": office, "scene": scene, "what": "removed"}, actor=actor)
    Upload(roster=roster, what="removed", lines=count, actor=actor, on=on, seq=seq).save(force_insert=True)
    standing.update(ended_on=on, matched_on=None)
    left = Line.objects.filter(roster=roster, ended_on__isnull=True)
    return Put(roster.pk, left.count(), 0, count, left.filter(code="").count())


@transaction.atomic
def settle_name(*, line: int, office: str, code: str, actor: str, on: date) -> None:
    """Say whom a name on the office's roster means: by a code, which is matched from now on; empty where it is none of them.

    :raises NoSuchLine: no such line of the office waits for it.
    :raises NameSettled: somebody was first.
    """
    feed.lock()
    doubt = Doubt.objects.filter(line_id=line, line__roster__office=office).select_related("line").first()
    code = normalise(code)
    if doubt is None or (code and not is_uscc(code)) or (code and archive.subject(code) is None):
        raise NoSuchLine(
            Text("没有这一行，或者没有这个代码的主体。", "There is no such line, or nobody of that code."),
            Text("请从候选中选择，或核对代码。", "Choose a candidate, or check the code."),
        )
    settled = Doubt.objects.filter(pk=doubt.pk, settled_on__isnull=True)
    if not settled.update(settled_code=code, settled_by=actor, settled_on=on):
        raise NameSettled(
            Text("已经有人认定了。", "Somebody has settled it already."), Text("请刷新。", "Reload the page.")
        )
    feed.append("roster.named", {"line": line, "code": code, "office": office}, actor=actor)
    if code:
        Line.objects.filter(pk=line).update(code=code, matched_on=None)


def _demand_scene(office: str, scene: str, on: date) -> None:
    now = law.rulebook().on(on)
    known, asked = now.office(office), now.scene(scene)
    if known.department != asked.office and scene not in scenes_asked(office):
        raise NotTheirScene(
            Text(
                f"「{asked.title}」由{now.book.departments[asked.office].zh}办理，{known.title}没有接入这个场景。",
                f"{asked.english} belongs to {asked.office}; no client of {office} asks in it.",
            ),
            Text(
                "请选择本单位的场景，或先由信用中心登记。",
                "Choose a scene of your own, or register a client first.",
            ),
        )
