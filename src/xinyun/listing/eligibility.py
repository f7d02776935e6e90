"""Who may be recommended for a favourable list: a pure function of (what it is on, the list's procedure, law of the day)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xinyun.base import Refusal, Text
from xinyun.law import CreditList, Law, NotInForce, UnknownNorm
from xinyun.listing.rules import Terms, level
from xinyun.lists.rules import Standing


class NoApplication(Refusal):
    """Nobody applies for this list: offices enter it of their own motion."""

    code = "no-application"


class NotEligible(Refusal):
    """The subject is on an adverse list that bars it."""

    code = "not-eligible"
    status = 409


class NotTheirsToRecommend(Refusal):
    """Offices of that level do not recommend for this list."""

    code = "not-theirs-to-recommend"
    status = 403


class ApplicationFirst(Refusal):
    """The list is entered on application, and none that was recommended is named."""

    code = "application-first"
    status = 409


def barring(standings: Iterable[Standing], tiers: Sequence[str], now: Law) -> tuple[CreditList, ...]:
    """The adverse lists of these tiers that a subject is on, on the law's day."""
    found = []
    for list_id in dict.fromkeys(one.list_id for one in standings if one.in_force(now.day)):
        try:
            credit_list = now.list(list_id)
        except (UnknownNorm, NotInForce):
            continue
        if credit_list.polarity == "adverse" and credit_list.tier in tiers:
            found.append(credit_list)
    return tuple(found)


def demand_application(known: Terms) -> None:
    """:raises NoApplication: the list's procedure knows no application."""
    if known.norm.application is None:
        title = known.credit_list
        raise NoApplication(
            Text(f"「{title.title}」不凭申报认定。", f"Nobody applies for {title.english}."),
            Text("由认定单位依职权提出。", "The deciding office proposes it of its own motion."),
            known.norm.basis,
        )


def demand_eligible(standings: Iterable[Standing], known: Terms, now: Law) -> None:
    """:raises NotEligible: the subject is on a list that bars it."""
    assert known.norm.application
    found = barring(standings, known.norm.application.barred_by, now)
    if found:
        zh, en = "、".join(one.title for one in found), ", ".join(one.english for one in found)
        raise NotEligible(
            Text(f"主体在「{zh}」上，不予推荐。", f"The subject is on {en} and is not recommended."),
            Text("移出之后可以再申报。", "It may apply again once it is off."),
            (*known.norm.basis, *known.credit_list.basis),
        )


def demand_recommender(office: str, known: Terms, now: Law) -> None:
    """:raises NotTheirsToRecommend: the office is of no level that recommends."""
    assert known.norm.application
    if level(now.office(office)) not in known.norm.application.recommended_by:
        raise NotTheirsToRecommend(
            Text("这一级的单位不推荐。", "Offices of this level do not recommend."),
            Text("请交市州或省有关部门审核。", "Hand it to a department of the city or the province."),
            known.norm.basis,
        )
