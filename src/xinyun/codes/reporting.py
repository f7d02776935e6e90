"""How codes stand in a month: coverage, duplicate and wrong codes, by registering office, city and kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Text
from xinyun.base.months import last_day
from xinyun.codes import finding, notices, rules, sources
from xinyun.codes.rules import Counts, Finding, Told
from xinyun.collection import queries as collection
from xinyun.law import Law
from xinyun.plumbing import feed

KEPT_SECONDS = 600
"""For how long what was counted is shown, whatever has come since: it takes seconds in a million."""


@dataclass(frozen=True, slots=True)
class Line:
    """The counts of a registering office (`520102.9`), a city or a kind, with its name."""

    id: str
    title: Text
    counts: Counts

    @property
    def rate(self) -> str:
        """重错码率."""
        return rules.shown(self.counts.rate, fault=True)

    @property
    def coverage(self) -> str:
        """统一代码覆盖率."""
        return rules.shown(self.counts.coverage, fault=False)


@dataclass(frozen=True, slots=True)
class Report:
    """A month up to the day `through`, as far as it is known today; lines with the highest rate come first."""

    first: date
    through: date
    whole: Line
    cities: tuple[Line, ...]
    registrars: tuple[Line, ...]
    kinds: tuple[Line, ...]
    findings: tuple[Finding, ...]
    norms: Law


@dataclass(frozen=True, slots=True)
class _Facts:
    stock: list[tuple[str, str, int]]
    findings: tuple[Finding, ...]
    refused: dict[tuple[str, str], int]
    waiting: dict[tuple[str, str], int]


def report(first: date, on: date) -> Report:
    """How codes stood in the month that begins on `first`, as far as it has come on the day `on`.

    Codes are counted as they were known at the month's end. Findings are those of today that were there by then: one
    that was mended since is not held against a month of the past. Rows refused are those of the month.
    """
    through = min(last_day(first), on)
    norms = law.rulebook().on(through)
    facts = _facts(first, through, norms)
    told = notices.history()
    counted = [one for one in facts.findings if not _kept_apart(one, told, norms)]
    counts = rules.tally(facts.stock, counted, _by_registrar(facts.refused), _by_registrar(facts.waiting))
    return Report(
        first,
        through,
        Line("", Text("合计", "Total"), sum(counts.values(), Counts())),
        _lines(
            counts, lambda key: rules.city_of(key.partition(".")[0], norms), lambda city: place(city, norms)
        ),
        _lines(counts, str, lambda key: registrar_title(key, norms)),
        _kinds(facts.stock, counted, facts.waiting, norms),
        facts.findings,
        norms,
    )


def _facts(first: date, through: date, norms: Law) -> _Facts:
    key = f"codes:{through}:{norms.book.hash}"
    facts: _Facts | None = cache.get(key)
    if facts is None:
        seq = feed.seq_on(through)
        facts = _Facts(
            archive.code_stock(seq),
            finding.findings(seq, norms),
            _refused(first, through, norms),
            collection.rows_without_code(sources.registering_items(norms)),
        )
        cache.set(key, facts, KEPT_SECONDS)
    return facts


def _kept_apart(found: Finding, told: dict[tuple[str, str], list[Told]], norms: Law) -> bool:
    """Whether every office that registered the codes says that they are different subjects."""
    last = [told.get((notices.addressee(key, norms), found.key)) for key in found.registrars]
    return all(those and those[-1].outcome == "kept-apart" for those in last)


def _refused(first: date, through: date, norms: Law) -> dict[tuple[str, str], int]:
    """Rows of registries refused for their code, by office and item."""
    found = collection.faults_by_rule(first, through)
    items = sources.registering_items(norms)
    return {
        (office, item): faults.get("uscc", 0) + faults.get("placeholder", 0)
        for (office, item), faults in found.items()
        if item in items
    }


def _by_registrar(rows: dict[tuple[str, str], int]) -> Counter[str]:
    """By the registrar that the furnishing office is; an office that registers nobody stands under its own division."""
    offices = law.rulebook().offices
    counts: Counter[str] = Counter()
    for (id, _), number in rows.items():
        if number and id in offices:
            office = offices[id]
            counts[rules.registrar_of(office) or f"{office.division}.Y"] += number
    return counts


def _lines(
    counts: dict[str, Counts], group: Callable[[str], str], title: Callable[[str], Text]
) -> tuple[Line, ...]:
    sums: dict[str, Counts] = {}
    for key, one in counts.items():
        sums[group(key)] = sums.get(group(key), Counts()) + one
    lines = [Line(id, title(id), one) for id, one in sums.items()]
    return tuple(sorted(lines, key=lambda line: (-(line.counts.rate or 0), -line.counts.codes, line.id)))


def _kinds(
    stock: list[tuple[str, str, int]],
    found: list[Finding],
    waiting: dict[tuple[str, str], int],
    norms: Law,
) -> tuple[Line, ...]:
    """By the official kind that the first two characters tell; waiting rows by the only kind of their item."""
    kinds = norms.codes("subject-kind")
    counts: dict[str, Counts] = {}
    for prefix, _, number in stock:
        label = kinds.prefixes.get(prefix, "")
        counts[label] = counts.get(label, Counts()) + Counts(codes=number)
    for (_, item), number in waiting.items():
        classes = norms.item(item).classes
        label = classes[0] if len(classes) == 1 else ""
        counts[label] = counts.get(label, Counts()) + Counts(waiting=number)
    for code, wrong in {holder.code: one.is_wrong for one in found for holder in one.holders}.items():
        label = kinds.prefixes.get(code[:2], "")
        counts[label] = counts.get(label, Counts()) + Counts(duplicate=not wrong, wrong=wrong)
    lines = [Line(label, _kind_title(label, norms), one) for label, one in counts.items()]
    return tuple(sorted(lines, key=lambda line: -line.counts.codes))


def _kind_title(label: str, norms: Law) -> Text:
    if not label:
        return Text("类型未定", "Kind not told")
    return Text(label, norms.codes("subject-kind").english_labels.get(label, label).capitalize())


def place(division: str, norms: Law) -> Text:
    """What a city or province is called; its six digits where the rulebook has no name."""
    found = norms.division(division)
    return Text(found.title, found.title) if found else Text(division, division)


def department(character: str, norms: Law) -> Text:
    """What the registering department of a code's first character is called."""
    codes = norms.codes("registering-department")
    label = next((label for label, code in codes.codes.items() if code == character), "")
    if not label:
        return Text(f"{character}（表中没有）", f"{character} (not in the table)")
    return Text(label, codes.english_labels[label].capitalize())


def registrar_title(key: str, norms: Law) -> Text:
    """A registering office in words: its place and department."""
    division, _, character = key.partition(".")
    where, what = full_place(division, norms), department(character, norms)
    return Text(f"{where.zh} · {what.zh}", f"{where.en} · {what.en}")


def full_place(division: str, norms: Law) -> Text:
    """A county with its city before it; the digits alone where the table has no such division."""
    found, city = norms.division(division), norms.division(f"{division[:4]}00")
    if found is None:
        return Text(f"{division}（区划表中没有）", f"{division} (not in the table)")
    above = city.title if city and city.code != division and not division.endswith("0000") else ""
    return Text(f"{above}{found.title}", f"{above}{found.title}")


def months(on: date) -> list[date]:
    """The months up to this one in which anything came, the newest first; this month is always there."""
    this = on.replace(day=1)
    return list(dict.fromkeys([this, *collection.months_collected(on)]))
