"""What was released is frozen: `releases/<day>.csv` holds a digest of every edition as it stood on that day.

Later, past editions may be neither changed nor removed, and none may be added before the day of the release, for
answers given under them must be found again. Two things may be mended in place, since they are no law: how sure we
are (`confidence`, `note`, other spellings), and the place of an article that was marked as not verified.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from xinyun.law.faults import RulebookFault
from xinyun.law.reading import NormFile, read_table
from xinyun.law.shelf import Edition, Shelf

FOLDER = "releases"
COLUMNS = ("kind", "id", "since", "confidence", "content", "substance")
FROZEN = {
    "assessment", "association", "clock", "code", "enforcement", "fine", "identity", "item", "limit", "list", "listing", "measure",
    "procedure", "relation", "repair", "retention", "scene",
}  # fmt: skip
"""Kinds whose editions decide something. Sources and cases are told in our own words and may be told better."""

_NO_LAW = {"confidence", "note", "aliases", "accepts"}


def released(shelf: Shelf) -> list[dict[str, str]]:
    """The rows of a release: one an edition, sorted."""
    return sorted(
        (
            _row(kind, norm, since, edition)
            for (kind, _), norm in shelf.norms.items()
            if kind in FROZEN
            for since, edition in norm.content["values"].items()
        ),
        key=lambda row: (row["kind"], row["id"], row["since"]),
    )


def latest(folder: Path) -> tuple[date, list[dict[str, str]]] | None:
    """The last release of a rulebook, and its day; `None` where nothing was released yet."""
    files = sorted((folder / FOLDER).glob("*.csv"))
    if not files:
        return None
    rows = read_table(files[-1], files[-1].name)
    return date.fromisoformat(files[-1].stem), [] if isinstance(rows, RulebookFault) else rows


def write_release(folder: Path, shelf: Shelf, day: date) -> Path:
    """Write the release of a day, which then is the one that `frozen` compares with."""
    path = folder / FOLDER / f"{day}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(released(shelf))
    return path


def frozen(shelf: Shelf, release: tuple[date, list[dict[str, str]]]) -> Iterator[RulebookFault]:
    """Every edition that was released and is no longer what it was, and every one that was put before it."""
    day, rows = release
    now = {(row["kind"], row["id"], row["since"]): row for row in released(shelf)}
    then = {(row["kind"], row["id"], row["since"]): row for row in rows}
    norms = {(kind, id) for kind, id, _ in then}
    for key, row in then.items():
        kind, id, since = key
        norm, found = shelf.norms.get((kind, id)), now.get(key)
        if norm is None:
            problem = f"{day} 发布过的 {id}（{kind}）不见了"
            yield RulebookFault(
                f"{FOLDER}/{day}.csv", 0, problem, f"恢复这个文件；废止写 null (restore {id})"
            )
        elif found is None:
            problem = f"{since} 这一版在 {day} 发布过，现在没有了"
            yield norm.fault(["values"], problem, "恢复它；废止用新的一版 null (restore the edition)")
        elif not _same(row, found):
            problem = f"{since} 这一版在 {day} 发布过，内容改了"
            remedy = "恢复原样，另加新版 (past values are never edited: add an edition)"
            yield norm.fault(["values", since], problem, remedy)
    for kind, id, since in now.keys() - then.keys():
        if (kind, id) in norms and since <= day.isoformat():
            problem = f"新加的一版从 {since} 起，早于上次发布的 {day}"
            remedy = f"改从 {day} 以后施行 (an edition added now begins after the last release)"
            yield shelf.norms[kind, id].fault(["values", since], problem, remedy)


def _same(then: dict[str, str], now: dict[str, str]) -> bool:
    if then["content"] == now["content"]:
        return True
    return then["confidence"] != "seen" and then["substance"] == now["substance"]


def _row(kind: str, norm: NormFile, since: str, edition: Edition | None) -> dict[str, str]:
    """The row of an edition; a repeal is one too."""
    content = _law_of(edition)
    return {
        "kind": kind,
        "id": norm.content["id"],
        "since": since,
        "confidence": (edition or {}).get("confidence", "seen"),
        "content": _digest(content),
        "substance": _digest(_without_places(content)),
    }


def _law_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _law_of(inner) for key, inner in value.items() if key not in _NO_LAW}
    if isinstance(value, list):
        return [_law_of(inner) for inner in value]
    return value


def _without_places(value: Any) -> Any:
    """The same with every citation cut down to its source: `[source, place]` becomes `[source]`."""
    if isinstance(value, dict):
        return {key: _without_places(inner) for key, inner in value.items()}
    if isinstance(value, list):
        cited = all(isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) for one in value)
        return [[one[0]] for one in value] if cited else [_without_places(inner) for inner in value]
    return value


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:20]
