"""The commands of `law` that try a draft: against the archive, and over past checks; and how a draft is opened."""

from __future__ import annotations

import csv
import io
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from xinyun.base import Refusal, Text
from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Json, set_up, show, today

if TYPE_CHECKING:
    from xinyun.law import Rulebook
    from xinyun.rulemaking.backtest import Difference
    from xinyun.rulemaking.impact import Effect, Tally

Draft = Annotated[
    str,
    Parameter(
        help="法规库文件夹、git 分支或工作台的草案（draft:7）| a folder, a git branch or a draft of the console (draft:7)"
    ),
]


class NoSuchRulebook(Refusal):
    """What was named is neither a day nor a folder nor a branch with a rulebook."""

    code = "no-such-rulebook"
    status = 404


def _simulate(
    draft: Draft, /, *, on: date | None = None, out: Path | None = None, json: Json = False
) -> None:
    """拿草案对着档案试算，什么也不改 | Run a draft against the archive as a shadow; nothing is changed.

    谁会多出或少掉什么措施、档次和期限 | Who would gain or lose which measures, tiers and terms.

    Parameters
    ----------
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
    with book_of(draft) as book, ExitStack() as opened:
        rows = opened.enter_context(_table(out, _EFFECTS)) if out else None
        for effects in queries.effects(book, law.rulebook(), day):
            tally.add(effects)
            if rows:
                rows.writerows(map(_row, effects))
    show(_told(tally, day, out), as_json=json)


def _backtest(
    draft: Draft,
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
    with book_of(draft) as book, ExitStack() as opened:
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


COMMANDS = {"simulate": _simulate, "backtest": _backtest}

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


@contextmanager
def book_of(name: str) -> Iterator[Rulebook]:
    """The rulebook in a folder, with a draft of the console (`draft:7`), or on a git branch, for as long as it is used.

    :raises NoSuchRulebook: there is none of that name.
    """
    from xinyun.law import Rulebook
    from xinyun.law.in_use import default_folder

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
