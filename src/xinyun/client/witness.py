"""A witness of a log: another office's program that remembers the last signed head and shouts when the next one breaks with it.

It reads the log's static parts over HTTP and trusts nothing but the log's public key: each signed root is computed anew
from the tiles, and the tree that was seen before must be the beginning of the one that is seen now.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import httpx

from xinyun.base import Text
from xinyun.client.errors import ClientError
from xinyun.ledger import notes, paths, rules
from xinyun.ledger.notes import Head

_LONGEST = 1 << 16
_SECONDS = 10.0


class Complaint(ClientError):
    """Something about the log is not as it must be. `lasting` ones do not pass: the log has broken its word."""

    code = "log-complaint"
    lasting = True


class Forked(Complaint):
    """The log shows another history than it signed before, or signed a root that its tiles do not give."""

    code = "log-forked"


class Shrunk(Complaint):
    """The log has fewer leaves than it signed before."""

    code = "log-shrunk"


class NotSigned(Complaint):
    """The head is not signed by the log's key, or is another log's."""

    code = "log-not-signed"


class Damaged(Complaint):
    """A part of the log is not what the leaves below it give, or is cut off; the text names it."""

    code = "log-damaged"


class Stale(Complaint):
    """The log has not grown for longer than it may."""

    code = "log-stale"
    lasting = False


class NotReached(Complaint):
    """The log, or a part of it that the head needs, cannot be read."""

    code = "log-not-reached"
    lasting = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A head that agrees with all that was seen before, and when the log was first seen that long."""

    size: int
    root: str
    since: datetime
    grown: int


