"""What the public sees of a fact, as pure functions: kinds, sections, fields, masks, codes, report numbers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xinyun.base import Text
from xinyun.base.identifiers import USCC_ALPHABET, is_resident_id, mask, mask_name, mask_within, normalise
from xinyun.base.period import NO_END
from xinyun.law import Field, Item

Content = Mapping[str, Any]

EMPTY = "— —"
"""What a report prints for a field without a value (公共信用信息报告标准 2022年版)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record, as the public meets it: a tab, a tag (`one`), a section of the report."""

    id: str
    title: Text
    one: Text
    tone: str
    section: str


KINDS = {
    id: Kind(id, Text(title, many), Text(title, one), tone, section)
    for id, title, many, one, tone, section in (
        ("licence", "行政许可", "Licences", "Licence", "info", "administration"),
        ("penalty", "行政处罚", "Penalties", "Penalty", "warn", "administration"),
        (
            "administration",
            "其他行政管理",
            "Other administrative acts",
            "Administrative act",
            "info",
            "administration",
        ),
        ("honour", "诚实守信", "Honours", "Honour", "good", "honour"),
        ("serious", "严重失信", "Serious dishonesty", "Serious dishonesty", "bad", "serious"),
        ("abnormal", "经营异常", "Abnormal operation", "Abnormal operation", "warn", "abnormal"),
        ("commitment", "信用承诺", "Commitments", "Commitment", "info", "commitment"),
        ("evaluation", "信用评价", "Evaluations", "Evaluation", "info", "evaluation"),
        ("judgment", "司法判决", "Judgments", "Judgment", "info", "judgment"),
        ("other", "其他信息", "Other", "Other", "info", "other"),
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
SAID_FIELDS = (*ABOUT_FIELDS, "name")
"""Fields that a record's details do not repeat on its subject's own page."""
BRIEF_FIELDS = ("penalty_class", "fine_10k_yuan", "confiscated_10k_yuan")
"""Fields that weigh enough to stand in the row itself, without opening its details."""

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
    """The kind under which an item's records are shown: its own, its category's, or the general one."""
    return KINDS.get(item.id) or KINDS.get(item.category, KINDS["other"])


def standing(status: str) -> str:
    """The tone in which a registration state is shown."""
    if not status or status.startswith(("存续", "在业", "开业", "在营", "正常")):
        return "good"
    return "bad" if status.startswith("吊销") else "mute"


def public_values(item: Item, content: Content, *, person: bool = False) -> tuple[Value, ...]:
    """The item's fields that the public may see, in the catalogue's order; masked where it says masked.

    `person` says that the record is about a natural person, whose name is masked too (`masked-persons`). A field that
    the catalogue does not name is never shown, whatever the content carries.
    """
    return tuple(
        Value(
            field.name,
            Text(field.title, field.english[:1].upper() + field.english[1:]),
            _shown(field, content.get(field.name), person),
        )
        for field in item.fields
        if field.publicity in ("public", "masked", "masked-persons")
    )


def _shown(field: Field, raw: object, person: bool) -> str:
    text = "" if raw is None else str(raw).strip()
    if field.type == "end-date" and text in NO_END:
        return "长期"
    if text and (field.publicity == "masked" or is_resident_id(normalise(text))):
        return mask(text)  # a person's number that strayed into an open field is masked all the same
    if person and field.publicity == "masked-persons":
        return mask_name(text)
    return mask_within(text)


def value_of(values: Sequence[Value], name: str) -> str:
    """The public text of the field `name`; empty where there is none or the public may not see it."""
    return next((value.text for value in values if value.name == name), "")


def day_of(text: str) -> date | None:
    """The day that a value names, if it does."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def is_code_shaped(text: str) -> bool:
    """Whether a text, in normal form, could be a code at all; anything else need not be looked up."""
    return bool(re.fullmatch(r"[0-9A-Z]{1,40}", text))


def code_groups(code: str) -> tuple[str, ...]:
    """A unified social credit code in the groups of GB 32100: kind, division, organisation, check."""
    return (code[:2], code[2:8], code[8:17], code[17:]) if len(code) == 18 else (code,)


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


NUMBER_LENGTH = 22
NUMBER = re.compile(r"20[0-9]{12}[0-9A-Z]{8}")


def number_problem(number: str) -> Text | None:
    """Why a text, in normal form, cannot be a report number; `None` where it can."""
    if len(number) != NUMBER_LENGTH:
        return Text(
            f"报告编号是 {NUMBER_LENGTH} 位，您输入了 {len(number)} 位，请对照报告首页核对。",
            f"A report number has {NUMBER_LENGTH} characters; you typed {len(number)}. Compare with the cover.",
        )
    if not NUMBER.fullmatch(number):
        return Text(
            "报告编号由 14 位数字和 8 位数字或大写字母组成，请对照报告首页核对。",
            "A report number is 14 digits and 8 digits or letters. Compare with the cover.",
        )
    return None
