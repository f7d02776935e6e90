"""A bundle: what a client needs to answer checks of one scene while the platform is away, signed and expiring.

A file of three parts, one after the other:

    token      one line: the manifest as signed claims (`ledger.signed`), with the SHA-256 of all that follows
    norms      one line: the scene, its measures and its lists, as JSON (`law.extract`)
    entries    a Parquet file: a row an entry, its subject as a keyed hash, its standing by number

No name and no code is in it: whom an entry is about can be told only by somebody who holds the client's key and knows
the code already. Everything is checked against the signature before anything of it is read.
"""

from __future__ import annotations

import hmac
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import polars as pl
from msgspec.structs import replace

from xinyun.base import Text
from xinyun.base.identifiers import is_uscc, normalise
from xinyun.client.answers import Answer, Note, of_verdict
from xinyun.client.errors import ClientError
from xinyun.law.book import Rulebook
from xinyun.law.extract import rulebook_of
from xinyun.ledger import signed
from xinyun.lists.rules import Standing, check

KIND = "bundle"
_CHINA = ZoneInfo("Asia/Shanghai")
"""The day of a decision is China's."""
_SCHEMA = pl.Schema({"high": pl.UInt64, "low": pl.UInt64, "standing": pl.UInt32, "entry": pl.UInt64})
NOT_COMPARED = Note(
    "offline",
    "离线核查：只查名单，没有核对名称和主体是否登记；平台恢复后请补查。",
    "Answered offline: lists only; neither the name nor whether the subject is registered was checked.",
)


class BundleRefused(ClientError):
    """The bundle cannot be answered from: forged, expired, of another client or scene, or the clock is wrong."""

    code = "bundle-refused"


class Kept(msgspec.Struct, frozen=True):
    """A standing as it is in a bundle, with the kind of its subject; it names neither entry nor document."""

    kind: str
    standing: Standing


class Norms(msgspec.Struct):
    """The second part."""

    norms: list[dict[str, Any]]
    standings: list[Kept]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself; instants are in UTC."""

    id: str
    scene: str
    client: int
    office: str
    made: datetime
    expires: datetime
    seq: int
    rulebook: str
    salt: str
    entries: int

    def claims(self, digest: str) -> dict[str, Any]:
        """The manifest as claims to sign."""
        told = {name: getattr(self, name) for name in self.__slots__}
        instants = {name: told[name].astimezone(UTC).isoformat() for name in ("made", "expires")}
        return {"v": 1, "kind": KIND, **told, **instants, "sha256": digest}


def manifest(claims: dict[str, Any]) -> Manifest:
    """The manifest of a bundle's claims.

    :raises BundleRefused: they are no bundle's.
    """
    if claims.get("kind") != KIND or claims.get("v") != 1:
        raise _refused("不是离线包", "It is no bundle", "请重新下载", "Download it anew")
    instants = {name: datetime.fromisoformat(claims[name]) for name in ("made", "expires")}
    return Manifest(**{name: claims[name] for name in Manifest.__slots__} | instants)


def secret(key_digest: str, salt: str) -> bytes:
    """The key of a bundle's hashes: of the digest of the client's key, which the platform keeps, and the bundle's salt."""
    return hmac.digest(bytes.fromhex(key_digest), b"xinyun bundle " + salt.encode(), "sha256")


def key_digest(key: str) -> str:
    """The digest of a client's key, as the platform keeps it."""
    return sha256(key.encode()).hexdigest()


def body(
    norms: list[dict[str, Any]], standings: list[Kept], rows: Iterable[tuple[str, int, int]], key: bytes
) -> bytes:
    """All that follows the token; `rows` are (code, number of the standing, entry)."""
    high, low, numbers, entries = [], [], [], []
    for code, number, entry in rows:
        one, other = _hash(key, code)
        high.append(one)
        low.append(other)
        numbers.append(number)
        entries.append(entry)
    frame = pl.DataFrame([high, low, numbers, entries], _SCHEMA).sort("high", "low", "entry")
    out = io.BytesIO(msgspec.json.encode(Norms(norms, standings)) + b"\n")
    out.seek(0, io.SEEK_END)
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    return out.getvalue() + parquet.getvalue()


def sealed(told: Manifest, body: bytes, sign: Callable[[dict[str, Any]], str]) -> bytes:
    """The whole file, its manifest signed."""
    return sign(told.claims(sha256(body).hexdigest())).encode() + b"\n" + body


