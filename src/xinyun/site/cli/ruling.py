"""Commands about the rulebook: check it, read it, compare it, try a draft, begin a province."""

from __future__ import annotations

import csv
import io
import subprocess
import tarfile
import tempfile
import time as clock
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from xinyun.base import Refusal, Text
from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Json, set_up, show, today

if TYPE_CHECKING:
    from xinyun.law import Rulebook
    from xinyun.rulemaking.backtest import Difference
    from xinyun.rulemaking.impact import Effect, Tally
    from xinyun.rulemaking.rules import Change


def register(app: App) -> None:
    """Add the commands to the command line."""
    law = App(name="law", help="法规库 | the rulebook")
    law.command(_check, name="check")
    law.command(_show, name="show")
    law.command(_diff, name="diff")
    law.command(_coverage, name="coverage")
    law.command(_simulate, name="simulate")
    law.command(_backtest, name="backtest")
    law.command(_release, name="release")
    law.command(_new, name="new")
    app.command(law)


class NoSuchRulebook(Refusal):
    """What was named is neither a day nor a folder nor a branch with a rulebook."""

    code = "no-such-rulebook"
    status = 404


def _check(folder: Path | None = None, /, *, json: Json = False) -> None:
    """检查法规库，连同算例和已发布的各版 | Check the rulebook, its worked cases, and what was released.

    Parameters
    ----------
    folder
        另一个法规库文件夹，如草案 | another rulebook folder, such as a draft
    """
    from xinyun import law
    from xinyun.law.loader import FOLDERS
    from xinyun.rulemaking.cases import failing

    started = clock.perf_counter()
    book = law.Rulebook(folder) if folder else law.rulebook()
    if faults := [*book.frozen(), *failing(book)]:
        raise law.RulebookFaults(faults)
    kinds = tuple(kind for kind in FOLDERS.values() if kind != "limit")
    counted = {kind: len(book.ids(kind)) for kind in kinds}
    offices, seconds = len(book.offices), round(clock.perf_counter() - started, 2)
    released = str(book.released_on) if book.released_on else None
    show(
        {
            "ok": True,
            "hash": book.hash,
            **counted,
            "offices": offices,
            "released": released,
            "seconds": seconds,
        },
        as_json=json,
    )


def _show(id: str, /, *, on: date | None = None, json: Json = False) -> None:
    """显示某日生效的一条规定 | Show a norm as it stood on a day.

    Parameters
    ----------
    id
        事项、名单、措施、场景、程序、时限等的 id | the norm's id
    on
        哪一天，默认今天 | which day, today by default
    """
    from xinyun import law
    from xinyun.rulemaking.rules import KINDS

    book = law.rulebook()
    now = book.on(on or today())
    found = {kind: now.norm(kind, id) for kind in KINDS if id in book.ids(kind)}
    if not found and id in book.sources:
        show({"source": book.sources[id]}, as_json=json)
        return
    show(found or {"item": now.norm("item", id)}, as_json=json)


def _diff(before: str, after: str, /, *, json: Json = False) -> None:
    """用文字说明两个日子或两份法规库的差别 | Tell what differs between two days or rulebooks, and for whom.

    连同触及多少在办的条目和记录 | With how many open entries and records it touches.

    Parameters
    ----------
    before
        日期、文件夹或 git 分支 | a day, a folder, or a git branch
    after
        同上；两个都不是日期的，逐版比较 | the same; where neither is a day, edition by edition
    """
    from xinyun.rulemaking.rules import heading

    found = _differences(before, after)
    counts = _touched(found)
    if json:
        told = [
            {
                "kind": change.kind,
                "id": change.id,
                "action": change.action,
                "since": change.since,
                "title": change.title.both,
                "whom": [one.both for one in change.whom],
                "offices": list(change.offices),
                "said": [one.both for one in change.said],
                "open": counts.get((change.kind, change.id)),
            }
            for change in found
        ]
        show({"changes": told}, as_json=True)
        return
    for change in found:
        print(heading(change).both)
        if change.whom:
            zh, en = "、".join(one.zh for one in change.whom), ", ".join(one.en for one in change.whom)
            print(f"    对象：{zh} | for {en}")
        if open_matters := counts.get((change.kind, change.id)):
            print(f"    在办：{open_matters} 件 | {open_matters} open matters")
        for sentence in change.said:
            print(f"    {sentence.zh}")
    print(f"{len(found)} 处不同 | {len(found)} differences")


def _coverage(*, on: date | None = None, json: Json = False) -> None:
    """事项与单位对照：哪个部门提供哪些事项 | Items by department: who furnishes what.

    Parameters
    ----------
    on
        哪一天，默认今天 | which day, today by default
    """
    from xinyun import law
    from xinyun.law.coverage import coverage

    found = coverage(law.rulebook().on(on or today()))
    if json:
        show(found, as_json=True)
        return
    for department in found.departments:
        print(f"  {department.title.zh}  {len(department.items)}  {'、'.join(department.items) or '—'}")
    print(
        f"{len(found.departments)} 个部门，{len(found.items)} 个事项，其中 {len(found.open_to_all)} 个各部门都可提供；"
        f"没有专门事项的部门 {len(found.without_items)} 个 | {len(found.departments)} departments, "
        f"{len(found.items)} items, {len(found.without_items)} departments without one of their own"
    )


