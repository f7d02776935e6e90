"""Every code that the archive knows, in columns: by it a batch finds what single checks find in the check index.

A row is a code's fingerprint (twice 64 bits), its name's, and the number of its **shape**: its kind with its standings
less what only identifies them. Subjects of one shape get one verdict, so the rule is asked once a shape and not once
a row. Derived from the check index, memory-mapped, deletable at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from django.conf import settings

from xinyun.archive import queries as archived
from xinyun.gateway.index import Row, Snapshot, standing_of
from xinyun.identity import queries as identity
from xinyun.lists import queries as listed
from xinyun.lists.queries import Standing
from xinyun.plumbing.writing import arriving

_FORM = f"2 {pl.__version__}".encode()
"""Fingerprints hold within a version of Polars."""
_STEP = 50_000
UNKNOWN = -1
NOTHING, SEVERAL = 0, 1
"""Shapes of their own: no standing at all, and a subject of several codes, for which the check index answers."""
_THEIRS = [b"nothing", b"several"]
"""What stands for them among the shapes, and is none."""
Numbers = npt.NDArray[np.int64]
Prints = npt.NDArray[np.uint64]
Starts = npt.NDArray[np.uint32]
_SCHEMA = pl.Schema({"key": pl.UInt64, "again": pl.UInt64, "name": pl.UInt64, "shape": pl.UInt32})
_STARTS = "starts"

_encode = msgspec.msgpack.Encoder().encode
_list = msgspec.msgpack.Decoder(list[bytes]).decode
_shape = msgspec.msgpack.Decoder(tuple[str, list[Row]]).decode


def name_prints(names: pl.Series) -> pl.Series:
    """Names as 64 bits each; those that differ in them are compared as texts."""
    return names.hash(37)


def _prints(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Codes as 128 bits each: two that are equal in both are the same code."""
    return codes.hash(11), codes.hash(23)


@dataclass(frozen=True)
class Columns:
    """The columns as they stood at `seq`; the arrays are memory-mapped, in the order of `key`."""

    seq: int
    table: pl.DataFrame
    shapes: list[bytes]
    starts: Starts
    """Where the keys of each bucket begin, and where the last ends."""

    def find(self, codes: pl.Series) -> tuple[Numbers, Prints]:
        """For each code its shape, or `UNKNOWN` where the archive does not know it, and its name's fingerprint."""
        key, again = (prints.to_numpy() for prints in _prints(codes))
        shape, name = np.full(len(key), UNKNOWN), np.zeros(len(key), np.uint64)
        if not self.table.height:
            return shape, name
        held, held_again, names, shapes = (self.table[name].to_numpy() for name in _SCHEMA)
        bucket = key >> _shift(len(held))
        place, end = (self.starts[each].astype(np.int64) for each in (bucket, bucket + np.uint64(1)))
        going = np.flatnonzero(place < end)
        while len(going):
            found = held[place[going]]
            right = going[found == key[going]]
            same = right[held_again[place[right]] == again[right]]
            shape[same], name[same] = shapes[place[same]], names[place[same]]
            going = going[found <= key[going]]  # beyond it, for two codes may share a key
            place[going] += 1
            going = going[place[going] < end[going]]
        return shape, name

    def standings(self, shape: int) -> tuple[str, tuple[Standing, ...]]:
        """The kind and the standings of a shape: numbered by their places, without their documents."""
        kind, rows = _shape(self.shapes[shape])
        return kind, tuple(standing_of(row) for row in rows)


def _shift(keys: int) -> np.uint64:
    """What is left of a key after it is its bucket; there are nearly as many as keys, which lie evenly in them."""
    return np.uint64(64 - max(1, keys.bit_length() - 1))


def _starts(keys: Prints) -> Starts:
    shift = _shift(len(keys))
    starts = np.zeros((1 << (64 - int(shift))) + 1, np.uint32)
    np.cumsum(np.bincount((keys >> shift).view(np.int64), minlength=len(starts) - 1), out=starts[1:])
    return starts


