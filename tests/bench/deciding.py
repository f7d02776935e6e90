"""In a worker: a subscriber, and decisions at a pace, each with the instant of its commit."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import numpy as np

from tests.bench import generated
from xinyun import law
from xinyun.accounts.operations import add_client
from xinyun.exchange.operations import subscribe
from xinyun.lists.operations import enlist

_FIRST = 5_000_000


def begin(address: str) -> dict[str, Any]:
    """Register the subscriber."""
    on = date.today()
    add_client(
        name="压测系统", office="52.public-resources", scenes=["tender-registration"], actor="bench", on=on
    )
    id, _ = subscribe(
        client="压测系统",
        channel="webhook",
        lists=["wage-arrears"],
        items=[],
        address=address,
        actor="bench",
        on=on,
    )
    return {"subscription": id}


def decide(first: int, seconds: float, rate: int) -> dict[str, Any]:
    """Put somebody on the list every so often, numbered from `first`; when each was committed, by its code."""
    law.rulebook()
    codes = generated.codes(np.arange(_FIRST + first, _FIRST + first + int(seconds * rate))).to_list()
    decided: dict[str, float] = {}
    begun = time.perf_counter()
    for number, code in enumerate(codes):
        time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        _list(first + number, code)
        decided[code] = time.time()
    return {"decided": decided}


def _list(number: int, code: str) -> None:
    enlist(
        list_id="wage-arrears", code=code, document=f"演列{number}号", decided=date(2026, 3, 1),
        name=f"贵州演示{number}号建筑有限公司", office="52.human-resources", actor="bench", on=date.today(),
    )  # fmt: skip
