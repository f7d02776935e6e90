"""Changes of name as records of changes of registration tell them, for those who look for names. Set by set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from xinyun.archive.models import Erased, Record
from xinyun.archive.rules import CHANGE, NAME, changed
from xinyun.law import Law

_READ = ("former_name", "change_item", "before_change", "after_change", "changed_on")
_BLOCK = 10_000
TOUCHED = f"""
    SELECT subject_id FROM archive_record
    WHERE item = '{CHANGE}' AND superseded_seq IS NULL AND withdrawal = '' AND recorded_seq BETWEEN {{first}} AND {{last}}
    UNION SELECT subject_id FROM archive_record
    WHERE item = '{CHANGE}' AND NOT withdrawal = '' AND superseded_seq IS NULL AND recorded_seq BETWEEN {{first}} AND {{last}}
"""  # noqa: S608 - our own constants
"""The subjects of which changes of the feed told a change of registration, or took one back; each part has its index."""


def changes() -> QuerySet[Record]:
    """The changes of registration that stand, of subjects with a code."""
    return Record.objects.filter(
        item=CHANGE, superseded_seq__isnull=True, withdrawal="", subject__code__isnull=False
    )


def names_told(rows: QuerySet[Record], now: Law, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Each name that these changes say was borne before or since, as they were told; with it the columns asked for."""
    read = rows.order_by("pk").values_list(*columns, *(KT(f"content__{name}") for name in _READ))
    for row in read.iterator(_BLOCK):
        content = dict(zip(_READ, row[len(columns) :], strict=True))
        for words in changed(content, NAME, now) or ():
            if name := words.strip():
                yield (name, *row[: len(columns)])


def were_erased(after: int) -> bool:
    """Whether changes of registration were erased after a change of the feed: whose they were is known no more."""
    return Erased.objects.filter(order__seq__gt=after, table_name="archive_record", item=CHANGE).exists()