def follow(snapshot: Snapshot) -> Columns:
    """The columns as of a snapshot of the check index, brought up to it where they stand before it."""
    path = file()
    held = _read(path)
    if held is None or held.seq > snapshot.seq:
        held = Columns(0, pl.DataFrame(schema=_SCHEMA), _THEIRS, _starts(np.zeros(0, np.uint64)))
    if held.seq < snapshot.seq:
        held = _brought_up(held, snapshot)
        _write(path, held)
    return held


def file() -> Path:
    """Where the columns lie."""
    folder: Path = settings.XINYUN.derived
    return folder / "screen.arrow"


def _brought_up(held: Columns, snapshot: Snapshot) -> Columns:
    """The columns with every code anew that changed since; all of them where there were none."""
    numbers = {shape: number for number, shape in enumerate(held.shapes)}
    codes = snapshot.codes() if held.seq == 0 else _changed(held.seq, snapshot.seq)
    frames = [held.table]
    while some := list(islice(codes, _STEP)):
        frames.append(_rows(some, snapshot, numbers))
    table = pl.concat(frames, rechunk=True).unique(["key", "again"], keep="last").sort("key")
    return Columns(snapshot.seq, table, list(numbers), _starts(table["key"].to_numpy()))


def _changed(after: int, through: int) -> Iterator[str]:
    """The codes whose name, kind, standings or bonds changed.

    Those to which a touched one was bound before keep the shape SEVERAL, which costs time and is right.
    """
    yield from (subject.code for subject in archived.subjects_changed_since(after))
    yield from listed.codes_changed(after, through)
    yield from identity.codes_touched(after, through)


def _rows(codes: list[str], snapshot: Snapshot, numbers: dict[bytes, int]) -> pl.DataFrame:
    kept, names, shapes = [], [], []
    for code in codes:
        if (found := snapshot.written(code)) is None:
            continue
        kept.append(code)
        names.append(found.name)
        if found.several:
            shapes.append(SEVERAL)
        elif not found.rows:
            shapes.append(NOTHING)
        else:
            shape = _encode((found.kind, list(_placed(found.rows))))
            shapes.append(numbers.setdefault(shape, len(numbers)))
    key, again = _prints(pl.Series(kept, dtype=pl.String))
    print_ = name_prints(pl.Series(names, dtype=pl.String))
    return pl.DataFrame([key, again, print_, pl.Series(shapes, dtype=pl.UInt32)], _SCHEMA)


def _placed(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows with their place instead of the entry's number, and without the document's."""
    for place, (list_id, _, _, *rest) in enumerate(rows):
        yield (list_id, place, "", *rest)


def _write(path: Path, columns: Columns) -> None:
    """Each column is one list in the one row of the file, for they are of two lengths."""
    held = [column.to_arrow() for column in columns.table] + [pa.array(columns.starts)]
    lists = [pa.LargeListArray.from_arrays([0, len(values)], values) for values in held]
    told = {b"form": _FORM, b"seq": str(columns.seq).encode(), b"shapes": _encode(columns.shapes)}
    table = pa.table(lists, [*_SCHEMA, _STARTS], metadata=told)
    path.parent.mkdir(parents=True, exist_ok=True)
    with arriving(path) as out, pa.ipc.new_file(out, table.schema) as stream:
        stream.write_table(table)


def _read(path: Path) -> Columns | None:
    """What is there; `None` where nothing is, or something of another form or damaged."""
    try:
        read = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        told = read.schema.metadata or {}
        if told.get(b"form") != _FORM:
            return None
        held = {name: read[name].chunk(0).values for name in read.column_names}
        starts = held.pop(_STARTS).to_numpy()
        return Columns(int(told[b"seq"]), pl.DataFrame(held), _list(told[b"shapes"]), starts)
    except (FileNotFoundError, pa.ArrowInvalid, msgspec.DecodeError):
        return None
