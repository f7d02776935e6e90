"""The commands about identity: which codes are one subject, and what persons decide about pairs that may be one."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import App, Parameter

from xinyun.site.cli.output import Code, Json, actor, add_group, plain, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "identity", "主体沿革：代码变更、重复主体 | which codes are one subject",
        candidates=_candidates, join=_join, keep_apart=_keep_apart, undo=_undo, show=_show,
    )  # fmt: skip


def _candidates(
    *, limit: int = 50, search: Annotated[bool, Parameter(negative=())] = False, json: Json = False
) -> None:
    """疑似同一主体、等待判断的 | Pairs of codes that may be one subject and wait for a person.

    Parameters
    ----------
    limit
        至多列出多少对 | how many pairs at most
    search
        先在全部代码中重新查找 | search all codes anew first
    """
    set_up()
    from xinyun.identity import operations, queries

    if search:
        operations.find(actor=actor(), on=today())
    rows = [
        {
            "low": one.low,
            "name": one.names[0],
            "high": one.high,
            "other_name": one.names[1],
            "grounds": [f"{ground.zh} {value}" for ground, value in one.grounds],
            "strength": one.strength,
            "was_kept_apart": one.was_kept_apart,
        }
        for one in queries.waiting(limit=limit)
    ]
    show({"waiting": queries.waiting_count(), "pairs": rows}, as_json=json)


def _join(code: Code, other: str, /, *, current: str, reason: str, json: Json = False) -> None:
    """认定两个代码是同一主体 | Decide that two codes are one subject.

    Parameters
    ----------
    other
        另一个代码 | the other code
    current
        以哪一个为现行代码 | which of them is current
    reason
        理由，记入存证日志 | why; it is logged
    """
    set_up()
    from xinyun.base.identifiers import normalise
    from xinyun.identity import operations

    made = operations.join(
        code=normalise(code),
        other=normalise(other),
        current=normalise(current),
        reason=reason,
        actor=actor(),
        on=today(),
    )
    show(_told(made), as_json=json)


def _keep_apart(code: Code, other: str, /, *, reason: str, json: Json = False) -> None:
    """认定两个代码是不同主体 | Decide that two codes are different subjects.

    Parameters
    ----------
    other
        另一个代码 | the other code
    reason
        理由，记入存证日志 | why; it is logged
    """
    set_up()
    from xinyun.base.identifiers import normalise
    from xinyun.identity import operations

    made = operations.keep_apart(
        code=normalise(code), other=normalise(other), reason=reason, actor=actor(), on=today()
    )
    show(_told(made), as_json=json)


def _undo(code: Code, other: str, /, *, reason: str, json: Json = False) -> None:
    """撤销对两个代码的认定 | Undo what a person decided about two codes.

    Parameters
    ----------
    other
        另一个代码 | the other code
    reason
        理由，记入存证日志 | why; it is logged
    """
    set_up()
    from xinyun.base.identifiers import normalise
    from xinyun.identity import operations

    ended = operations.undo(
        code=normalise(code), other=normalise(other), reason=reason, actor=actor(), on=today()
    )
    show(_told(ended), as_json=json)


def _show(code: Code, /, *, json: Json = False) -> None:
    """一个主体的全部代码、沿革和认定 | A subject's codes, what became of them, and what persons decided."""
    set_up()
    from xinyun.base.identifiers import normalise
    from xinyun.identity import queries
    from xinyun.identity.api import document
    from xinyun.law import rulebook

    plainly = normalise(code)
    told = document(plainly, rulebook().on(today()))
    show(told | {"decisions": [_told(one) for one in queries.decisions(codes=[plainly])]}, as_json=json)


def _told(one: Any) -> dict[str, Any]:
    return {**plain(one), "title": one.title.zh}
