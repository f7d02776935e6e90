"""Commands of what arrives by itself: the drop folder, and views read on a schedule."""

from __future__ import annotations

from cyclopts import App

from xinyun.site.cli.output import Json, Office, actor, add_group, now, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    app.command(_inbox, name="inbox")
    add_group(
        app, "pull", "定时拉取 | views read on a schedule",
        add=_pull_add, list=_pull_list, run=_pull_run, pause=_pull_pause, resume=_pull_resume,
    )  # fmt: skip


def _inbox(*offices: str, json: Json = False) -> None:
    """建立单位的投递文件夹；不写单位则列出正在等待的文件 | Make an office's drop folders; without one, list what waits.

    Parameters
    ----------
    offices
        单位，如 52.market-regulation | offices
    """
    set_up()
    from xinyun.collection.dropping import lying
    from xinyun.collection.operations import open_inbox

    if offices:
        made = [folder for one in offices for folder in open_inbox(office=one, actor=actor(), on=today())]
        show({"folders": made} if json else made, as_json=json)
    else:
        show({"files": lying()} if json else lying(), as_json=json)


def _pull_add(
    name: str,
    /,
    *,
    office: Office,
    item: str,
    relation: str,
    variable: str,
    every: int = 60,
    json: Json = False,
) -> None:
    """登记一个定时读取的视图 | Register a view of a department's database to be read on a schedule.

    Parameters
    ----------
    name
        名称 | its name
    office
        报送单位 | the furnishing office
    item
        目录事项 | the catalogue item
    relation
        视图或表，如 share.penalty | view or table
    variable
        写着数据库地址的环境变量，以 XINYUN_PULL_ 开头 | the environment variable that holds the address
    every
        每多少分钟读一次 | minutes between two readings
    """
    set_up()
    from xinyun.collection.operations import add_pull

    at = now()
    added = add_pull(
        name=name, office=office, item=item, relation=relation, variable=variable, every_minutes=every,
        actor=actor(), on=at.date(), at=at,
    )  # fmt: skip
    show(added, as_json=json)


def _pull_list(*, json: Json = False) -> None:
    """列出定时拉取及其最近的结果 | List the pulls and how they fared."""
    set_up()
    from xinyun.collection.pulling import pulls

    found = pulls()
    if json:
        show(found, as_json=True)
        return
    show(
        [
            {"name": one.name, "office": one.office, "item": one.item, "next": one.next_at if one.active else "paused",
             "last": one.last_submission, "problem": (one.last_problem or {}).get("code", "")}
            for one in found
        ],
        as_json=False,
    )  # fmt: skip


def _pull_run(name: str, /, *, json: Json = False) -> None:
    """现在读一次并提交 | Read a view now and submit it.

    Parameters
    ----------
    name
        名称 | its name
    """
    set_up()
    from xinyun.collection.operations import run_pull

    at = now()
    show({"submission": run_pull(name=name, actor=actor(), on=at.date(), at=at)}, as_json=json)


def _pull_pause(name: str, /, *, json: Json = False) -> None:
    """暂停一个定时拉取 | Let a pull rest.

    Parameters
    ----------
    name
        名称 | its name
    """
    _set_active(name, False, json)


def _pull_resume(name: str, /, *, json: Json = False) -> None:
    """恢复一个定时拉取 | Let a pull go on.

    Parameters
    ----------
    name
        名称 | its name
    """
    _set_active(name, True, json)


def _set_active(name: str, active: bool, json: bool) -> None:
    set_up()
    from xinyun.collection.operations import set_pull_active

    at = now()
    show(set_pull_active(name=name, active=active, actor=actor(), on=at.date(), at=at), as_json=json)
