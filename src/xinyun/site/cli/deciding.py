"""Commands that decide: lists, and who may ask."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from cyclopts import App, Parameter

from xinyun.site.cli.output import Code, Json, actor, add_group, now, plain, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "list", "名单 | lists", add=_add, remove=_remove, suspend=_suspend, resume=_resume, show=_show
    )
    add_group(app, "client", "接入方 | client systems", add=_client, quota=_quota, revoke=_revoke)
    add_group(app, "user", "工作人员账号 | staff accounts", add=_user)


def catch_up() -> None:
    """Let name index and ledger catch up with what was just decided."""
    from xinyun.archive.operations import follow_names
    from xinyun.ledger.operations import seal

    follow_names(actor=actor(), on=today())
    seal(actor=actor(), on=today())


def _add(
    list: str,
    code: Code,
    /,
    *,
    document: str,
    decided: date,
    by: Annotated[str, Parameter(name="--by")],
    name: str | None = None,
    json: Json = False,
) -> None:
    """按决定文书把主体列入名单 | Put a subject on a list, with its decision document.

    Parameters
    ----------
    list
        名单，如 wage-arrears | the list
    document
        决定文书号 | the decision's number
    decided
        决定日期 | the day of the decision
    by
        作出决定的单位，如 52.human-resources | the deciding office
    name
        档案中没有该主体时，文书上的名称 | the name in the document, where the archive has no such subject
    """
    set_up()
    from xinyun.lists import operations

    entry = operations.enlist(
        list_id=list,
        code=code,
        document=document,
        decided=decided,
        office=by,
        name=name,
        actor=actor(),
        on=today(),
    )
    catch_up()
    show(entry, as_json=json)


def _remove(
    list: str,
    code: Code,
    /,
    *,
    document: str,
    by: Annotated[str, Parameter(name="--by")],
    reason: str = "依移出决定",
    entry: int | None = None,
    json: Json = False,
) -> None:
    """把主体移出名单 | Take a subject off a list.

    Parameters
    ----------
    list
        名单 | the list
    document
        移出决定文书号 | the number of the removal's document
    reason
        移出原因 | why
    by
        作出决定的单位 | the deciding office
    entry
        该主体在此名单上有几个条目时，移出哪一个（编号见 subject show） | which entry, where there are several
    """
    set_up()
    from xinyun.lists import operations

    removed = operations.delist(
        list_id=list,
        code=code,
        entry=entry,
        document=document,
        reason=reason,
        office=by,
        actor=actor(),
        on=today(),
    )
    catch_up()
    show(removed, as_json=json)


def _suspend(
    entry: int,
    /,
    *,
    document: str,
    ordered_by: str,
    reason: str,
    by: Annotated[str, Parameter(name="--by")],
    until: date | None = None,
    json: Json = False,
) -> None:
    """凭法院或复议机关的决定停止执行一个条目，当天起 | Hold an entry off from today, by a court's or reviewing body's order.

    Parameters
    ----------
    entry
        条目编号，见 subject show | the entry's id
    document
        裁定书或决定书文号 | the number of the order
    ordered_by
        法院或复议机关 | the court or reviewing body
    reason
        理由 | why
    by
        认定单位 | the office that decides about the list
    until
        从哪天起恢复，文书写明的才填 | the first day on which it counts again, where the order names it
    """
    set_up()
    from xinyun.lists import operations

    held = operations.suspend(
        entry=entry, document=document, ordered_by=ordered_by, reason=reason, office=by, until=until, actor=actor(),
        on=today(),
    )  # fmt: skip
    catch_up()
    show(held, as_json=json)


def _resume(
    entry: int,
    /,
    *,
    document: str,
    reason: str,
    by: Annotated[str, Parameter(name="--by")],
    json: Json = False,
) -> None:
    """恢复执行一个停止执行的条目，当天起 | Let a suspended entry count again from today.

    Parameters
    ----------
    entry
        条目编号 | the entry's id
    document
        文书的文号 | the number of the order
    reason
        理由 | why
    by
        认定单位 | the office that decides about the list
    """
    set_up()
    from xinyun.lists import operations

    held = operations.resume(
        entry=entry, document=document, reason=reason, office=by, actor=actor(), on=today()
    )
    catch_up()
    show(held, as_json=json)


def _show(list: str, /, *, code: str = "", limit: int = 50, offset: int = 0, json: Json = False) -> None:
    """显示名单上的主体，代码变更了的附现行代码 | Show who is on a list today, with the current code where it changed.

    Parameters
    ----------
    list
        名单 | the list
    code
        只显示这个主体的，新旧代码都可以 | of this subject alone, by any of its codes
    limit
        最多显示多少条 | at most so many
    offset
        从第几条起 | skip so many
    """
    set_up()
    from xinyun.base.identifiers import normalise
    from xinyun.identity.queries import identity
    from xinyun.law import rulebook
    from xinyun.lists import queries
    from xinyun.portal.queries import superseded

    rulebook().on(today()).list(list)  # refuses a list that does not exist
    codes = identity(normalise(code)).codes if code else None
    found = queries.entries(list, today(), codes=codes, limit=limit, offset=offset)
    current = superseded([one.code for one in found if one.code])
    show([plain(one) | {"current": current.get(one.code, "")} for one in found], as_json=json)


def _client(
    name: str,
    /,
    *,
    office: str,
    scene: Annotated[list[str] | None, Parameter(negative=())] = None,
    furnish: Annotated[bool, Parameter(negative=())] = False,
    origin: Annotated[list[str] | None, Parameter(negative=())] = None,
    quota: int | None = None,
    json: Json = False,
) -> None:
    """登记接入方并给出密钥（只显示一次） | Register a client system; its key is shown once.

    Parameters
    ----------
    name
        系统名称 | the system's name
    office
        所属单位 | its office
    scene
        可用的核查场景，可多次给出 | a scene it may ask in; repeatable
    furnish
        可经接口报送本单位的事项 | it may furnish its office's items through the API
    origin
        可以嵌入核查页的网站，如 https://jy.example.cn，可多次给出 | a site that may embed the check page; repeatable
    quota
        每分钟至多核查多少次，默认不限 | the most checks a minute, without bound by default
    """
    set_up()
    from xinyun.accounts import operations

    key = operations.add_client(
        name=name,
        office=office,
        scenes=scene or [],
        furnishes=furnish,
        origins=origin or [],
        quota=quota,
        actor=actor(),
        on=today(),
    )
    catch_up()
    show({"key": key}, as_json=json)


def _quota(name: str, quota: int | Literal["none"], /, *, json: Json = False) -> None:
    """限定接入方每分钟至多核查多少次，即时生效 | Bound how many checks a client may ask in a minute, at once.

    Parameters
    ----------
    name
        系统名称 | the system's name
    quota
        每分钟多少次；none 为不限 | checks a minute; none is without bound
    """
    set_up()
    from xinyun.accounts import operations

    bound = None if quota == "none" else quota
    operations.set_quota(name=name, quota=bound, actor=actor(), on=today())
    catch_up()
    show({"client": name, "quota": bound}, as_json=json)


def _revoke(name: str, /, *, json: Json = False) -> None:
    """吊销接入方的密钥，即时生效 | Revoke a client's key, at once.

    Parameters
    ----------
    name
        系统名称 | the system's name
    """
    set_up()
    from xinyun.accounts import operations

    at = now()
    operations.revoke_client(name=name, actor=actor(), on=at.date(), at=at)
    catch_up()
    show({"revoked": name}, as_json=json)


def _user(
    username: str, /, *, office: str, role: Literal["operator", "clerk", "auditor"], json: Json = False
) -> None:
    """开通工作人员账号或重置其密码（只显示一次） | Open a staff account or give it a new password, shown once.

    Parameters
    ----------
    username
        登录名 | the name to log in with
    office
        所属单位 | the person's office
    role
        角色：operator 信用中心，clerk 部门经办，auditor 审计 | what the person does
    """
    set_up()
    from secrets import token_urlsafe

    from xinyun.accounts import operations

    password = token_urlsafe(12)
    operations.add_user(
        username=username, password=password, office=office, role=role, actor=actor(), on=today()
    )
    catch_up()
    show({"username": username, "password": password}, as_json=json)
