"""How commands print: a table for people, JSON for programs, refusals in both languages."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from cyclopts import App, Parameter

from xinyun.base import Basis, Period, Refusal

Json = Annotated[bool, Parameter(name="--json", negative=(), help="输出 JSON | print JSON")]
Office = Annotated[str, Parameter(name="--from")]
"""The office for which a command is given; each says in its own words what it does there."""
OfOffice = Annotated[str | None, Parameter(name="--from", help="只列这个单位的 | of this office alone")]
Code = Annotated[str, Parameter(help="统一社会信用代码 | unified social credit code")]
OfItem = Annotated[str | None, Parameter(help="只列这个事项的 | of this item alone")]


def add_group(app: App, name: str, help: str, **commands: Callable[..., None]) -> None:
    """Add commands that share a first word, each by its own: `turn_away` is typed `turn-away`."""
    group = App(name=name, help=help)
    for word, command in commands.items():
        group.command(command, name=word.replace("_", "-"))
    app.command(group)


def set_up() -> None:
    """Load Django; every command that touches a store calls it first."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinyun.site.settings")
    django.setup()


def now() -> datetime:
    """This instant: the command line is an edge, where the clock is read."""
    return datetime.now(tz=ZoneInfo("Asia/Shanghai"))


def today() -> date:
    """Today in China."""
    return now().date()


def actor() -> str:
    """Who runs the command, as recorded with what it does."""
    return f"cli:{getpass.getuser()}"


def plain(value: Any) -> Any:
    """A value as JSON can carry it."""
    match value:
        case Basis():
            return str(value)
        case Period():
            return {"from": plain(value.start), "until": plain(value.end)}
        case date() | datetime():
            return value.isoformat()
        case Path():
            return str(value)
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case msgspec.Struct():
            return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


def show(answer: Any, *, as_json: bool, title: str = "") -> None:
    """Print a command's answer: one line of JSON, or names and values in columns."""
    answer = plain(answer)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
        return
    if title:
        print(title)
    if isinstance(answer, dict):
        width = max((len(str(key)) for key in answer), default=0)
        for key, value in answer.items():
            lines = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
            for position, line in enumerate(lines):
                print(f"  {key if position == 0 else '':<{width}}  {_line(line)}")
    else:
        for row in answer:
            print(f"  {_line(row)}")


def _line(value: Any) -> str:
    """A value in one line: a row of a table as its cells, anything nested as JSON."""
    if isinstance(value, dict):
        return "  ".join(_line(cell) for cell in value.values())
    return str(value) if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)


def say_refusal(refusal: Refusal, *, as_json: bool) -> None:
    """Print why something was refused: to stderr for people, as a problem document for programs."""
    if as_json:
        from xinyun.plumbing.problems import document

        print(json.dumps(document(refusal), ensure_ascii=False))
        return
    print(f"拒绝 [{refusal.code}] {refusal.what.zh}{refusal.remedy.zh}", file=sys.stderr)
    print(f"refused: {refusal.what.en} {refusal.remedy.en}", file=sys.stderr)
    for basis in refusal.basis:
        print(f"  依据 basis: {basis}", file=sys.stderr)
    for name, text in refusal.fields:
        print(f"  {name}: {text.both}", file=sys.stderr)
