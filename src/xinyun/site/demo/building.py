"""Build the demonstration province: write offices' files and put them through the same operations as real ones."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Refusal, Text
from xinyun.collection import operations as collection
from xinyun.collection import queries as collected
from xinyun.gateway import operations as gateway
from xinyun.ledger import operations as ledger
from xinyun.lists import operations as lists
from xinyun.lists import queries as listed
from xinyun.site.demo import files, kin, letting, listings, people, procedures, showcase
from xinyun.site.demo.faults import spoil
from xinyun.site.demo.listings import Decision
from xinyun.site.demo.places import Province, a_code
from xinyun.site.demo.records import Files, Writer
from xinyun.site.demo.subjects import Subject, chance
from xinyun.site.demo.subjects import subjects as invented
from xinyun.site.initialise import initialise

MOST = 200_000
Say = Callable[[str], None]


class NotADemonstration(Refusal):
    """Invented data and open passwords do not go where real data is or may come."""

    code = "not-a-demonstration"
    status = 409


class WrongSize(Refusal):
    """So many subjects cannot be invented."""

    code = "wrong-size"


def build(*, subjects: int, actor: str, at: datetime, say: Say) -> dict[str, Any]:
    """Build a synthetic province of so many subjects, or bring one up to that; doing it again changes nothing.

    Everything follows from a seed and from the day on which this home was first built, so that a later run
    writes the same files again. The passwords are fixed and printed, which is fit only under XINYUN_DEMO=1.
    Returns `address`, `logins`, `client_key`, and the numbers `subjects`, `records`, `entries` of the archive and
    `seconds` spent. `say` is told each step.

    :raises NotADemonstration: XINYUN_DEMO is not 1, or the store holds data that no demonstration brought.
    :raises WrongSize: fewer than one subject or too many.
    """
    started, on = time.perf_counter(), at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    _demand_demonstration(subjects)
    initialise(actor=actor, on=on)
    diary = _Diary(settings.XINYUN.home / "demo", on)
    province = Province(law.rulebook().on(on))
    say(
        f"演示数据，由程序生成，不代表任何真实主体（按 {diary.day} 生成）。 Invented data, made as of {diary.day}."
    )
    cast = list(invented(subjects, province, diary.day))
    decided = list(listings.decisions(cast, province, diary.day))
    rows = Writer(province, diary.day).write(cast)
    listings.write(decided, province, rows)
    kin.write(cast, province, rows, diary.day)
    star = next((one for one in cast if showcase.is_showcase(one)), None)
    if star:
        _name_before(star, rows, province, diary, actor, on)
    _collect(rows, province, diary, actor, on, say)
    if star:
        _list_and_remove(star, diary.day, actor, on)
    _enlist((d for d in decided if d.subject.role.by_hand), actor, on, say)
    logins = people.add_people(province, actor=actor, on=on)
    key = people.add_client(diary.folder, province, actor=actor, on=on, say=say)
    procedures.subscribe(actor=actor, on=on)
    procedures.open_case(cast, province, diary.day, actor=actor, on=on)
    letting.open_cases(cast, actor=actor, on=on)
    _check(cast, province, at, on, actor, say)
    procedures.keep_rosters(cast, province, actor=actor, on=on)
    ledger.seal(actor=actor, on=on)
    say(
        "登录密码固定且公开，仅限 XINYUN_DEMO=1 的演示环境使用。 Passwords are fixed and public: demonstrations only."
    )
    return _summary(logins, key, on, started)


def _summary(logins: tuple[people.Login, ...], key: str, on: date, started: float) -> dict[str, Any]:
    counts = archive.counts()
    return {
        "address": settings.XINYUN.base_url,
        "logins": [login._asdict() for login in logins],
        "client_key": key,
        "subjects": counts.pop("subjects"),
        "records": sum(counts.values()),
        "entries": sum(listed.counts(on).values()),
        "seconds": round(time.perf_counter() - started, 1),
    }


def _demand_demonstration(subjects: int) -> None:
    if not settings.XINYUN.demo:
        raise NotADemonstration(
            Text("没有设置 XINYUN_DEMO=1。", "XINYUN_DEMO is not 1."),
            Text("演示数据请用 xinyun demo 建立。", "Build the demonstration with xinyun demo."),
        )
    if not 1 <= subjects <= MOST:
        raise WrongSize(
            Text(f"不能生成 {subjects} 个主体。", f"Cannot invent {subjects} subjects."),
            Text(f"请给 1 到 {MOST} 之间的数。", f"Give a number from 1 to {MOST}."),
        )


class _Diary:
    """What this home's demonstration has done: the day it was first built, and which files are collected."""

    def __init__(self, folder: Path, on: date) -> None:
        self.folder, self._path = folder, folder / "province.json"
        if not self._path.exists() and archive.counts()["subjects"]:
            raise NotADemonstration(
                Text(
                    "存储中已有数据，且不是由演示建立的。",
                    "The store holds data that no demonstration brought.",
                ),
                Text("请用 XINYUN_HOME 指定另一个文件夹。", "Choose another folder with XINYUN_HOME."),
            )
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}
        self.day = date.fromisoformat(told.get("day", on.isoformat()))
        self._batches: dict[str, str] = told.get("batches", {})
        self._known = {batch.id for batch in collected.latest(10_000)}
        self._save()

    def has(self, path: Path) -> bool:
        """Whether the file is collected as it is; a lost diary only makes it be sent again, which changes nothing."""
        return self._batches.get(_digest(path)) in self._known

    def note(self, path: Path, batch: str) -> None:
        """The file is collected."""
        self._batches[_digest(path)] = batch
        self._save()

    def _save(self) -> None:
        told = {"day": self.day.isoformat(), "batches": self._batches}
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(told, indent=1), encoding="utf-8")
        draft.replace(self._path)


