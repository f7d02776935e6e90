"""The look-up: what a code says, whose it is, and which code an old number belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Refusal, Text
from xinyun.base.identifiers import (
    USCC_PLACEHOLDER,
    is_resident_id,
    lookalike_proposal,
    mask,
    normalise,
)
from xinyun.codes import finding, rules
from xinyun.codes.reporting import department, full_place
from xinyun.law import Law

MOST_LINES = 1000
_MOST_MATCHES = 20
"""Codes that are told of one number; of so many none is surer than another."""
_LONGEST = 40


class TooManyLines(Refusal):
    """More lines than one look-up takes."""

    code = "too-many-lines"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a code: its characters, what the part is, and what it says here."""

    characters: str
    title: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class Match:
    """A code that the archive knows; the name is empty where nothing public tells it."""

    code: str
    name: str
    kind: Text
    status: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What is known of a text.

    `form` is `uscc`, `registration-no`, `organisation-code`, `person` or `unknown`. `valid` is whether it passes the
    check of its form. `proposal` is the code that may have been meant, for a person to confirm.
    """

    asked: str
    form: str
    valid: bool
    told: Text
    parts: tuple[Part, ...] = ()
    matches: tuple[Match, ...] = ()
    proposal: str = ""


def look_up(text: str, on: date) -> Lookup:
    """What is known of a code or an old number; a natural person's number is never searched."""
    return look_up_many([text], on)[0]


def look_up_many(texts: Sequence[str], on: date) -> list[Lookup]:
    """The same for up to a thousand lines at once, in their order.

    :raises TooManyLines: there are more.
    """
    if len(texts) > MOST_LINES:
        raise TooManyLines(
            Text(f"一次最多查 {MOST_LINES:,} 行。", f"At most {MOST_LINES:,} lines at a time."),
            Text("请分几次查询。", "Split the list."),
        )
    norms = law.rulebook().on(on)
    seen = [_seen(text, norms) for text in texts]
    codes = _codes_of(seen)
    names = _names(sorted({code for found in codes.values() for code in found}), norms)
    return [_concluded(one, codes.get((one.form, one.asked), []), names) for one in seen]


def _seen(text: str, norms: Law) -> Lookup:
    """What the text says by itself."""
    code = normalise(text)[:_LONGEST]
    if is_resident_id(code):
        return Lookup(mask(code), "person", False, _PERSON)
    if code == USCC_PLACEHOLDER:
        return Lookup(code, "uscc", False, _PLACEHOLDER)
    if told := rules.parts(code):
        valid = rules.is_valid(code)
        return Lookup(
            code,
            "uscc",
            valid,
            _VALID if valid else _wrong_check(told),
            _explained(told, norms),
        )
    if kind := rules.number_kind(code):
        return Lookup(code, kind, True, _NOT_TOLD[kind])
    if len(code) == 18:
        proposal = lookalike_proposal(code) or ""
        return Lookup(code, "uscc", False, _meant(proposal) if proposal else _LETTERS, proposal=proposal)
    return Lookup(code, "unknown", False, _unknown(code))


def _explained(told: rules.Parts, norms: Law) -> tuple[Part, ...]:
    kinds = norms.codes("subject-kind")
    kind = kinds.prefixes.get(told.category, "")
    division = norms.division(told.division)
    retired = Text("（已撤销或变更）", " (retired)") if division and division.retired else Text("", "")
    where = full_place(told.division, norms)
    part = Text(
        "校验位相符" if told.part_is_right else "自身校验位不符（实际发放的代码中也有）",
        "its own check is right" if told.part_is_right else "its own check fails, as in some real codes",
    )
    check = (
        Text("相符", "right")
        if told.check == told.expected
        else Text(f"应为 {told.expected}", f"should be {told.expected}")
    )
    english = kinds.english_labels.get(kind, kind).capitalize()
    return (
        Part(
            told.department,
            Text("登记管理部门", "Registering department"),
            department(told.department, norms),
        ),
        Part(
            told.category[1],
            Text("机构类别", "Kind"),
            Text(kind, english) if kind else Text("表中没有", "not in the table"),
        ),
        Part(
            told.division,
            Text("登记机关行政区划", "Division of the registering office"),
            Text(where.zh + retired.zh, where.en + retired.en),
        ),
        Part(told.organisation, Text("主体标识码（组织机构代码）", "Organisation code"), part),
        Part(told.check, Text("校验码", "Check character"), check),
    )


