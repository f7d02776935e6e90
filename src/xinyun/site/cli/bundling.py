"""The command that makes bundles for clients."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from xinyun.plumbing.writing import arriving, demand_apart
from xinyun.site.cli.output import Json, actor, add_group, now, set_up, show


def register(app: App) -> None:
    """Add the command to the command line."""
    add_group(app, "bundle", "离线包 | bundles for answering offline", make=_make)


def _make(scene: str, /, *, client: str, out: Path, days: int = 7, json: Json = False) -> None:
    """给一个接入方制作离线包：平台不通时，它凭此核查 | Make a bundle from which a client answers while the platform is away.

    Parameters
    ----------
    scene
        场景，如 tender-registration | the scene
    client
        接入方名称；只有它的密钥能用 | the client's name; only its key can use it
    out
        写入的文件 | the file to write
    days
        几天内有效，至多 30 | for how many days, at most 30
    """
    set_up()
    from django.conf import settings

    from xinyun.accounts.operations import unknown_client
    from xinyun.accounts.queries import client_named
    from xinyun.gateway import operations as gateway

    asker = client_named(client)
    if asker is None:
        raise unknown_client(client)
    at = now()
    demand_apart(out, *settings.XINYUN.own_files)
    with arriving(out) as stream:
        made = gateway.make_bundle(client=asker, scene=scene, days=days, at=at, on=at.date(), actor=actor())
        stream.write(made)
    show({"file": out, "bytes": len(made), "days": days}, as_json=json)
