"""Commands that keep the house: the store and derived state."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from xinyun.site.cli.output import Json, actor, add_group, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    app.command(_init, name="init")
    app.command(_rebuild, name="rebuild")
    add_group(app, "snapshot", "快照：供批量计算的文件 | the files for batch work", verify=_verify_snapshot)


def _init(*, json: Json = False) -> None:
    """建立或升级存储并载入法规库，可重复执行 | Create or upgrade the store and load the rulebook; idempotent."""
    set_up()
    from xinyun.site.initialise import initialise

    show(initialise(actor=actor(), on=today()), as_json=json)


def _rebuild(
    what: Literal["names", "documents", "checks", "identity", "relations", "snapshot", "all"],
    /,
    *,
    from_nothing: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
) -> None:
    """重建派生数据 | Rebuild derived state: the indexes from nothing, the snapshot from where it is whole.

    Parameters
    ----------
    what
        names 名称索引，documents 文号索引，checks 核查索引，identity 主体沿革和核查索引，
        relations 关联关系，snapshot 快照，all 全部 | which of it
    from_nothing
        快照也从头写起，不接着原有的 | write the snapshot anew, too
    """
    set_up()
    from xinyun.archive import operations as archive
    from xinyun.gateway import operations as gateway
    from xinyun.identity import operations as identity
    from xinyun.relations import operations as relations

    done = {}
    if what in {"names", "all"}:
        done["names"] = archive.rebuild_names(actor=actor(), on=today())
    if what in {"documents", "all"}:
        done["documents"] = archive.rebuild_documents(actor=actor(), on=today())
    if what in {"identity", "all"}:
        done["identity"] = identity.rebuild(actor=actor(), on=today())
    if what in {"checks", "identity", "all"}:
        done["checks"] = gateway.rebuild_index(actor=actor(), on=today())
    if what in {"snapshot", "all"}:
        done["snapshot"] = archive.rebuild_snapshot(from_nothing=from_nothing, actor=actor(), on=today())
    if what in {"relations", "all"}:
        done["relations"] = relations.rebuild(actor=actor(), on=today())
    show(done, as_json=json)


def _verify_snapshot(*, json: Json = False) -> None:
    """逐字节核对快照的文件 | Look at every byte of the snapshot; exit status 1 when a file is not what was written."""
    set_up()
    from xinyun.archive.snapshot import queries

    verdict = queries.verify()
    show(verdict, as_json=json)
    if not verdict.ok:
        raise SystemExit(1)
