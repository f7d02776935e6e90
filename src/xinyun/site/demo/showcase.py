"""One subject that tries the pages: rare characters, another name before, long texts, many records, a removal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from xinyun.site.demo.places import Province
from xinyun.site.demo.subjects import Subject

NUMBER = 5
"""An early subject, which all but the smallest demonstrations have; its name is of rare characters."""
LIST, REMOVAL_REASON = "serious-tax-violation", "已缴清税款、滞纳金和罚款（演示），经申请提前移出"
STRAY_PERSON = "529999190001010018"
"""A well-formed number that nobody can have, left in a free text as it happens; pages mask it."""
_LICENCES = (
    ("危险化学品经营许可证", "带储存设施经营：𬭎、垚淼系列环保药剂（演示）"),
    ("排污许可证", "废水、废气排放许可（演示）"),
    ("建筑工程施工许可证", "环保药剂车间改扩建（演示）"),
)
_FACTS = (
    "经查，当事人在生产车间改扩建期间（演示），未按照经批准的环境影响评价文件要求建设配套的污染防治设施即投入试生产，"
    "现场负责人演甲子（身份证号{person}）对上述事实予以确认；执法人员依法制作现场检查笔录、调查询问笔录，"
    "并提取了生产台账、药剂出入库记录和监控影像等证据，证据之间相互印证，足以认定。"
) * 3
_BASIS = "《建设项目环境保护管理条例》第二十三条（演示）；《环境行政处罚办法》（演示）"


def is_showcase(subject: Subject) -> bool:
    """Whether this is the one."""
    return subject.number == NUMBER


def former_name(subject: Subject) -> str:
    """The name that it had before."""
    return subject.name.removesuffix("有限公司") + "实业有限公司"


def before(subject: Subject, row: dict[str, str], province: Province) -> dict[str, str]:
    """Its first registration: under another name, in another place and another trade."""
    there = next(place for place in province.places[1] if place.city != subject.place.city)
    return row | {
        "name": former_name(subject),
        "approved_on": subject.established.isoformat(),
        "address": f"{province.title}{there.city_title}{there.title}云岭路演示1号",
        "city": there.city_title,
        "industry": "住宿和餐饮业" if subject.trade.industry != "住宿和餐饮业" else "批发和零售业",
    }


def rows(subject: Subject, on: date) -> Iterator[tuple[str, dict[str, str]]]:
    """Its many licences and its few penalties, one of them long, each with its catalogue item."""
    about = {
        "counterparty_name": subject.name,
        "counterparty_class": "法人及非法人组织",
        "uscc": subject.code,
        "legal_rep_name": subject.person,
    }
    for n in range(36):
        decided = max(subject.established, on - timedelta(days=11 + 17 * n))
        yield "licence", about | _licence(n, decided)
    for n in range(4):
        decided = max(subject.established, on - timedelta(days=40 + 90 * n))
        yield "penalty", about | _penalty(n, decided)


def _licence(n: int, decided: date) -> dict[str, str]:
    title, content = _LICENCES[n % len(_LICENCES)]
    return {
        "decision_title": f"{title}准予许可决定书",
        "decision_no": f"演示许〔{decided.year}〕9{n:03d}号",
        "licence_class": "普通",
        "certificate_name": title,
        "licence_no": f"XY9{n:09d}",
        "content": content,
        "decision_date": decided.isoformat(),
        "valid_from": decided.isoformat(),
        "valid_to": "2099-12-31",
        "status": "有效",
    }


def _penalty(n: int, decided: date) -> dict[str, str]:
    return {
        "decision_no": f"演示罚〔{decided.year}〕9{n:03d}号",
        "violation_type": "污染防治设施未经验收即投入生产",
        "violation_facts": _FACTS.format(person=STRAY_PERSON) if n == 0 else "现场检查发现台账不全（演示）。",
        "legal_basis": _BASIS,
        "penalty_class": "罚款",
        "content": f"罚款{20 + n}万元。",
        "fine_10k_yuan": str(20 + n),
        "decision_date": decided.isoformat(),
        "valid_to": "2099-12-31",
    }
