"""Every item of the catalogue can be collected: a row made from its own fields is accepted, and what it needs is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.factories import a_code, collected
from xinyun import law
from xinyun.collection.rules import compile_rules
from xinyun.law import Field, Item

DAY = date(2026, 11, 20)
NOW = law.rulebook().on(DAY)
PERSON = "11010519491231002X"  # the example in GB 11643
ITEMS = [pytest.param(item, id=item.id) for item in NOW.items()]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_store]
_numbers = count(1)


def kinds_of(item: Item) -> list[str]:
    """For whom rows are made: a class of the item's own field, or the one kind there is."""
    if not item.subject.kind_field:
        return [""]
    labels = NOW.codes(item.field(item.subject.kind_field).codes).kinds
    return [label for label, kind in labels.items() if kind in item.subjects]


def a_row(item: Item, kind: str) -> dict[str, str]:
    """A row with every field of the item that may be filled in, in the item's own words."""
    row = {field.name: a_value(field, item, kind) for field in item.fields}
    for field in item.fields:
        for check in field.checks:
            if check.name in {"before", "not-after"} and item.field(check.argument).type == "date":
                row[check.argument] = max(
                    row[check.argument], str(date.fromisoformat(row[field.name]) + timedelta(days=1))
                )
            if check.name == "tax-number":
                row[field.name] = row[check.argument]
    for field in item.fields:
        if field.empty_when and row[field.empty_when.field] in field.empty_when.values:
            row[field.name] = ""
    return row


def a_value(field: Field, item: Item, kind: str) -> str:
    checks = {check.name: check.argument for check in field.checks}
    if field.name == item.subject.kind_field:
        return kind
    if field.codes:
        return "身份证" if field.codes == "id-type" else NOW.codes(field.codes).labels[0]
    if field.type in {"date", "end-date"}:
        return "2026-05-01" if field.type == "date" else "2027-05-01"
    if field.type in {"decimal", "integer"}:
        return str(max(1, int(checks.get("min") or 1)))
    if "resident-id" in checks or field.name == item.subject.person_id:
        return PERSON
    if "uscc" in checks:
        return a_code(prefix_of(item, kind) if field.name == item.subject.code else "11")
    if "digits" in checks:
        return "2" * int(checks["digits"].split()[0] or 4)
    if ("person-name" in checks and "organisation-name" not in checks) or (
        kind == "自然人" and field.name == item.subject.name
    ):
        return "演示人"
    if "organisation-name" in checks or field.name == item.subject.name:
        return "贵州演示科技有限公司"
    if {"registration-no", "organisation-code"} & checks.keys():
        return ""  # older numbers, beside the credit code never asked for
    return f"演示〔2026〕{next(_numbers)}号"[: field.length or None]


def prefix_of(item: Item, kind: str) -> str:
    """A prefix of codes of the first class that the item is about."""
    prefixes = NOW.codes("subject-kind").prefixes
    wanted = item.classes or (("个体工商户",) if kind == "个体工商户" else ("企业",))
    return next(prefix for prefix, label in prefixes.items() if label in wanted)


def office_of(item: Item) -> str:
    departments = set(item.providers)
    if "any" in departments:
        return "52.market-regulation"
    return next(
        office.id
        for office in NOW.offices()
        if office.department in departments and not office.id.startswith("cn.")
    )


def sent(item: Item, rows: list[dict[str, str]], write_csv: Any, tmp_path: Path) -> tuple[Any, str]:
    errors = tmp_path / f"errors-{next(_numbers)}.csv"
    outcome = collected(write_csv(rows), item=item.id, office=office_of(item), dry_run=True, errors_to=errors)
    return outcome, errors.read_text("utf-8-sig") if errors.exists() else ""


@pytest.mark.parametrize("item", ITEMS)
def test_a_full_row_is_accepted_about_everybody_whom_the_item_is_about(
    item: Item, write_csv: Any, tmp_path: Path
) -> None:
    rows = [a_row(item, kind) for kind in kinds_of(item)]

    outcome, errors = sent(item, rows, write_csv, tmp_path)

    assert outcome.accepted == len(rows), errors
    assert errors.count("\n") <= 1


@pytest.mark.parametrize("item", ITEMS)
def test_a_row_without_what_is_required_is_refused_field_by_field(
    item: Item, write_csv: Any, tmp_path: Path
) -> None:
    kind = kinds_of(item)[0]
    required = [
        field.name
        for field in item.fields
        if field.required == "yes" and field.name != item.subject.kind_field
    ]
    row = a_row(item, kind) | dict.fromkeys(required, "")

    outcome, errors = sent(item, [row, a_row(item, kind)], write_csv, tmp_path)

    assert (outcome.accepted, outcome.rejected) == (1, 1)
    for name in required:
        assert f",{name},required," in errors, name


@pytest.mark.parametrize("item", [pytest.param(item, id=item.id) for item in NOW.items() if item.classes])
def test_an_item_about_some_kinds_of_subjects_refuses_the_others(
    item: Item, write_csv: Any, tmp_path: Path
) -> None:
    labels = NOW.codes("subject-kind").prefixes
    other = next(prefix for prefix, label in labels.items() if label not in item.classes)
    row = a_row(item, kinds_of(item)[0]) | {item.subject.code: a_code(other)}

    outcome, errors = sent(item, [row], write_csv, tmp_path)

    assert outcome.rejected == 1
    assert "class-of-subject" in errors


def test_a_row_about_a_kind_of_subject_that_the_item_is_not_about_is_refused(
    write_csv: Any, tmp_path: Path
) -> None:
    organisations = next(i for i in NOW.items() if i.subjects == ("organisation",) and not i.classes)
    business = a_row(organisations, "") | {organisations.subject.code: a_code("92")}

    outcome, errors = sent(organisations, [business], write_csv, tmp_path)

    assert outcome.rejected == 1
    assert "class-of-subject" in errors


def test_a_class_that_the_item_is_not_about_breaks_a_rule_of_its_own() -> None:
    item = replace(NOW.item("penalty"), subjects=("organisation",))
    present = {"counterparty_class": "行政相对人类别"}

    (rule,) = [r for r in compile_rules(item, NOW, DAY, present) if r.id == "class-of-subject"]

    rows = pl.DataFrame({"counterparty_class": ["法人及非法人组织", "自然人", "个体工商户"]})
    assert rows.select(rule.fault).to_series().to_list() == [False, True, True]


@pytest.mark.parametrize("item", ITEMS)
def test_what_the_item_publishes_holds_no_number_of_a_person(item: Item) -> None:
    for field in item.fields:
        if any(check.name == "resident-id" for check in field.checks):
            assert field.personal, field.name
            assert field.publicity in {"masked", "hidden"}