class Bundle:
    """A bundle that was checked, to look up in."""

    def __init__(
        self, token: str, told: Manifest, book: Rulebook, kept: list[Kept], rows: pl.DataFrame, key: bytes
    ) -> None:
        self.token = token
        self.manifest = told
        self._book = book
        self._kept = kept
        self._key = key
        self._high, self._low, self._standing, self._entry = (rows[name].to_numpy() for name in _SCHEMA)

    @classmethod
    def open(cls, path: Path, public_key: str, key: str) -> Bundle:
        """Read and check a bundle.

        :param public_key: the platform's, `name+hash+base64`, or several of them in lines.
        :param key: the client's.
        :raises BundleRefused: there is none, or it is not the platform's, or was changed.
        """
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise _refused(
                f"读不到离线包 {path.name}",
                f"There is no bundle {path.name}",
                "请先下载",
                "Download it first",
            ) from error
        token, _, rest = raw.partition(b"\n")
        claims = _checked(token, public_key)
        told = manifest(claims)
        if sha256(rest).hexdigest() != claims.get("sha256"):
            raise _forged()
        norms, _, parquet = rest.partition(b"\n")
        parts = msgspec.json.decode(norms, type=Norms)
        book = rulebook_of(parts.norms, told.rulebook)
        rows = pl.read_parquet(io.BytesIO(parquet))
        secret_key = secret(key_digest(key), told.salt)
        return cls(token.decode(), told, book, parts.standings, rows, secret_key)

    def demand_usable(self, scene: str, at: datetime, last: datetime | None = None) -> timedelta:
        """Give the bundle's age, where it may be answered from at this instant.

        :param last: the latest instant at which this client is known to have answered.
        :raises BundleRefused: it has expired, is for another scene, or the clock was set back.
        """
        told = self.manifest
        if scene != told.scene:
            raise _refused(
                f"离线包只用于场景 {told.scene}", f"The bundle is for the scene {told.scene}",
                "请下载这个场景的离线包", "Download one of this scene",
            )  # fmt: skip
        if at >= told.expires:
            raise _refused(
                f"离线包已于 {told.expires.astimezone(_CHINA):%Y-%m-%d %H:%M} 到期",
                f"The bundle expired at {told.expires:%Y-%m-%d %H:%M} UTC",
                "请重新下载；在此之前按人工核查办理", "Download it anew; until then check by hand",
            )  # fmt: skip
        if at < told.made or (last is not None and at < last):
            raise _refused(
                "本机的时钟比离线包或上一次答复还早", "This machine's clock stands before the bundle or its last answer",
                "请校准时钟", "Set the clock right",
            )  # fmt: skip
        return at - told.made

    def answer(
        self, code: str, name: str | None, id: str, at: datetime, last: datetime | None = None
    ) -> Answer:
        """Answer about a code by the rule of the platform, on the law of the day that it is in China.

        :raises BundleRefused: see `demand_usable`; or the code is none.
        """
        age = self.demand_usable(self.manifest.scene, at, last)
        if not is_uscc(code := normalise(code)):
            raise _refused(
                "代码不是正确的统一社会信用代码", "That is no unified social credit code",
                "请对照证照逐位核对", "Compare it with the licence",
            )  # fmt: skip
        now = self._book.on(at.astimezone(_CHINA).date())
        kind, standings = self._standings(code)
        verdict = check(standings, kind, now.scene(self.manifest.scene), now)
        told = self.manifest
        return of_verdict(verdict, id, code, name, told.seq, told.rulebook, age, (NOT_COMPARED,))

    def _standings(self, code: str) -> tuple[str, list[Standing]]:
        high, low = _hash(self._key, code)
        first, last = (np.searchsorted(self._high, np.uint64(high), side) for side in ("left", "right"))
        rows = [row for row in range(int(first), int(last)) if int(self._low[row]) == low]
        kept = [self._kept[int(self._standing[row])] for row in rows]
        standings = [
            replace(one.standing, entry=int(self._entry[row])) for one, row in zip(kept, rows, strict=True)
        ]
        return (kept[0].kind if kept else "organisation"), standings


def _hash(key: bytes, code: str) -> tuple[int, int]:
    digest = hmac.digest(key, code.encode(), "sha256")
    return int.from_bytes(digest[:8]), int.from_bytes(digest[8:16])


def _checked(token: bytes, public_key: str) -> dict[str, Any]:
    """The claims of a token that one of these keys signed."""
    keys = [line for line in public_key.splitlines() if line.strip()]
    for key in keys:
        try:
            return signed.read(token.decode("ascii"), key)
        except (signed.ReceiptRefused, UnicodeDecodeError):
            continue
    raise _forged()


def _forged() -> BundleRefused:
    return _refused(
        "离线包的签名不符，内容已被改动或不是平台签发的", "The bundle's signature is false: it was changed, or is not the platform's",
        "请重新下载，并核对平台公布的公钥", "Download it anew, and compare the public key with the published one",
    )  # fmt: skip


def _refused(what: str, what_en: str, remedy: str, remedy_en: str) -> BundleRefused:
    return BundleRefused(Text(f"{what}。", f"{what_en}."), Text(f"{remedy}。", f"{remedy_en}."))
