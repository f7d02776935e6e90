"""The pages about rules: the catalogue, the lists, and who is on a public list."""

from __future__ import annotations

from datetime import date

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Text
from xinyun.base.identifiers import mask_within
from xinyun.law import CreditList, Field, Item, Law
from xinyun.lists import queries as lists
from xinyun.lists.queries import EntryView
from xinyun.portal import queries, rules
from xinyun.portal.citing import cite
from xinyun.portal.pages import CataloguePage, FieldRow, ItemCard, ListCard, ListPage, ListRow

LIST_PAGE = 20

PUBLICITY = {
    "public": Text("向社会公开", "Public"),
    "masked": Text("隐去部分后公开", "Public, masked"),
    "masked-persons": Text("公开，自然人的隐去部分", "Public; masked for natural persons"),
    "hidden": Text("不公开", "Not public"),
    "on-application": Text("依申请公开", "On application"),
    "shared": Text("政务共享", "Shared among offices"),
    "consent": Text("授权查询", "With consent"),
}
TYPES = {
    "text": Text("文本", "Text"),
    "date": Text("日期", "Date"),
    "end-date": Text("截止日期", "Last day"),
    "decimal": Text("数值", "Number"),
    "integer": Text("整数", "Integer"),
}
REQUIRED = {
    "yes": Text("必填", "Required"),
    "when": Text("有条件必填", "In some cases"),
    "no": Text("选填", "Optional"),
}


def catalogue(on: date) -> CataloguePage:
    """What is collected and listed, as the law stands on a day."""
    now = law.rulebook().on(on)
    items = sorted(now.items(), key=lambda item: _rank(item))
    return CataloguePage(
        tuple(_item_card(item, now) for item in items), list_cards(on), law.rulebook().hash, on
    )


def list_cards(on: date) -> tuple[ListCard, ...]:
    """Every list in force with its count; sanctions first."""
    now, counts = law.rulebook().on(on), lists.counts(on, persons=False)
    order = ("adverse", "watch", "favourable")
    return tuple(
        _list_card(one, counts.get(one.id, 0), now)
        for one in sorted(now.lists(), key=lambda one: order.index(one.polarity))
    )


def credit_list(id: str, page: int, on: date) -> ListPage | None:
    """Who is on a public list on a day; `None` where there is no public list of that id. Never persons."""
    now = law.rulebook().on(on)
    listed = next((one for one in now.lists() if one.id == id and queries.is_public_list(one)), None)
    if listed is None:
        return None
    card = _list_card(listed, lists.counts(on, persons=False).get(id, 0), now)
    pages = max(-(-card.count // LIST_PAGE), 1)
    page = min(max(page, 1), pages)
    entries = lists.entries(id, on, limit=LIST_PAGE, offset=(page - 1) * LIST_PAGE, persons=False)
    names = archive.names_of([entry.code for entry in entries])
    rows = tuple(_list_row(entry, names.get(entry.code, entry.code), now) for entry in entries)
    return ListPage(card, rows, page, pages, on)


def _list_row(entry: EntryView, name: str, now: Law) -> ListRow:
    return ListRow(
        code=entry.code,
        name=name,
        document=mask_within(entry.document),
        office=queries.office(entry.office, now),
        since=entry.period.start,
        until=entry.period.last_day,
    )


def _rank(item: Item) -> int:
    order = ("registration", *(section for section, _, _ in rules.SECTIONS))
    return order.index(item.category) if item.category in order else len(order)


def _item_card(item: Item, now: Law) -> ItemCard:
    return ItemCard(
        id=item.id,
        title=_titled(item),
        kind=rules.kind_of(item),
        providers=_departments(item.providers, now),
        publicity=PUBLICITY[item.publicity],
        within=item.update_working_days,
        confidence=item.confidence,
        basis=cite(item.basis, now),
        fields=tuple(_field_row(field) for field in item.fields),
    )


def _field_row(field: Field) -> FieldRow:
    return FieldRow(
        name=field.name,
        title=Text(field.title, field.english[:1].upper() + field.english[1:]),
        type=TYPES.get(field.type, Text(field.type, field.type)),
        required=REQUIRED.get(field.required, Text(field.required, field.required)),
        publicity=PUBLICITY[field.publicity],
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
    """Departments by their highest office in the rulebook."""
    if "any" in slugs:
        return (Text("各有关部门", "Any department concerned"),)
    by_slug: dict[str, Text] = {}
    for office in now.offices():
        by_slug.setdefault(office.department, Text(office.title, office.english))
    return tuple(by_slug.get(slug, Text(slug, slug)) for slug in slugs)


def _titled(norm: Item | CreditList | law.Measure) -> Text:
    return Text(norm.title, norm.english[:1].upper() + norm.english[1:])
