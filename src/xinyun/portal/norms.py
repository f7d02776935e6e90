"""The pages about rules: the catalogue, the lists, and who is on a public list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Text
from xinyun.base.identifiers import mask_within
from xinyun.identity import queries as identity
from xinyun.law import CreditList, Item, Law
from xinyun.law.citing import cite
from xinyun.lists import queries as lists
from xinyun.lists.queries import EntryView
from xinyun.portal import queries, rules
from xinyun.portal.pages import CataloguePage, ItemCard, ListCard, ListPage, ListRow, NormLink
from xinyun.portal.volumes import VALUES
from xinyun.rulemaking.rules import KINDS

LIST_PAGE = 20


def catalogue(on: date) -> CataloguePage:
    """What is collected and listed, as the law stands on a day."""
    book = law.rulebook()
    now = book.on(on)
    chapters = now.codes("catalogue-chapter")
    items: dict[str, list[ItemCard]] = {}
    for item in sorted(now.items(), key=lambda item: (chapters.labels.index(item.chapter), item.id)):
        items.setdefault(item.chapter, []).append(_item_card(item, now))
    return CataloguePage(
        tuple((Text(label, chapters.english_labels[label]), tuple(cards)) for label, cards in items.items()),
        list_cards(on),
        tuple((kind, KINDS[kind], tuple(_links(kind, now))) for kind in _OTHERS),
        len(book.sources),
        book.hash,
        on,
    )


_OTHERS = (
    "measure",
    "scene",
    "repair",
    "procedure",
    "listing",
    "enforcement",
    "clock",
    "assessment",
    "limit",
    "fine",
    "relation",
    "association",
    "identity",
    "retention",
    "code",
)


def _links(kind: str, now: Law) -> Iterator[NormLink]:
    """The norms of a kind that are in force, each with a word about it."""
    for id in now.book.ids(kind):
        try:
            edition = now.norm(kind, id)
        except law.NotInForce:
            continue
        word = VALUES.get(edition.get("effect") or edition.get("of") or "", Text("", ""))
        if kind == "clock":
            word = now.clock(id).span.text
        yield NormLink(kind, id, now.book.title_of(kind, id), word, edition.get("confidence", "seen"))


def list_cards(on: date) -> tuple[ListCard, ...]:
    """Every list in force with its count; sanctions first."""
    now, counts = law.rulebook().on(on), lists.counts(on, persons=False)
    order = ("adverse", "watch", "favourable")
    return tuple(
        _list_card(one, counts.get(one.id, 0), now)
        for one in sorted(now.lists(), key=lambda one: order.index(one.polarity))
    )


def credit_list(id: str, page: int, on: date, code: str = "") -> ListPage | None:
    """Who is on a public list on a day; `None` where there is no public list of that id. Never persons.

    With a code, in its normal form, only the entries of its subject, whichever of its codes they name.
    """
    now = law.rulebook().on(on)
    listed = next((one for one in now.lists() if one.id == id and queries.is_public_list(one)), None)
    if listed is None:
        return None
    card = _list_card(listed, lists.counts(on, persons=False).get(id, 0), now)
    pages = 1 if code else max(-(-card.count // LIST_PAGE), 1)
    page, codes = min(max(page, 1), pages), _codes(code) if code else None
    entries = lists.entries(
        id, on, codes=codes, limit=LIST_PAGE, offset=(page - 1) * LIST_PAGE, persons=False
    )
    current = queries.superseded([entry.code for entry in entries])
    names = archive.names_of([*(entry.code for entry in entries), *current.values()])
    rows = tuple(_list_row(entry, names, current.get(entry.code, ""), now) for entry in entries)
    return ListPage(card, rows, page, pages, on, code)


def _codes(code: str) -> tuple[str, ...]:
    """All codes of the subject that has a code; what is no code finds nothing."""
    return identity.identity(code).codes if rules.is_code_shaped(code) else ()


def _list_row(entry: EntryView, names: Mapping[str, str], current: str, now: Law) -> ListRow:
    return ListRow(
        code=entry.code,
        name=names.get(entry.code, entry.code),
        document=mask_within(entry.document),
        office=queries.office(entry.office, now),
        since=entry.period.start,
        until=entry.period.last_day,
        current=current,
        current_name=names.get(current, ""),
    )


def _item_card(item: Item, now: Law) -> ItemCard:
    return ItemCard(
        id=item.id,
        title=_titled(item),
        providers=_departments(item.providers, now),
        publicity=VALUES[item.publicity],
        tier=VALUES[item.tier],
        update=item.update.text,
        confidence=item.confidence,
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
        confidence=listed.confidence,
        entry=listed.entry,
        exit=listed.exit,
        basis=cite(listed.basis, now),
        measures=measures,
        public=queries.is_public_list(listed),
    )


def _departments(slugs: tuple[str, ...], now: Law) -> tuple[Text, ...]:
    """Departments by the short titles of the rulebook."""
    if "any" in slugs:
        return (Text("各有关部门", "Any department concerned"),)
    named = now.book.departments
    return tuple(named.get(slug, Text(slug, slug)) for slug in slugs)


def _titled(norm: Item | CreditList | law.Measure) -> Text:
    return Text(norm.title, norm.english[:1].upper() + norm.english[1:])
