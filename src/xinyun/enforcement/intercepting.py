"""Counts the checks of each day by what was answered, following the log: counting all of it anew would take minutes."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from xinyun.enforcement.models import CheckTally, Progress
from xinyun.ledger import queries as ledger

_CHECKS, _STEP = "checks", 5000


def count_checks(*, actor: str, on: date) -> int:
    """Count what the log has gained since; returns how many checks. The counts move with the place up to which they go."""
    known, _ = Progress.objects.get_or_create(name=_CHECKS)
    total, size = 0, ledger.size()
    while known.place < size:  # an idle round writes nothing
        with transaction.atomic():
            row = Progress.objects.select_for_update().get(name=_CHECKS)
            end = min(row.place + _STEP, size)
            if row.place >= end:
                return total
            found: Counter[tuple[date, str, str, str]] = Counter()
            for one in ledger.contents("check", row.place, end):
                told = one.payload or {}
                day = localtime(one.leaf.at).date()
                found[day, told.get("scene", ""), told.get("office", ""), told.get("decision", "")] += 1
            for (day, scene, office, outcome), count in found.items():
                tally, _ = CheckTally.objects.get_or_create(
                    day=day, scene=scene, office=office, outcome=outcome
                )
                CheckTally.objects.filter(pk=tally.pk).update(count=F("count") + count)
            Progress.objects.filter(pk=row.pk).update(place=end)
            total += found.total()
    return total
