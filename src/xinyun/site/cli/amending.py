"""Commands on records that are in the archive: find, correct, withdraw, and let one in again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from xinyun.base import Refusal, Text
from xinyun.law import Item, rulebook
from xinyun.site.cli.output import Json, Office, actor, add_group, now, plain, set_up, show, today

if TYPE_CHECKING:
    from xinyun.archive.queries import RevisionView


class NotAnAssignment(Refusal):
    """A value is given as title=value."""

    code = "not-an-assignment"
    status = 400


class CorrectionReturned(Refusal):
    """The corrected record broke a rule, and was returned like any row that does."""

    code = "record-returned"


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "record", "档案中的记录 | records of the archive",
        find=_find, correct=_correct, withdraw=_withdraw, readmit=_readmit,
    )  # fmt: skip


def _find(
    item: str,
    /,
    *,
    office: Office,
    code: str = "",
    number: str = "",
    withdrawn: Annotated[bool, Parameter(negative=())] = False,
    limit: int = 50,
    json: Json = False,
) -> None:
    """按代码或文号查找本单位的现行记录 | Find an office's current records by code or document number.

    Parameters
    ----------
    item
        目录事项 | the catalogue item
    office
        报送单位 | the furnishing office
    code
        主体的统一社会信用代码 | the subject's code
    number
        文号 | the document's number
    withdrawn
        改为列出已撤回的记录 | list withdrawn records instead
    limit
        最多列多少 | at most so many
    """
    set_up()
    from xinyun.collection.queries import records_of_office, withdrawn_of_office

    wanted = rulebook().on(today()).item(item)
    if withdrawn:
        found = withdrawn_of_office(office, item=item, limit=limit)
    else:
        found = records_of_office(item, office=office, on=today(), code=code, number=number, limit=limit)
    told = [_told(one, wanted, whole=json) for one in found]
    show(told, as_json=json)


def _told(found: RevisionView, item: Item, *, whole: bool) -> dict[str, Any]:
    """A record as a line, and with what it says, personal values masked, for programs."""
    from xinyun.collection.queries import shown

    values = shown(found, item).values
    told = {
        "id": found.id,
        "code": found.code,
        "decided_on": found.decided_on,
        "number": values.get(item.display.number, ""),
        "title": values.get(item.display.title, ""),
        "revision": found.revision,
        "withdrawal": found.withdrawal,
    }
    return plain(told | {"values": values} if whole else told)  # type: ignore[no-any-return]


def _correct(
    record: int,
    /,
    *,
    office: Office,
    set: list[str],
    reason: str,
    json: Json = False,
) -> None:
    """更正一条记录 | Correct a record: it is submitted with the new values and checked like any other.

    Parameters
    ----------
    record
        记录编号，见 record find | the record, as found
    office
        报送单位 | the furnishing office
    set
        要更正的内容，如 '处罚内容=罚款两万元'，可重复 | a new value, as title=value; may be repeated
    reason
        理由 | why
    """
    set_up()
    from xinyun.collection.operations import correct_record, worked_on
    from xinyun.ledger.operations import seal

    at = now()
    id = correct_record(
        record=record, values=dict(_assignment(text) for text in set), reason=reason, office=office,
        actor=actor(), on=at.date(), at=at, way="command",
    )  # fmt: skip
    found = worked_on(submission=id, actor=actor(), on=at.date(), at=at)
    seal(actor=actor(), on=at.date())
    if found.batch and found.batch.rejected:
        raise _returned(id)
    show({name: value for name, value in plain(found).items() if value not in (None, "")}, as_json=json)
    if found.state == "refused":
        raise SystemExit(1)


def _returned(submission: str) -> CorrectionReturned:
    from xinyun.collection.errors import page

    faults = page(submission, limit=1)
    return CorrectionReturned(
        Text(
            f"更正没有通过检查，已退回，编号 {faults[0].number}；原记录不变。",
            f"The correction was returned as {faults[0].number}; the record stays as it was.",
        ),
        Text(
            "请按下列各项改正后再更正，或 xinyun returned drop 不再报送。",
            "Mend what is named below and correct it again, or drop the row: xinyun returned drop.",
        ),
        fields=tuple((one.field, one.problem) for one in faults),
    )


def _assignment(text: str) -> tuple[str, str]:
    title, mark, value = text.partition("=")
    if not mark or not title.strip():
        raise NotAnAssignment(
            Text(f"「{text:.40}」没有写成 栏目=内容。", f"{text:.40} is not title=value."),
            Text("例如 --set '处罚内容=罚款两万元'。", "As in --set 'content=…'."),
        )
    return title.strip(), value


def _withdraw(records: list[int], /, *, office: Office, reason: str, json: Json = False) -> None:
    """撤回记录 | Take records back: they are shown nowhere, and no later batch brings them back.

    Parameters
    ----------
    records
        记录编号，见 record find | the records, as found
    office
        报送单位 | the furnishing office
    reason
        理由 | why
    """
    set_up()
    from xinyun.collection.operations import withdraw_records
    from xinyun.ledger.operations import seal

    seq = withdraw_records(records=records, reason=reason, office=office, actor=actor(), on=today())
    seal(actor=actor(), on=today())
    show({"withdrawn": len({*records}), "seq": seq}, as_json=json)


def _readmit(
    record: int,
    /,
    *,
    reason: str,
    notice: str,
    notified: date | None = None,
    json: Json = False,
) -> None:
    """恢复一条已撤回的记录，须由撤回人以外的人 | Let a withdrawn record in again, as another person than who took it back.

    Parameters
    ----------
    record
        记录编号，见 record find --withdrawn | the record, as found with --withdrawn
    reason
        理由 | why
    notice
        告知主体的文书编号 | the number of the notice by which its subject was told
    notified
        告知的日期，默认今天 | the day of the notice; today unless given
    """
    set_up()
    from xinyun.archive.operations import Notice
    from xinyun.collection.operations import readmit_record
    from xinyun.ledger.operations import seal

    told = Notice(notice, notified or today())
    fresh = readmit_record(record=record, reason=reason, notice=told, actor=actor(), on=today())
    seal(actor=actor(), on=today())
    show({"record": fresh}, as_json=json)
