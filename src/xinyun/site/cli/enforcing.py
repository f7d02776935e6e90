"""The commands about what offices do with lists: rosters, tasks, overrides, statistics."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Code, Json, Office, OfOffice, actor, add_group, set_up, show, today

_Flag = Annotated[bool, Parameter(negative=())]
_Many = Annotated[list[str] | None, Parameter(negative=())]


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "roster", "名册：单位正在打交道的主体 | whom offices deal with",
        add=_add, show=_show, remove=_remove, doubts=_doubts, settle=_settle,
    )  # fmt: skip
    add_group(
        app, "task", "奖惩任务 | measures that offices are to carry out",
        list=_list, show=_task, do=_do, decline=_decline, release=_release, false_alarm=_false_alarm, confirm=_confirm,
    )  # fmt: skip
    add_group(
        app, "enforcement", "奖惩执行：比对、统计、反馈 | matching, figures and feedback",
        match=_match, statistics=_statistics, league=_league, feedback=_feedback, export=_export, override=_override,
    )  # fmt: skip


def _add(
    scene: str, file: Path, /, *, office: Office, replace: _Flag = False, report: Path | None = None, json: Json = False
) -> None:  # fmt: skip
    """收下一份名册并立即比对；有坏行则一行不收 | Take a roster and match it; one bad row keeps everything out.

    Parameters
    ----------
    scene
        场景 | the scene
    file
        CSV、XLSX 等，列：统一社会信用代码、名称、业务编号 | the file; columns code, name, reference
    office
        哪个单位的名册，如 520100.public-resources | whose roster
    replace
        代替原有的名册 | in place of what was there
    report
        坏行写进这个 CSV 文件 | write the bad rows into this CSV file
    """
    set_up()
    from xinyun.enforcement import operations
    from xinyun.enforcement.rosters import BadRows, write_report

    if report:
        demand_apart(report, file)
    try:
        put = operations.put_roster(
            office=office, scene=scene, path=file, replace=replace, actor=actor(), on=today()
        )
    except BadRows as refusal:
        if report:
            with report.open("w", encoding="utf-8-sig", newline="") as stream:
                write_report(stream, refusal.faults)
        raise
    found = operations.follow(actor=actor(), on=today())
    show({"put": put, "matched": found} if json else {**_plain(put), **_plain(found)}, as_json=json)


def _show(
    roster: int | None = None, /, *, office: OfOffice = None, limit: int = 50, json: Json = False
) -> None:
    """列出名册，或一份名册的行和变更 | List the rosters, or a roster's lines and changes.

    Parameters
    ----------
    roster
        名册的编号 | a roster's number
    limit
        最多几行 | at most so many lines
    """
    set_up()
    from xinyun.enforcement import queries

    if roster is None:
        show(queries.rosters(office or ""), as_json=json)
        return
    keys = ("code", "name", "reference", "matched_on")
    lines = [{key: getattr(one, key) for key in keys} for one in queries.lines(roster, limit=limit)]
    changes = ("on", "what", "lines", "file_name", "actor")
    uploads = [{key: getattr(one, key) for key in changes} for one in queries.uploads(roster)]
    show({"lines": lines, "changes": uploads}, as_json=json)


def _remove(scene: str, /, *code: str, office: Office, json: Json = False) -> None:
    """从名册去掉几个，不写代码则全部 | Take some off a roster, or everybody where no code is given.

    Parameters
    ----------
    scene
        场景 | the scene
    code
        代码，或没有代码时的名称 | codes, or names of lines without one
    office
        哪个单位的名册 | whose roster
    """
    set_up()
    from xinyun.enforcement import operations

    put = operations.remove_lines(
        office=office, scene=scene, keys=list(code) or None, actor=actor(), on=today()
    )
    operations.follow(actor=actor(), on=today())
    show(put, as_json=json)


def _doubts(*, office: OfOffice = None, json: Json = False) -> None:
    """名册上只有名称、与名单上的主体同名，待人认定的 | Names without a code that listed subjects bear."""
    set_up()
    from xinyun.enforcement import queries

    show(queries.doubts(office or ""), as_json=json)


def _settle(line: int, code: Code = "", /, *, office: Office, json: Json = False) -> None:
    """认定名册上的一个名称是谁；不写代码表示都不是 | Say whom a name means; no code: none of them.

    Parameters
    ----------
    line
        名册行的编号，见 roster doubts | the line's number
    office
        哪个单位的名册 | whose roster
    """
    set_up()
    from xinyun.enforcement import operations

    operations.settle_name(line=line, office=office, code=code, actor=actor(), on=today())
    show(operations.follow(actor=actor(), on=today()), as_json=json)


def _list(
    *,
    office: OfOffice = None,
    state: Literal[
        "", "open", "done", "declined", "ended", "release", "released", "waiting", "soon", "late", "escalated"
    ] = "waiting",
    scene: str = "",
    code: str = "",
    decided_by: str = "",
    limit: int = 50,
    json: Json = False,
) -> None:
    """列出任务，先到期的在前 | List tasks, the first due first.

    Parameters
    ----------
    state
        状态，空为全部 | where they stand; empty for all
    scene
        场景 | of this scene
    code
        只列这个主体的 | about this subject
    decided_by
        只列这个认定单位的名单引出的 | from entries that this office decided
    limit
        最多几条 | at most so many
    """
    set_up()
    from xinyun.enforcement import queries

    found = queries.tasks(
        office or "", on=today(), state=state, scene=scene, code=code, decided_by=decided_by, limit=limit
    )
    if json:
        show(found, as_json=True)
    else:
        show([_line(one) for one in found], as_json=False)


def _task(task: int, /, *, office: OfOffice = None, json: Json = False) -> None:
    """显示一项任务和做过的 | Show a task and what was done about it.

    Parameters
    ----------
    task
        任务编号 | its number
    """
    set_up()
    from xinyun.enforcement import queries

    show(queries.task(task, office or ""), as_json=json)


def _do(
    task: int, what: str, /, *, office: Office, document: str = "", day: date | None = None, json: Json = False
) -> None:  # fmt: skip
    """登记已执行：做了什么、哪天、文号 | Record what was done, when, by which document.

    Parameters
    ----------
    task
        任务编号 | its number
    what
        做了什么 | what was done
    office
        执行单位 | the office
    document
        文号 | its number
    day
        哪天，默认今天 | on which day; today by default
    """
    set_up()
    from xinyun.enforcement import operations

    done = operations.do(
        task=task, what=what, day=day or today(), document=document, office=office, actor=actor(), on=today()
    )
    show(_line(done), as_json=json)


def _decline(task: int, reason: str, text: str, /, *, office: Office, json: Json = False) -> None:
    """登记不执行及理由 | Record why nothing is done.

    Parameters
    ----------
    task
        任务编号 | its number
    reason
        no-dealings、done-before、not-competent、court、public-interest、objection、waived、other | one of these
    text
        写明 | in words
    office
        执行单位 | the office
    """
    set_up()
    from xinyun.enforcement import operations

    done = operations.decline(task=task, reason=reason, text=text, office=office, actor=actor(), on=today())
    show(_line(done), as_json=json)


def _release(
    task: int, what: str, /, *, office: Office, document: str = "", day: date | None = None, json: Json = False
) -> None:  # fmt: skip
    """名单终止后，登记已解除 | Record that what was done is undone, the entry having ended.

    Parameters
    ----------
    task
        任务编号 | its number
    what
        怎样解除的 | how
    office
        执行单位 | the office
    document
        文号 | its number
    day
        哪天，默认今天 | on which day; today by default
    """
    set_up()
    from xinyun.enforcement import operations

    done = operations.release(
        task=task, what=what, day=day or today(), document=document, office=office, actor=actor(), on=today()
    )
    show(_line(done), as_json=json)


def _false_alarm(
    task: int, reason: str, /, *, until: date, office: Office, whole_subject: _Flag = False, json: Json = False
) -> None:  # fmt: skip
    """提出误报，由另一人确认后到期前不再提示 | Call a task a false alarm; a second officer confirms.

    Parameters
    ----------
    task
        任务编号 | its number
    reason
        为什么是误报 | why
    until
        到哪天为止（不含） | the first day on which it no longer holds
    office
        执行单位 | the office
    whole_subject
        该主体的全部条目，不只这一条 | all entries of the subject, not this one alone
    """
    set_up()
    from xinyun.enforcement import operations

    alarm = operations.propose_false_alarm(
        task=task, whole_subject=whole_subject, reason=reason, until=until, office=office, actor=actor(), on=today()
    )  # fmt: skip
    show({"false_alarm": alarm}, as_json=json)


def _confirm(alarm: int, /, *, office: Office, json: Json = False) -> None:
    """由另一人确认误报 | Confirm a false alarm that somebody else proposed.

    Parameters
    ----------
    alarm
        误报的编号 | its number
    office
        执行单位 | the office
    """
    set_up()
    from xinyun.enforcement import operations

    operations.confirm_false_alarm(alarm=alarm, office=office, actor=actor(), on=today())
    show(operations.follow(actor=actor(), on=today()), as_json=json)


def _match(*, json: Json = False) -> None:
    """立即比对名册和名单；后台平时自己做 | Match rosters with lists now; the worker does so by itself."""
    set_up()
    from xinyun.enforcement import operations

    show(operations.follow(actor=actor(), on=today()), as_json=json)


def _statistics(
    *, by: Literal["office", "scene", "list", "measure"] = "office", office: OfOffice = None, json: Json = False
) -> None:  # fmt: skip
    """统计：执行、期限、反馈率、激励、解除 | Figures of what was carried out, in time, fed back, rewarded, released.

    Parameters
    ----------
    by
        按什么分 | by what
    """
    set_up()
    from xinyun.enforcement import queries

    found = queries.standing(by, today(), office=office or "")
    rows = [{**_plain(one), "rate": one.rate} for one in found]
    figures, effects = queries.automatics(today(), office=office or ""), queries.effects()
    if json:
        show({f"by_{by}": rows, "automatics": figures, "effects": effects}, as_json=True)
    else:
        show({f"by_{by}": rows, **_plain(figures), **effects}, as_json=False)


def _league(*, json: Json = False) -> None:
    """各单位的任务、按时、逾期和反馈率，最低的在前 | The offices, the lowest feedback rate first."""
    set_up()
    from xinyun.enforcement import queries

    keys = ("key", "tasks", "owed", "answered", "rate", "in_time", "open", "late", "escalated", "unanswered")
    found = queries.standing("office", today())
    show([{key: getattr(one, key) for key in keys} for one in found], as_json=json)


def _feedback(entry: int, /, *, json: Json = False) -> None:
    """一个名单条目在各单位的执行结果 | What became of an entry at each office.

    Parameters
    ----------
    entry
        名单条目的编号 | the entry's number
    """
    set_up()
    from xinyun.enforcement import queries

    show(queries.feedback(entry), as_json=json)


def _export(file: Path, /, *, since: date, through: date | None = None, json: Json = False) -> None:
    """导出一段日子登记的结果，CSV 或 XLSX | Export what was recorded in a span of days, as CSV or XLSX.

    Parameters
    ----------
    file
        写到哪里，以 .csv 或 .xlsx 结尾 | where to; ends in .csv or .xlsx
    since
        从哪天起 | from this day
    through
        到哪天，默认今天 | through this day; today by default
    """
    set_up()
    from xinyun.enforcement.exporting import write_csv, write_xlsx

    demand_apart(file)
    write = write_xlsx if file.suffix.lower() == ".xlsx" else write_csv
    with arriving(file, mode=USUAL) as out:
        count = write(out, since, through or today())
    show({"file": file, "rows": count}, as_json=json)


def _override(
    receipt: str, did: Literal["let-through", "refused"], reason: str, /, *, office: Office, json: Json = False
) -> None:  # fmt: skip
    """登记与核查结果不同的办理，须附回执和理由 | Record that an officer did otherwise than a check answered.

    Parameters
    ----------
    receipt
        核查回执 | the check's receipt
    did
        let-through 仍予办理；refused 仍不办理 | what was done
    reason
        理由 | why
    office
        办理的单位 | the office
    """
    set_up()
    from xinyun.enforcement import operations

    number = operations.override(
        receipt=receipt, did=did, reason=reason, office=office, actor=actor(), on=today()
    )
    show({"override": number}, as_json=json)


def _plain(value: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(value)


def _line(one: Any) -> dict[str, Any]:
    keys = ("id", "state", "due_on", "code", "name", "list", "measure", "scene", "office")
    return {key: getattr(one, key) for key in keys}
