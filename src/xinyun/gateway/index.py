"""The check index: for each code its subject's header, standings and other codes, memory-mapped (LMDB), shared by processes.

Derived state: built from the archive and the lists, followed along the change feed, deletable at any time. Its
cursor moves in the same transaction as what it has read, so a kill leaves it at an earlier, whole state. It also
holds who may ask (the digests of their keys) and when it was last seen to be up to date, so that checks are
answered while the archive is away, and say how old that is.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import lmdb
import msgspec
from django.conf import settings

from xinyun.accounts.queries import ClientView, standing_clients
from xinyun.archive import queries as archived
from xinyun.archive.queries import SubjectView
from xinyun.base import Period, Refusal, Text
from xinyun.identity import queries as identity
from xinyun.identity.queries import Tie
from xinyun.lists import queries as listed
from xinyun.lists.queries import Standing
from xinyun.plumbing import feed

_FORM = b"4"
_SPACE = 64 << 30  # address space that is reserved, not disk that is used
_ROOM = 4 << 20  # a page of its lock file that finds no room on the disk would end the process with SIGBUS
_PIECE = 8 << 20
_STEP, TIES = 5000, 20
_SEEN_EVERY = timedelta(seconds=5)
"""How often it is written down that the index is up to date: a restart without the archive knows its age so exactly."""
_DAMAGED = (lmdb.CorruptedError, lmdb.InvalidError, lmdb.PageNotFoundError, lmdb.VersionMismatchError)

_DATABASES = (b"meta", b"subjects", b"standings", b"bonds", b"clients")
Row = tuple[
    str, int, str, date, date | None, date | None, date | None, bool, list[tuple[date | None, date | None]]
]  # fmt: skip
Header = tuple[str, str, str, str, date | None, bool]
"""Name, kind, division, status, founding; and whether there is nothing else to look up: no standing, no other code."""
Tied = tuple[int, str, str, str, date | None, str, str, str, int | None, int | None, int]
_encode = msgspec.msgpack.Encoder().encode
_subject = msgspec.msgpack.Decoder(Header).decode
_bound = msgspec.msgpack.Decoder(tuple[str, list[str], list[Tied]]).decode
_standings = msgspec.msgpack.Decoder(list[Row]).decode
_client = msgspec.msgpack.Decoder(ClientView).decode


class DiskFull(Refusal):
    """There is no room for the index's own files."""

    code = "disk-full"
    status = 503


class Known(msgspec.Struct, frozen=True):
    """What the index holds about a code: its subject's header and standings, under whatever code they are.

    `current` is the code that counts now, `others` the subject's other codes and `names` what the archive calls it under
    any of them. `ties` say what became of the codes, also mergers and splits, which lead to other subjects.
    """

    name: str
    kind: str
    division: str
    status: str
    established_on: date | None
    standings: tuple[Standing, ...]
    current: str
    others: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ties: tuple[Tie, ...] = ()


class Written(NamedTuple):
    """What is kept under one code: its subject's name and kind, whether it has other codes, its standings' rows."""

    name: str
    kind: str
    several: bool
    rows: list[Row]


class Snapshot:
    """The index as it stood at `seq`, for as long as the block that opened it."""

    def __init__(self, opened: _Opened, transaction: Any) -> None:
        self._opened = opened
        self._transaction = transaction
        self.seq = opened.cursor(transaction)

    def seen_at(self) -> datetime | None:
        """When the index was last seen to be up to date, to some seconds; `None` for one that never was."""
        return self._opened.seen_at(self._transaction)

    def client(self, digest: str) -> ClientView | None:
        """The client whose key has this digest, unless it was revoked."""
        held = self._transaction.get(digest.encode(), db=self._opened.clients)
        return _client(held) if held else None

    def lookup(self, code: str) -> Known | None:
        """What is known about a code; `None` when the archive has no such subject under any of its codes."""
        header = self._header(code)
        if header is not None and header[-1]:
            return Known(*header[:-1], (), code, names=(header[0],))
        bound = self._transaction.get(code.encode(), db=self._opened.bonds)
        if bound is None:
            return Known(*header[:-1], self._standings((code,)), code, names=(header[0],)) if header else None
        current, codes, ties = _bound(bound)
        headers = {one: header for one in codes if (header := self._header(one))}
        if not headers:
            return None
        # Both codes get one answer: the subject is of the kind that its current code says.
        now = headers.get(current) or next(iter(headers.values()))
        name = headers.get(code, now)[0]
        others, names = (
            (one for one in codes if one != code),
            dict.fromkeys(one[0] for one in headers.values()),
        )
        told = tuple(Tie(*tie) for tie in ties)
        return Known(name, *now[1:-1], self._standings(codes), current, tuple(others), tuple(names), told)

    def codes(self) -> Iterator[str]:
        """Every code under which something is known, in no order that counts; some come twice."""
        yield from self._keys(self._opened.subjects, self._opened.bonds)

    def listed(self) -> Iterator[str]:
        """Every code that has had an entry or has other codes, in the same way."""
        yield from self._keys(self._opened.standings, self._opened.bonds)

    def _keys(self, *databases: Any) -> Iterator[str]:
        for database in databases:
            with self._transaction.cursor(db=database) as cursor:
                yield from (key.decode() for key in cursor.iternext(keys=True, values=False))

    def written(self, code: str) -> Written | None:
        """What is kept under this very code, as it is written; `None` where nothing is."""
        if self._transaction.get(code.encode(), db=self._opened.bonds) is not None:
            return Written("", "", True, [])
        header = self._header(code)
        if header is None:
            return None
        held = self._transaction.get(code.encode(), db=self._opened.standings)
        return Written(header[0], header[1], False, _standings(held) if held else [])

    def _header(self, code: str) -> Header | None:
        held = self._transaction.get(code.encode(), db=self._opened.subjects)
        return _subject(held) if held else None

    def _standings(self, codes: Iterable[str]) -> tuple[Standing, ...]:
        held = (self._transaction.get(code.encode(), db=self._opened.standings) for code in codes)
        return tuple(standing_of(row) for rows in held if rows for row in _standings(rows))


