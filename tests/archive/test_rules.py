"""What of a record the public may see and until when, told in sentences (the law's own cases: tests/law)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from xinyun.archive.rules import HIDDEN, SHOWN, penalty_tiers, publicity
from xinyun.law import rulebook

BOOK = rulebook()


def shown(item: str, content: dict[str, str], decided: date, day: date):
    then = BOOK.on(decided)
    return publicity(then.item(item), content, then, day)


def penalty(classes: str, decided: date, day: date):
    return shown("penalty", {"decision_date": decided.isoformat(), "penalty_class": classes}, decided, day)


def test_what_the_catalogue_does_not_make_public_is_hidden_with_the_catalogues_article():
    item = replace(BOOK.on(date(2026, 5, 10)).item("licence"), publicity="shared")

    decision = publicity(item, {}, BOOK.on(date(2026, 5, 10)), date(2026, 5, 10))

    assert (decision.outcome, decision.reasons[0].code) == (HIDDEN, "not-public")
    assert decision.basis == item.basis


def test_a_record_without_a_term_is_shown_without_end():
    decision = shown("registration", {}, date(2026, 5, 10), date(2050, 1, 1))

    assert (decision.outcome, decision.reasons[0].until) == (SHOWN, None)
    assert decision.basis


def test_a_fine_is_shown_on_its_terms_last_day_and_hidden_on_the_next():
    decided = date(2026, 5, 10)

    assert penalty("罚款", decided, date(2027, 5, 9)).outcome == SHOWN
    over = penalty("罚款", decided, date(2027, 5, 10))

    assert (over.outcome, over.reasons[0].code, over.reasons[0].until) == (
        HIDDEN,
        "term-ended",
        date(2027, 5, 10),
    )


def test_a_term_that_ends_in_a_month_without_that_day_ends_on_its_last():
    assert penalty("罚款", date(2028, 2, 29), date(2028, 3, 1)).reasons[0].until == date(2029, 2, 28)


def test_the_regulation_of_the_day_of_decision_governs_and_not_that_of_the_day_of_asking():
    assert penalty("罚款", date(2026, 3, 31), date(2026, 5, 1)).reasons[0].until == date(2029, 3, 31)
    assert penalty("罚款", date(2026, 4, 1), date(2026, 5, 1)).reasons[0].until == date(2027, 4, 1)


def test_a_penalty_older_than_any_regulation_of_terms_is_not_shown():
    then, item = BOOK.on(date(2018, 7, 24)), BOOK.on(date(2026, 1, 1)).item("penalty")
    content = {"decision_date": "2018-07-24", "penalty_class": "罚款"}

    assert publicity(item, content, then, date(2018, 8, 1)).reasons[0].code == "before-terms"


def test_a_warning_alone_is_not_shown_and_with_a_fine_the_longer_term_governs():
    decided, day = date(2026, 5, 10), date(2026, 6, 1)

    assert penalty("警告", decided, day).reasons[0].code == "tier-not-shown"
    assert penalty("警告；通报批评", decided, day).outcome == HIDDEN
    assert penalty("警告；罚款", decided, day).reasons[0].until == date(2027, 5, 10)
    assert penalty("罚款、吊销许可证件", decided, day).reasons[0].until == date(2029, 5, 10)


@pytest.mark.parametrize("separator", ["；", ";", "，", ",", "、", "|", " ； ", "\n"])
def test_every_separator_that_offices_use_joins_classes(separator):
    assert penalty(f"警告{separator}罚款", date(2026, 5, 10), date(2026, 6, 1)).outcome == SHOWN


@pytest.mark.parametrize("classes", ["其他-责令改正", "没见过的种类", "", "警告-口头"])
def test_a_class_of_no_tier_falls_to_the_general_one_and_never_to_silence(classes):
    assert penalty(classes, date(2026, 5, 10), date(2026, 6, 1)).reasons[0].until == date(2027, 5, 10)


def test_a_warning_beside_a_class_of_no_tier_is_judged_by_the_longer_of_both():
    assert penalty("警告；其他-责令改正", date(2026, 5, 10), date(2026, 6, 1)).outcome == SHOWN
    assert penalty("警告；", date(2026, 5, 10), date(2026, 6, 1)).outcome == HIDDEN


@pytest.mark.parametrize(
    ("own", "first_hidden"),
    [
        ("2026-08-10", date(2026, 8, 11)),
        ("2027-05-09", date(2027, 5, 10)),
        ("2029-01-01", date(2027, 5, 10)),
        ("2099-12-31", date(2027, 5, 10)),
    ],
)
def test_the_earlier_of_the_offices_end_and_the_terms_end_counts(own, first_hidden):
    content = {"decision_date": "2026-05-10", "penalty_class": "罚款", "publicity_end": own}

    assert shown("penalty", content, date(2026, 5, 10), date(2026, 6, 1)).reasons[0].until == first_hidden


def test_an_office_cannot_show_what_is_not_shown_by_naming_an_end():
    content = {"decision_date": "2026-05-10", "penalty_class": "警告", "publicity_end": "2026-12-31"}

    assert shown("penalty", content, date(2026, 5, 10), date(2026, 6, 1)).outcome == HIDDEN


def test_the_day_of_an_act_that_ends_is_the_first_free_day():
    content = {"listed_on": "2025-07-02", "removed_on": "2026-05-20"}

    assert shown("abnormal", content, date(2025, 7, 2), date(2026, 5, 19)).outcome == SHOWN
    assert shown("abnormal", content, date(2025, 7, 2), date(2026, 5, 20)).outcome == HIDDEN


def test_a_missing_class_is_the_general_tier():
    term = BOOK.on(date(2026, 5, 10)).norm("repair", "publicity-terms")

    assert penalty_tiers(None, term) == [term["tiers"]["general"]]


def test_a_term_written_in_the_record_ends_after_its_last_day():
    content = {"until": "2026-12-31", "decision_date": "2026-01-01"}

    assert shown("serious", content, date(2026, 1, 1), date(2026, 12, 31)).outcome == SHOWN
    assert shown("serious", content, date(2026, 1, 1), date(2027, 1, 1)).reasons[0].until == date(2027, 1, 1)


@pytest.mark.parametrize("last", [None, "2099-12-31", "9999-12-31"])
def test_no_written_end_or_2099_12_31_is_no_end(last):
    content = {"decision_date": "2026-01-01"} | ({"until": last} if last else {})

    assert shown("serious", content, date(2026, 1, 1), date(2100, 1, 1)).outcome == SHOWN


def test_every_answer_rests_on_an_article():
    for classes in ("警告", "罚款", "吊销许可证件"):
        for day in (date(2026, 6, 1), date(2035, 6, 1)):
            assert penalty(classes, date(2026, 5, 10), day).basis