def _codes_of(seen: list[Lookup]) -> dict[tuple[str, str], list[str]]:
    """The codes to which valid texts lead: a code to itself, an old number to those that the registry says."""
    numbers = [(one.form, one.asked) for one in seen if one.form in _NOT_TOLD]
    found = {key: list(codes) for key, codes in finding.standing_numbers(numbers).items()} if numbers else {}
    organisations = sorted({number for form, number in numbers if form == "organisation-code"})
    for part, code in archive.codes_with_parts(organisations):
        known = found.setdefault(("organisation-code", part), [])
        known += [] if code in known else [code]
    return {key: codes[:_MOST_MATCHES] for key, codes in found.items()} | {
        ("uscc", one.asked): [one.asked] for one in seen if one.form == "uscc" and one.valid
    }


def _names(codes: list[str], norms: Law) -> dict[str, Match]:
    """Name, kind and state of the codes of which a public record tells."""
    public = [item.id for item in norms.items() if item.publicity == "public"]
    kinds = norms.codes("subject-kind")
    found = {}
    for code, (name, category, status) in archive.named_by(codes, public).items():
        label = category or kinds.prefixes.get(code[:2], "")
        kind = Text(label, kinds.english_labels.get(label, label).capitalize())
        found[code] = Match(code, name, kind, status)
    return found


def _concluded(one: Lookup, codes: list[str], names: dict[str, Match]) -> Lookup:
    """With the codes that were found; a code alone is no match where the archive does not know it."""
    if one.form == "uscc":
        matches = tuple(names[code] for code in codes if code in names)
        return replace(one, matches=matches, told=one.told if matches or not one.valid else _NOT_HERE)
    matches = tuple(names.get(code, Match(code, "", Text("", ""), "")) for code in codes)
    if not matches:
        return one
    return replace(one, matches=matches, told=_SAID if len(matches) == 1 else _SEVERAL)


_PERSON = Text(
    "这像是居民身份证号，没有查询。本服务只查组织和个体工商户的代码。",
    "This looks like a resident identity number and was not searched: only codes of organisations and businesses are.",
)
_PLACEHOLDER = Text(
    "这是尚未换发代码的老个体工商户的占位代码，不指任何主体。",
    "This is the placeholder of old individual businesses without a code; it is nobody's.",
)
_VALID = Text("代码有效：校验位相符。", "A valid code: its check character is right.")
_NOT_HERE = Text(
    "代码格式有效，但本平台没有它的公开登记信息：可能在外省登记，或者尚未归集。",
    "Well formed, but nothing public here bears it: it may be of another province, or not yet collected.",
)
_LETTERS = Text(
    "不是有效代码：18 位代码不使用字母 I、O、S、V、Z，第 3 至 8 位是数字。",
    "Not a code: I, O, S, V, Z are never used, and characters 3 to 8 are digits.",
)
_NOT_TOLD = {
    "registration-no": Text(
        "是旧注册号的格式，但登记机关报来的记录没有说它对应哪个代码。",
        "It has the form of an old registration number, but no registry's record says to which code it belongs.",
    ),
    "organisation-code": Text(
        "是组织机构代码的格式，但本平台没有含它的统一代码。",
        "It has the form of an organisation code, but no code here holds it.",
    ),
}
_SAID = Text(
    "对应的现行统一代码如下，以登记机关的记录为准。", "It belongs to this code by the registry's record."
)
_SEVERAL = Text(
    "登记机关的记录把它对应到几个代码，请向登记机关核实。",
    "Registries' records lead it to several codes: ask the registering office.",
)


def _wrong_check(told: rules.Parts) -> Text:
    return Text(
        f"不是有效代码：校验位是 {told.check}，按前 17 位应为 {told.expected}，可能有一位输错，请对照证照。",
        f"Not valid: the check character is {told.check} and should be {told.expected} by the other 17; compare the licence.",
    )


def _meant(proposal: str) -> Text:
    return Text(
        f"不是有效代码。形近的字母换成数字后是 {proposal}，请对照证照确认。",
        f"Not valid. With look-alike letters as digits it would be {proposal}: compare the licence.",
    )


def _unknown(code: str) -> Text:
    if not code:
        return Text("请输入代码。", "Type a code.")
    if code.isdigit() and len(code) == 15:
        return Text(
            "15 位注册号的校验位不对，请核对。",
            "The check digit of the fifteen-digit registration number is wrong.",
        )
    return Text(
        f"认不出来：统一代码 18 位，旧注册号 15 或 13 位，组织机构代码 9 位，您输入了 {len(code)} 位。",
        f"Not recognised: codes have 18 characters, old registration numbers 15 or 13, organisation codes 9; this has {len(code)}.",
    )
