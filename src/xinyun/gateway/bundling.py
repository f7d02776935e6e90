"""Bundles for clients that must go on while the platform is away: what goes in, for which scene and days."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

from msgspec.structs import replace

from xinyun import law
from xinyun.accounts.queries import ClientView
from xinyun.base import Refusal, Text
from xinyun.client import bundles
from xinyun.gateway.index import Snapshot
from xinyun.law.extract import extract, norms_of
from xinyun.ledger import receipts
from xinyun.lists.queries import Standing, check

LONGEST = 30
"""Days after which the law and the lists have surely moved on."""


class DaysOutOfRange(Refusal):
    """A bundle is for one day to `LONGEST`."""

    code = "days-out-of-range"


class NoSuchBundle(Refusal):
    """The answers name no bundle that was made here for this client."""

    code = "no-such-bundle"


def demand_days(days: int) -> None:
    """Refuse a bundle that would outlive what it rests on.

    :raises DaysOutOfRange: not one to `LONGEST` days.
    """
    if not 1 <= days <= LONGEST:
        raise DaysOutOfRange(
            Text(f"离线包的有效期须为 1 至 {LONGEST} 天。", f"A bundle is good for 1 to {LONGEST} days."),
            Text(
                "请改小天数，到期前重新下载。", "Ask for fewer days, and download it anew before it expires."
            ),
            fields=(("days", Text(f"1 至 {LONGEST}", f"1 to {LONGEST}")),),
        )


def made(
    client: ClientView,
    digest: str,
    scene: str,
    days: int,
    snapshot: Snapshot,
    book: law.Rulebook,
    at: datetime,
    on: date,
) -> tuple[bundles.Manifest, bytes]:
    """A bundle of the entries that bear in a scene on any of some days: its manifest and all of the file.

    :param digest: the digest of the client's key.
    :raises NotInForce: the scene is not in force on the first day.
    """
    expires = at + timedelta(days=days)
    first, last = on, on + timedelta(days=days)
    book.on(first).scene(scene)
    laws = [book.on(first + timedelta(days=number)) for number in range((last - first).days + 1)]
    salt = secrets.token_hex(16)
    kept = _Kept(scene, laws)
    rows = list(_rows(snapshot, kept))
    content = bundles.body(
        extract(book, norms_of(book, scene), first, last),
        [bundles.Kept(kind, standing) for kind, standing in kept.standings],
        rows,
        bundles.secret(digest, salt),
    )
    told = bundles.Manifest(
        uuid4().hex, scene, client.id, client.office, at, expires, snapshot.seq, book.hash, salt, len(rows)
    )
    return told, bundles.sealed(told, content, receipts.issue)


class _Kept:
    """The standings that bear, each once; whether one does is asked of the rule."""

    def __init__(self, scene: str, laws: list[law.Law]) -> None:
        self._scenes = [(now.scene(scene), now) for now in laws if _holds(scene, now)]
        self._numbers: dict[tuple[str, Standing], int | None] = {}
        self.standings: list[tuple[str, Standing]] = []

    def number(self, kind: str, standing: Standing) -> int | None:
        """The number of a standing; `None` where it bears on none of the days."""
        key = (kind, replace(standing, entry=0, document=""))
        if key not in self._numbers:
            bears = any(check((key[1],), kind, scene, now).measures for scene, now in self._scenes)
            self._numbers[key] = len(self.standings) if bears else None
            if bears:
                self.standings.append(key)
        return self._numbers[key]


def _holds(scene: str, now: law.Law) -> bool:
    try:
        now.scene(scene)
    except law.NotInForce:
        return False
    return True


def _rows(snapshot: Snapshot, kept: _Kept) -> Iterator[tuple[str, int, int]]:
    """(code, number of the standing, entry) of each entry that bears, under every code of its subject."""
    for code in dict.fromkeys(snapshot.listed()):
        known = snapshot.lookup(code)
        for standing in known.standings if known else ():
            number = kept.number(known.kind, standing) if known else None
            if number is not None:
                yield code, number, standing.entry


def of_client(token: str, client: ClientView) -> bundles.Manifest:
    """The bundle that a client's answers name, expired or not.

    :raises NoSuchBundle: no such bundle was made here, or it was another client's.
    """
    try:
        told = bundles.manifest(receipts.own(token))
    except (receipts.ReceiptRefused, bundles.BundleRefused):
        told = None
    if told is not None and told.client == client.id:
        return told
    raise NoSuchBundle(
        Text(
            "这些答复所说的离线包不是发给您的。", "The bundle that these answers name was not made for you."
        ),
        Text("请用下载离线包的那个密钥上传。", "Upload with the key with which it was downloaded."),
    )
