"""Which names organisations bear and bore: for matching names with codes. Persons' names are never told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models.fields.json import KT

from xinyun.archive.models import Record, Subject
from xinyun.archive.renaming import changes, names_told
from xinyun.law import Law, rulebook

_ORGANISATION = "organisation"
_BLOCK = 10_000


def borne_names(now: Law) -> Iterator[tuple[str, str, bool]]:
    """Every organisation's name, code, and whether it is a former name; current names first, streamed.

    Former names are those that changes of registration tell, and those of superseded registrations. `now` is the law by
    which the words of changes are read.
    """
    organisations = Subject.objects.filter(code__isnull=False, kind=_ORGANISATION)
    for name, code in organisations.values_list("name", "code").iterator(_BLOCK):
        if name:
            yield name, code, False
    yield from _former(now)


def _former(now: Law) -> Iterator[tuple[str, str, bool]]:
    told = names_told(changes().filter(subject__kind=_ORGANISATION), now, "subject__name", "subject__code")
    replaced = Record.objects.filter(
        withdrawal="", item__in=rulebook().describing_items, superseded_seq__isnull=False,
        subject__code__isnull=False, subject__kind=_ORGANISATION,
    ).annotate(bore=KT("content__name"))  # fmt: skip
    revised = replaced.values_list("bore", "subject__name", "subject__code").iterator(_BLOCK)
    for bore, name, code in chain(told, revised):
        if bore and bore != name:
            yield bore, code, True
