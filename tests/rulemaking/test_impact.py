"""A draft against the archive: who would gain or lose what, and nothing changes by asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.factories import a_code, a_penalty, a_registration, collected
from tests.lists.conftest import TODAY
from xinyun import law
from xinyun.base import Period
from xinyun.lists.queries import Standing
from xinyun.plumbing import feed
from xinyun.rulemaking import queries
from xinyun.rulemaking.impact import Effect, Someone, Tally, on_lists, on_record

BOOK = law.rulebook()
NOW = BOOK.on(TODAY)
WHOM = Someone("", "", "organisation", "贵阳市")
LISTED = Standing("wage-arrears", 1, "文号1", date(2026, 3, 1), Period(date(2026, 3, 1), date(2029, 3, 1)))


def told(effects: list[list[Effect]]) -> set[tuple[str, str, str, str]]:
    return {(one.what, one.subject, one.before, one.after) for found in effects for one in found}


@pytest.mark.one_store
def test_a_measure_taken_from_a_list_is_lost_in_each_scene_that_named_it(draft):
    draft.mend("cn/lists/wage-arrears.yaml", "      bar-tender: [[reg-wage-payment, 第四十八条]]\n", "")

    effects = list(on_lists(WHOM, [LISTED], NOW, draft.load().on(TODAY)))

    assert {(e.what, e.subject, e.direction) for e in effects} == {
        ("measure", f"bar-tender @ {scene.id}", "lost")
        for scene in NOW.scenes()
        if "bar-tender" in scene.measures
    }


@pytest.mark.one_store
def test_a_shorter_term_moves_the_end_of_an_entry_and_an_end_of_the_document_stays(draft):
    draft.mend("cn/lists/wage-arrears.yaml", "term: {years: 3}", "term: {years: 1}")
    after = draft.load().on(TODAY)
    own = structs.replace(LISTED, period=Period(date(2026, 3, 1), date(2026, 9, 1)))

    (moved,) = on_lists(WHOM, [LISTED], NOW, after)

    assert (moved.what, moved.before, moved.after) == ("term", "2029-02-28", "2027-02-28")
    assert list(on_lists(WHOM, [own], NOW, after)) == []


@pytest.mark.one_store
def test_an_end_of_the_document_beyond_the_drafts_term_is_cut_to_it(draft):
    draft.mend("cn/lists/wage-arrears.yaml", "term: {years: 3}", "term: {years: 1}")
    own = structs.replace(LISTED, period=Period(date(2026, 3, 1), date(2028, 9, 1)))

    (moved,) = on_lists(WHOM, [own], NOW, draft.load().on(TODAY))

    assert moved.after == "2027-03-01"


@pytest.mark.one_store
def test_other_terms_of_publicity_move_a_penaltys_tier_and_last_day(draft):
    draft.mend(
        "cn/repair/publicity-terms.yaml",
        "general:\n        title: 一般\n        shown: true\n        minimum_months: 3\n        maximum_months: 12",
        "general:\n        title: 普通\n        shown: true\n        minimum_months: 3\n        maximum_months: 6",
    )
    day = date(2026, 6, 1)
    content = {"decision_date": "2026-05-01", "penalty_class": "罚款"}

    effects = list(on_record(WHOM, "penalty", content, date(2026, 5, 1), BOOK.on(day), draft.load().on(day)))

    assert told([effects]) == {
        ("tier", "penalty", "一般", "普通"),
        ("publicity", "penalty", "2027-04-30", "2026-10-31"),
    }


@pytest.mark.one_store
@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.sampled_from(sorted(one.id for one in NOW.lists())), max_size=4),
    st.sampled_from(["organisation", "individual-business", "person"]),
)
def test_a_rulebook_against_itself_changes_nothing(lists, kind):
    held = [
        Standing(id, number, "文号", date(2026, 2, 1), NOW.list(id).period(date(2026, 2, 1)))
        for number, id in enumerate(lists)
    ]

    assert list(on_lists(replace(WHOM, kind=kind), held, NOW, NOW)) == []


@pytest.mark.one_store
def test_a_tally_counts_by_what_kind_and_city():
    tally = Tally()
    gained = Effect(WHOM, "measure", "m @ s", "", "block")
    lost = Effect(replace(WHOM, kind="person", city="遵义市"), "measure", "m @ s", "block", "")

    tally.add([gained, gained])
    tally.add([lost])
    tally.add([])

    assert (tally.subjects, tally.effects) == (2, 3)
    assert tally.by_what == {("measure", "m @ s", "gained"): 2, ("measure", "m @ s", "lost"): 1}
    assert tally.by_kind == {("organisation", "gained"): 2, ("person", "lost"): 1}
    assert tally.by_city == {("贵阳市", "gained"): 2, ("遵义市", "lost"): 1}


@pytest.mark.django_db(transaction=True)
def test_the_archive_is_run_through_as_a_shadow(draft, enlist, write_csv):
    code = a_code(division="520302")
    collected(write_csv([a_registration(code, 名称="演示遵义建筑有限公司")], "r.csv"))
    collected(write_csv([a_penalty(code, CF_JDRQ="2026-05-06")], "p.csv"), item="penalty")
    enlist(code=code, name=None)
    enlist(2)
    draft.mend("cn/lists/wage-arrears.yaml", "term: {years: 3}", "term: {years: 1}")
    draft.mend("cn/catalogue/penalty.yaml", "publicity: public", "publicity: shared")
    before = feed.head()

    found = list(queries.effects(draft.load(), BOOK, date(2026, 8, 1)))

    assert {(e.what, e.whom.code == code, e.whom.city) for one in found for e in one} == {
        ("term", True, "遵义市"),
        ("term", False, "贵阳市"),
        ("publicity", True, "遵义市"),
    }
    assert feed.head() == before


@pytest.mark.django_db(transaction=True)
def test_entries_that_were_removed_or_are_over_are_nobodys_concern(draft, enlist, delist):
    enlist(1)
    delist(1)
    draft.mend("cn/lists/wage-arrears.yaml", "term: {years: 3}", "term: {years: 1}")

    assert list(queries.effects(draft.load(), BOOK, TODAY)) == []
