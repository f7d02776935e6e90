"""The view-models of the pages about subjects, built from public snapshots, the name index and the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from django.core.cache import cache
from django.utils import timezone

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Text
from xinyun.law import Law
from xinyun.portal import finding, hints, norms, queries, rules
from xinyun.portal.finding import Asked, Finding, Span
from xinyun.portal.pages import (
    Choice,
    Facet,
    Hit,
    HomePage,
    Latest,
    LatestPage,
    Namesake,
    Namesakes,
    ReportVerdict,
    SearchPage,
    SubjectPage,
    Tally,
    VerdictCard,
)
from xinyun.portal.snapshot import Snapshot, since
from xinyun.subjects import queries as subjects

PAGE = 10
LINES_PAGE = 20
LATEST_PAGE = 20
NAMESAKES = 5
"""How many others of the same name a subject's page shows; the search shows all."""
LATEST = 6
DEEPEST = 100
"""Pages that a search can be followed; who needs more asks more precisely."""
RECENT = 300
"""How many of the newest records of an item are looked through for what was published last."""
KEPT_SECONDS = 60
"""For how long the numbers and latest decisions, the same for everybody, are not counted anew."""
LATEST_KINDS = ("licence", "penalty")
"""双公示: the two kinds whose latest decisions are published as such."""
COMMON = {
    "kind": ("企业", "个体工商户", "农民专业合作社", "社会团体", "民办非企业单位", "事业单位", "机关"),
    "record": rules.CORE_KINDS,
}
"""The values that are offered before it is known whether there is a find; the rest are rare."""
LONGEST = 100
"""Characters of what is asked; more are not looked at."""


def home(on: date) -> HomePage:
    """The first page; its numbers may be a minute old."""
    page: HomePage = cache.get_or_set(f"portal:home:{on}", lambda: _home(on), KEPT_SECONDS)
    return page


def _home(on: date) -> HomePage:
    now, counts, cards = law.rulebook().on(on), archive.counts(), norms.list_cards(on)
    licences = _latest("licence", now, 24)[:LATEST]
    return HomePage(
        subjects=counts.pop("subjects"),
        records=sum(counts.values()),
        blacklisted=sum(card.count for card in cards if card.polarity == "adverse"),
        honoured=sum(card.count for card in cards if card.polarity == "favourable"),
        licences=licences,
        penalties=_latest("penalty", now, 24)[:LATEST],
        tries=_tries(licences),
        lists=tuple(card for card in cards if card.public),
        on=on,
    )