@dataclass(frozen=True, slots=True)
class _Opened:
    """An open environment, and by what to tell that it is still the right one."""

    environment: Any
    meta: Any
    subjects: Any
    standings: Any
    bonds: Any
    clients: Any
    mark: tuple[int, int, int]

    def cursor(self, transaction: Any) -> int:
        """The feed's `seq` that the index stands at; 0 for an empty index or one of another form."""
        if transaction.get(b"form", db=self.meta) != _FORM:
            return 0
        return int(transaction.get(b"seq", db=self.meta, default=b"0"))

    def mark_more(self, transaction: Any, code: str) -> None:
        """Write down that more than the header is to be looked up under a code."""
        held = transaction.get(code.encode(), db=self.subjects)
        if held and (header := _subject(held))[-1]:
            transaction.put(code.encode(), _encode((*header[:-1], False)), db=self.subjects)

    def seen_at(self, transaction: Any) -> datetime | None:
        """When it was last written down that the index is up to date."""
        held = transaction.get(b"seen", db=self.meta)
        return datetime.fromtimestamp(float(held), UTC) if held else None


class CheckIndex:
    """The index in one folder. Open it once a process: see `index()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = str(folder / "data.mdb")
        self._current: _Opened | None = None
        self._opening = (
            threading.Lock()
        )  # LMDB lets a process open a file once, and `serve` has several threads

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """A snapshot to look up in; it does not hold up writers."""
        opened = self._open()
        with opened.environment.begin() as transaction:
            yield Snapshot(opened, transaction)

    def follow(self) -> int:
        """Bring the index up to the feed's head and return the `seq` it then stands at."""
        opened = self._open()
        with opened.environment.begin() as transaction:
            if (cursor := opened.cursor(transaction)) == feed.head():
                return cursor
        with opened.environment.begin(
            write=True
        ) as transaction:  # one process at a time, the others wait here
            # Asked anew: while we waited, others may have committed and followed beyond what we saw.
            head, cursor = feed.head(), opened.cursor(transaction)
            if cursor == 0 or cursor > head:  # new, of another form, or built from another store
                self._empty(opened, transaction)
                cursor = 0
            self._apply(opened, transaction, cursor, head)
        return head

    def seen(self, at: datetime) -> None:
        """Write down that the index was up to date at an instant; some seconds more or less are not written."""
        opened = self._open()
        with opened.environment.begin() as transaction:
            held = opened.seen_at(transaction)
        if held is None or abs(at - held) >= _SEEN_EVERY:
            with opened.environment.begin(write=True) as transaction:
                transaction.put(b"seen", b"%.3f" % at.timestamp(), db=opened.meta)

    def warm(self, seconds: float) -> None:
        """Read the index's file through, for so long at most: what is in memory then keeps no check waiting for the disk."""
        self._open()
        until, piece = time.monotonic() + seconds, bytearray(_PIECE)
        with open(self._file, "rb", buffering=0) as file:
            while file.readinto(piece) and time.monotonic() < until:
                pass

    def rebuild(self) -> int:
        """Build the index from nothing and return the `seq` it stands at; readers see the old one until then."""
        opened = self._open()
        with opened.environment.begin(write=True) as transaction:
            head = feed.head()
            self._empty(opened, transaction)
            self._apply(opened, transaction, 0, head)
        return head

    def _empty(self, opened: _Opened, transaction: Any) -> None:
        for database in (opened.subjects, opened.standings, opened.bonds, opened.clients, opened.meta):
            transaction.drop(database, delete=False)

    def _apply(self, opened: _Opened, transaction: Any, after: int, through: int) -> None:
        for code, standings in _changed(after, through):
            transaction.put(code.encode(), _encode([_row(s) for s in standings]), db=opened.standings)
            opened.mark_more(transaction, code)
        self._apply_bonds(opened, transaction, after, through)
        for subject in archived.subjects_changed_since(after):  # last, to say of each whether there is more
            code = subject.code.encode()
            alone = all(transaction.get(code, db=db) is None for db in (opened.standings, opened.bonds))
            transaction.put(code, _encode(_head(subject, alone)), db=opened.subjects)
        transaction.drop(opened.clients, delete=False)  # they are few
        for digest, client in standing_clients():
            transaction.put(digest.encode(), _encode(client), db=opened.clients)
        transaction.put(b"form", _FORM, db=opened.meta)
        transaction.put(b"seq", str(through).encode(), db=opened.meta)

    def _apply_bonds(self, opened: _Opened, transaction: Any, after: int, through: int) -> None:
        """Bind anew the codes at which a bond came or went, with all to which these were bound until now."""
        touched = identity.codes_touched(after, through)
        for code in list(touched):
            if held := transaction.get(code.encode(), db=opened.bonds):
                touched.update(_bound(held)[1])
        codes = sorted(touched)
        for start in range(0, len(codes), _STEP):
            some = codes[start : start + _STEP]
            found = identity.identities(some, as_of=through)
            for code in some:
                if one := found.get(code):
                    told = (one.current, one.codes, [_tied(tie) for tie in (*one.ties, *one.beside)][:TIES])
                    transaction.put(code.encode(), _encode(told), db=opened.bonds)
                    opened.mark_more(transaction, code)
                else:
                    transaction.delete(code.encode(), db=opened.bonds)

    def _open(self) -> _Opened:
        """The environment of this process, opened again after a fork or when its file was deleted."""
        with self._opening:
            if self._current is None or self._current.mark != self._mark():
                self._current = self._opened_anew()
            return self._current

    def _mark(self) -> tuple[int, int, int]:
        try:
            file = os.stat(self._file)  # asked at every round of a gateway, so without the cost of a Path
        except FileNotFoundError:
            return (os.getpid(), 0, 0)
        return (os.getpid(), file.st_dev, file.st_ino)

    def _opened_anew(self) -> _Opened:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            return self._environment()
        except _DAMAGED:  # disposable: a torn file is built again
            shutil.rmtree(self.folder)
            self.folder.mkdir(parents=True)
            return self._environment()

    def _environment(self) -> _Opened:
        if shutil.disk_usage(self.folder).free < _ROOM:
            raise DiskFull(
                Text("磁盘已满，核查索引无法打开。", "The disk is full: the check index cannot be opened."),
                Text("请腾出空间后重试。", "Free some space and try again."),
            )
        environment = lmdb.open(
            str(self.folder), map_size=_SPACE, max_dbs=5, max_readers=1024, meminit=False, mode=0o600
        )
        environment.reader_check()  # frees the slots of readers that were killed
        databases = [environment.open_db(name) for name in _DATABASES]
        return _Opened(environment, *databases, mark=self._mark())


