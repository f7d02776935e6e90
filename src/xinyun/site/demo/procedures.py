"""What is under way in the demonstration: a subscriber that has not looked into its inbox, a list entry of which notice was given."""

from __future__ import annotations

from datetime import date

from xinyun.exchange import operations as exchange
from xinyun.exchange import queries as subscribed
from xinyun.listing import operations as listing
from xinyun.listing import queries as cases
from xinyun.site.demo.people import CLIENT
from xinyun.site.demo.places import Province
from xinyun.site.demo.subjects import Subject

_LISTS = ["wage-arrears", "serious-tax-violation", "judgment-defaulter"]


def subscribe(*, actor: str, on: date) -> None:
    """The trading platform is told of the lists that bear on bidders, from the beginning; once for all runs."""
    if not any(one.client == CLIENT for one in subscribed.subscriptions()):
        exchange.subscribe(
            client=CLIENT, channel="inbox", lists=_LISTS, items=[], from_start=True, actor=actor, on=on
        )


def open_case(cast: list[Subject], province: Province, day: date, *, actor: str, on: date) -> None:
    """The labour office has told a company that it is to be listed, and waits for what it has to say; once for all runs."""
    office, document = f"{province.code}.human-resources", f"演人社列告字〔{day.year}〕1号"
    party = next((one for one in cast if one.prefix == "91" and not one.role.list_id), None)
    if party is None or any(one.document == document for one in cases.cases(office, limit=200)):
        return
    opened = listing.propose(
        list_id="wage-arrears", code=party.code, conduct="serious", document=document,
        facts="拖欠农民工工资（演示），经责令限期支付，逾期未支付。", articles=["mohrss-45-2021 第五条"],
        evidence=[listing.Evidence("限期支付的责令（演示）", f"演人社责字〔{day.year}〕1号")],
        office=office, actor=actor, on=on,
    )  # fmt: skip
    listing.serve(
        case=opened.id, way="direct", served=on, proof="送达回证（演示）", office=office, actor=actor, on=on
    )
