"""Putting subjects on lists and taking them off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.lists.conftest import TODAY, a_code
from xinyun.archive import queries as archived
from xinyun.base import Period, Refusal
from xinyun.base.announce import subscribe
from xinyun.law import NotInForce, UnknownNorm
from xinyun.lists import queries
from xinyun.lists.events import Delisted, Listed
from xinyun.lists.models import Entry, Removal
from xinyun.plumbing import feed
from xinyun.plumbing.models import AppendOnlyError

pytestmark = pytest.mark.django_db

HEARD: list[object] = []
subscribe(Listed)(HEARD.append)
subscribe(Delisted)(HEARD.append)


@pytest.fixture(autouse=True)
def _silence():
    HEARD.clear()


def test_a_listing_counts_from_its_decision_for_the_lists_term(enlist):
    entry = enlist()

    assert entry.period == Period(date(2026, 3, 1), date(2029, 3, 1))
    assert queries.entries_of(entry.subject_id, date(2026, 3, 1)) == [entry]
    assert queries.entries_of(entry.subject_id, date(2026, 2, 28)) == []
    assert queries.entries_of(entry.subject_id, date(2029, 3, 1)) == []


def test_a_subject_that_the_archive_does_not_know_is_registered_by_its_name(enlist):
    entry = enlist(5)

    assert archived.subject(a_code(5)).id == entry.subject_id
    assert archived.subject(a_code(5)).name == "演示建筑5有限公司"


def test_listing_and_removal_are_announced_and_enter_the_feed(enlist, delist):
    entry = enlist()
    delist()

    entered, removed = feed.since(feed.head() - 2)
    assert (entered.kind, removed.kind) == ("list.entered", "list.removed")
    about = {"list": "wage-arrears", "code": a_code(1), "subject": entry.subject_id}
    assert entered.payload == about | {"document": entry.document, "office": entry.office}
    assert removed.payload == about | {
        "entry": entry.id,
        "document": "筑人社移〔2026〕1号",
        "office": entry.office,
    }
    assert [
        Listed((entry.id,), entered.seq, "clerk", TODAY),
        Delisted(entry.id, removed.seq, "clerk", TODAY),
    ] == HEARD
    assert list(queries.codes_changed(0, entered.seq)) == [a_code(1)]
    assert list(queries.codes_changed(entered.seq, removed.seq)) == [a_code(1)]
    assert list(queries.codes_changed(removed.seq, removed.seq + 9)) == []


def test_the_same_decision_again_is_the_entry_it_has(enlist):
    first = enlist()
    head = feed.head()

    assert enlist() == first
    assert feed.head() == head


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"code": "91520100MAD00001O1"}, "not-a-code"),
        ({"name": None}, "unknown-subject"),
        ({"document": " "}, "no-document"),
        ({"document": "号" * 201}, "too-long"),
        ({"decided": TODAY + timedelta(days=1)}, "not-yet-decided"),
        ({"decided": date(2022, 3, 2), "on": date(2025, 3, 2)}, "already-ended"),
        ({"office": "520100.tax"}, "not-competent"),
        (
            {"list_id": "judgment-defaulter", "office": "52.high-court", "code": a_code(1, "92")},
            "kind-not-named",
        ),
    ],
)
def test_what_the_list_does_not_admit_is_refused_with_its_ground_and_nothing_is_stored(enlist, other, code):
    head = feed.head()

    with pytest.raises(Refusal) as refused:
        enlist(**other)

    assert refused.value.code == code
    assert all((*refused.value.what, *refused.value.remedy))
    assert not Entry.objects.exists()
    assert feed.head() == head


def test_an_incompetent_office_is_told_the_lists_article(enlist):
    with pytest.raises(Refusal) as refused:
        enlist(office="520100.tax")

    assert "reg-wage-payment 第四十八条" in map(str, refused.value.basis)


def test_a_list_is_judged_by_the_law_of_the_day_of_the_decision(enlist):
    with pytest.raises(NotInForce):
        enlist(decided=date(2021, 12, 31))
    with pytest.raises(UnknownNorm):
        enlist(list_id="no-such-list")
    with pytest.raises(UnknownNorm):
        enlist(office="520100.no-such-office")


def test_the_same_document_with_other_particulars_is_refused(enlist):
    enlist()

    with pytest.raises(Refusal) as refused:
        enlist(decided=date(2026, 2, 1))

    assert refused.value.code == "already-listed"


def test_a_removal_ends_the_entry_on_that_day_and_keeps_it_for_the_record(enlist, delist):
    entry = enlist()

    removed = delist()

    assert (removed.removed_on, removed.removal_reason) == (TODAY, "信用修复")
    assert queries.entries_of(entry.subject_id, TODAY) == []
    assert queries.entries_of(entry.subject_id, TODAY - timedelta(days=1)) == [removed]
    assert queries.history_of(entry.subject_id) == [removed]
    assert queries.entry(entry.id) == removed


def test_followers_see_the_standings_as_each_feed_row_left_them(enlist, delist):
    entry = enlist()
    before = feed.head()
    delist()

    (then,) = queries.standings([a_code(1)], before)[a_code(1)]
    (now,) = queries.standings([a_code(1)], feed.head())[a_code(1)]
    assert (then.entry, then.removed_on, now.removed_on) == (entry.id, None, TODAY)
    assert queries.standings([a_code(1)], 0) == {}


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"code": a_code(2)}, "not-listed"),
        ({"list_id": "tax-a", "office": "520100.tax"}, "not-listed"),
        ({"on": date(2026, 2, 28)}, "removed-before-decided"),
        ({"on": date(2029, 3, 1)}, "not-listed"),
        ({"office": "520100.tax"}, "not-competent"),
        ({"document": ""}, "no-document"),
        ({"reason": " "}, "no-reason"),
    ],
)
def test_a_removal_needs_an_entry_a_document_a_reason_and_the_right_office(enlist, delist, other, code):
    enlist()

    with pytest.raises(Refusal) as refused:
        delist(**other)

    assert refused.value.code == code
    assert not Removal.objects.exists()


def test_what_is_removed_can_neither_be_removed_again_nor_entered_by_the_same_document(enlist, delist):
    enlist()
    delist()

    with pytest.raises(Refusal, match="已于 2026-03-02 移出"):
        delist()
    with pytest.raises(Refusal) as refused:
        enlist()
    assert refused.value.code == "already-listed"


def test_of_several_decisions_the_one_to_remove_must_be_named(enlist, delist):
    first, second = enlist(), enlist(document="筑人社列〔2026〕99号")

    with pytest.raises(Refusal) as refused:
        delist()
    assert refused.value.code == "several-entries"
    assert f"{first.id}、{second.id}" in refused.value.what.zh

    assert delist(entry=second.id, list_id=None, code=None).removed_on == TODAY
    assert queries.entries_of(first.subject_id, TODAY) == [first]


def test_a_list_is_paged_and_counted_as_it_stands_on_a_day(enlist, delist):
    for number in range(1, 6):
        enlist(number)
    delist(3)

    page = queries.entries("wage-arrears", TODAY, limit=2, offset=1)

    assert [entry.code for entry in page] == [a_code(4), a_code(2)]
    assert queries.counts(TODAY) == {"wage-arrears": 4}
    assert queries.counts(date(2026, 2, 1)) == {}


def test_entries_are_written_once(enlist):
    entry = enlist()
    row = Entry.objects.get(pk=entry.id)

    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": date(2026, 3, 1)},
        {"starts_on": date(2026, 2, 28), "ends_on": date(2027, 1, 1)},
        {"document": ""},
        {"document": "筑人社列〔2026〕1号", "seq": ...},
    ],
)
def test_the_database_itself_refuses_what_no_entry_can_be(enlist, wrong):
    entry = enlist()
    told = {
        "subject_id": entry.subject_id,
        "code": entry.code,
        "list_id": "wage-arrears",
        "document": "另一份",
        "office": "520100.human-resources",
        "decided_on": date(2026, 3, 1),
        "starts_on": date(2026, 3, 1),
        "seq": 1,
    }

    if "seq" in wrong:  # the same decision in the same change
        wrong = wrong | {"seq": Entry.objects.get(pk=entry.id).seq}

    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(**(told | wrong))


@pytest.mark.django_db(transaction=True)
def test_the_same_decision_by_eight_clerks_at_once_is_one_entry(enlist):
    def clerk(number: int) -> int:
        try:
            return enlist(actor=f"clerk-{number}").id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as clerks:
        entries = set(clerks.map(clerk, range(8)))

    assert len(entries) == 1
    assert queries.counts(TODAY) == {"wage-arrears": 1}


def test_what_was_known_then_holds_neither_later_entries_nor_later_removals(enlist, delist):
    entry = enlist(1)
    known = feed.head()
    enlist(1, document="筑人社列〔2026〕9号")
    delist(entry=entry.id)

    now = queries.entries_of(entry.subject_id, TODAY)
    then = queries.entries_of(entry.subject_id, TODAY, known)

    assert [one.document for one in now] == ["筑人社列〔2026〕9号"]
    assert then == [entry]
