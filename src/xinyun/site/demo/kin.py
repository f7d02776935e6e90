"""Who owns whom, who is whose branch, who bid together: relations of the demonstration's companies, under catalogue names."""

from __future__ import annotations

from datetime import date, timedelta

from xinyun.base.period import add_months
from xinyun.site.demo import showcase
from xinyun.site.demo.places import Province
from xinyun.site.demo.records import Files, Row, resident_id
from xinyun.site.demo.subjects import Subject, chance, day_between

_PERSON = 80_000
"""Numbers of invented persons from here on are those of legal representatives."""


def write(cast: list[Subject], province: Province, files: Files, on: date) -> None:
    """Add the rows that tell relations to the files of the offices that furnish them."""
    companies = [one for one in cast if one.prefix == "91"]
    for owned, owner in _owners(companies):
        regulator = f"{owned.place.city}.market-regulation"
        files["shareholder", regulator].append(_share(owned, owner, province, on))
    for branch, parent in _branches(companies):
        regulator = f"{branch.place.city}.market-regulation"
        files["branch", regulator].append(_branch(branch, parent, province))
    builders = [one for one in companies if one.trade.id == "construction" and one.status == "存续"]
    for n, pair in enumerate(zip(builders[::2], builders[1::2], strict=False)):
        files["bidding-contract", f"{province.code}.public-resources"] += _contract(n, pair, province, on)
    _number_one_person(companies, files)


def _owners(companies: list[Subject]) -> list[tuple[Subject, Subject]]:
    """Every third company belongs to an earlier one; the showcase and a listed one to the same."""
    found = [(one, companies[n // 5]) for n, one in enumerate(companies) if n % 3 == 2]
    star = next((one for one in companies if showcase.is_showcase(one)), None)
    listed = next((one for one in companies if one.role.list_id == "judgment-defaulter"), None)
    holding = companies[0] if companies else None
    if star and listed and holding and holding not in (star, listed):
        found = [(owned, owner) for owned, owner in found if owned not in (star, listed)]
        found += [(star, holding), (listed, holding)]
    return [(owned, owner) for owned, owner in found if owned is not owner]


def _branches(companies: list[Subject]) -> list[tuple[Subject, Subject]]:
    """A branch is named after the company that set it up."""
    parents = [one for one in companies if not one.name.endswith("分公司")]
    return [
        (branch, parent)
        for branch in companies
        if branch.name.endswith("分公司")
        for parent in parents
        if branch.name.startswith(parent.name)
    ]


def _share(owned: Subject, owner: Subject, province: Province, on: date) -> Row:
    rng = chance(owned.number, "share")
    return {
        "name": owned.name,
        "uscc": owned.code,
        "investor_kind": "企业法人",
        "investor_name": owner.name,
        "investor_uscc": owner.code,
        "share_percent": str(rng.choice((20, 35, 51, 60, 80, 100))),
        "subscribed_form": "货币",
        "published_on": day_between(rng, max(owned.established, on - timedelta(days=900)), on).isoformat(),
        "data_source_name": province.office(owned.place, "market-regulation"),
    }


def _branch(branch: Subject, parent: Subject, province: Province) -> Row:
    regulator = province.office(branch.place, "market-regulation")
    return {
        "name": parent.name,
        "uscc": parent.code,
        "branch_name": branch.name,
        "branch_uscc": branch.code,
        "branch_established_on": branch.established.isoformat(),
        "branch_status": branch.status,
        "authority_name": regulator,
        "data_source_name": regulator,
    }


def _contract(number: int, pair: tuple[Subject, Subject], province: Province, on: date) -> list[Row]:
    """A contract that two builders won together, as each of them has it."""
    signed = day_between(chance(number, "contract"), on - timedelta(days=500), on - timedelta(days=20))
    return [
        {
            "name": one.name,
            "uscc": one.code,
            "contract_no": f"演合同{signed.year}-{number + 1:03d}",
            "project_name": f"演示道路工程第{number + 1}标段",
            "tenderer_name": f"{province.title}演示交通建设中心",
            "role": role,
            "amount_10k_yuan": str(1200 + 35 * number),
            "signed_on": signed.isoformat(),
            "finish_by": add_months(signed, 36).isoformat(),
            "performed": "履行中",
            "data_source_name": f"{province.title}公共资源交易中心",
        }
        for one, role in zip(pair, ("联合体牵头人", "联合体成员"), strict=True)
    ]


def _number_one_person(companies: list[Subject], files: Files) -> None:
    """Licences of two companies, one of them listed, name one legal representative with the same number.

    Others whose legal representative bears the same name have no number, and nothing follows from the name.
    """
    licensed = {
        row.get("uscc", ""): row
        for (item, _), rows in sorted(files.items())
        if item == "licence"
        for row in rows
    }
    adverse = [one for one in companies if one.role.list_id not in {"", "tax-a"} and one.code in licensed]
    for listed in adverse:
        for other in companies:
            if other.person == listed.person and other is not listed and other.code in licensed:
                numbered = {
                    "legal_rep_id_type": "身份证",
                    "legal_rep_id_no": resident_id(_PERSON + listed.number),
                }
                licensed[listed.code].update(numbered)
                licensed[other.code].update(numbered)
                return
