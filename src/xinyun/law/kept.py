"""The checked rulebook, kept in the home's `derived/`, so that the next process need not read and check it again.

A kept rulebook is found by a digest of everything that decides what loading gives: the norm files, the schemas, the
code of this package, and where the files lie. What differs in any of them has another name and is loaded anew. Only a
file that nobody but this user can have written is trusted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import stat
from functools import lru_cache
from pathlib import Path

from xinyun.law import loader
from xinyun.law.shelf import Shelf

_NAME = "rulebook-{}.pickle"


def load(folder: Path, over: Path | None, derived: Path) -> Shelf:
    """As `loader.load`, but what was found right before is taken from `derived`, where there is such a folder.

    :raises RulebookFaults: with every fault found.
    """
    if not derived.is_dir():
        return loader.load(folder, over)
    path = derived / _NAME.format(_key(folder, over))
    kept = _read(path)
    if kept is None:
        kept = loader.load(folder, over)
        with contextlib.suppress(OSError):  # a full or read-only disk costs time, no more
            _write(path, kept)
    return kept


def _key(folder: Path, over: Path | None) -> str:
    digest = hashlib.sha256(_program().encode())
    for name, path in loader.files_of(folder, over).items():
        digest.update(f"{name}\0{path}\0".encode() + path.read_bytes() + b"\0")
    for path in sorted((folder / "schema").glob("*.json")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:32]


@lru_cache(maxsize=1)
def _program() -> str:
    own = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in own)).hexdigest()


def _read(path: Path) -> Shelf | None:
    try:
        with path.open("rb") as stream:
            found = os.fstat(stream.fileno())
            if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
                return None
            shelf = pickle.load(stream)  # noqa: S301 - written by `_write`, readable and writable by its owner alone
    except (OSError, EOFError, pickle.UnpicklingError):
        return None
    return shelf if isinstance(shelf, Shelf) else None


def _write(path: Path, shelf: Shelf) -> None:
    """Write it aside, for its owner only, and put it in its place; those of other states of the rulebook go."""
    aside = path.with_suffix(f".{os.getpid()}")
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            pickle.dump(shelf, stream, protocol=pickle.HIGHEST_PROTOCOL)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    for other in path.parent.glob(_NAME.format("*")):
        if other != path:
            other.unlink(missing_ok=True)
