"""Commands of the queue: submit, look, decide what is held; and the rows that were returned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from xinyun.plumbing.writing import demand_apart
from xinyun.site.cli.output import (
    Json,
    Office,
    OfItem,
    OfOffice,
    actor,
    add_group,
    now,
    plain,
    set_up,
    show,
    today,
)

if TYPE_CHECKING:
    from xinyun.collection.queries import SubmissionView

_POLL_SECONDS = 0.5


def register(app: App) -> None:
    """Add the commands to the command line."""
    app.command(_submit, name="submit")
    add_group(
        app,
        "submission",
        "报送 | submissions",
        list=_list,
        show=_show,
        release=_release,
        turn_away=_turn_away,
    )
    add_group(
        app, "returned", "退回的行 | rows that were returned",
        list=_returned, drop=_drop, confirm=_confirm, workbook=_workbook,
    )  # fmt: skip


def _submit(
    item: str,
    file: Path,
    /,
    *,
    office: Office,
    wait: Annotated[bool, Parameter(negative=())] = False,
    key: str | None = None,
    json: Json = False,
) -> None:
    """提交一个文件，由后台处理 | Submit a file to the queue, which a worker works on.

    Parameters
    ----------
    item
        目录事项 | the catalogue item
    file
        要提交的文件 | the file
    office
        报送单位，如 52.market-regulation | the furnishing office
    wait
        等到处理完；没有后台时就地处理 | until it has been worked on, here if no worker does
    key
        幂等键：同一键再次提交得到同一编号 | submitting again with the same key gives the same id
    """
    set_up()
    from xinyun.collection.operations import submit

    with file.open("rb"):  # its absence is told by its own name
        pass
    at = now()
    id = submit(
        item=item, office=office, path=file, file_name=file.name, actor=actor(), way="command",
        on=at.date(), at=at, idempotency_key=key,
    )  # fmt: skip
    if wait:
        _work(id)
    _tell(id, json)


def _work(id: str) -> None:
    """Work on a submission here, unless a worker does; until it has come to an end or waits for an officer."""
    from xinyun.collection.operations import run
    from xinyun.collection.queries import submission
    from xinyun.ledger.operations import seal

    while (found := submission(id)) and found.state in {"waiting", "running"}:
        at = now()
        if not run(submission=id, worker=actor(), on=at.date(), at=at):
            sleep(_POLL_SECONDS)
    seal(actor=actor(), on=today())


def _tell(id: str, json: bool) -> None:
    """What became of a submission; refused as a whole, it ends the command with status 1."""
    found = _found(id)
    show(_described(found), as_json=json)
    if found.state == "refused":
        raise SystemExit(1)


def _found(id: str) -> SubmissionView:
    from xinyun.collection.queries import submission
    from xinyun.collection.submitting import no_such

    found = submission(id)
    if found is None:
        raise no_such(id)
    return found


def _described(found: SubmissionView) -> dict[str, Any]:
    told: dict[str, Any] = plain(found)
    return {name: value for name, value in told.items() if value not in (None, "")}


def _list(
    *,
    office: OfOffice = None,
    state: Literal["waiting", "running", "held", "done", "refused"] | None = None,
    limit: int = 20,
    json: Json = False,
) -> None:
    """列出最近的报送 | List the latest submissions.

    Parameters
    ----------
    state
        只列这个状态的：等待、处理中、待复核、完成、退回 | in this state alone
    limit
        最多列多少 | at most so many
    """
    set_up()
    from xinyun.collection.queries import submissions

    found = submissions(limit=limit, office=office, state=state)
    if json:
        show(found, as_json=True)
        return
    show(
        [
            {"id": one.id, "state": one.state, "item": one.item, "office": one.office, "file": one.file_name}
            for one in found
        ],
        as_json=False,
    )


def _show(id: str, /, *, json: Json = False) -> None:
    """显示一次报送 | Show a submission.

    Parameters
    ----------
    id
        报送编号 | its id
    """
    set_up()
    show(_described(_found(id)), as_json=json)


def _release(id: str, /, *, reason: str, json: Json = False) -> None:
    """放行一次待复核的报送，须由报送人以外的人 | Let a held submission pass, as its second officer.

    Parameters
    ----------
    id
        报送编号 | its id
    reason
        理由 | why
    """
    set_up()
    from xinyun.collection.operations import release

    _decide(release, id, reason, json)


def _turn_away(id: str, /, *, reason: str, json: Json = False) -> None:
    """退回一次待复核的报送 | Refuse a held submission as a whole.

    Parameters
    ----------
    id
        报送编号 | its id
    reason
        理由，报送单位会看到 | why, as its office will read
    """
    set_up()
    from xinyun.collection.operations import turn_away

    _decide(turn_away, id, reason, json)


def _decide(verb: Callable[..., None], id: str, reason: str, json: bool) -> None:
    at = now()
    verb(submission=id, reason=reason, actor=actor(), on=at.date(), at=at)
    show(_described(_found(id)), as_json=json)


def _returned(
    *,
    office: OfOffice = None,
    item: OfItem = None,
    batch: str | None = None,
    all: Annotated[bool, Parameter(negative=())] = False,
    limit: int = 50,
    offset: int = 0,
    json: Json = False,
) -> None:
    """列出退回后尚未处理的行 | List the returned rows that wait, those first that are due first.

    Parameters
    ----------
    batch
        只列这个批次的 | of this batch alone
    all
        连同已处理的 | also those that are settled
    limit
        最多列多少 | at most so many
    offset
        从第几行起 | skip so many
    """
    set_up()
    from xinyun.collection.queries import returned

    found = returned(limit=limit, offset=offset, office=office, item=item, batch=batch, open_only=not all)
    if json:
        show(found, as_json=True)
        return
    show(
        [
            {"id": one.id, "number": one.number, "place": one.place, "due": one.due_on,
             "faults": " ".join(f"{field}:{rule}" for field, rule, _ in one.faults)}
            for one in found
        ],
        as_json=False,
    )  # fmt: skip


def _drop(ids: list[int], /, *, reason: str, json: Json = False) -> None:
    """不再报送这些退回的行 | Settle returned rows that will not be furnished.

    Parameters
    ----------
    ids
        行的编号，见 returned list | the rows, as listed
    reason
        理由 | why
    """
    set_up()
    from xinyun.collection.operations import drop_returned

    dropped = drop_returned(returned=ids, reason=reason, actor=actor(), on=today())
    show({"dropped": dropped}, as_json=json)


def _confirm(ids: list[int], /, *, reason: str, json: Json = False) -> None:
    """确认退回待确认的行无误，照原样再报 | Confirm that rows about which was asked are right, and submit them again.

    Parameters
    ----------
    ids
        行的编号，见 returned list | the rows, as listed
    reason
        理由 | why
    """
    set_up()
    from xinyun.collection.operations import confirm_returned

    at = now()
    ids = confirm_returned(returned=ids, reason=reason, actor=actor(), on=at.date(), at=at)
    show({"submissions": ids}, as_json=json)


def _workbook(batch: str, /, *, out: Path, json: Json = False) -> None:
    """写出一个批次待处理的退回行，可在表中改好再报 | Write a batch's returned rows, to be mended in place and sent back.

    Parameters
    ----------
    batch
        批次号，即报送编号 | the batch's id, which is the submission's
    out
        写入的文件 | the file to write
    """
    set_up()
    from django.conf import settings

    from xinyun.collection.operations import take_error_workbook
    from xinyun.ledger.operations import seal

    demand_apart(out, *settings.XINYUN.own_files)
    at = now()
    take_error_workbook(out, batch=batch, actor=actor(), on=at.date(), at=at, most=None)
    seal(actor=actor(), on=at.date())
    show({"file": out}, as_json=json)
