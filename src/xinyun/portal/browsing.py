"""The view-models of the pages, built from public snapshots, the name index and the law."""

from __future__ import annotations

from datetime import date

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import Hit as Found
from xinyun.base import Text
from xinyun.base.identifiers import is_resident_id, normalise
from xinyun.law import CreditList, Item, Law
from xinyun.lists import queries as lists
from xinyun.portal import queries, rules
from xinyun.portal.pages import (
    CataloguePage,
    Choice,
    Hit,
    HomePage,
    ItemCard,
    Latest,
    ListCard,
    SearchPage,
    Snapshot,
    SubjectPage,
    Tally,
)

PAGE = 10
DEEPEST = 100
"""Pages that a search can be followed; who needs more asks more precisely."""
CATEGORIES = ("企业", "个体工商户", "农民专业合作社", "社会团体", "民办非企业单位", "事业单位", "机关")
"""The categories offered as a filter; the rest are rare and found by name."""

PUBLICITY = {
    "public": Text("向社会公开", "Public"),
    "masked": Text("隐去部分后公开", "Public, masked"),
    "hidden": Text("不公开", "Not public"),
    "on-application": Text("依申请公开", "On application"),
    "shared": Text("政务共享", "Shared among offices"),
    "consent": Text("授权查询", "With consent"),
}


def home(on: date) -> HomePage:
    """The first page."""
    now, counts, cards = law.rulebook().on(on), archive.counts(), list_cards(on)
    licences = _latest("licence", now)
    return HomePage(
        subjects=counts.pop("subjects"),
        records=sum(counts.values()),
        blacklisted=sum(card.count for card in cards if card.polarity == "adverse"),
        honoured=sum(card.count for card in cards if card.polarity == "favourable"),
        licences=licences,
        penalties=_latest("penalty", now),
        tries=_tries(licences),
        lists=tuple(card for card in cards if card.polarity != "watch"),
        on=on,
    )


