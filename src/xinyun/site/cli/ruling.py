"""Commands about the rulebook: check it, read it, compare it, release it, begin a province."""

from __future__ import annotations

import time as clock
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from xinyun.site.cli import trying
from xinyun.site.cli.output import Json, add_group, set_up, show, today
from xinyun.site.cli.trying import book_of

if TYPE_CHECKING:
    from xinyun.rulemaking.rules import Change


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "law", "法规库 | the rulebook",
        check=_check, show=_show, diff=_diff, coverage=_coverage, **trying.COMMANDS, release=_release, new=_new,
    )  # fmt: skip


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
    from xinyun.law.in_use import default_folder
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
            law.rulebook() if day else opened.enter_context(book_of(name))
            for day, name in zip(days, (before, after), strict=True)
        ]
        on = next(filter(None, days), None)
        return changes(*(book.on(on) for book in books)) if on else edited(*books)


def _day(name: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(name)
    return None
