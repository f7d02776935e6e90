"""Facts are kept by the database itself, not by good manners."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories import a_code, a_registration, collected
from xinyun.archive.models import Record
from xinyun.collection.models import Batch
from xinyun.lists.models import Entry
from xinyun.lists.operations import enlist
from xinyun.plumbing.models import Change

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


@pytest.fixture
def filled(write_csv: Callable[..., Path]) -> None:
    from tests.conftest import DAY

    code = a_code()
    collected(write_csv([a_registration(code)]))
    enlist(
        list_id="wage-arrears", code=code, document="演列〔2026〕1号", decided=DAY,
        office="52.human-resources", actor="test", on=DAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Record, {"content": {"name": "改写"}}),
        (Record, {"office": "52.tax"}),
        (Batch, {"accepted": 9}),
        (Change, {"payload": {}}),
        (Entry, {"document": "另一文号"}),
    ],
)
def test_a_fact_cannot_be_rewritten(filled: None, model: type, change: dict) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**change)


def test_a_revision_is_marked_as_superseded_once(filled: None) -> None:
    Record.objects.update(superseded_seq=9_000)

    with pytest.raises(DatabaseError), transaction.atomic():
        Record.objects.update(superseded_seq=9_001)


@pytest.mark.parametrize("model", [Record, Batch, Change, Entry])
def test_postgresql_refuses_to_delete_facts_too(filled: None, model: type) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE with which to empty a test store, so it lets rows go")

    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete("default")