_indexes: dict[Path, CheckIndex] = {}


def index() -> CheckIndex:
    """The check index of this installation."""
    folder: Path = settings.XINYUN.derived / "checks"
    return _indexes.setdefault(folder, CheckIndex(folder))


def _changed(after: int, through: int) -> Iterator[tuple[str, Iterable[Standing]]]:
    codes = list(listed.codes_changed(after, through))
    for start in range(0, len(codes), _STEP):
        yield from listed.standings(codes[start : start + _STEP], through).items()


def _head(subject: SubjectView, alone: bool) -> Header:
    return (subject.name, subject.kind, subject.division, subject.status, subject.established_on, alone)


def _tied(tie: Tie) -> Tied:
    return (
        tie.id, tie.kind, tie.source, tie.into, tie.since, tie.item, tie.office, tie.document, tie.record, tie.decision,
        tie.seq,
    )  # fmt: skip


def _row(s: Standing) -> Row:
    span = s.period
    held = [(one.start, one.end) for one in s.suspended]
    return (
        s.list_id,
        s.entry,
        s.document,
        s.decided_on,
        span.start,
        span.end,
        s.removed_on,
        s.disputed,
        held,
    )


def standing_of(row: Row) -> Standing:
    """A standing as it was before it was written."""
    list_id, entry, document, decided_on, start, end, removed_on, disputed, held = row
    suspended = tuple(Period(*span) for span in held)
    return Standing(list_id, entry, document, decided_on, Period(start, end), removed_on, disputed, suspended)
