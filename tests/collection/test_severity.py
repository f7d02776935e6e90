"""What becomes of a row that breaks a rule: refused, asked about, or only told; the catalogue may say which."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collection.conftest import Returned as Sent
from tests.conftest import DAY
from tests.factories import a_penalty, collected
from xinyun.archive.models import Record
from xinyun.collection.models import Returned
from xinyun.collection.plausibility import CHECKS as PLAUSIBLE
from xinyun.collection.rules import CHECKS, archive_checks, compile_rules
from xinyun.law import Check, rulebook

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

BOOK = rulebook()
NOW = BOOK.on(DAY)
PENALTY = NOW.item("penalty")

FAULTS = {
    "refuse": ("CF_CFLB", "骂", "code-list"),
    "refuse-too": ("CF_CFJG", "", "required"),
    "ask": ("CF_NR_FK", "200000", "at-most"),
    "ask-too": ("CF_NR_WFFF", "2000000", "at-most"),
    "warn": ("CF_WSH", "演罚{}", "document-number"),
}
rows_of_a_file = st.lists(
    st.tuples(st.sets(st.sampled_from(list(FAULTS))), st.booleans()), min_size=1, max_size=8
)


def a_row(number: int, broken: set[str], confirmed: bool) -> dict[str, str]:
    row = a_penalty(CF_WSH=f"演罚〔2026〕{number}号", CF_NR_WFFF="1", CF_CFLB="罚款；没收违法所得")
    row |= {FAULTS[name][0]: FAULTS[name][1].format(number) for name in broken}
    return row | {"确认无误": "是" if confirmed else ""}


def rows_to(folder: str, rows: list[dict[str, str]]) -> Path:
    path = Path(folder) / "rows.csv"
    path.write_text(
        "\n".join(",".join(row) for row in [list(rows[0]), *(row.values() for row in rows)]), "utf-8"
    )
    return path


def test_every_row_ends_in_one_way_and_is_returned_with_all_of_its_faults():
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(rows_of_a_file)
    def every_file(told: list[tuple[set[str], bool]]) -> None:
        rows = [a_row(number, broken, confirmed) for number, (broken, confirmed) in enumerate(told)]
        before = Record.objects.count()
        with tempfile.TemporaryDirectory() as folder:
            path = rows_to(folder, rows)
            outcome = collected(path, "penalty", errors_to=path.with_name("errors.csv"))
            sent = Sent(outcome, path.with_name("errors.csv"))

        bad = {}
        for number, (broken, confirmed) in enumerate(told, start=1):
            found = {name for name in broken if not (name.startswith("ask") and confirmed)} - {"warn"}
            if found:
                bad[str(number)] = sorted(FAULTS[name][2] for name in found)
        assert outcome.received == len(told)
        assert outcome.accepted + outcome.unchanged + outcome.revised + outcome.rejected == len(told)
        assert (outcome.accepted, outcome.rejected) == (len(told) - len(bad), len(bad))
        assert Record.objects.count() - before == outcome.accepted
        returned: dict[str, list[str]] = {}
        for row, _, rule in sent.rules:
            returned.setdefault(row, []).append(rule)
        assert {row: sorted(rules) for row, rules in returned.items()} == bad
        warned = sum("warn" in broken and str(n) not in bad for n, (broken, _) in enumerate(told, start=1))
        assert outcome.warnings["document-number"] == warned

    every_file()


def test_rows_that_are_asked_about_come_back_and_are_accepted_once_confirmed(submit):
    rows = [a_row(n, broken, confirmed=False) for n, broken in enumerate([{"ask"}, {"ask", "refuse"}, set()])]
    first = submit(rows, "penalty")
    numbers = [f"{row.batch}-{row.row}" for row in Returned.objects.order_by("row")]

    again = submit(
        [row | {"退回编号": number, "确认无误": "是"} for row, number in zip(rows, numbers, strict=False)],
        "penalty",
    )

    assert [
        row.faults[0][2] for row in Returned.objects.filter(batch=first.outcome.batch).order_by("row")
    ] == [
        "ask",
        "refuse",
    ]
    assert (again.outcome.accepted, again.outcome.rejected) == (1, 1)
    assert again.rules == [("2", "penalty_class", "code-list")]
    settled = Returned.objects.filter(batch=first.outcome.batch).order_by("row")
    assert [row.settled for row in settled] == ["confirmed", "again"]


@pytest.mark.parametrize(("severity", "expected"), [("", "refuse"), ("ask", "ask"), ("warn", "warn")])
def test_the_catalogue_gives_the_rules_of_a_check_their_severity(severity, expected):
    field = replace(PENALTY.field("decision_date"), checks=(Check("not-future", "", severity),))
    item = replace(PENALTY, fields=tuple(field if one.name == field.name else one for one in PENALTY.fields))

    rules = compile_rules(item, NOW, DAY, {"decision_date": "处罚决定日期"})

    assert [rule.severity for rule in rules if rule.id == "not-future"] == [expected]
    assert {rule.severity for rule in rules if rule.id == "date"} == {"refuse"}


def test_what_the_archive_is_asked_is_no_rule_of_a_frame():
    (asked,), (told,) = (archive_checks(NOW.item(id)) for id in ("penalty", "licence"))

    assert (asked.id, asked.field, asked.severity) == ("since-established", "decision_date", "ask")
    assert (told.field, told.severity) == ("decision_date", "warn")
    assert archive_checks(NOW.item("registration")) == ()
    titles = {field.name: field.title for field in PENALTY.fields}
    assert "since-established" not in {rule.id for rule in compile_rules(PENALTY, NOW, DAY, titles)}


def test_the_checks_that_a_table_may_name_are_those_that_there_are():
    pattern = json.loads((BOOK.folder / "schema" / "field.json").read_text("utf-8"))["properties"]["checks"][
        "pattern"
    ]

    assert set(pattern.split("?(")[1].split(")")[0].split("|")) == set(CHECKS)
    assert PLAUSIBLE.keys() <= CHECKS.keys()