def _digest(path: Path) -> str:
    return f"{path.name}:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def _collect(rows: Files, province: Province, diary: _Diary, actor: str, on: date, say: Say) -> None:
    """Write and collect file by file; the registry's word on the subjects comes first."""
    errors = diary.folder / "errors"
    errors.mkdir(exist_ok=True)
    order = sorted(rows, key=lambda key: (key[0] != "registration", key))
    for item, office in order:
        spec, title = province.norms.item(item), province.norms.office(office).title
        mixed = spoil(item, rows[item, office], chance(0, f"{item}-{office}"))
        path = files.write(mixed, spec, diary.folder, office, files.style_of(item, office, province))
        if diary.has(path):
            continue
        outcome = collection.collect(
            item=item, path=path, office=office, actor=actor, on=on, errors_to=errors / f"{path.stem}.csv"
        )
        diary.note(path, outcome.batch or "")
        say(
            f"{spec.title} · {title}：收到 {outcome.received} 行，退回 {outcome.rejected} 行。"
            f" {item} from {office}: {outcome.received} rows, {outcome.rejected} refused."
        )


def _name_before(star: Subject, rows: Files, province: Province, diary: _Diary, actor: str, on: date) -> None:
    """The showcase's registration under its former name, sent before the registry's present file."""
    office, (row,) = next(
        (office, found)
        for (item, office), sent in rows.items()
        if item == "registration" and (found := [row for row in sent if row["uscc"] == star.code])
    )
    spec = province.norms.item("registration")
    path = files.write(
        [showcase.before(star, row, province)], spec, diary.folder, f"{office}.before", files.Style()
    )
    if not diary.has(path):
        outcome = collection.collect(item=spec.id, path=path, office=office, actor=actor, on=on)
        diary.note(path, outcome.batch or "")


def _list_and_remove(star: Subject, day: date, actor: str, on: date) -> None:
    """The showcase was on a list and has left it; once for all runs."""
    subject = archive.subject(star.code)
    decided, office = day - timedelta(days=400), f"{star.place.city}.tax"
    if subject is None or listed.history_of(subject.id):
        return
    lists.enlist(
        list_id=showcase.LIST, code=star.code, document=f"演税确字〔{decided.year}〕9001号", decided=decided,
        office=office, actor=actor, on=on, name=star.name,
    )  # fmt: skip
    lists.delist(
        list_id=showcase.LIST, code=star.code, document=f"演税移字〔{day.year}〕9001号",
        reason=showcase.REMOVAL_REASON, office=office, actor=actor, on=on,
    )  # fmt: skip


def _enlist(decisions: Iterable[Decision], actor: str, on: date, say: Say) -> None:
    """Enter by hand what is not entered yet."""
    entered = 0
    for d in decisions:
        subject = archive.subject(d.subject.code)
        if subject and any(entry.document == d.document for entry in listed.history_of(subject.id)):
            continue
        lists.enlist(
            list_id=d.list_id, code=d.subject.code, document=d.document, decided=d.decided, office=d.office,
            actor=actor, on=on, name=d.subject.name,
        )  # fmt: skip
        entered += 1
    say(f"按决定书列入名单 {entered} 条。 {entered} entries by decision document.")


def _check(cast: list[Subject], province: Province, at: datetime, on: date, actor: str, say: Say) -> None:
    """Ask about one subject of each role, a clean one, an unknown one and one known by name only; once for all runs."""
    of_role = {s.role.list_id: s for s in reversed(cast)}
    asked: list[tuple[str, str | None, str | None]]
    asked = [(list_id or "clean", s.code, None) for list_id, s in sorted(of_role.items())]
    asked += [("unknown", a_code("91", f"{province.code}0000", 999_999), None), ("named", None, cast[0].name)]
    questions = [
        gateway.Question(
            scene=scene, purpose="演示核查", client=people.CLIENT, office=f"{province.code}.public-resources",
            code=code, name=name, case=f"演示-{label}", ref=f"demo-{scene}-{label}",
        )
        for scene in people.SCENES
        for label, code, name in asked
    ]  # fmt: skip
    answers = gateway.answer(questions, at=at, on=on, actor=actor)
    say(f"核查 {len(answers)} 次，均已存证。 {len(answers)} checks, all in the ledger.")
