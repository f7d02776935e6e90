"""What is sent again unchanged: the feed stays where it is, and yet it is known when it was last seen."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import a_code, a_registration, collected
from xinyun.archive import sightings
from xinyun.archive.models import Record, Sighting, Statement
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def ids(code: str) -> list[int]:
    return list(Record.objects.filter(subject__code=code).order_by("pk").values_list("pk", flat=True))


def test_a_file_sent_again_is_one_range_and_does_not_move_the_feed(write_csv):
    rows = [a_registration() for _ in range(40)]
    collected(write_csv(rows))
    before = feed.head()

    again = collected(write_csv(rows))

    assert (again.unchanged, feed.head()) == (40, before)
    (seen,) = Sighting.objects.all()
    everything = list(Record.objects.order_by("pk").values_list("pk", flat=True))
    assert (seen.first, seen.last, seen.batch) == (everything[0], everything[-1], again.batch)
    told = sightings.last_seen(everything)
    assert set(told) == set(everything)
    assert {(one.batch, one.office) for one in told.values()} == {(again.batch, "52.market-regulation")}


def test_the_last_of_several_sightings_is_told_and_a_revision_begins_anew(write_csv):
    row, other = a_registration(), a_registration()
    collected(write_csv([row, other]))
    collected(write_csv([row, other]))
    last = collected(write_csv([other, row]))
    changed = collected(write_csv([row | {"经营范围": "餐饮"}, other]))

    first, second = ids(row["统一社会信用代码"])
    assert sightings.last_seen([first])[first].batch == last.batch
    assert sightings.last_seen([second]) == {}
    assert sightings.last_seen(ids(other["统一社会信用代码"])).popitem()[1].batch == changed.batch


def test_an_office_that_agrees_and_a_statement_sent_again_are_seen(write_csv):
    code = a_code()
    row = a_registration(code)
    collected(write_csv([row]))
    agreed = collected(write_csv([row]), office="52.civil-affairs")
    differs = row | {"经营范围": "餐饮"}
    collected(write_csv([differs]), office="52.justice")
    again = collected(write_csv([differs]), office="52.justice")

    statement = Statement.objects.get()
    assert sightings.last_seen(ids(code)).popitem()[1][1:] == ("52.civil-affairs", agreed.batch)
    assert sightings.last_seen([statement.pk], statements=True)[statement.pk].batch == again.batch


def test_sightings_are_written_once(write_csv):
    row = a_registration()
    collected(write_csv([row]))
    collected(write_csv([row]))

    with pytest.raises(DatabaseError, match="archive_sighting holds facts"):
        Sighting.objects.update(last=0)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.lists(st.sets(st.integers(4080, 4112), max_size=20), min_size=1, max_size=4))
def test_ranges_say_of_every_id_what_a_set_of_ids_would(batches):
    before = max(Sighting.objects.values_list("pk", flat=True), default=0)
    for number, batch in enumerate(batches):
        _merged(batch, f"b{number}")

    last = {id: f"b{number}" for number, batch in enumerate(batches) for id in sorted(batch)}
    for id in range(4078, 4115):
        found = Sighting.objects.filter(
            pk__gt=before, statements=False, block=id // Sighting.BLOCK, first__lte=id, last__gte=id
        )
        seen = found.order_by("-pk").first()
        assert (seen.batch if seen else None) == last.get(id)


def _merged(batch: set[int], name: str) -> None:
    """Let the archive write down a planned merge in which these revisions are met unchanged."""
    with connection.cursor() as cursor:
        for table in ("merge_plan", "merge_beside"):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute("CREATE TEMPORARY TABLE merge_plan (row INTEGER, fate TEXT, current_id BIGINT)")
        cursor.execute("CREATE TEMPORARY TABLE merge_beside (row INTEGER, statement BIGINT)")
        told = [
            (row, "unchanged" if id in batch else "revised", id) for row, id in enumerate(range(4080, 4113))
        ]
        cursor.executemany("INSERT INTO merge_plan VALUES (%s, %s, %s)", told)
        sightings.add(cursor, len(batch), office="52.tax", batch=name)
        for table in ("merge_plan", "merge_beside"):
            cursor.execute(f"DROP TABLE {table}")
