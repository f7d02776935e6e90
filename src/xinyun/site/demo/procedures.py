"""What is under way in the demonstration: a subscriber with a full inbox, a list entry of which notice was given, tasks."""

from __future__ import annotations

from datetime import date

from xinyun.enforcement import operations as enforcement
from xinyun.enforcement import queries as enforced
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


def keep_rosters(cast: list[Subject], province: Province, *, actor: str, on: date) -> None:
    """Two offices keep rosters of those with whom they deal; one has acted on some of what follows. Once for all runs."""
    parties = [one for one in cast if one.prefix == "91"]
    some = [one for one in parties if one.role.list_id][:40] + [
        one for one in parties if not one.role.list_id
    ][:60]
    lines = [(one.code, one.name, f"演示{one.number + 1}号") for one in some]
    market, trading = f"{province.cities[0]}.market-regulation", f"{province.code}.public-resources"
    if not lines or enforced.rosters(market):
        return
    for office, scene in ((market, "inspection-draw"), (trading, "tender-registration")):
        enforcement.put_lines(office=office, scene=scene, lines=lines, replace=True, actor=actor, on=on)
    enforcement.follow(actor=actor, on=on)
    _act(enforced.tasks(market, on=on, state="open"), market, actor, on)


def _act(found: list[enforced.TaskView], office: str, actor: str, on: date) -> None:
    """Carry out the first reward and the first sanction, and decline another."""
    for effect in (("benefit",), ("block", "review", "remind")):
        alike = [one for one in found if one.effect in effect]
        if alike:
            enforcement.do(
                task=alike[0].id, what="已在抽查计划中标明（演示）", day=on, document=f"演市监执字〔{on.year}〕{alike[0].id}号",
                office=office, actor=actor, on=on,
            )  # fmt: skip
        if len(alike) > 1:
            enforcement.decline(
                task=alike[1].id, reason="no-dealings", text="本年度没有安排抽查（演示）", office=office, actor=actor, on=on
            )  # fmt: skip
