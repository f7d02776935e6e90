"""Whatever a row leaves out, it is returned, or its subject is known: for every item of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import polars as pl
import pytest

from tests.conftest import DAY
from tests.factories import a_code
from xinyun.collection.checking import check
from xinyun.collection.columns import Columns
from xinyun.collection.reading import ROW
from xinyun.collection.rules import compile_rules
from xinyun.collection.shaping import Shaper, normalise
from xinyun.law import Item, rulebook

pytestmark = [pytest.mark.django_db, pytest.mark.one_store]

ITEMS = [item.id for item in rulebook().on(DAY).items()]
DOCUMENT = {"id_type": "身份证", "id": "11010519491231002X"}


def _choices(item: Item) -> dict[str, list[str | None]]:
    """For each field that says whom a row is about, what may stand there, nothing among it."""
    subject, norms = item.subject, rulebook().on(DAY)
    found: dict[str, list[str | None]] = {subject.name: ["贵州演示公司"]}
    for name, value in (
        (subject.code, a_code()), (subject.person_id_type, DOCUMENT["id_type"]), (subject.person_id, DOCUMENT["id"])
    ):  # fmt: skip
        if name:
            found[name] = [value, None]
    if subject.kind_field:
        found[subject.kind_field] = [*norms.codes(item.field(subject.kind_field).codes).kinds, None]
    return found


@pytest.mark.parametrize("id", ITEMS)
def test_a_row_that_is_accepted_says_whom_it_is_about(id: str) -> None:
    _demand_identities(rulebook().on(DAY).item(id))


@pytest.mark.parametrize("id", ["penalty", "adjudication", "consumption-order", "forestry-operator"])
def test_so_it_does_where_the_catalogue_requires_nothing(id: str) -> None:
    item = rulebook().on(DAY).item(id)

    _demand_identities(
        replace(item, fields=tuple(replace(one, required="no", when=None) for one in item.fields))
    )


def _demand_identities(item: Item) -> None:
    norms = rulebook().on(DAY)
    choices = _choices(item)
    rows = pl.DataFrame(
        list(product(*choices.values())), schema=dict.fromkeys(choices, pl.String), orient="row"
    )
    frame = rows.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    columns = Columns({name: name for name in choices}, (), {})
    told = [
        rule for rule in compile_rules(item, norms, DAY, columns.found)
        if rule.id in {"identified", "required", "required-when"} and rule.field in choices
    ]  # fmt: skip

    checked = check(normalise(frame, item, norms, columns), told, item)
    staged, subjects = Shaper(item, norms, list(choices)).shape(checked.good)

    assert staged.height + checked.rejected == frame.height
    assert staged["subject"].is_in(subjects["n"].implode()).all()
    assert subjects.select(pl.coalesce("code", "hash").is_not_null().all()).item()
