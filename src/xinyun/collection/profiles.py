"""What a batch's rows look like in numbers, gathered frame by frame, for `guard.judge` to compare."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np

from xinyun.collection.cells import Cells
from xinyun.law import Item

_MONTH = 7
_MOST_LABELS = 40
"""Labels of a field that are kept; what is rarer counts as one."""


class Profile:
    """Counts over all frames of a batch."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._labelled = {field.name for field in item.fields if field.codes}
        self._empty: Counter[str] = Counter()
        self._months: Counter[str] = Counter()
        self._values: dict[str, Counter[str]] = defaultdict(Counter)
        self.subjects = 0

    def add(self, cells: Cells) -> None:
        """Count the good rows of a frame."""
        for name in cells.names:
            self._empty[name] += cells.column(name).null_count()
        for name in self._labelled & set(cells.few):
            self._values[name] += _counted(cells, name)
        decided = self._item.display.date
        if decided in cells.few:
            for day, count in _counted(cells, decided).items():
                self._months[day[:_MONTH]] += count
        elif decided in cells.names:
            months = cells.column(decided).str.slice(0, _MONTH).drop_nulls()
            self._months.update(dict(months.value_counts().iter_rows()))

    def told(self, rows: int, rejected: int, accepted: int, revised: int) -> dict[str, Any]:
        """The profile as a batch keeps it."""
        return {
            "rows": rows,
            "rejected": rejected,
            "accepted": accepted,
            "revised": revised,
            "subjects": self.subjects,
            "months": dict(self._months),
            "empty": {name: count for name, count in self._empty.items() if count},
            "values": {name: dict(found.most_common(_MOST_LABELS)) for name, found in self._values.items()},
        }


def _counted(cells: Cells, name: str) -> Counter[str]:
    """How many rows have each of a field's few values."""
    one = cells.few[name]
    counts = np.bincount(one.codes, minlength=one.values.height).tolist()
    pairs = zip(one.values[name].to_list(), counts, strict=True)
    return Counter({value: count for value, count in pairs if value is not None and count})
