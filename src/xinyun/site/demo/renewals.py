"""Shops that became companies under new codes, as registries tell it; a later decision still names the old code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from xinyun.site.demo.places import Province
from xinyun.site.demo.subjects import Subject

MOST = 2


def pairs(cast: Iterable[Subject]) -> list[tuple[Subject, Subject]]:
    """Closed shops with the company of the same town and trade that each became; more subjects never change the first."""
    shops: list[Subject] = []
    found: list[tuple[Subject, Subject]] = []
    for one in cast:
        if one.role.list_id:
            continue
        if one.prefix == "92" and one.status == "注销":
            shops.append(one)
        elif one.prefix == "91" and one.status == "存续" and not one.name.endswith("分公司"):
            shop = next((shop for shop in shops if _may_become(shop, one)), None)
            if shop:
                shops.remove(shop)
                found.append((shop, one))
        if len(found) == MOST:
            break
    return found


def _may_become(shop: Subject, company: Subject) -> bool:
    same = (shop.place.city, shop.trade.id) == (company.place.city, company.trade.id)
    return same and shop.established < company.established


def rows(old: Subject, new: Subject, province: Province, on: date) -> Iterator[tuple[str, dict[str, str]]]:
    """What the registry says of the codes, and a penalty under the old one, each with its catalogue item."""
    registrar = province.office(new.place, new.registrar)
    yield (
        "uscc-assignment",
        {
            "name": new.name,
            "uscc": new.code,
            "act": "换码",
            "act_on": new.established.isoformat(),
            "old_code": old.code,
            "authority_name": registrar,
            "data_source_name": registrar,
        },
    )
    decided = max(new.established, on - timedelta(days=75))
    yield (
        "penalty",
        {
            "counterparty_name": old.name,
            "counterparty_class": "个体工商户",
            "uscc": old.code,
            "legal_rep_name": old.person,
            "decision_no": f"演示罚〔{decided.year}〕8{old.number:03d}号",
            "violation_type": "未按规定更换营业执照",
            "violation_facts": "个体工商户转为企业后仍以原营业执照经营（演示）；决定书写的是旧代码。",
            "legal_basis": "《市场主体登记管理条例》（演示）",
            "penalty_class": "罚款",
            "content": "罚款一千元。",
            "fine_10k_yuan": "0.1",
            "decision_date": decided.isoformat(),
            "valid_to": "2099-12-31",
        },
    )
