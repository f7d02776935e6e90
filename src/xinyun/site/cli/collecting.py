"""Commands that bring records in and look at the archive."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from xinyun.base import Refusal, Text
from xinyun.law import Item, rulebook
from xinyun.plumbing.writing import demand_apart
from xinyun.site.cli.output import Code, Json, actor, now, plain, set_up, show, today


class TooShort(Refusal):
    """One character finds half the archive, so it is not searched."""

    code = "too-short"


class NoSuchSubject(Refusal):
    """The archive holds nothing under that code."""

    code = "no-such-subject"
    status = 404


if TYPE_CHECKING:
    from xinyun.archive.queries import Past, PastRecord
    from xinyun.lists.queries import EntryView
    from xinyun.subjects.queries import Base

_HEADER = ("code", "name", "category", "division", "status", "established_on")


def register(app: App) -> None:
    """Add the commands to the command line."""
    subject = App(name="subject", help="主体档案 | the archive of one subject")
    subject.command(_show, name="show")
    subject.command(_search, name="search")
    app.command(subject)
    app.command(_collect, name="collect")
    original = App(name="original", help="报送的原始文件 | files as they were submitted")
    original.command(_original, name="open")
    app.command(original)


def _collect(
    item: str,
    file: Path,
    /,
    *,
    office: Annotated[str, Parameter(name="--from")],
    dry_run: Annotated[bool, Parameter(negative=())] = False,
    errors: Path | None = None,
    json: Json = False,
) -> None:
    """归集一个文件 | Collect one file of a catalogue item.

    Parameters
    ----------
    item
        目录事项，如 registration、licence、penalty | the catalogue item
    file
        CSV、XLSX、JSON Lines、XML、Parquet 文件，或装着它们的 ZIP | a CSV, XLSX, JSON lines, XML or Parquet file, or a ZIP of them
    office
        报送单位，如 52.market-regulation | the furnishing office
    dry_run
        只检查，不收入 | check only, store nothing
    errors
        把退回原因逐条写入此 CSV | write each fault to this CSV
    """
    set_up()
    from xinyun.collection.operations import collect
    from xinyun.ledger.operations import seal

    def progress(rows: int) -> None:
        if not json and sys.stderr.isatty():
            print(f"\r已读 {rows:,} 行 rows read", end="", file=sys.stderr, flush=True)

    outcome = collect(
        item=item,
        path=file,
        office=office,
        actor=actor(),
        on=today(),
        dry_run=dry_run,
        errors_to=errors,
        progress=progress,
    )
    told = plain(outcome)
    if not dry_run:
        seal(actor=actor(), on=today())
        told |= _listed(outcome.seq, outcome.batch)
    held = "\n整批等待复核，尚未收入 held for a second officer, nothing is stored yet"
    show(told, as_json=json, title=held if outcome.held else "\n归集完成 collected")


def _listed(seq: int, batch: str | None) -> dict[str, Any]:
    """What became of the listing decisions among a batch's records, where it had any."""
    from xinyun.lists.operations import TOLD
    from xinyun.plumbing import feed

    found = [change.payload for change in feed.since(seq, limit=10) if change.kind == TOLD]
    told = next((payload for payload in found if payload["batch"] == batch), None)
    return {"lists": told} if told else {}


def _show(
    code: Code,
    /,
    *,
    as_of: date | None = None,
    known: date | None = None,
    purpose: str = "命令行查阅",
    json: Json = False,
) -> None:
    """显示一个主体及其全部记录，查阅本身存证 | Show a subject and all its records; that they were read is logged.

    Parameters
    ----------
    as_of
        显示该日有效的档案，缺省为今天 | show the archive as it was valid on that day, today by default
    known
        只用该日终了时已知的内容，缺省同 as-of | by what was known at the end of that day, by default the same day
    purpose
        用途 | what it is read for
    """
    set_up()
    from xinyun.archive import operations, queries
    from xinyun.base.identifiers import normalise
    from xinyun.identity import queries as identity
    from xinyun.lists import queries as lists
    from xinyun.plumbing import feed
    from xinyun.subjects import queries as subjects

    day = as_of or today()
    for asked in (day, known or day):
        queries.demand_past(asked, today())
    seq = feed.seq_on(known or day) if as_of or known else feed.head()
    bound = identity.identity(normalise(code), as_of=seq)
    pasts = identity.pasts(bound, valid_on=day, seq=seq)
    if not pasts:
        raise NoSuchSubject(
            Text(f"档案中没有 {code}。", f"The archive has no {code}."),
            Text("请核对代码，或用 subject search 按名称查找。", "Check the code, or search by name."),
        )
    under = {one.subject.id: one.subject.code for one in pasts}
    operations.log_reading(list(under), purpose=purpose, actor=actor(), on=today(), at=now())
    found = replace(pasts[0], records=tuple(record for one in pasts for record in one.records))
    entries = lists.entries_of_all(list(under), day, seq)
    history = [identity.said(tie, rulebook().on(day)) for tie in (*bound.ties, *bound.beside)]
    base = subjects.base_of(
        pasts[0].subject, on=day, seq=seq, shows=subjects.everything, now=rulebook().on(today())
    )
    if json:
        records = [
            {
                **plain(one.revision),
                "key": one.key,
                "in_force": one.in_force,
                "under": under[one.revision.subject_id],
            }
            for one in found.records
        ]
        told = {"subject": found.subject, "since": found.since, "records": records, "entries": entries}
        told["base"] = subjects.document(base)
        told["identity"] = {
            "asked": bound.asked,
            "current": bound.current,
            "others": bound.others,
            "history": history,
        }
        show(told | {"as_of": {"on": day, "known": known or day, "seq": seq}}, as_json=True)
        return
    if bound.is_superseded:
        print(f"已不是现行代码，现行代码 superseded by {bound.current}")
    for said in history:
        print(said.both)
    _print(found, base, entries, day, under)


