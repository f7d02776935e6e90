"""Commands of the transparency log: verify it, prove from it, publish it, and witness another office's."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import sleep

from cyclopts import App

from xinyun.site.cli.output import Json, actor, add_group, now, say_refusal, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "ledger", "存证日志 | the transparency log",
        verify=_verify, prove=_prove, consistency=_consistency, export=_export, witness=_witness,
    )  # fmt: skip


def _verify(*, json: Json = False) -> None:
    """验证整个存证日志 | Verify the whole ledger; exit status 1 when it does not hold."""
    set_up()
    from xinyun.ledger import operations

    with suppress(operations.Damaged):  # which is what the verification is about to tell, place by place
        _seal_all()
    verdict = operations.verify(actor=actor(), on=today())
    show(verdict, as_json=json)
    if not verdict.ok:
        raise SystemExit(1)


def _seal_all() -> None:
    """Put into the log what is on its way there, and sign it."""
    from xinyun.gateway.operations import seal_answered
    from xinyun.ledger import operations

    seal_answered(actor=actor(), on=today(), at=now())
    operations.seal(actor=actor(), on=today())


def _prove(index: int, /, *, json: Json = False) -> None:
    """给出一条存证的包含证明 | Prove that an entry is in the log.

    Parameters
    ----------
    index
        存证序号 | the entry's index
    """
    set_up()
    from xinyun.ledger import operations

    _seal_all()
    show(operations.prove(index), as_json=json)


def _export(folder: Path, /, *, json: Json = False) -> None:
    """把签署过的账本写成静态文件，已有的只写新增 | Write the signed log as static files, or what is new.

    Parameters
    ----------
    folder
        文件夹，可由任何网站服务器发布 | a folder that any web server can serve
    """
    set_up()
    from xinyun.ledger import operations

    _seal_all()
    show(operations.export(folder, actor=actor(), on=today()), as_json=json)


def _consistency(old: int, /, *, json: Json = False) -> None:
    """证明账本此前的样子是现在的开头 | Prove that the log as it was is the beginning of the log as it is.

    Parameters
    ----------
    old
        当时有多少条存证 | how many leaves it had then
    """
    set_up()
    from xinyun.ledger import queries

    _seal_all()
    show(queries.consistency(old), as_json=json)


def _witness(
    url: str,
    /,
    *,
    key: str,
    state: Path,
    every: float = 0,
    stale: float = 26,
    whole: bool = False,
    json: Json = False,
) -> None:
    """见证一个账本：由别的单位运行，账本分叉、变短、停滞的，报警并以状态 1 退出 | Witness a log, from another office: complain
    and exit with 1 when it forks, shrinks or stands still.

    Parameters
    ----------
    url
        账本的地址，如 https://平台/ledger | where the log lies
    key
        账本的公钥（name+hash+base64），向主办单位另行索取 | its public key, got by another way
    state
        记住上次检查点的文件 | the file that remembers the last checkpoint
    every
        每隔多少秒看一次，0 只看一次 | look every so many seconds; 0 looks once
    stale
        多少小时没有增长算停滞 | after how many hours without growth it stands still
    whole
        每次都从全部叶子重新算，指出哪个文件不对；慢 | compute all of it anew from the leaves each time, and name the part
        that is wrong; slow
    """
    from xinyun.client.witness import Complaint, Witness

    watcher = Witness(url, key, state, stale_after=timedelta(hours=stale))
    while True:
        try:
            show(watcher.examine(now()) if whole else watcher.look(now()), as_json=json)
        except Complaint as complaint:
            if complaint.lasting or not every:
                raise
            say_refusal(complaint, as_json=json)
        if not every:
            return
        sys.stdout.flush()
        sleep(every)
