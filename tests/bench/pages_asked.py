"""In a worker: a store full of subjects and records, and how long their pages take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.bench.worker import DAY
from xinyun.plumbing import feed, memory
from xinyun.portal import browsing, queries, views

_RENAMED, _PENALISED = 5, 2
"""Every so many subjects have another name before, every so many a penalty."""
_FILLING_KIB = 2_000_000
"""Cache of SQLite while the store is filled."""


def measure(subjects: int, records: int, asked: int) -> dict[str, Any]:
    """Fill the store by arithmetic, then ask for the pages of random subjects."""
    start = time.perf_counter()
    with _unlogged():
        held = _fill(subjects, records)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    filled = time.perf_counter() - start
    draw = Random(36)
    codes = [_code(draw.randrange(subjects)) for _ in range(asked)]
    warm = [_code(draw.randrange(subjects)) for _ in range(20)]
    with CaptureQueriesContext(connection) as told:
        assert queries.public_snapshot(codes[0], on=DAY)
    return {
        "subjects": subjects,
        "records": held,
        "fill": filled,
        "queries": len(told),
        "page": _each(_page, codes, warm),
        "read": _each(lambda code: browsing.subject(code, kind="", on=DAY), codes[::-1], warm),
    }


def _each(ask: Callable[[str], Any], codes: list[str], warm: list[str]) -> list[float]:
    for code in warm:
        ask(code)
    memory.settle()
    return [_seconds(ask, code) for code in codes]


def _seconds(ask: Callable[[str], Any], code: str) -> float:
    start = time.perf_counter()
    ask(code)
    return time.perf_counter() - start


def _page(code: str) -> str:
    """The page as the view makes it, on the bench's day."""
    page = browsing.subject(code, kind="", on=DAY)
    assert page
    shown = {"page": page, "column": views._column("信用查询")}
    text = render_to_string("portal/subject.html", shown, RequestFactory().get(f"/subject/{code}"))
    assert code in text
    return text


def _code(number: int) -> str:
    return f"91520102{number:010d}"


@contextmanager
def _unlogged() -> Iterator[None]:
    """Fill SQLite without a journal: millions of rows in one transaction would be written twice."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (usual,) = cursor.fetchone()
        cursor.execute("PRAGMA journal_mode=OFF")
        cursor.execute(f"PRAGMA cache_size={-_FILLING_KIB}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA cache_size={usual}")


@transaction.atomic
def _fill(subjects: int, records: int) -> int:
    """Subjects with a registration each, some renamed, some penalised, the rest of the records licences; returns how many."""
    seq = feed.append("bench.filled", {"subjects": subjects}, actor="bench")
    on_postgresql = connection.vendor == "postgresql"
    series = "(SELECT generate_series(1, CAST(%s AS bigint)) AS i)" if on_postgresql else _SERIES
    pad = "LPAD(CAST(i - 1 AS text), 10, '0')" if on_postgresql else "PRINTF('%%010d', i - 1)"
    renamed, penalised = subjects // _RENAMED, subjects // _PENALISED
    licences = max(records - subjects - renamed - penalised, 0)

    def content(text: str) -> str:
        joined = (
            "'" + text.replace("{name}", "贵州演示' || i || '号有限公司").replace("{n}", "' || i || '") + "'"
        )
        return f"CAST({joined} AS jsonb)" if on_postgresql else joined

    def day(text: str) -> str:
        return f"CAST('{text}' AS date)" if on_postgresql else f"'{text}'"

    def records_of(
        item: str,
        subject: str,
        text: str,
        decided: str,
        *,
        key: str = "i",
        revision: str = "1",
        over: str = "NULL",
    ) -> str:
        return (
            "INSERT INTO archive_record (subject_id, item, key, revision, digest, content, office, batch, decided_on,"
            f" recorded_seq, superseded_seq) SELECT {subject}, '{item}', {key}, {revision}, i, {content(text)},"
            f" '52.market-regulation', 'bench', {day(decided)}, {seq}, {over} FROM {series} s"
        )

    turn = f"CASE WHEN i %% {_RENAMED} = 0 THEN 2 ELSE 1 END"
    statements = (
        (
            "INSERT INTO archive_subject (id, code, kind, category, name, division, status, established_on, first_seq, seq)"
            f" SELECT i, '91520102' || {pad}, 'organisation', '企业', '贵州演示' || i || '号有限公司', '520102', '存续',"
            f" {day('2015-06-01')}, {seq}, {seq} FROM {series} s",
            subjects,
        ),
        (records_of("registration", f"i * {_RENAMED}", _BEFORE, "2015-06-01", key="0", over=str(seq)), renamed),
        (records_of("registration", "i", _NOW, "2015-06-01", key="0", revision=turn), subjects),
        (records_of("penalty", f"i * {_PENALISED}", _PENALTY, "2026-05-10"), penalised),
        (records_of("licence", f"(i - 1) %% {subjects} + 1", _LICENCE, "2026-03-01"), licences),
    )  # fmt: skip
    with connection.cursor() as cursor:
        for statement, count in statements:
            cursor.execute(statement, [count])
    return subjects + renamed + penalised + licences


_SERIES = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) SELECT i FROM n)"
_BEFORE = (
    '{"name":"贵州演示{n}号实业公司","status":"存续","approved_on":"2015-06-01","address":"贵州省贵阳市南明区演示路{n}号",'
    '"established_on":"2015-06-01","type":"有限责任公司","industry":"批发和零售业"}'
)
_NOW = (
    '{"name":"{name}","status":"存续","approved_on":"2022-03-01","address":"贵州省贵阳市云岩区演示路{n}号","established_on":"2015-06-01",'
    '"type":"有限责任公司","industry":"批发和零售业","registered_capital":"100万元","business_scope":"演示用经营范围"}'
)
_PENALTY = (
    '{"counterparty_name":"{name}","decision_no":"演市监罚〔2026〕{n}号","violation_type":"演示","penalty_class":"罚款","content":"罚款一万元",'
    '"fine_10k_yuan":"1","decision_date":"2026-05-10","authority_name":"演示市市场监督管理局"}'
)
_LICENCE = (
    '{"counterparty_name":"{name}","decision_no":"演许〔2026〕{n}号","decision_title":"演示许可决定书","certificate_name":"演示许可证",'
    '"content":"演示用许可内容","decision_date":"2026-03-01","valid_to":"2099-12-31","authority_name":"演示市行政审批局"}'
)