def search(asked: str, *, city: str, kind: str, page: int, on: date) -> SearchPage:
    """A page of results. A resident identity number is never looked up."""
    now, asked, page = law.rulebook().on(on), asked.strip()[:100], min(max(page, 1), DEEPEST)
    city, kind = city if city in _cities(now) else "", kind if kind in CATEGORIES else ""
    total, found, capped = 0, (), False
    if asked and not is_resident_id(normalise(asked)):
        result = archive.search(
            asked, limit=PAGE, offset=(page - 1) * PAGE, division=city[:4] or None, kind=kind or None
        )
        total, found, capped = result.total, result.hits, result.capped
    return SearchPage(
        asked=asked,
        total=total,
        capped=capped,
        hits=tuple(_hit(one, asked, now) for one in found),
        cities=tuple(Choice(code, title, code == city) for code, title in _cities(now).items()),
        kinds=tuple(Choice(one, queries.kind_title("", one, now), one == kind) for one in CATEGORIES),
        city=city,
        kind=kind,
        page=page,
        pages=min(-(-total // PAGE), DEEPEST),
        advice=None if total else rules.advice(asked),
    )


def subject(code: str, *, kind: str, on: date) -> SubjectPage | None:
    """The page of one subject, with the tab of `kind`; `None` where there is no such subject."""
    snapshot = queries.public_snapshot(code, on=on)
    if snapshot is None:
        return None
    tabs = _tabs(snapshot, kind)
    chosen = next((tab for tab in tabs if tab.chosen), tabs[0])
    lines = snapshot.of(chosen.kind) if chosen.kind else snapshot.lines
    return SubjectPage(snapshot, tabs, chosen, lines)


def catalogue(on: date) -> CataloguePage:
    """What is collected and listed, as the law stands on a day."""
    now = law.rulebook().on(on)
    items = sorted(now.items(), key=lambda item: _rank(item))
    return CataloguePage(
        tuple(_item_card(item, now) for item in items), list_cards(on), law.rulebook().hash, on
    )


def list_cards(on: date) -> tuple[ListCard, ...]:
    """Every list in force with its count; sanctions first."""
    now, counts = law.rulebook().on(on), lists.counts(on)
    order = ("adverse", "watch", "favourable")
    return tuple(
        _list_card(one, counts.get(one.id, 0), now)
        for one in sorted(now.lists(), key=lambda one: order.index(one.polarity))
    )


def _latest(item: str, now: Law) -> tuple[Latest, ...]:
    """The six newest public records of an item; some of the newest may not be public."""
    found = []
    for record, code, name in archive.latest(item, 24):
        line = queries.record_line(record, now.item(item), now)
        if line and len(found) < 6:
            found.append(Latest(code, name, line.title, line.on, line.authority))
    return tuple(found)


def _tries(licences: tuple[Latest, ...]) -> tuple[str, ...]:
    """Two searches that are sure to find something: part of a name, and a whole code."""
    return (licences[0].name[:4], licences[0].code) if licences else ()


def _cities(now: Law) -> dict[str, Text]:
    """The cities and prefectures of the provinces that the rulebook details, by code."""
    divisions = now.book.divisions.values()
    cities = [d for d in divisions if d.code.endswith("00") and not d.code.endswith("0000") and not d.retired]
    return {d.code: Text(d.title, d.title) for d in cities}


def _hit(found: Found, asked: str, now: Law) -> Hit:
    snapshot = queries.public_snapshot(found.code, on=now.day)
    return Hit(
        code=found.code,
        pieces=rules.matches(found.name, asked),
        kind=queries.kind_title(found.kind, found.category, now),
        division=queries.division_title(found.division, now),
        status=found.status,
        standing=snapshot.standing if snapshot else "mute",
        established_on=rules.day_of(found.established_on or ""),
        tallies=tuple(tab for tab in _tabs(snapshot, "")[1:] if tab.count) if snapshot else (),
    )


def _tabs(snapshot: Snapshot, chosen: str) -> tuple[Tally, ...]:
    counted = {kind.id: len(snapshot.of(kind.id)) for kind in rules.KINDS.values()}
    shown = [kind for kind in rules.KINDS.values() if counted[kind.id] or kind.id in rules.CORE_KINDS]
    chosen = chosen if chosen in {kind.id for kind in shown} else ""
    everything = Tally("", Text("全部记录", "All records"), len(snapshot.lines), "", not chosen)
    return (everything, *(Tally(k.id, k.title, counted[k.id], k.tone, k.id == chosen) for k in shown))


def _rank(item: Item) -> int:
    order = ("registration", "administration", *(section for section, _, _ in rules.SECTIONS[1:]))
    return order.index(item.category)


def _item_card(item: Item, now: Law) -> ItemCard:
    return ItemCard(
        id=item.id,
        title=_titled(item),
        kind=rules.kind_of(item),
        providers=_departments(item.providers, now),
        publicity=PUBLICITY[item.publicity],
        within=item.update_working_days,
        basis=queries.cite(item.basis, now),
        fields=tuple((f.name, Text(f.title, f.english), PUBLICITY[f.publicity]) for f in item.fields),
    )


def _list_card(listed: CreditList, count: int, now: Law) -> ListCard:
    measures = tuple(_titled(measure) for measure in now.measures() if listed.id in measure.lists)
    return ListCard(
        id=listed.id,
        title=_titled(listed),
        polarity=listed.polarity,
        count=count,
        authority=_departments(listed.authority, now),
        term_months=listed.term_months,
        entry=listed.entry,
        exit=listed.exit,
        basis=queries.cite(listed.basis, now),
        measures=measures,
    )


def _departments(slugs: tuple[str, ...], now: Law) -> tuple[Text, ...]:
    """Departments by their highest office in the rulebook."""
    if "any" in slugs:
        return (Text("各有关部门", "Any department concerned"),)
    by_slug: dict[str, Text] = {}
    for office in now.offices():
        by_slug.setdefault(office.department, Text(office.title, office.english))
    return tuple(by_slug.get(slug, Text(slug, slug)) for slug in slugs)


def _titled(norm: Item | CreditList | law.Measure) -> Text:
    return Text(norm.title, norm.english[:1].upper() + norm.english[1:])