def _print(found: Past, base: Base, entries: list[EntryView], day: date, under: dict[int, str]) -> None:
    header = {name: getattr(found.subject, name) for name in _HEADER}
    if found.since and found.since > day:
        header["没有更早的内容，以上自 nothing older is known; this holds from"] = found.since
    show(header, as_json=False)
    show(_base_lines(base), as_json=False, title="基本情况 subject base")
    items = {item.id: item for item in rulebook().on(day).items()}
    show(
        [
            _record_line(record, items[record.revision.item], under)
            for record in found.records
            if record.revision.item in items
        ],
        as_json=False,
        title="记录 records",
    )
    lines = [
        f"{e.id}  {e.list_id}  {e.document}  {e.office}  {e.period.start} – {e.period.last_day or '长期'}"
        for e in entries
    ]
    show(lines, as_json=False, title="名单 list entries")


def _base_lines(base: Base) -> list[str]:
    """The subject base in lines: the value, its days, who said it."""
    from xinyun.subjects import queries as subjects

    told = subjects.view(base, lambda office: Text(office, office), rulebook().on(today()))
    lines = [f"主体大类  {told.group.zh}（{told.why.zh}）"]
    for one in (*told.current, *told.former, *told.head_offices, *told.branches):
        days = f"{one.since or '…'} – {one.until or '…'}"
        lines.append(
            "  ".join(part for part in (one.matter.zh, one.text.zh, one.code, days, one.office.zh) if part)
        )
    return lines


def _record_line(record: PastRecord, item: Item, under: dict[int, str]) -> str:
    """A record in one line: its day, item, title and number, who furnished it, and whether it held on the day.

    Of a subject with several codes also the code under which it was furnished.
    """
    row = record.revision
    told = [row.content.get(name, "") for name in (item.display.title, item.display.number)]
    held = [] if record.in_force else ["当日无效 not in force"]
    code = [under[row.subject_id]] if len(under) > 1 else []
    return "  ".join([str(row.decided_on), item.title, *told, row.office, *code, *held])


def _search(text: str, /, *, limit: int = 20, json: Json = False) -> None:
    """按名称、拼音、代码或文号查找组织 | Find organisations by name, pinyin, code or document number.

    Parameters
    ----------
    text
        名称中连续的两个字以上，拼音或首字母，代码开头四位以上，或文号 | part of a name, pinyin or initials, four of the code, or a number
    limit
        最多显示多少条 | at most so many
    """
    set_up()
    from xinyun.archive import operations, queries
    from xinyun.portal.finding import Asked, Span, find

    if len(queries.fold(text)) < queries.SHORTEST:
        raise TooShort(
            Text("查询的文字太短。", "The text is too short."),
            Text("请至少输入两个字符。", "Type at least two characters."),
        )
    operations.follow_names(actor=actor(), on=today())
    operations.follow_documents(actor=actor(), on=today())
    found = find(Asked(text), Span(limit), today())
    show({"total": found.total, "hits": found.hits}, as_json=json)


def _original(batch: str, /, *, out: Path, purpose: str = "命令行查阅", json: Json = False) -> None:
    """取出一个批次的原始文件，取出本身存证 | Open a batch's file as it was submitted; that it was opened is logged.

    Parameters
    ----------
    batch
        批次号 | the batch
    out
        写入的文件 | the file to write
    purpose
        用途 | what it is opened for
    """
    set_up()
    from django.conf import settings

    from xinyun.collection.operations import open_original

    demand_apart(out, *settings.XINYUN.own_files)
    open_original(batch, out, purpose=purpose, actor=actor(), on=today(), at=now())
    show({"batch": batch, "file": out}, as_json=json)
