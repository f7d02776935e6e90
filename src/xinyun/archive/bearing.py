"""Which names organisations bear and bore: for matching names with codes. Persons' names are never told."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.db.models.fields.json import KT

from xinyun.archive.models import Record, Subject
from xinyun.law import rulebook

_CHANGE = "registration-change"
"""The item in which a registry tells a change of name."""
_ORGANISATION = "organisation"


def borne_names() -> Iterator[tuple[str, str, bool]]:
    """Every organisation's name, code, and whether it is a former name; current names first, streamed.

    Former names are those that a registry reported as such, and those of superseded registrations.
    """
    organisations = Subject.objects.filter(code__isnull=False, kind=_ORGANISATION)
    for name, code in organisations.values_list("name", "code").iterator(10_000):
        if name:
            yield name, code, False
    yield from _former()


def _former() -> Iterator[tuple[str, str, bool]]:
    standing = Record.objects.filter(withdrawal="", subject__code__isnull=False, subject__kind=_ORGANISATION)
    reported = standing.filter(item=_CHANGE, superseded_seq__isnull=True).annotate(
        bore=KT("content__former_name")
    )
    replaced = standing.filter(item__in=rulebook().describing_items).filter(~Q(superseded_seq__isnull=True))
    for rows in (reported, replaced.annotate(bore=KT("content__name"))):
        for bore, name, code in rows.values_list("bore", "subject__name", "subject__code").iterator(10_000):
            if bore and bore != name:
                yield bore, code, True
