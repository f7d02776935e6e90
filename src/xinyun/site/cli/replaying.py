"""The commands that decide past checks again."""

from __future__ import annotations

from datetime import date, timedelta

from cyclopts import App

from xinyun.site.cli.output import Json, actor, now, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    group = App(name="replay", help="重放：把过去的核查再裁决一遍 | past checks decided again")
    group.default(_replay)
    group.command(_sample, name="sample")
    app.command(group)


def _replay(receipt: str, /, *, json: Json = False) -> None:
    """凭回执或存证序号重放一次核查，逐字节比对 | Decide a past check again by its receipt or its leaf, byte for byte.

    Parameters
    ----------
    receipt
        回执，或核查的存证序号 | the receipt, or the index of the check's leaf
    """
    set_up()
    from xinyun.gateway import sampling

    found = sampling.replay_one(receipt, actor=actor(), on=today(), at=now())
    told = {"same": found.same, "leaf": found.index, "differing": list(found.differing), "answer": found.told}
    show(told, as_json=json)
    if not found.same:
        raise SystemExit(1)


def _sample(*, of: date | None = None, json: Json = False) -> None:
    """抽样重放一天的核查并存证，每晚由后台做一次 | Decide a sample of a day's checks again; the worker does so each night.

    Parameters
    ----------
    of
        哪一天，默认昨天 | of which day; yesterday where none is given
    """
    set_up()
    from xinyun.gateway import sampling

    day = of or today() - timedelta(days=1)
    found = sampling.sample(day, actor=actor(), on=today(), at=now())
    show(
        {
            "of": found.of,
            "drawn": found.drawn,
            "same": found.same,
            "differing": list(found.differing),
            "impossible": dict(found.impossible),
        },
        as_json=json,
    )
    if not found.ok:
        raise SystemExit(1)
