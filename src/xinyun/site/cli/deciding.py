"""Commands that decide: lists, and who may ask."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

from xinyun.site.cli.output import Json, actor, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    lists = App(name="list", help="名单 | lists")
    lists.command(_add, name="add")
    lists.command(_remove, name="remove")
    lists.command(_show, name="show")
    app.command(lists)
    client = App(name="client", help="接入方 | client systems")
    client.command(_client, name="add")
    app.command(client)


def _catch_up() -> None:
    """Let name index and ledger catch up with what was just decided."""
    from xinyun.archive.operations import follow_names
    from xinyun.ledger.operations import seal

    follow_names(actor=actor(), on=today())
    seal(actor=actor(), on=today())


def _add(
    list: str,
    code: str,
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
    code
        统一社会信用代码 | unified social credit code
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
    _catch_up()
    show(entry, as_json=json)


def _remove(
    list: str,
    code: str,
    /,
    *,
    document: str,
    by: Annotated[str, Parameter(name="--by")],
    reason: str = "依移出决定",
    json: Json = False,
) -> None:
    """把主体移出名单 | Take a subject off a list.

    Parameters
    ----------
    list
        名单 | the list
    code
        统一社会信用代码 | unified social credit code
    document
        移出决定文书号 | the number of the removal's document
    reason
        移出原因 | why
    by
        作出决定的单位 | the deciding office
    """
    set_up()
    from xinyun.lists import operations

    entry = operations.delist(
        list_id=list, code=code, document=document, reason=reason, office=by, actor=actor(), on=today()
    )
    _catch_up()
    show(entry, as_json=json)


def _show(list: str, /, *, limit: int = 50, offset: int = 0, json: Json = False) -> None:
    """显示名单上的主体 | Show who is on a list today.

    Parameters
    ----------
    list
        名单 | the list
    limit
        最多显示多少条 | at most so many
    offset
        从第几条起 | skip so many
    """
    set_up()
    from xinyun.lists import queries

    show(queries.entries(list, today(), limit=limit, offset=offset), as_json=json)


def _client(name: str, /, *, office: str, scene: list[str], json: Json = False) -> None:
    """登记接入方并给出密钥（只显示一次） | Register a client system; its key is shown once.

    Parameters
    ----------
    name
        系统名称 | the system's name
    office
        所属单位 | its office
    scene
        可用的场景，可多次给出 | a scene it may ask in; repeatable
    """
    set_up()
    from xinyun.accounts import operations

    key = operations.add_client(name=name, office=office, scenes=scene, actor=actor(), on=today())
    _catch_up()
    show({"key": key}, as_json=json)
