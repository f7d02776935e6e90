"""What the archive knows of codes as such, for their management: set-based, both stores, persons never.

The SQL is of our own constants; every value from outside is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Substr

from xinyun.archive.models import Record, Statement, Subject

_CHUNK = 2000
_CURRENT = "r.superseded_seq IS NULL AND r.withdrawal = ''"
_PREFIXES = """
    WITH RECURSIVE asked(part) AS (VALUES {asked}), prefix(x) AS (
        SELECT SUBSTR(MIN(code), 1, 8) FROM archive_subject
        UNION ALL
        SELECT (SELECT SUBSTR(s.code, 1, 8) FROM archive_subject s WHERE s.code > prefix.x || 'ZZZZZZZZZZZ'
                ORDER BY s.code LIMIT 1)
        FROM prefix WHERE prefix.x IS NOT NULL
    )
"""
"""Every first eight characters of a code, found by as many looks into the index of codes."""


def told_numbers(item: str, seq: int, field: str, lengths: Sequence[int]) -> tuple[str, list[Any]]:
    """A SELECT of `number, code` with its parameters: what the current records that a change of the feed brought say.

    Of organisations alone, the texts in the content's `field` of one of these lengths: for a set-based insert in the
    caller's transaction.
    """
    place = field if connection.vendor == "postgresql" else f"$.{field}"
    wanted = ", ".join("%s" for _ in lengths)
    return (
        "SELECT number, code FROM ("  # noqa: S608
        f"SELECT r.content ->> '{place}' AS number, s.code FROM archive_record r"
        " JOIN archive_subject s ON s.id = r.subject_id"
        f" WHERE r.item = %s AND r.recorded_seq = %s AND {_CURRENT} AND s.code IS NOT NULL"
        f") said WHERE LENGTH(number) IN ({wanted})",
        [item, seq, *lengths],
    )


def code_stock(as_of: int) -> list[tuple[str, str, int]]:
    """How many codes there were at a change of the feed, by their first two characters and their division."""
    rows = Subject.objects.filter(code__isnull=False, first_seq__lte=as_of)
    parts = rows.values_list(Substr("code", 1, 2), Substr("code", 3, 6))
    return list(parts.annotate(Count("id")))


def codes_of_divisions(divisions: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Code, name and first change of every code with one of these divisions inside."""
    rows = Subject.objects.filter(code__isnull=False).alias(inside=Substr("code", 3, 6))
    yield from (
        rows.filter(inside__in=list(divisions)).values_list("code", "name", "first_seq").iterator(_CHUNK)
    )


def codes_sharing_a_part() -> Iterator[tuple[str, str, str, int]]:
    """Organisation part, code, name and first change of all codes whose part (characters 9 to 17) another has too."""
    part = Substr("code", 9, 9)
    rows = Subject.objects.filter(code__isnull=False).annotate(part=part)
    twice = rows.values("part").annotate(n=Count("id")).filter(n__gt=1).values("part")
    yield from rows.filter(part__in=twice).order_by("part").values_list("part", "code", "name", "first_seq")


def codes_sharing_a_name(ended: Iterable[str]) -> Iterator[tuple[str, str, str, int]]:
    """Division, code, name and first change of organisations of one name in one division, none in an `ended` state."""
    rows = Subject.objects.filter(kind="organisation", code__isnull=False).exclude(status__in=list(ended))
    twice = rows.values("name", "division").annotate(n=Count("id")).filter(n__gt=1)
    names = list(twice.values_list("name", flat=True).distinct())
    for start in range(0, len(names), _CHUNK // 4):
        some = rows.filter(name__in=names[start : start + _CHUNK // 4])
        yield from some.order_by("name", "division").values_list("division", "code", "name", "first_seq")


def codes_of_one_name() -> Iterator[tuple[str, str]]:
    """Name and code of organisations whose very name another bears too, wherever and in whatever state, by name."""
    rows = Subject.objects.filter(kind="organisation", code__isnull=False)
    twice = rows.values("name").annotate(n=Count("id")).filter(n__gt=1).values("name")
    yield from (
        rows.filter(name__in=twice).order_by("name", "code").values_list("name", "code").iterator(_CHUNK)
    )


def contested_words(items: Iterable[str]) -> Iterator[tuple[str, str, str, str, int, int | None]]:
    """Code, item, office, name, first and superseding change of every word on codes that several sources may contest.

    All words that stood at some time, as records or beside them, those that an office took back left out; a source is
    an item and an office. Codes are left out of which one source spoke, or all by one name.
    """
    named = list(items)
    current = Record.objects.filter(item__in=named, superseded_seq__isnull=True, withdrawal="")
    # Two words now, or one that came after two others: with fewer, a name was never repeated against another's.
    several = current.values("subject_id").annotate(n=Count("id"), last=Max("revision"))
    words = Record.objects.filter(item__in=named, withdrawal="", subject__code__isnull=False)
    words = words.annotate(name=KT("content__name"))
    spoken = words.filter(subject_id__in=several.filter(Q(n__gt=1) | Q(last__gt=2)).values("subject_id"))
    differing = spoken.values("subject_id").annotate(
        items=Count("item", distinct=True),
        offices=Count("office", distinct=True),
        names=Count("name", distinct=True),
    )
    wanted = differing.filter(Q(items__gt=1) | Q(offices__gt=1), names__gt=1).values("subject_id")
    beside = Statement.objects.filter(item__in=named, subject__code__isnull=False)
    told = words.filter(Q(subject_id__in=wanted) | Q(subject_id__in=beside.values("subject_id")))
    columns = ("subject_id", "recorded_seq", "subject__code", "item", "office", "name")
    both = merge(
        told.order_by(*columns[:2]).values_list(*columns, "superseded_seq").iterator(_CHUNK),
        beside.annotate(name=KT("content__name")).order_by(*columns[:2]).values_list(*columns, "ended_seq"),
        key=lambda word: word[:2],
    )
    for _, first, code, item, office, name, last in both:
        yield code, item, office, name, first, last


def contents_of(codes: Sequence[str], items: Iterable[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Code, item and content of the current records of these items on some thousand codes at most."""
    rows = Record.objects.filter(
        subject__code__in=codes, item__in=list(items), superseded_seq__isnull=True, withdrawal=""
    )
    yield from rows.order_by("id").values_list("subject__code", "item", "content")


def codes_with_parts(organisation_codes: Sequence[str]) -> list[tuple[str, str]]:
    """Organisation code and code of every code that has one of these inside, by the index of codes alone."""
    if not organisation_codes:
        return []
    asked = ", ".join("(%s)" for _ in organisation_codes)
    with connection.cursor() as cursor:
        cursor.execute(
            _PREFIXES.format(asked=asked)  # noqa: S608
            + "SELECT a.part, s.code FROM asked a CROSS JOIN prefix p JOIN archive_subject s"
            " ON s.code >= p.x || a.part AND s.code <= p.x || a.part || 'Z' ORDER BY 1, 2",
            list(organisation_codes),
        )
        return list(cursor.fetchall())


def named_by(codes: Sequence[str], items: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Name, category and state of those of the codes on which one of these items has a current record."""
    told = Record.objects.filter(item__in=list(items), superseded_seq__isnull=True, withdrawal="")
    rows = Subject.objects.filter(
        code__in=codes, pk__in=told.filter(subject__code__in=codes).values("subject_id")
    )
    return {
        code: (name, category, status)
        for code, name, category, status in rows.values_list("code", "name", "category", "status")
    }
