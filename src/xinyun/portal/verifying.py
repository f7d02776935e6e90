"""What somebody holds - a receipt, a picture of its QR code, a report - and what can be said of it.

Nothing is said about a subject that the holder did not bring: a receipt commits to it by a salted digest, and whoever
knows the code or the name may ask whether it is the one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.base.identifiers import normalise
from xinyun.ledger import receipts, signed
from xinyun.lists.rules import WORDS
from xinyun.portal import pictures, report, rules
from xinyun.portal.logged import Logged, logged
from xinyun.portal.pages import ReportVerdict

LONGEST = 8192
"""Characters of a receipt; the platform's have a tenth of it."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_LOGGED = {"check", "screen"}


class NothingToVerify(Refusal):
    """What was brought is neither a receipt nor a report, nor a picture of one."""

    code = "nothing-to-verify"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt turned out to be, and what it says.

    `state`: `ours`, `sandbox` (of a trial, whose answers count for nothing), `other` (signed by us, and no receipt of a
    check), `foreign` (signed by another key), `changed`. `about`: whether it is about whom the holder named; `None`
    where nobody was named.
    """

    state: str
    token: str
    outcome: str = ""
    words: Text | None = None
    tone: str = ""
    scene: Text | None = None
    at: datetime | None = None
    seq: int = 0
    rulebook: str = ""
    is_rulebook_current: bool = False
    rows: int | None = None
    input: str = ""
    output: str = ""
    about: bool | None = None
    logged: Logged | None = None

    @property
    def ok(self) -> bool:
        """Whether it is a real receipt of ours, about whom the holder named, and the log does not say otherwise."""
        found = self.logged
        return self.state == "ours" and self.about is not False and found is not None and not found.alarms


def examine(content: bytes) -> ReportVerdict | str:
    """What a file is: a report, which is verified at once, or else a receipt, which is returned to be read.

    :raises NothingToVerify: it is neither, nor a picture of either.
    :raises pictures.NotAPicture, pictures.TooManyPixels, pictures.Busy: a picture that cannot be read.
    """
    if content.startswith(b"%PDF-"):
        return report.verify(content)
    if pictures.is_picture(content):
        for text in pictures.codes(content):
            if found := recognise(text):
                return found
        raise NothingToVerify(
            Text("图片里没有找到回执或报告的二维码。", "No QR code of a receipt or a report was found in the picture."),
            Text("请对准二维码重拍，四周留白边；或粘贴回执文字。", "Take the QR code again, with a white margin; or paste the receipt."),
        )  # fmt: skip
    if len(content) <= LONGEST and (found := recognise(content.decode("utf-8-sig", "replace"))):
        return found
    raise NothingToVerify(
        Text("这个文件不是 PDF，也不是 PNG、JPEG 图片或回执。", "This is no PDF, no PNG or JPEG picture, and no receipt."),
        Text("请上传下载时的原文件、二维码的照片或截图。", "Send the file as downloaded, or a photograph or screenshot of the QR code."),
    )  # fmt: skip


def recognise(text: str) -> ReportVerdict | str | None:
    """A receipt in a text, or what is known of the report whose number or address it is; `None` where it is neither."""
    plain = "".join(text.split())
    if len(plain) > LONGEST:
        return None
    if _TOKEN.fullmatch(plain):
        return plain
    number = normalise(_asked_in(plain) if "://" in plain else plain)
    return report.verify_number(number) if rules.number_problem(number) is None else None


def _asked_in(address: str) -> str:
    """The report number in an address of this page, wherever it says that it is: it is looked up here."""
    try:
        return parse_qs(urlsplit(address).query).get("no", [""])[0]
    except ValueError:
        return ""


def read(token: str, now: datetime, about: str = "") -> Receipt:
    """What a receipt says, and where it stands in the log at this instant.

    :raises NothingToVerify: the text is no receipt.
    """
    try:
        claims = receipts.own(token)
    except receipts.WrongKey:
        return Receipt("foreign", token)
    except receipts.WrongSignature:
        return Receipt("changed", token)
    except receipts.ReceiptRefused as refusal:
        raise NothingToVerify(refusal.what, refusal.remedy) from None
    kind = claims.get("kind")
    if kind not in {*_LOGGED, "sandbox"}:
        return Receipt("other", token)
    return _read(claims, token, now, about)


def _read(claims: dict[str, Any], token: str, now: datetime, about: str) -> Receipt:
    at, kind = datetime.fromisoformat(claims["at"]), claims["kind"]
    words, tone = WORDS.get(claims.get("outcome", ""), (None, ""))
    found = None
    if kind in _LOGGED:
        found = logged(kind, at, now, index=claims.get("index"), entry=claims.get("entry"))
    named = "".join(about.split()) and kind != "screen"
    return Receipt(
        "sandbox" if kind == "sandbox" else "ours", token, claims.get("outcome", ""), words, tone,
        _scene(claims["scene"], at), at, claims["seq"], claims["rulebook"], law.rulebook().hash == claims["rulebook"],
        claims.get("rows"), claims.get("input", ""), claims.get("output", ""),
        _is_about(claims, about) if named else None, found,
    )  # fmt: skip


def _is_about(claims: dict[str, Any], named: str) -> bool:
    return signed.is_about(claims, normalise(named)) or signed.is_about(claims, named.strip())


def _scene(id: str, at: datetime) -> Text:
    try:
        scene = law.rulebook().on(timezone.localtime(at).date()).scene(id)
    except (law.UnknownNorm, law.NotInForce):
        return Text(id, id)
    return Text(scene.title, scene.english)
