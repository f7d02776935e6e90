"""Walking along links in the store finds what a model of a few lines finds in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_code, a_registration
from tests.relations.conftest import Send
from xinyun.archive.models import Record
from xinyun.relations import walking
from xinyun.relations.models import Link

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
CODES = [a_code() for _ in range(5)]
PERSONS, MATTERS = ["a" * 64, "b" * 64], ["c" * 40, "d" * 40]
DAYS = [None, date(2026, 1, 1), DAY, date(2027, 1, 1)]
Told = tuple[str, str, str, "date | None", "date | None", bool]
ends = st.one_of(
    st.tuples(st.sampled_from(CODES), st.just("code")),
    st.tuples(st.sampled_from(PERSONS), st.just("person")),
    st.tuples(st.sampled_from(MATTERS), st.just("shared")),
)
ties = st.tuples(
    st.sampled_from(CODES), ends, st.sampled_from(DAYS), st.sampled_from(DAYS), st.booleans()
).filter(lambda told: told[0] != told[1][0])


def expected(
    rows: list[tuple[str, tuple[str, str], date | None, date | None, bool]], asked: list[str]
) -> list[tuple[str, str]]:
    """Every step from the asked nodes, from both ends of what holds on the day; partners are one step apart."""
    holding = [
        (near, far, shape)
        for near, (far, shape), starts, ends_on, ended in rows
        if not ended and (starts is None or starts <= DAY) and (ends_on is None or ends_on > DAY)
    ]

    def steps() -> Iterator[tuple[str, str]]:
        for near, far, shape in holding:
            if shape == "shared":
                yield from (
                    (near, other)
                    for other, same, _ in holding
                    if same == far and other != near and near in asked
                )
            else:
                yield from ((near, far),) if near in asked else ()
                yield from ((far, near),) if far in asked else ()

    return sorted(steps())


def test_steps_are_those_of_the_model(send: Send) -> None:
    send("registration", a_registration(CODES[0]))
    record = Record.objects.get()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(ties, max_size=14), st.lists(st.sampled_from(CODES + PERSONS), max_size=4, unique=True))
    def check(
        rows: list[tuple[str, tuple[str, str], date | None, date | None, bool]], asked: list[str]
    ) -> None:
        with transaction.atomic():
            Link.objects.bulk_create(
                Link(
                    link="shareholder", relation="shareholder", item="shareholder", office="", record=record, near=near,
                    far=far, shape=shape, starts_on=starts, ends_on=until, seq=1, ended_seq=2 if ended else None,
                )
                for near, (far, shape), starts, until, ended in rows
            )  # fmt: skip
            found, cut = walking.hops(asked, DAY)
            transaction.set_rollback(True)

        assert sorted((hop.start, hop.end) for hop in found) == expected(rows, asked)
        assert cut == set()

    check()
