"""What the snapshot shows: typed columns, nothing lost that does not fit, and persons as numbers alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.archive import lake
from tests.conftest import DAY
from tests.factories import a_code, a_penalty, collected
from xinyun.archive import operations
from xinyun.archive.models import Record, Subject
from xinyun.archive.snapshot.fitting import fit
from xinyun.archive.snapshot.queries import snapshot
from xinyun.archive.snapshot.shape import shape
from xinyun.law import rulebook

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

PERSON = "52010219870603391X"


@pytest.fixture
def furnish(write_csv: Callable[..., Path]) -> Callable[..., Any]:
    """Collects penalties and follows."""

    def put(*rows: dict[str, str]) -> None:
        collected(write_csv(list(rows), "penalty.csv"), "penalty", "52.market-regulation")
        operations.follow_snapshot(actor="test", on=DAY)

    return put


def a_person(**changes: str) -> dict[str, str]:
    told = {"CF_XDR_MC": "欧阳演示", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": ""}
    return a_penalty() | told | {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": PERSON} | changes


def test_columns_are_of_the_catalogues_types(furnish):
    code = a_code()
    furnish(a_penalty(code, CF_NR_FK="1234.500001", CF_YXQ="长期"))

    (row,) = lake.standing("penalty")

    assert (row["fine_10k_yuan"], row["decision_date"]) == (Decimal("1234.500001"), date(2026, 5, 10))
    assert (row["valid_to"], row["_valid_until"]) == (date(2099, 12, 31), None)
    assert (row["uscc"], row["item"], row["_publicity"], row["_other"]) == (code, "penalty", "public", None)
    assert lake.rows("FROM subjects")[0]["established_on"] is None


def test_of_a_person_there_is_a_number_and_nothing_that_tells_who_it_is(furnish, settings):
    furnish(a_person(CF_SY=f"当事人（{PERSON}）未按规定公示"), a_penalty())
    person = Subject.objects.get(kind="person")

    (row,) = [row for row in lake.standing("penalty") if row["_subject"] == person.pk]
    (header,) = lake.rows("FROM subjects WHERE kind = 'person'")

    assert (row["counterparty_name"], row["fine_10k_yuan"]) == (None, Decimal("1.000000"))
    assert row["violation_facts"] == "当事人（520*************1X）未按规定公示"
    assert not {"id_no", "legal_rep_id_no"} & set(row)
    assert (header["id"], header["code"], header["name"], header["division"]) == (person.pk, None, None, "")
    told = repr([lake.rows("FROM penalty"), lake.rows("FROM subjects")])
    for secret in ("欧阳演示", PERSON, person.identity_hash, person.identity_sealed, "sealed:"):
        assert secret not in told
    assert not any(
        PERSON.encode() in path.read_bytes() for path in settings.XINYUN.snapshot.rglob("*.parquet")
    )


def test_the_catalogue_says_beside_the_records_what_is_public(furnish, settings):
    furnish(a_penalty())

    (path,) = (settings.XINYUN.snapshot / "catalogue").iterdir()
    told = {(row["item"], row["field"]): row for row in pl.read_parquet(path).to_dicts()}

    assert told["penalty", "content"]["publicity"] == "public"
    assert (
        told["penalty", "legal_rep_id_no"] | {"type": None, "of_persons": False}
        == told["penalty", "legal_rep_id_no"]
    )
    assert told["penalty", "counterparty_name"]["publicity"] == "masked-persons"
    assert {row["item_publicity"] for row in told.values()} == {
        "public",
        "shared",
        "on-application",
        "consent",
    }


def rows_of(*contents: dict[str, Any], person: int = 0) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "id": n, "subject": 1, "key": 1, "revision": 1, "office": "o", "batch": "b", "decided_on": "",
                "valid_from": "", "valid_until": "", "withdrawn": 0, "recorded_at": "2026-11-20 01:02:03.5",
                "recorded_seq": 1, "superseded_seq": 0, "ends": 0, "person": person,
                "content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            }
            for n, content in enumerate(contents, start=1)
        ]
    )  # fmt: skip


CONTENTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"content": '引"号与\\斜线\n'}, {}),
    ({"fine_10k_yuan": "1.1234567"}, {"fine_10k_yuan": "1.1234567"}),
    ({"fine_10k_yuan": "约一万"}, {"fine_10k_yuan": "约一万"}),
    ({"decision_date": "2026-02-30"}, {"decision_date": "2026-02-30"}),
    ({"no_such_field": "值", "content": "在"}, {"no_such_field": "值"}),
    ({"content": 12, "remark": None}, {"content": 12}),
    ({"content": ["列", 1]}, {"content": ["列", 1]}),
    ({"id_no": "sealed:abc", "strange": "sealed:abc"}, {}),
    ({}, {}),
]


@pytest.mark.one_store
@pytest.mark.parametrize("alone", [True, False])
def test_what_fits_no_column_is_kept_as_it_was_written(alone: bool):
    penalty = shape(rulebook(), "penalty", DAY)
    frames = (
        [fit(rows_of(content), penalty, spaced=False) for content, _ in CONTENTS]
        if alone
        else [fit(rows_of(*(content for content, _ in CONTENTS)), penalty, spaced=False)]
    )

    told = pl.concat(frames)

    assert told.schema == penalty.schema
    assert [json.loads(text or "{}") for text in told["_other"]] == [other for _, other in CONTENTS]
    assert told["content"].to_list() == ['引"号与\\斜线\n', None, None, None, "在", None, None, None, None]


@pytest.mark.one_store
def test_of_an_item_that_the_catalogue_does_not_know_all_is_kept_but_of_persons_nothing():
    gone = shape(rulebook(), "no-such-item", DAY)
    content = {"name": "甲", "number": "sealed:abc"}

    organisation, person = (fit(rows_of(content, person=n), gone, spaced=False) for n in (0, 1))

    assert organisation["_other"].to_list() == ['{"name": "甲"}']
    assert (organisation["_publicity"][0], person["_other"].to_list()) == ("unknown", [None])


@pytest.mark.one_store
def test_no_field_of_the_catalogue_has_the_name_of_the_folders_column():
    book = rulebook()
    names = {column.name for id in book.ids("item") for column in shape(book, id, DAY).columns}

    assert not {name for name in names if name == "item" or name.startswith("_")}


def test_a_large_archive_is_read_by_a_process_beside_and_tells_the_same(furnish, monkeypatch):
    furnish(a_person(), *(a_penalty() for _ in range(40)))
    gradually = lake.rows("FROM penalty ORDER BY _id"), lake.rows("FROM subjects ORDER BY id")
    monkeypatch.setattr("xinyun.archive.snapshot.reading._MANY", 0)
    monkeypatch.setattr("xinyun.archive.snapshot.reading.BLOCK", 15)

    operations.rebuild_snapshot(from_nothing=True, actor="test", on=DAY)

    assert (lake.rows("FROM penalty ORDER BY _id"), lake.rows("FROM subjects ORDER BY id")) == gradually
    with snapshot() as shown:
        assert shown.items == ("penalty",)
        assert shown.revisions("penalty").collect().height == Record.objects.count()