def search(
    asked: Asked, *, page: int, on: date, after: str = "", before: str = "", person: bool = False
) -> SearchPage:
    """A page of results. A resident identity number is never looked up, nor told back; `person` says there was one.

    `after` or `before` is the place in the order at which the page before this one ended, or the one after it begins.
    """
    now, page = law.rulebook().on(on), min(max(page, 1), DEEPEST)
    asked = _known(asked, now)
    if hints.holds_person(asked.text):
        asked, person = replace(asked, text=""), True
    found = finding.find(asked, Span(PAGE, (page - 1) * PAGE, after, before), on)
    narrowed = bool(asked.city or asked.kind or asked.record)
    headline, advice = _help(asked.text, person, filtered=narrowed) if not found.total else (None, None)
    return SearchPage(
        asked=asked.text,
        total=found.total,
        capped=found.capped,
        hits=_hits(found, asked.text, now),
        facets=_facets(found, asked, now),
        page=page,
        pages=min(-(-found.total // PAGE), DEEPEST),
        next=found.next,
        previous=found.previous,
        surveyed=found.surveyed if found.capped or found.total > found.surveyed else 0,
        person=person,
        headline=headline,
        advice=advice,
    )


def _known(asked: Asked, now: Law) -> Asked:
    """What was asked, without facet values that there are not."""
    return Asked(
        asked.text.strip()[:LONGEST],
        asked.city if asked.city in _cities(now) else "",
        asked.kind if asked.kind in now.codes("subject-kind").labels else "",
        asked.record if asked.record in rules.KINDS else "",
    )


def _facets(found: Finding, asked: Asked, now: Law) -> tuple[Facet, ...]:
    """The values that narrow the finds down, each with how many it leaves.

    Where more was found than is counted, a city or an ordinary type may have finds that were not looked at.
    """

    def facet(
        name: str, title: Text, titles: Mapping[str, Text], counts: Mapping[str, int], floor: bool
    ) -> Facet:
        chosen, open = getattr(asked, name), COMMON.get(name, titles.keys()) if found.capped else ()
        return Facet(
            name,
            title,
            tuple(
                Choice(value, text, value == chosen, counts.get(value, 0), floor)
                for value, text in titles.items()
                if counts.get(value) or value == chosen or value in open
            ),
        )

    cities = {f"{digits}00": count for digits, count in found.cities.items()}
    categories = {one: queries.kind_title("", one, now) for one in now.codes("subject-kind").labels}
    kinds = {kind.id: kind.title for kind in rules.KINDS.values()}
    more = found.capped or found.total > found.surveyed
    facets = (
        facet("city", Text("市（州）", "City"), _cities(now), cities, found.capped),
        facet("kind", Text("主体类型", "Type"), categories, found.kinds, found.capped),
        facet("record", Text("有哪类记录", "With records of"), kinds, found.records, more),
    )
    return tuple(one for one in facets if one.choices)


def _help(asked: str, person: bool, *, filtered: bool) -> tuple[Text | None, Text | None]:
    """What to say where nothing was found, and nothing where nothing was asked."""
    if person:
        return hints.NOT_SEARCHED, hints.PERSON
    if not asked:
        return None, None
    return hints.headline(asked), hints.FILTERED if filtered else hints.advice(asked)


def subject(code: str, *, kind: str, on: date, page: int = 1) -> SubjectPage | None:
    """The page of one subject, with the tab of `kind`; `None` where there is no such subject."""
    snapshot = queries.public_snapshot(code, on=on)
    if snapshot is None:
        return None
    tabs = _tabs({one.id: len(snapshot.of(one.id)) for one in rules.KINDS.values()}, kind)
    chosen = next((tab for tab in tabs if tab.chosen), tabs[0])
    lines = snapshot.of(chosen.kind) if chosen.kind else snapshot.lines
    pages = max(-(-len(lines) // LINES_PAGE), 1)
    page = min(max(page, 1), pages)
    shown = lines[(page - 1) * LINES_PAGE : page * LINES_PAGE]
    now = law.rulebook().on(on)
    base = subjects.view(snapshot.base, partial(queries.office, now=now), now)
    return SubjectPage(snapshot, tabs, chosen, shown, page, pages, base, _namesakes(snapshot))


def _namesakes(snapshot: Snapshot) -> Namesakes:
    """Who else bears the very name; the subject's own codes are none of them."""
    own = {snapshot.code, *snapshot.others}
    codes = sorted(code for code in archive.codes_of(snapshot.name) if code not in own)
    if not codes:
        return Namesakes(0, ())
    now, known = law.rulebook().on(snapshot.on), archive.headers_by_code(codes[:NAMESAKES])
    return Namesakes(
        len(codes),
        tuple(
            Namesake(
                one.code,
                queries.division_title(one.division, now),
                queries.state_title(one.status, now),
                one.established_on,
            )
            for one in known.values()
        ),
    )


def latest(kind: str, page: int, on: date) -> LatestPage | None:
    """What was published last of a kind; `None` where the kind is none of the two."""
    if kind not in LATEST_KINDS:
        return None
    now = law.rulebook().on(on)
    rows: tuple[Latest, ...] = cache.get_or_set(
        f"portal:latest:{kind}:{on}", lambda: _latest(kind, now, RECENT), KEPT_SECONDS
    )
    pages = max(-(-len(rows) // LATEST_PAGE), 1)
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * LATEST_PAGE : page * LATEST_PAGE]
    return LatestPage(rules.KINDS[kind], shown, len(rows), page, pages, on)


def verdict(found: ReportVerdict, on: date) -> VerdictCard:
    """What to say of a report: of whom it is, and how the records stand now compared with then."""
    if found.at is None:
        return VerdictCard(found)
    issued = timezone.localtime(found.at).date()
    then = queries.public_snapshot(found.code, on=issued, as_of=found.seq)
    now = queries.public_snapshot(found.code, on=on)
    if then is None or now is None:
        return VerdictCard(found)
    return VerdictCard(found, then.name, since(then, now))


def _latest(item: str, now: Law, among: int) -> tuple[Latest, ...]:
    """The newest public records of an item, newest first; some of the newest may not be public."""
    lines = (
        (code, name, queries.record_line(record, now.item(item), now))
        for record, code, name in archive.latest(item, among)
    )
    return tuple(
        Latest(code, name, line.title, line.on, line.authority) for code, name, line in lines if line
    )


def _tries(licences: tuple[Latest, ...]) -> tuple[str, ...]:
    """Two searches that are sure to find something: part of a name, and a whole code."""
    return (licences[0].name[:4], licences[0].code) if licences else ()


def _cities(now: Law) -> dict[str, Text]:
    """The cities and prefectures of the provinces that the rulebook details, by code."""
    divisions = now.book.divisions.values()
    cities = [d for d in divisions if d.code.endswith("00") and not d.code.endswith("0000") and not d.retired]
    return {d.code: Text(d.title, d.title) for d in cities}


def _hits(found: Finding, asked: str, now: Law) -> tuple[Hit, ...]:
    superseded = queries.superseded([one.code for one in found.hits])
    return tuple(
        Hit(
            code=one.code,
            pieces=archive.pieces(one.name, one.marks),
            kind=queries.kind_title(one.kind, one.category, now),
            division=queries.division_title(one.division, now),
            state=queries.state_title(one.status, now),
            standing=rules.standing(one.status),
            established_on=rules.day_of(one.established_on or ""),
            tallies=tuple(tab for tab in _tabs(found.tallies[one.id], "")[1:] if tab.count),
            former=archive.matched(one.former, asked) if one.former else (),
            number=archive.matched(found.numbers[one.id], asked) if one.id in found.numbers else (),
            current=superseded.get(one.code, ""),
        )
        for one in found.hits
    )


def _tabs(counted: Mapping[str, int], chosen: str) -> tuple[Tally, ...]:
    """A tab for everything and one for each kind that there is or that people look for."""
    shown = [kind for kind in rules.KINDS.values() if counted.get(kind.id) or kind.id in rules.CORE_KINDS]
    chosen = chosen if chosen in {kind.id for kind in shown} else ""
    everything = Tally("", Text("全部记录", "All records"), sum(counted.values()), "", not chosen)
    return (everything, *(_tally(kind, counted.get(kind.id, 0), kind.id == chosen) for kind in shown))


def _tally(kind: rules.Kind, count: int, chosen: bool) -> Tally:
    return Tally(kind.id, kind.one if count == 1 else kind.title, count, kind.tone, chosen)
