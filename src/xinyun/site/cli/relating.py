"""The commands about relations: who stands around a subject, and which listed ones stand near it."""

from __future__ import annotations

from typing import Any

from cyclopts import App

from xinyun.site.cli.output import Code, Json, actor, add_group, now, set_up, show, today

_OFFICE = ""
"""Whoever sits at the machine acts for the platform itself."""


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "relations", "关联关系 | relations between subjects",
        show=_show, association=_association, responsible=_responsible,
    )  # fmt: skip


def _show(code: Code, /, *, steps: int = 1, purpose: str = "命令行查询", json: Json = False) -> None:
    """一个主体的关联方，先存证 | Who stands around a subject; it is in the ledger before it is printed.

    Parameters
    ----------
    steps
        步数，1 或 2 | one step or two
    purpose
        用途 | what for
    """
    set_up()
    from xinyun.relations import operations

    found = operations.look(
        code=code, steps=steps, purpose=purpose, office=_OFFICE, actor=actor(), on=today(), at=now()
    )
    relations = [
        {
            "near": near.title.zh,
            "link": edge.title.zh,
            "far": far.title.zh,
            "key": far.key,
            "share": edge.share,
            "document": _documents(edge.proofs),
        }
        for near, edge, far in found.rows
    ]
    named = [{"link": one.title.zh, "name": one.name, "item": one.proof.item} for one in found.mentions]
    told = {"code": found.code, "name": found.name, "relations": relations, "named": named, "cut": found.cut}
    told["joined"] = [said.both for one in found.joined for said in one.said]
    show(told, as_json=json)


def _association(code: Code, /, *, purpose: str = "命令行查询", json: Json = False) -> None:
    """两步以内在不良名单上的主体，先存证 | Listed subjects within two steps; in the ledger before it is printed.

    Parameters
    ----------
    purpose
        用途 | what for
    """
    set_up()
    from xinyun.relations import operations
    from xinyun.relations.api import document
    from xinyun.relations.rules import Viewer

    found = operations.associate(
        code=code, purpose=purpose, viewer=Viewer.OFFICER, office=_OFFICE, actor=actor(), on=today(), at=now()
    )
    show(document(found), as_json=json)


def _responsible(code: Code, /, *, purpose: str = "命令行查询", json: Json = False) -> None:
    """名单上主体的责任人员，须有条款，先存证 | Who answers for a listed subject, where an article says so.

    Parameters
    ----------
    purpose
        用途 | what for
    """
    set_up()
    from xinyun.relations import operations

    found = operations.answer_for(
        code=code, purpose=purpose, office=_OFFICE, actor=actor(), on=today(), at=now()
    )
    persons = [
        {
            "person": one.node.title.zh,
            "link": one.edge.title.zh,
            "list": one.listing.list_id,
            "document": _documents(one.edge.proofs),
            "basis": "；".join(map(str, one.basis)),
        }
        for one in found
    ]
    show({"code": code, "persons": persons}, as_json=json)


def _documents(proofs: Any) -> str:
    """What each record is known by: its document, or else its number in the archive."""
    return "、".join(f"{one.item} {one.document or one.record}" for one in proofs)