class Witness:
    """Watches one log.

    :param url: where the log lies: its head is at `url/checkpoint`.
    :param key: the log's public key, Ed25519 or SM2, `name+hash+base64`, got from its office by another way than the log.
    :param state: the file in which the last head is kept; beside it a head that broke with it.
    :param stale_after: how long the log may stay as it is.
    """

    def __init__(
        self, url: str, key: str, state: Path, *, stale_after: timedelta, http: httpx.Client | None = None
    ) -> None:
        self._url, self._verifier, self._state = url.rstrip("/"), notes.read_verifier(key), state
        self._stale_after = stale_after
        self._http = http or httpx.Client(timeout=_SECONDS)

    def look(self, at: datetime) -> Seen:
        """Read the head as it is now, compare it with the last one, and remember it.

        :raises Complaint: one of its kinds; a head that breaks with the last one is kept beside it, as evidence.
        """
        note = self._get(paths.CHECKPOINT).decode("utf-8", "replace")
        head = self._head(note)
        last = self._last()
        since = at
        try:
            if last is not None:
                self._compare(last[0], head)
            if rules.root(head.size, self._reader(head)) != head.root:
                raise _forked(head)
        except Complaint as complaint:
            if complaint.lasting:
                self._keep_evidence(note)
            raise
        if last is not None and last[0].size == head.size:
            since = last[1]
        self._remember(note, since)
        if at - since > self._stale_after:
            raise _stale(head, since)
        return Seen(head.size, head.root.hex(), since, head.size - (last[0].size if last else 0))

    def examine(self, at: datetime) -> Seen:
        """Look, then read every leaf and every tile, and compute all of them anew; it takes as long as the log is.

        :raises Complaint: as `look` does, or `Damaged` at the first part that does not agree with the leaves.
        """
        seen = self.look(at)
        edge: rules.Tiles = {}

        def grown(level: int, index: int) -> bytes:
            return edge.get((level, index), b"")

        for index in range(-(-seen.size // rules.WIDTH)):
            start = index * rules.WIDTH
            hashes = self._leaf_hashes(paths.Part(paths.ENTRIES, index, min(seen.size - start, rules.WIDTH)))
            edge |= rules.extend(start, hashes, grown)
            for place in [place for place, tile in edge.items() if len(tile) == rules.WIDTH * rules.HASH]:
                self._same(place, edge.pop(place))
        for place, tile in edge.items():
            self._same(place, tile)
        return seen

    def _leaf_hashes(self, part: paths.Part) -> list[bytes]:
        try:
            leaves = paths.unbundle(self._get(str(part)))
        except ValueError:
            leaves = []
        if len(leaves) != part.width:
            raise _damaged(str(part), 0)
        return [rules.leaf_hash(leaf) for leaf in leaves]

    def _same(self, place: tuple[int, int], computed: bytes) -> None:
        """See that a tile is what the leaves give; where it is not, the tile or the leaf below was changed."""
        path, step = str(paths.Part(*place, len(computed) // rules.HASH)), rules.HASH
        found = self._get(path)
        if found != computed:
            differs = (
                n for n in range(0, len(computed), step) if found[n : n + step] != computed[n : n + step]
            )
            raise _damaged(path, next(differs, len(computed)) // step)

    def _compare(self, last: Head, head: Head) -> None:
        if head.size < last.size:
            raise Shrunk(
                Text(
                    f"账本曾签署 {last.size} 条，现在只有 {head.size} 条。",
                    f"The log signed {last.size} leaves and now has {head.size}.",
                ),
                Text("请要求账本主办单位说明。", "Ask the office that runs the log to explain."),
            )
        if rules.root(last.size, self._reader(head)) != last.root:
            raise _forked(head)

    def _head(self, note: str) -> Head:
        try:
            head = Head.parse(notes.open_note(note, [self._verifier]))
        except notes.NoteRefused as refusal:
            raise NotSigned(refusal.what, refusal.remedy) from None
        if head.origin != self._verifier.name:
            raise NotSigned(
                Text(
                    f"这是另一个账本（{head.origin}）的检查点。",
                    f"The checkpoint is another log's ({head.origin}).",
                ),
                Text("请核对地址和公钥。", "Check the address and the key."),
            )
        return head

    def _reader(self, head: Head) -> rules.Read:
        def read(level: int, index: int) -> bytes:
            width = min((head.size >> (level * rules.HEIGHT)) - index * rules.WIDTH, rules.WIDTH)
            content = self._get(str(paths.Part(level, index, width)))
            if len(content) != width * rules.HASH:
                raise _forked(head)
            return content

        return cache(read)

    def _get(self, path: str) -> bytes:
        try:
            with self._http.stream("GET", f"{self._url}/{path}") as answer:
                answer.raise_for_status()
                content = b""
                for piece in answer.iter_bytes():
                    content += piece
                    if len(content) > _LONGEST:
                        raise httpx.DecodingError("too long")
                return content
        except httpx.HTTPError as error:
            raise NotReached(
                Text(f"读不到 {path}（{error}）。", f"{path} cannot be read ({error})."),
                Text(
                    "稍后再看；一直读不到的，请联系账本主办单位。",
                    "Look again; if it lasts, ask the office that runs the log.",
                ),
            ) from None

    def _last(self) -> tuple[Head, datetime] | None:
        try:
            kept = json.loads(self._state.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return self._head(kept["note"]), datetime.fromisoformat(kept["since"])

    def _remember(self, note: str, since: datetime) -> None:
        kept = json.dumps({"note": note, "since": since.isoformat()}, ensure_ascii=False, indent=1)
        _put(self._state, kept)

    def _keep_evidence(self, note: str) -> None:
        name = f"{self._state.name}.{sha256(note.encode()).hexdigest()[:16]}.note"
        _put(self._state.with_name(name), note)


def _put(path: Path, text: str) -> None:
    """Write a file durably and in one step."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def _forked(head: Head) -> Forked:
    return Forked(
        Text(
            f"账本（{head.size} 条）与此前签署的不是同一段历史。",
            f"The log ({head.size} leaves) is not the one it signed before.",
        ),
        Text(
            "请保存两个检查点，交监督机关。", "Keep both checkpoints and give them to whoever supervises it."
        ),
    )


def _damaged(path: str, entry: int) -> Damaged:
    return Damaged(
        Text(
            f"{path} 第 {entry} 项与它下面的叶子不符，或者不完整。",
            f"Entry {entry} of {path} does not agree with the leaves below it, or is cut off.",
        ),
        Text(
            "请保存这些文件，请账本主办单位说明。",
            "Keep the files and ask the office that runs the log to explain.",
        ),
    )


def _stale(head: Head, since: datetime) -> Stale:
    told = since.isoformat(timespec="minutes")
    return Stale(
        Text(
            f"账本自 {told} 起没有增长（{head.size} 条）。",
            f"The log has not grown since {told} ({head.size}).",
        ),
        Text("请确认平台在运行、检查点在签发。", "See that the platform runs and signs checkpoints."),
    )
