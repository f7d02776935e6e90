"""Settle rows that were returned: mend one, confirm that one is right as it stands, or drop it.

Mended and confirmed rows are submitted again as a small file that names the row which it settles, and so go
through the same checks as any other; dropping alone needs no file.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.collection.columns import CONFIRMED, RETURN_NUMBER, match
from xinyun.collection.models import Batch, Returned, Submission
from xinyun.collection.onerow import lenient, one_row
from xinyun.collection.submitting import demand_reason, submit
from xinyun.plumbing.sealing import open_sealed

MOST_AT_ONCE = 100
"""How many rows are confirmed in one go: each is a small file of its own, sealed and durable before the answer."""
_BIGGEST = 2**63 - 1
_YES = "是"
_SEALED = "sealed:"


class NoSuchReturned(Refusal):
    """There is no returned row of that number."""

    code = "no-such-returned"
    status = 404


class AlreadySettled(Refusal):
    """The returned row has been mended, confirmed or dropped."""

    code = "already-settled"
    status = 409


class TooManyRows(Refusal):
    """More rows than are confirmed in one go."""

    code = "too-many-rows"


class NotToConfirm(Refusal):
    """The row breaks a rule that confirming does not lift."""

    code = "not-to-confirm"


def mend_returned(
    *,
    returned: int,
    values: dict[str, str],
    actor: str,
    on: date,
    at: datetime,
    way: str = Submission.Way.FORM,
    office: str | None = None,
) -> str:
    """Submit a returned row again with these values, by column title; returns the submission's id.

    A cell that `values` does not name stays as it was. With `office` only a row of that office is found.

    :raises NoSuchReturned, AlreadySettled: there is no such row, or nothing to settle.
    """
    (row,) = _open([returned], office)
    return _again(row, content(row) | values, actor, on, at, way)


def confirm_returned(
    *,
    returned: Sequence[int],
    reason: str,
    actor: str,
    on: date,
    at: datetime,
    way: str = Submission.Way.FORM,
    office: str | None = None,
) -> list[str]:
    """Submit returned rows again as they stand, confirmed to be right; returns the submissions' ids.

    :raises NoSuchReturned, AlreadySettled: a row does not exist, or is settled.
    :raises NotToConfirm: a row has a fault about which the office is not merely asked.
    :raises NoReason: `reason` is empty.
    :raises TooManyRows: there are more than `MOST_AT_ONCE`.
    """
    reason = demand_reason(reason)
    if len(returned) > MOST_AT_ONCE:
        raise TooManyRows(
            Text(f"一次确认了 {len(returned)} 行。", f"{len(returned)} rows are confirmed at once."),
            Text(
                f"每次最多 {MOST_AT_ONCE} 行，请分几次办。",
                f"Confirm {MOST_AT_ONCE} at a time, in several goes.",
            ),
        )
    rows = _open(returned, office)
    firm = [row for row in rows if any(severity != "ask" for _, _, severity in row.faults)]
    if firm:
        raise NotToConfirm(
            Text(
                f"有 {len(firm)} 行违反必须遵守的规则，不能确认了事。",
                f"{len(firm)} rows break rules that must be kept.",
            ),
            Text("请改正后重新报送。", "Mend and submit them again."),
            fields=tuple((number(row), Text("须改正", "must be mended")) for row in firm),
        )
    Returned.objects.filter(pk__in=[row.pk for row in rows], settled="").update(reason=reason)
    return [_again(row, content(row) | {CONFIRMED: _YES}, actor, on, at, way) for row in rows]


def drop_returned(
    *, returned: Sequence[int], reason: str, actor: str, on: date, office: str | None = None
) -> int:
    """Settle returned rows that will not be furnished; returns how many.

    :raises NoSuchReturned, AlreadySettled: a row does not exist, or is settled; then none is dropped.
    :raises NoReason: `reason` is empty.
    """
    reason = demand_reason(reason)
    with transaction.atomic():
        rows = _open(returned, office)
        return Returned.objects.filter(pk__in=[row.pk for row in rows], settled="").update(
            settled=Returned.Settled.DROPPED, settled_on=on, settled_by=actor, reason=reason
        )


def content(row: Returned) -> dict[str, str]:
    """What a returned row holds, by the column titles under which it came."""
    sealed = b64decode(row.content.removeprefix(_SEALED))
    titled: dict[str, str] = json.loads(open_sealed(sealed))
    return titled


def columns_of(batch: str) -> dict[str, str]:
    """Which title of a batch's file was read as which field, by the catalogue or by a clerk's word."""
    return Batch.objects.filter(pk=batch).values_list("profile__columns", flat=True).first() or {}


def number(row: Returned) -> str:
    """The number by which an office names a returned row."""
    return f"{row.batch}-{row.row}"


def _open(returned: Iterable[int], office: str | None) -> list[Returned]:
    """These rows, all of them still to be settled."""
    wanted = list(dict.fromkeys(returned))
    ids = [one for one in wanted if 0 < one <= _BIGGEST]  # a store refuses to look for larger ones
    found = Returned.objects.filter(pk__in=ids, **({"office": office} if office else {}))
    known = {row.pk: row for row in found}
    missing = [one for one in wanted if one not in known]
    if missing or not wanted:
        raise NoSuchReturned(
            Text("没有这样的退回行。", "There is no such returned row."),
            Text("请从退回清单中选择。", "Choose from the list of returned rows."),
            fields=tuple((str(one), Text("不存在", "unknown")) for one in missing[:20]),
        )
    settled = [row for row in known.values() if row.settled]
    if settled:
        raise AlreadySettled(
            Text(f"有 {len(settled)} 行已经处理过。", f"{len(settled)} rows are settled already."),
            Text("请刷新退回清单。", "Look at the list again."),
            fields=tuple((number(row), Text(row.get_settled_display(), row.settled)) for row in settled[:20]),
        )
    return [known[one] for one in wanted]


def _again(row: Returned, cells: dict[str, str], actor: str, on: date, at: datetime, way: str) -> str:
    """Submit one row with the columns that say what it settles, under the catalogue's titles: those need no mapping."""
    book = law.rulebook()
    item, came_as = book.on(on).item(row.item), book.on(row.returned_on).item(row.item)
    found = match(lenient(came_as), list(cells), columns_of(row.batch)).found
    titles = {found[field.name]: field.title for field in item.fields if field.name in found}
    rest = {title: text for title, text in cells.items() if title not in titles}
    titled = {titles[title]: cells[title] for title in titles}
    return submit(
        item=row.item,
        office=row.office,
        stream=one_row(item, rest | titled | {RETURN_NUMBER: number(row)}, {}),
        file_name=f"{number(row)}.csv",
        actor=actor,
        way=way,
        on=on,
        at=at,
    )
