"""What codes have in common that may make them one subject, asked of the archive set by set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from xinyun.archive import queries as archive
from xinyun.codes import queries as codes
from xinyun.identity import rules
from xinyun.identity.models import Bond
from xinyun.identity.rules import FORK
from xinyun.law import rulebook

_NAMES = 200


def shared() -> Iterator[tuple[str, str, Sequence[str]]]:
    """Ground, value and codes, as `rules.proposals` takes them; goes through every code once."""
    for clash in codes.shared_numbers():
        yield clash.ground, clash.value, [holder.code for holder in clash.holders]
    yield from _forks()
    yield from _names()


def _forks() -> Iterator[tuple[str, str, list[str]]]:
    """Former codes that registries let go over into several."""
    told = Bond.objects.filter(kind=FORK, ended_seq__isnull=True)
    ordered = told.order_by("from_code", "into_code").values_list("from_code", "into_code")
    for former, group in groupby(ordered.iterator(), key=lambda row: row[0]):
        yield "same-former-code", former, [into for _, into in group]


def _names() -> Iterator[tuple[str, str, list[str]]]:
    """Organisations of one name that have more in common than the name."""
    groups = groupby(archive.codes_of_one_name(), key=lambda row: row[0])
    items = sorted(rulebook().describing_items)
    named = ((name, [code for _, code in rows]) for name, rows in groups)
    while some := list(islice(named, _NAMES)):
        fields: dict[str, dict[str, str]] = {}
        wanted = [code for _, held in some for code in held]
        for start in range(0, len(wanted), _NAMES):
            for code, _, content in archive.contents_of(wanted[start : start + _NAMES], items):
                told = {name: str(content[name]) for name in rules.COMPARED.values() if content.get(name)}
                fields.setdefault(code, {}).update(told)
        for name, held in some:
            yield from rules.told_in_common(name, {code: fields.get(code, {}) for code in held})
