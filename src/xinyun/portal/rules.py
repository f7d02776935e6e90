"""What the public sees of a fact, as pure functions: kinds, sections, fields, masks, help with a search."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xinyun.base import Text
from xinyun.base.identifiers import USCC_ALPHABET, is_resident_id, mask, normalise, recognise
from xinyun.base.period import NO_END
from xinyun.law import Field, Item

Content = Mapping[str, Any]

EMPTY = "— —"
"""What a report prints for a field without a value (公共信用信息报告标准 2022年版)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record, as the public meets it: a tab, a tag, a section of the report."""

    id: str
    title: Text
    tone: str
    section: str


KINDS = {
    kind.id: kind
    for kind in (
        Kind("licence", Text("行政许可", "Licences"), "info", "administration"),
        Kind("penalty", Text("行政处罚", "Penalties"), "warn", "administration"),
        Kind("administration", Text("其他行政管理", "Other administrative acts"), "info", "administration"),
        Kind("honour", Text("诚实守信", "Honours"), "good", "honour"),
        Kind("serious", Text("严重失信", "Serious dishonesty"), "bad", "serious"),
        Kind("abnormal", Text("经营异常", "Abnormal operation"), "warn", "abnormal"),
        Kind("commitment", Text("信用承诺", "Commitments"), "info", "commitment"),
        Kind("evaluation", Text("信用评价", "Evaluations"), "info", "evaluation"),
        Kind("judgment", Text("司法判决", "Judgments"), "info", "judgment"),
        Kind("other", Text("其他信息", "Other"), "info", "other"),
    )
}
CORE_KINDS = ("licence", "penalty", "honour", "serious", "abnormal")
"""Kinds whose tab is there even with nothing in it: that there is nothing is itself an answer."""

HEADER_FIELDS = ("name", "uscc", "type", "established_on", "status", "province", "city")
"""Registration fields that the head of the page says in its own way."""
LEADING_FIELDS = ("legal_representative", "registered_capital", "address")
"""Registration fields shown at once; the others open on demand."""

ABOUT_FIELDS = (
    "counterparty_name",
    "counterparty_class",
    "uscc",
    "business_reg_no",
    "org_code",
    "tax_reg_no",
    "public_institution_cert_no",
    "social_org_reg_no",
    "legal_rep_name",
    "id_type",
    "id_no",
)
"""Fields of an administrative decision that say whom it is about; the standard's cards do not repeat them."""

SECTIONS = (
    ("administration", Text("行政管理信息", "Administrative management"), Text("行政管理", "Administration")),
    ("honour", Text("诚实守信相关荣誉信息", "Honours for honesty"), Text("诚实守信", "Honours")),
    (
        "serious",
        Text("严重失信主体名单信息", "Lists of serious dishonesty"),
        Text("严重失信", "Serious dishonesty"),
    ),
    (
        "abnormal",
        Text("经营（活动）异常名录（状态）信息", "Abnormal operation"),
        Text("经营异常", "Abnormal"),
    ),
    ("commitment", Text("信用承诺信息", "Credit commitments"), Text("信用承诺", "Commitments")),
    ("evaluation", Text("信用评价信息", "Evaluations"), Text("信用评价", "Evaluations")),
    ("judgment", Text("司法判决及执行信息", "Judgments and enforcement"), Text("司法判决", "Judgments")),
    ("other", Text("其他信息", "Other"), Text("其他", "Other")),
)
"""Sections 2 to 9 of the organisation's report, in the standard's order; section 1 is the registration."""

SUBJECT_KINDS = {
    "organisation": Text("法人和非法人组织", "Organisation"),
    "individual-business": Text("个体工商户", "Individual business"),
}
"""Whom the public site shows. Natural persons are not among them."""


@dataclass(frozen=True, slots=True)
class Value:
    """One field of a record as the public may see it; `text` is empty where nothing was furnished."""

    name: str
    title: Text
    text: str


def kind_of(item: Item) -> Kind:
    """The kind under which an item's records are shown."""
    return KINDS[item.id] if item.id in ("licence", "penalty") else KINDS.get(item.category, KINDS["other"])