def _simulate(draft: str, /, *, on: date | None = None, out: Path | None = None, json: Json = False) -> None:
    """拿草案对着档案试算，什么也不改 | Run a draft against the archive as a shadow; nothing is changed.

    谁会多出或少掉什么措施、档次和期限 | Who would gain or lose which measures, tiers and terms.

    Parameters
    ----------
    draft
        法规库文件夹、git 分支或工作台的草案（draft:7）| a folder, a git branch or a draft of the console (draft:7)
    on
        按哪一天试算，默认今天 | the day for which it is run, today by default
    out
        受影响的主体写到这个 CSV；自然人没有姓名和代码 | write those affected to this CSV; persons have no name or code
    """
    set_up()
    from django.conf import settings

    from xinyun import law
    from xinyun.rulemaking import queries
    from xinyun.rulemaking.impact import Tally

    day, tally = on or today(), Tally()
    if out:
        demand_apart(out, *settings.XINYUN.own_files)
    with _book_of(draft) as book, ExitStack() as opened:
        rows = opened.enter_context(_table(out, _EFFECTS)) if out else None
        for effects in queries.effects(book, law.rulebook(), day):
            tally.add(effects)
            if rows:
                rows.writerows(map(_row, effects))
    show(_told(tally, day, out), as_json=json)


def _backtest(
    draft: str,
    /,
    *,
    since: date | None = None,
    until: date | None = None,
    on: date | None = None,
    out: Path | None = None,
    json: Json = False,
) -> None:
    """拿草案回测过去的核查：会多拦、少拦多少，在哪里，拦谁，其中多少后来移出了 | Run a draft over past checks: how many
    would be answered more strongly or less, where, about whom, and how many rest on entries removed since.

    Parameters
    ----------
    draft
        法规库文件夹、git 分支或工作台的草案（draft:7）| a folder, a git branch or a draft of the console (draft:7)
    since
        从哪天的核查起，默认一年前 | the first day of checks, a year ago by default
    until
        到哪天的核查，默认今天 | the last day of checks, today by default
    on
        按草案哪一天的法，默认今天；草案将来施行的，写施行日 | the day of the draft's law; where it is to come, that day
    out
        答复会不同的核查写到这个 CSV | write the checks that would be answered otherwise to this CSV
    """
    set_up()
    from django.conf import settings
    from django.utils import timezone

    from xinyun import law
    from xinyun.rulemaking import queries

    last = until or today()
    first, tested = since or last - timedelta(days=365), queries.Backtest()
    span = [timezone.make_aware(datetime.combine(day, time())) for day in (first, last + timedelta(days=1))]
    if out:
        demand_apart(out, *settings.XINYUN.own_files)
    with _book_of(draft) as book, ExitStack() as opened:
        rows = opened.enter_context(_table(out, _CHECKS)) if out else None
        found = queries.backtest(
            book, law.rulebook(), since=span[0], until=span[1], on=on or today(), tested=tested
        )
        for difference, gone in found:
            if rows:
                rows.writerows(_difference_rows(difference, gone))
    show(
        {
            "since": first,
            "until": last,
            "checks": tested.checks,
            "differing": tested.differing,
            **{way: tested.by_direction[way] for way in ("stronger", "weaker", "beside")},
            "later_removed": tested.reversed,
            "subjects": len(tested.subjects),
            "outcomes": _counted(("before", "after"), tested.by_outcome),
            "measures": _counted(("measure", "direction"), tested.by_measure),
            "scenes": _counted(("scene", "direction"), tested.by_scene),
            "offices": _counted(("office", "direction"), tested.by_office),
            "cities": _counted(("city", "direction"), tested.by_city),
            "kinds": _counted(("kind", "direction"), tested.by_kind),
            "out": str(out) if out else None,
        },
        as_json=json,
    )


_CHECKS = (
    "leaf", "on", "scene", "office", "code", "name", "kind", "city", "before", "after", "gained", "lost",
    "later_removed",
)  # fmt: skip


def _counted(names: tuple[str, str], counts: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{**dict(zip(names, key, strict=True)), "count": count} for key, count in sorted(counts.items())]


def _difference_rows(found: Difference, gone: bool) -> Iterator[tuple[Any, ...]]:
    asked = found.asked
    gained, lost = (" ".join(sorted({id for id, _ in ids})) for ids in (found.gained, found.lost))
    for whom, _ in asked.about:
        yield (
            asked.leaf, asked.on, asked.scene, asked.office, whom.code, whom.name, whom.kind, whom.city, found.before,
            found.after, gained, lost, "yes" if gone else "",
        )  # fmt: skip


_EFFECTS = ("code", "name", "kind", "city", "what", "of", "before", "after")


@contextmanager
def _table(out: Path, columns: tuple[str, ...]) -> Iterator[Any]:
    """A CSV table with these columns, which appears whole or not at all."""
    with arriving(out, USUAL) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        rows = csv.writer(text)
        rows.writerow(columns)
        yield rows
        text.detach()


