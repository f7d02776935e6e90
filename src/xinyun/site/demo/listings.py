"""Decisions that put the demonstration's subjects on lists: some in offices' files, some entered by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from xinyun.site.demo.places import Province
from xinyun.site.demo.records import Files
from xinyun.site.demo.subjects import Subject, chance, day_between

_FACTS = {
    "wage-arrears": (
        "拖欠农民工工资（演示），经责令限期支付，逾期未支付。",
        "《保障农民工工资支付条例》第四十八条",
        "演人社列字",
    ),
    "serious-tax-violation": (
        "虚开发票（演示），经税务机关依法确定。",
        "《重大税收违法失信主体信息公布管理办法》第六条",
        "演税确字",
    ),
    "judgment-defaulter": (
        "有履行能力而拒不履行生效法律文书确定的义务（演示）。",
        "《关于公布失信被执行人名单信息的若干规定》",
        "演执",
    ),
}
_DEPARTMENTS = {
    "wage-arrears": "human-resources",
    "serious-tax-violation": "tax",
    "judgment-defaulter": "intermediate-court",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """An office's decision to put a subject on a list."""

    subject: Subject
    list_id: str
    document: str
    decided: date
    office: str


def decisions(subjects: list[Subject], province: Province, on: date) -> Iterator[Decision]:
    """The decisions about the subjects whose role is a list of serious dishonesty."""
    for subject in subjects:
        if subject.role.list_id in _FACTS:
            rng, list_id = chance(subject.number, "listing"), subject.role.list_id
            decided = day_between(rng, on - timedelta(days=600), on - timedelta(days=5), recent=True)
            document = f"{_FACTS[list_id][2]}〔{decided.year}〕{subject.number + 1}号"
            yield Decision(
                subject, list_id, document, decided, f"{subject.place.city}.{_DEPARTMENTS[list_id]}"
            )


def write(found: list[Decision], province: Province, files: Files) -> None:
    """Add the decisions that offices submit to their files of the item `serious`; courts send theirs through the high one."""
    for d in (one for one in found if not one.subject.role.by_hand):
        facts, basis, _ = _FACTS[d.list_id]
        department = _DEPARTMENTS[d.list_id].replace("intermediate-court", "high-court")
        files["serious", f"{province.code}.{department}"].append(
            {
                "list_name": province.norms.list(d.list_id).title,
                "name": d.subject.name,
                "uscc": d.subject.code,
                "legal_representative": d.subject.person,
                "decision_no": d.document,
                "decision_date": d.decided.isoformat(),
                "basis": basis,
                "authority": province.norms.office(d.office).title,
                "listed_on": (d.decided + timedelta(days=3)).isoformat(),
                "facts": facts,
                "remedy": "可依法申请行政复议或者提起诉讼；法院决定可申请复议。",
            }
        )
