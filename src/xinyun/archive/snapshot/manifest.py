"""The manifest: which files make up the snapshot, and which point of the feed they show."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest
from pathlib import Path

from xinyun.plumbing.writing import arriving, sweep_drafts

FORMAT = 1
NAME = "manifest.json"
SUBJECTS = ""
"""Stands for an item in the file of a part of subjects."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the snapshot: of an item's revisions, or of subjects, or the catalogue.

    It holds what became known from the change `first_seq` through `last_seq`.
    """

    path: str
    item: str | None
    rows: int
    first_seq: int
    last_seq: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The snapshot as it stands at the change `seq` of the feed, committed `at`, whose last revision is `last_id`.

    `rulebook` is the hash of the rulebook in use then, `shapes` a digest of what it made of the columns.
    """

    seq: int
    at: str
    last_id: int
    rulebook: str
    shapes: str
    files: tuple[File, ...]

    def parts(self, item: str | None) -> tuple[File, ...]:
        """The parts of an item, or of `SUBJECTS`, oldest first."""
        return tuple(file for file in self.files if file.item == item)

    def with_parts(self, item: str | None, parts: tuple[File, ...]) -> Manifest:
        """The same with these as the item's parts."""
        return replace(self, files=(*(file for file in self.files if file.item != item), *parts))


def read(folder: Path) -> Manifest | None:
    """The manifest of a snapshot; `None` where there is none, or none that this release can go on from."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            return None
        files = tuple(File(**file) for file in told["files"])
        return Manifest(told["seq"], told["at"], told["last_id"], told["rulebook"], told["shapes"], files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, manifest: Manifest) -> None:
    """Put the manifest in the place of the last one, durably and in one step."""
    counted: Counter[str] = Counter()
    for file in manifest.files:
        if file.item:
            counted[file.item] += file.rows
    told = asdict(manifest)
    counts = {
        "subjects": sum(file.rows for file in manifest.parts(SUBJECTS)),
        "records": dict(sorted(counted.items())),
    }
    text = json.dumps(
        {"format": FORMAT, **told, "counts": counts, "files": told["files"]}, ensure_ascii=False, indent=1
    )
    with arriving(folder / NAME) as out:
        out.write(text.encode())


def sweep(folder: Path) -> None:
    """Take away the drafts of writers that were killed; for who holds the writers' lock."""
    sweep_drafts(folder / NAME)


def is_there(folder: Path, file: File) -> bool:
    """Whether a file is in its place and of its size."""
    try:
        return (folder / file.path).stat().st_size == file.bytes
    except OSError:
        return False


def is_whole(folder: Path, file: File) -> bool:
    """Whether a file is byte by byte what was written."""
    try:
        with (folder / file.path).open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest() == file.sha256
    except OSError:
        return False
