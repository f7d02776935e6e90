"""`python -m tests.bench.rosters [LINES] [ENTRIES]`: match a roster with lists in a store of its own, and print the figures.

It is no race: nobody else's program does this. It shows that memory does not grow, and how long the worker is at it.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

DAY = date(2026, 11, 20)
OFFICE, SCENE = "520100.public-resources", "tender-registration"


def main(lines: int, entries: int) -> None:
    """Fill a store, put the roster, match it, match it again, and on the next day."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XINYUN_HOME": folder, "DJANGO_SETTINGS_MODULE": "xinyun.site.settings"}
        import django

        django.setup()
        from xinyun.enforcement import operations
        from xinyun.site.initialise import initialise

        initialise(actor="bench", on=DAY)
        roster = Path(folder) / "roster.csv"
        _fill(roster, lines, entries)
        _say("prepared", lambda: "")
        who = {"actor": "bench", "on": DAY}
        put = {"office": OFFICE, "scene": SCENE, "path": roster, "replace": True}
        _say("put", lambda: operations.put_roster(**put, **who))  # type: ignore[arg-type]
        _say("match", lambda: operations.follow(**who))  # type: ignore[arg-type]
        _say("again", lambda: operations.follow(**who))  # type: ignore[arg-type]
        _say("next day", lambda: operations.follow(actor="bench", on=DAY + timedelta(days=1)))


def _fill(roster: Path, lines: int, entries: int) -> None:
    """Subjects of whom every so many is listed, written where the archive and the lists keep them, and the file."""
    from django.db import transaction

    from tests.factories import a_code
    from xinyun.archive.models import Subject
    from xinyun.lists.models import Entry
    from xinyun.plumbing import feed

    with transaction.atomic(), roster.open("w", encoding="utf-8") as out:
        seq = feed.append("bench", {}, actor="bench")
        out.write("统一社会信用代码,名称,业务编号\n")
        for start in range(0, lines, 1000):
            subjects = Subject.objects.bulk_create(
                Subject(
                    kind="organisation", code=a_code(), name=f"贵州演示{n}号有限公司", first_seq=seq, seq=seq
                )
                for n in range(start, min(start + 1000, lines))
            )
            out.writelines(f"{one.code},{one.name},演示{one.pk}\n" for one in subjects)
            Entry.objects.bulk_create(
                Entry(
                    subject=one, code=one.code or "", list_id="wage-arrears", document=f"演列{one.pk}号",
                    office="520300.human-resources", decided_on=date(2026, 3, 1), starts_on=date(2026, 3, 1), seq=seq,
                )
                for one in subjects[:: max(lines // entries, 1)]
            )  # fmt: skip


def _say(what: str, act: Callable[[], Any]) -> None:
    begun = time.perf_counter()
    found = act()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{what}: {time.perf_counter() - begun:.1f} s, peak {peak} MiB {found}", flush=True)


if __name__ == "__main__":
    main(*(int(one) for one in (sys.argv[1:3] or (100_000, 10_000))))