def _row(effect: Effect) -> tuple[str, ...]:
    whom = effect.whom
    return (
        whom.code,
        whom.name,
        whom.kind,
        whom.city,
        effect.what,
        effect.subject,
        effect.before,
        effect.after,
    )


def _told(tally: Tally, day: date, out: Path | None) -> dict[str, Any]:
    return {
        "on": day,
        "subjects": tally.subjects,
        "effects": tally.effects,
        "what": [
            {"what": what, "of": of, "direction": direction, "count": count}
            for (what, of, direction), count in sorted(tally.by_what.items())
        ],
        "kinds": [
            {"kind": kind, "direction": direction, "count": count}
            for (kind, direction), count in sorted(tally.by_kind.items())
        ],
        "cities": [
            {"city": city, "direction": direction, "count": count}
            for (city, direction), count in sorted(tally.by_city.items())
        ],
        "out": str(out) if out else None,
    }


def _release(folder: Path | None = None, /, *, json: Json = False) -> None:
    """发布：今后不得再改已有的各版 | Release: from now on the editions there are may not be changed.

    Parameters
    ----------
    folder
        法规库文件夹，默认在用的 | the rulebook folder, the one in use by default
    """
    from xinyun import law
    from xinyun.rulemaking.cases import failing

    book = law.Rulebook(folder) if folder else law.rulebook()
    if faults := list(failing(book)):
        raise law.RulebookFaults(faults)
    show({"released": str(today()), "file": str(book.release(today()))}, as_json=json)


def _new(name: str, /, *, folder: Path | None = None, json: Json = False) -> None:
    """为一个省建起自己的法规文件夹 | Begin the folder of a province.

    Parameters
    ----------
    name
        如 cn-53 | such as cn-53
    folder
        法规库文件夹，默认在用的 | the rulebook folder, the one in use by default
    """
    from xinyun.law.book import default_folder
    from xinyun.law.scaffold import begin

    show({"files": begin(folder or default_folder(), name)}, as_json=json)


def _touched(found: tuple[Change, ...]) -> dict[tuple[str, str], int]:
    """How many open matters each change touches; nothing where there is no store yet."""
    set_up()
    from django.db import OperationalError, ProgrammingError

    from xinyun import law
    from xinyun.rulemaking.queries import touched

    try:
        now = law.rulebook().on(today())
        return {(change.kind, change.id): touched(change, now) for change in found}
    except (OperationalError, ProgrammingError):
        return {}


def _differences(before: str, after: str) -> tuple[Change, ...]:
    """Between two days of the present rulebook, between two rulebooks on a day, or between all of their editions."""
    from xinyun import law
    from xinyun.rulemaking.rules import changes, edited

    days = [_day(name) for name in (before, after)]
    if all(days):
        return changes(*(law.rulebook().on(day) for day in days))
    with ExitStack() as opened:
        books = [
            law.rulebook() if day else opened.enter_context(_book_of(name))
            for day, name in zip(days, (before, after), strict=True)
        ]
        on = next(filter(None, days), None)
        return changes(*(book.on(on) for book in books)) if on else edited(*books)


def _day(name: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(name)
    return None


@contextmanager
def _book_of(name: str) -> Iterator[Rulebook]:
    """The rulebook in a folder, with a draft of the console (`draft:7`), or on a git branch, for as long as it is used.

    :raises NoSuchRulebook: there is none of that name.
    """
    from xinyun.law import Rulebook
    from xinyun.law.book import default_folder

    if Path(name).is_dir():
        yield Rulebook(Path(name))
        return
    if name.startswith("draft:"):
        yield _draft(name.removeprefix("draft:"))
        return
    here = default_folder()
    with tempfile.TemporaryDirectory() as place:
        packed = Path(place) / "rulebook.tar"
        asked = ["git", "-C", str(here), "archive", f"--output={packed}", name, "."]
        # A name that git would read as an option is no branch; everything else is one argument, and no shell sees it.
        found = not name.startswith("-") and not subprocess.run(asked, capture_output=True).returncode  # noqa: S603
        if not found:
            raise NoSuchRulebook(
                Text(
                    f"{name} 不是日期、法规库文件夹或 git 分支。", f"{name} is no day, folder or git branch."
                ),
                Text("写日期如 2026-04-01，或文件夹路径。", "Name a day such as 2026-04-01, or a folder."),
            )
        with tarfile.open(packed) as tar:
            tar.extractall(Path(place) / "rulebook", filter="data")
        yield Rulebook(Path(place) / "rulebook")


def _draft(number: str) -> Rulebook:
    set_up()
    from xinyun.rulemaking import queries

    found = queries.draft(int(number)) if number.isdecimal() else None
    if found is None:
        raise NoSuchRulebook(
            Text(f"没有草案 {number}。", f"There is no draft {number}."),
            Text("编号见工作台的法规库页。", "The console's rulebook page has the numbers."),
        )
    return queries.prove(found.file, found.text, today())