def public_values(item: Item, content: Content) -> tuple[Value, ...]:
    """The item's fields that the public may see, in the catalogue's order; masked where it says masked.

    A field that the catalogue does not name is never shown, whatever the content carries.
    """
    return tuple(
        Value(
            field.name,
            Text(field.title, field.english[:1].upper() + field.english[1:]),
            _shown(field, content.get(field.name)),
        )
        for field in item.fields
        if field.publicity in ("public", "masked")
    )


def _shown(field: Field, raw: object) -> str:
    text = "" if raw is None else str(raw).strip()
    if field.type == "end-date" and text in NO_END:
        return "长期"
    if text and (field.publicity == "masked" or is_resident_id(normalise(text))):
        return mask(text)  # a person's number that strayed into an open field is masked all the same
    return text


def value_of(values: Sequence[Value], name: str) -> str:
    """The public text of the field `name`; empty where there is none or the public may not see it."""
    return next((value.text for value in values if value.name == name), "")


def day_of(text: str) -> date | None:
    """The day that a value names, if it does."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def code_groups(code: str) -> tuple[str, ...]:
    """A unified social credit code in the groups of GB 32100: kind, division, organisation, check."""
    return (code[:2], code[2:8], code[8:17], code[17:]) if len(code) == 18 else (code,)


def matches(name: str, asked: str) -> tuple[tuple[str, bool], ...]:
    """`name` in pieces, each with whether it is what was asked for."""
    asked = asked.strip()
    if not asked:
        return ((name, False),)
    pieces = re.split(f"({re.escape(asked)})", name, flags=re.IGNORECASE)
    return tuple((piece, n % 2 == 1) for n, piece in enumerate(pieces) if piece)


def advice(asked: str) -> Text:
    """Why a search may have found nothing, and what to try: the shape of what was typed says a lot."""
    code = normalise(asked)
    found = recognise(asked)
    if is_resident_id(code):
        return Text(
            "这像是居民身份证号。本网站不公开自然人的信用信息，也不会保存您输入的号码。",
            "This looks like a resident identity number. Natural persons are not searchable; it is not kept.",
        )
    if found:
        return Text(
            "代码格式正确，但没有以它登记的主体：可能在外省登记，或尚未归集到本平台。",
            "The code is well formed, but nobody here has it: from another province, or not yet collected.",
        )
    if re.fullmatch(r"[0-9A-Z]{18}", code):
        return Text(*_about_eighteen(code))
    if re.fullmatch(r"[0-9A-Z]{9,20}", code) and re.search(r"[0-9]{6}", code):
        return Text(
            f"统一社会信用代码应为 18 位，您输入了 {len(code)} 位，请核对是否多字或漏字。",
            f"A unified social credit code has 18 characters; you typed {len(code)}.",
        )
    if len(code) < 2:
        return Text("请至少输入名称中连续的两个字。", "Type at least two consecutive characters of the name.")
    return Text(
        "请换用名称中连续的两个字以上，或直接输入 18 位统一社会信用代码。自然人的信用信息不公开查询。",
        "Try other characters of the name, or the 18-character code. Natural persons are not searchable.",
    )


def _about_eighteen(code: str) -> tuple[str, str]:
    strange = "".join(dict.fromkeys(char for char in code if char not in USCC_ALPHABET))
    if strange:
        return (
            f"统一社会信用代码不使用 {'、'.join(strange)}（数字 0、1 常被误输成字母 O、I），请对照证照核对。",
            f"Codes never contain {', '.join(strange)}; digits 0 and 1 are often mistyped as O and I.",
        )
    return (
        "这 18 位代码的校验位不对，可能有一位输错，请对照营业执照核对。",
        "The check character is wrong: one character may be mistyped. Compare with the licence.",
    )


def report_number(at: datetime, snapshot: bytes) -> str:
    """A report's number: the local time of making, and eight characters that follow from its content.

    So the same content made at the same second is the same report, and no two reports share a number.
    """
    digest = int.from_bytes(hashlib.sha256(snapshot).digest()[:8], "big")
    letters = ""
    for _ in range(8):
        digest, rest = divmod(digest, len(USCC_ALPHABET))
        letters += USCC_ALPHABET[rest]
    return f"{at:%Y%m%d%H%M%S}{letters}"


NUMBER = re.compile(r"20[0-9]{12}[0-9A-Z]{8}")
