"""In a worker: a store full of links, and how long questions about them take."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from django.db import connection, transaction

from tests.bench.worker import DAY
from xinyun.plumbing import feed
from xinyun.relations import operations, queries

HUBS, LISTED_EVERY, HUB_EVERY = 50, 500, 20
RIVAL_ASKED = 50
"""Questions to the rival, which takes far longer where a hub is near."""
_HOLDING = "l.ended_seq IS NULL AND around.step < 2"
_RECURSIVE = {
    "sqlite": f"""
    WITH RECURSIVE around(node, step) AS (
        SELECT CAST(%s AS varchar), 0
        UNION SELECT l.far, around.step + 1 FROM around JOIN relations_link l ON l.near = around.node WHERE {_HOLDING}
        UNION SELECT l.near, around.step + 1 FROM around JOIN relations_link l ON l.far = around.node WHERE {_HOLDING}
    ) SELECT COUNT(*) FROM around
    """,
    "postgresql": f"""
    WITH RECURSIVE around(node, step) AS (
        SELECT CAST(%s AS varchar), 0
        UNION SELECT tie.node, around.step + 1 FROM around CROSS JOIN LATERAL (
            SELECT l.far AS node FROM relations_link l WHERE l.near = around.node AND {_HOLDING}
            UNION ALL SELECT l.near FROM relations_link l WHERE l.far = around.node AND {_HOLDING}
        ) tie
    ) SELECT COUNT(*) FROM around
    """,
}


def measure(links: int, asked: int) -> dict[str, Any]:
    """Fill the store, make the links from the records, and ask about subjects, hubs among them."""
    subjects = max(links // 2, HUBS * 2)
    _fill(subjects, links)
    start = time.perf_counter()
    made = operations.rebuild(actor="bench", on=DAY)
    rebuilt = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rng = Random(36)
    codes = [_code(rng.randrange(subjects) if n % HUBS else n // HUBS % HUBS) for n in range(asked)]

    def each(ask: Callable[[str], Any], most: int = asked) -> list[float]:
        for code in codes[-5:]:
            ask(code)
        return [_seconds(ask, code) for code in codes[:most]]

    officer = queries.Viewer.OFFICER
    return {
        "links": made,
        "subjects": subjects,
        "listed": subjects // LISTED_EVERY,
        "hub": links // HUB_EVERY // HUBS,
        "rebuild": rebuilt,
        "related": each(lambda code: queries.related(code, on=DAY, viewer=officer, steps=2)),
        "associated": each(lambda code: queries.associated(code, on=DAY, viewer=officer)),
        "recursive": each(_recursive, RIVAL_ASKED),
    }


def _seconds(ask: Callable[[str], Any], code: str) -> float:
    start = time.perf_counter()
    ask(code)
    return time.perf_counter() - start


def _recursive(code: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_RECURSIVE[connection.vendor], [code])
        (count,) = cursor.fetchone()
    return int(count)


def _code(number: int) -> str:
    return f"91520100{number:010d}"


@transaction.atomic
def _fill(subjects: int, links: int) -> None:
    """Subjects, records that each name a shareholder, and list entries, by arithmetic alone."""
    seq = feed.append("bench.filled", {"links": links}, actor="bench")
    postgresql = connection.vendor == "postgresql"
    series = "(SELECT generate_series(1, CAST(%s AS bigint)) AS i)" if postgresql else _SERIES
    day = f"CAST('{date(2026, 3, 1)}' AS date)" if postgresql else f"'{date(2026, 3, 1)}'"
    pad = "LPAD(CAST({0} AS text), 10, '0')" if postgresql else "PRINTF('%%010d', {0})"
    owned = f"(i * 7919) %% {subjects}"
    owner = f"CASE WHEN i %% {HUB_EVERY} = 0 THEN (i / {HUB_EVERY}) %% {HUBS} ELSE (i * 104729 + 13) %% {subjects} END"
    content = (
        f"""'{{"investor_kind":"企业法人","investor_name":"演示投资公司","investor_uscc":"91520100' || {pad.format(owner)}"""
        """ || '","published_on":"2026-03-01","share_percent":"20"}'"""
    )
    statements = (
        (
            "INSERT INTO archive_subject (id, code, kind, category, name, division, status, first_seq, seq)"
            f" SELECT i, '91520100' || {pad.format('i - 1')}, 'organisation', '企业', '演示' || i || '号有限公司',"
            f" '520100', '存续', {seq}, {seq} FROM {series} s",
            subjects,
        ),
        (
            "INSERT INTO archive_record (subject_id, item, key, revision, digest, content, office, batch, decided_on,"
            f" recorded_seq) SELECT {owned} + 1, 'shareholder', i, 1, i, {'CAST(' + content + ' AS jsonb)' if postgresql else content},"
            f" '52.market-regulation', 'bench', {day}, {seq} FROM {series} s",
            links,
        ),
        (
            "INSERT INTO lists_entry (subject_id, code, list_id, document, office, decided_on, starts_on, seq)"
            f" SELECT i * {LISTED_EVERY}, '91520100' || {pad.format(f'i * {LISTED_EVERY} - 1')}, 'serious-tax-violation',"
            f" '演' || i, '52.tax', {day}, {day}, {seq} FROM {series} s",
            subjects // LISTED_EVERY,
        ),
    )
    with connection.cursor() as cursor:
        for statement, count in statements:
            cursor.execute(statement, [count])


_SERIES = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) SELECT i FROM n)"
