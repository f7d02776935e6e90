"""Findings, asked of the archive set by set: the clashes among its codes and names as it knows them now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db.models import Count

from xinyun.archive import queries as archive
from xinyun.codes import rules, sources
from xinyun.codes.models import OldNumber
from xinyun.codes.rules import Clash, Finding, Holder, Word
from xinyun.law import Law, rulebook

_CHUNK = 400


def findings(through: int, norms: Law) -> tuple[Finding, ...]:
    """What is duplicate or wrong today and was so at a change of the feed; what was mended since is not told."""
    found = rules.findings(_clashes(through, norms))
    return tuple(one for one in found if one.since <= through)


def shared_numbers() -> Iterator[Clash]:
    """Codes that share their organisation part or an old number, as the archive knows them now."""
    yield from _shared("same-part", archive.codes_sharing_a_part())
    yield from _same_number()


def _clashes(through: int, norms: Law) -> Iterator[Clash]:
    yield from _one_code()
    yield from shared_numbers()
    yield from _same_name()
    yield from _strange(through, norms)


def _one_code() -> Iterator[Clash]:
    """One code that different registries give different names at the same time."""
    told = archive.contested_words(sorted(rulebook().describing_items))
    for code, words in groupby(told, key=lambda row: row[0]):
        spoken = [
            Word(f"{item} {office}", name or "", first, last) for _, item, office, name, first, last in words
        ]
        if clash := rules.borne_together(spoken):
            names, since = clash
            holder = Holder(code, names[0], spoken[0].first)
            yield Clash("one-code", code, (holder,), since, names)


def _shared(ground: str, rows: Iterable[tuple[str, str, str, int]]) -> Iterator[Clash]:
    """Rows of what is shared, code, name and change, those that share it one after the other."""
    for value, group in groupby(rows, key=lambda row: row[0]):
        holders = tuple(Holder(code, name, seq) for _, code, name, seq in group)
        if len(holders) > 1:
            yield Clash(ground, value, holders, _second(holders))


def _second(holders: Iterable[Holder]) -> int:
    """The change since which there were two."""
    return sorted(holder.seq for holder in holders)[1]


def _same_name() -> Iterator[Clash]:
    """Organisations of one name in one division; the store has compared the names as they are written."""
    rows = sorted(archive.codes_sharing_a_name(rules.ENDED), key=lambda row: (row[0], row[2]))
    for (division, name), group in groupby(rows, key=lambda row: (row[0], row[2])):
        holders = tuple(Holder(code, name, seq) for _, code, _, seq in group)
        if len(holders) > 1:
            yield Clash("same-name", f"{division} {name}", holders, _second(holders))


def _same_number() -> Iterator[Clash]:
    """Old numbers that belong to two codes by what registries say today."""
    twice = OldNumber.objects.values("number", "kind").annotate(n=Count("id")).filter(n__gt=1)
    told = twice.order_by("number", "kind").values_list("kind", "number")
    wanted = [(kind, number) for kind, number in told if rules.number_kind(number)]
    for start in range(0, len(wanted), _CHUNK):
        for (_, number), codes in standing_numbers(wanted[start : start + _CHUNK]).items():
            if len(codes) > 1:
                names = archive.names_of(list(codes))
                holders = tuple(Holder(code, names.get(code, ""), seq) for code, seq in codes.items())
                yield Clash("same-number", number, holders, _second(holders))


def _strange(through: int, norms: Law) -> Iterator[Clash]:
    """Codes with a division that does not exist."""
    inside = {division for _, division, _ in archive.code_stock(through)}
    strange = rules.strange_divisions(inside, norms)
    if strange:
        for code, name, seq in archive.codes_of_divisions(strange):
            yield Clash("division", code[2:8], (Holder(code, name, seq),), seq)


def standing_numbers(numbers: list[tuple[str, str]]) -> dict[tuple[str, str], dict[str, int]]:
    """For kinds and numbers the codes to which registries' current records say that they belong, and since when.

    A record that was corrected or taken back since says nothing any more.
    """
    asked = set(numbers)
    kept = OldNumber.objects.filter(number__in=[number for _, number in numbers]).order_by("number", "id")
    told = [row for row in kept.values_list("kind", "number", "code", "seq") if row[:2] in asked]
    codes = list({row[2] for row in told})
    said: set[tuple[str, str, str]] = set()
    for start in range(0, len(codes), _CHUNK):
        some = codes[start : start + _CHUNK]
        for code, _, content in archive.contents_of(some, sources.telling_items()):
            for kind, (names, _) in sources.NUMBERS.items():
                said |= {(kind, content[name], code) for name in names if name in content}
    found: dict[tuple[str, str], dict[str, int]] = {}
    for kind, number, code, seq in told:
        if (kind, number, code) in said:
            found.setdefault((kind, number), {})[code] = seq
    return found
