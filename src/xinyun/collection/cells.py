"""A frame's fields, by columns; what takes few different values is kept as those values and a number a row.

Most columns of departments' files repeat a few hundred values: offices, classes, days, bases. Whatever is a matter of
one value is then done once for each value and not once for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

_SAMPLE = 8192
_REPEATING = 4
"""A column counts as repeating where its values stand at least so many times on average."""

_DERIVED = "__"
"""In the names of columns that follow from a field; no field's own name has it."""

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Few:
    """A column of few values: `values` has each once, and a last row that is null; `codes` says which row has which."""

    values: pl.DataFrame
    codes: npt.NDArray[np.int64]

    def spread(self, name: str) -> pl.Series:
        """One of the columns of `values` for every row."""
        return self.values[name].gather(self.codes)


@dataclass(slots=True)
class Cells:
    """The fields of some rows. `rows` are their numbers; `confirmed` those that a clerk has said to be right."""

    rows: pl.Series
    many: pl.DataFrame
    few: dict[str, Few]
    confirmed: Mask | None = None
    _spread: dict[str, pl.Series] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many rows."""
        return len(self.rows)

    @property
    def names(self) -> list[str]:
        """The fields."""
        return [name for name in [*self.few, *self.many.columns] if _DERIVED not in name]

    def column(self, name: str, of: str = "") -> pl.Series:
        """A column for every row; `of` is the field whose derived column it is, where it is one."""
        base = of or name
        if base not in self.few:
            return self.many[name]
        if name not in self._spread:
            self._spread[name] = self.few[base].spread(name).alias(name)
        return self._spread[name]

    def frame(self, names: Iterable[str]) -> pl.DataFrame:
        """Fields for every row, under their names."""
        return pl.DataFrame([self.column(name).alias(name) for name in names])

    def filter(self, keep: Mask) -> Cells:
        """Only these rows."""
        kept = pl.Series(keep)
        few = {name: Few(one.values, one.codes[keep]) for name, one in self.few.items()}
        confirmed = None if self.confirmed is None else self.confirmed[keep]
        return Cells(self.rows.filter(kept), self.many.filter(kept), few, confirmed)

    def with_derived(self, of: str, derive: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Replace or add columns that follow from one field."""
        if of in self.few:
            one = self.few[of]
            self.few[of] = Few(derive(one.values), one.codes)
        else:
            self.many = derive(self.many)


def split(frame: pl.DataFrame, rows: pl.Series) -> Cells:
    """Find out which columns take few values."""
    few = {name: found for name in frame.columns if (found := _few(frame[name])) is not None}
    return Cells(rows, frame.drop(few), few)


def _few(column: pl.Series) -> Few | None:
    sample = column.head(_SAMPLE)
    if len(sample) and sample.n_unique() * _REPEATING > len(sample) + _REPEATING:
        return None
    codes, firsts = numbered(column)
    if len(firsts) * _REPEATING > len(column) + _REPEATING:
        return None
    values = column.gather(firsts).extend(pl.Series([None], dtype=column.dtype))
    return Few(values.to_frame(), codes)


def numbered(column: pl.Series) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number a column's values by first appearance; null gets the number after the last.

    Returns each row's number and, for each number, the first row that has it.
    """
    # A pool of its own, so that nothing of it outlives the frame.
    physical = column.cast(pl.Categorical(pl.Categories.random())).to_physical()
    highest = physical.max()
    count = 0 if highest is None else int(highest) + 1  # type: ignore[arg-type]
    codes = physical.fill_null(count).to_numpy().astype(np.int64)
    firsts = np.zeros(count + 1, dtype=np.int64)
    firsts[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, firsts[:count]
