"""What being on lists entails: pure rules, on the rulebook as it ships."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun import law
from xinyun.base import Period, Refusal
from xinyun.law import NotInForce
from xinyun.lists.admission import Proposed, admit
from xinyun.lists.rules import PRECEDENCE, Standing, check, check_name, clean, doubt_name, term

DAY = date(2026, 3, 2)
BOOK = law.rulebook()
NOW = BOOK.on(DAY)
TENDER, LICENCE = NOW.scene("tender-registration"), NOW.scene("licence-approval")
PROCUREMENT = NOW.scene("procurement-qualification")
KINDS = ("organisation", "individual-business", "person")


def on_list(list_id: str, entry: int = 1, decided: date = date(2025, 6, 1), **other) -> Standing:
    period = other.pop("period", None) or Period(decided, date(2028, 6, 1))
    return Standing(list_id, entry, f"文号{entry}", decided, period, **other)


def test_nobody_on_a_list_passes_and_the_scene_says_by_which_article_it_was_asked():
    verdict = check([], "organisation", TENDER, NOW)

    assert verdict.outcome == "pass"
    assert verdict.measures == ()
    assert verdict.decision.basis == TENDER.basis


def test_wage_arrears_block_a_tender_until_the_entry_ends():
    verdict = check([on_list("wage-arrears", 7)], "organisation", TENDER, NOW)

    assert verdict.outcome == "block"
    blocking = [m for m in verdict.measures if m.effect == "block"]
    assert {m.id for m in blocking} == {"bar-tender"}
    assert {(m.entry, m.list_id, m.until) for m in verdict.measures} == {
        (7, "wage-arrears", date(2028, 6, 1))
    }
    assert all(m.basis for m in verdict.measures)


def test_government_procurement_is_another_scene_than_a_tender_for_works():
    violator = [on_list("serious-tax-violation")]

    assert check(violator, "organisation", PROCUREMENT, NOW).outcome == "block"
    assert check(violator, "organisation", TENDER, NOW).outcome == "remind"


def test_what_a_measure_cites_is_of_the_list_from_which_it_follows():
    verdict = check(
        [on_list("serious-tax-violation", 1), on_list("judgment-defaulter", 2)], "organisation", LICENCE, NOW
    )

    cited = {(m.list_id, b.source) for m in verdict.measures for b in m.basis}
    assert {source for listed, source in cited if listed == "serious-tax-violation"} == {
        "sat-54-2021",
        "gov-49-2020",
        "ndrc-measures-2025",
    }
    assert ("judgment-defaulter", "spc-7-2017") in cited
    assert "reg-wage-payment" not in {source for _, source in cited}


def test_the_last_day_still_counts_and_the_end_day_does_not():
    standing = on_list("wage-arrears", period=Period(date(2025, 6, 1), DAY + timedelta(days=1)))

    assert check([standing], "organisation", TENDER, NOW).outcome == "block"
    assert check([standing], "organisation", TENDER, BOOK.on(DAY + timedelta(days=1))).outcome == "pass"


def test_a_removal_stops_every_measure_on_that_very_day():
    removed = on_list("wage-arrears", removed_on=DAY)

    assert check([removed], "organisation", TENDER, NOW).outcome == "pass"
    assert check([removed], "organisation", TENDER, BOOK.on(DAY - timedelta(days=1))).outcome == "block"


def test_an_honour_is_reported_beside_a_block_but_does_not_outweigh_it():
    verdict = check([on_list("tax-a", 1), on_list("wage-arrears", 2)], "organisation", TENDER, NOW)

    assert verdict.outcome == "block"
    assert "benefit" in {m.effect for m in verdict.measures}


def test_an_honour_alone_gives_its_benefits():
    verdict = check([on_list("tax-a")], "organisation", LICENCE, NOW)

    assert verdict.outcome == "benefit"
    assert {m.id for m in verdict.measures} == {"green-channel", "incomplete-papers", "simplified-procedure"}


def test_a_list_that_names_organisations_only_never_touches_a_person():
    standing = on_list("judgment-defaulter")

    assert check([standing], "organisation", TENDER, NOW).outcome == "block"
    assert check([standing], "person", TENDER, NOW).outcome == "pass"


def test_a_measure_that_the_scene_does_not_name_does_not_apply():
    verdict = check([on_list("judgment-defaulter")], "organisation", LICENCE, NOW)

    assert "limit-consumption" not in {m.id for m in verdict.measures}
    assert {m.id for m in verdict.measures} <= set(LICENCE.measures)


def test_before_its_first_edition_a_measure_binds_nobody():
    then = BOOK.on(date(2023, 1, 6))
    early = on_list("tax-a", decided=date(2016, 4, 1), period=Period(date(2016, 4, 1), date(2016, 7, 8)))

    assert (
        check([early], "organisation", then.scene("tender-registration"), BOOK.on(date(2016, 5, 1))).outcome
        == "pass"
    )


def test_while_an_objection_is_open_the_scene_lets_a_person_look():
    assert TENDER.disputed == "review"

    verdict = check([on_list("wage-arrears", disputed=True)], "organisation", TENDER, NOW)

    assert verdict.outcome == "review"
    assert verdict.disputed
    assert "block" not in {m.effect for m in verdict.measures}


def test_an_entry_without_objection_still_blocks_beside_a_disputed_one():
    standings = [on_list("wage-arrears", 1, disputed=True), on_list("judgment-defaulter", 2)]

    verdict = check(standings, "organisation", TENDER, NOW)

    assert verdict.outcome == "block"
    assert verdict.disputed


def test_a_name_alone_is_at_most_a_review_and_carries_no_measure_of_anybody():
    verdict = check_name([([on_list("wage-arrears")], "organisation"), ([], "organisation")], TENDER, NOW)

    assert verdict.outcome == "review"
    assert verdict.measures == ()
    assert [reason.code for reason in verdict.remarks] == ["name-only"]


@pytest.mark.parametrize("standings", [[], [on_list("tax-a")]], ids=["nothing", "honour"])
def test_a_name_alone_passes_when_no_candidate_has_an_adverse_entry(standings):
    assert check_name([(standings, "organisation")], TENDER, NOW).outcome == "pass"


def test_a_name_that_is_not_the_codes_raises_a_pass_to_review_and_leaves_a_block():
    blocked = check([on_list("wage-arrears")], "organisation", TENDER, NOW)

    assert doubt_name(clean(TENDER)).outcome == "review"
    assert doubt_name(blocked).outcome == "block"
    assert doubt_name(blocked).measures == blocked.measures


def test_a_term_runs_by_the_edition_of_the_day_of_the_decision():
    assert term("wage-arrears", date(2024, 2, 29), BOOK.on(date(2024, 2, 29))) == Period(
        date(2024, 2, 29), date(2027, 2, 28)
    )
    with pytest.raises(NotInForce):
        term("wage-arrears", date(2021, 12, 31), BOOK.on(date(2021, 12, 31)))


@pytest.mark.parametrize(
    ("until", "outcome"),
    [
        (None, date(2027, 6, 1)),
        (date(2026, 6, 1), date(2026, 6, 1)),
        (date(2027, 6, 2), date(2027, 6, 2)),  # the anniversary itself as last day, as 民法典 counts
        (date(2030, 6, 1), date(2030, 6, 1)),
        (date(2030, 6, 3), "ends-too-late"),
        (date(2025, 6, 1), "ends-too-soon"),
    ],
)
def test_a_decisions_own_end_counts_as_far_as_the_list_may_be_extended(until, outcome):
    decided = date(2025, 6, 1)
    defaulters = BOOK.on(decided).list("judgment-defaulter")
    decision = Proposed(defaulters.id, 1, "organisation", "", "演执〔2025〕1号", "演示市法院", decided, until)

    if isinstance(outcome, date):
        assert admit(decision, defaulters, None, decided) == Period(decided, outcome)
    else:
        with pytest.raises(Refusal) as refused:
            admit(decision, defaulters, None, decided)
        assert refused.value.code == outcome
        assert "spc-7-2017 第二条" in map(str, refused.value.basis)


DAYS = st.dates(date(2022, 3, 1), date(2030, 1, 1))


@st.composite
def standings(draw) -> Standing:
    start = draw(DAYS)
    end = draw(st.none() | st.integers(1, 1500).map(lambda days: start + timedelta(days=days)))
    return Standing(
        draw(st.sampled_from(BOOK.ids("list"))),
        draw(st.integers(1, 40)),
        "文号",
        start,
        Period(start, end),
        draw(st.none() | DAYS),
        draw(st.booleans()),
    )


SITUATION = {
    "held": st.lists(standings(), max_size=6),
    "kind": st.sampled_from(KINDS),
    "scene_id": st.sampled_from([scene.id for scene in BOOK.on(date(2023, 2, 1)).scenes()]),
    "day": st.dates(date(2023, 2, 1), date(2030, 1, 1)),
}


@given(**SITUATION, order=st.randoms(use_true_random=False))
def test_the_order_of_entries_never_matters(held, kind, scene_id, day, order):
    now = BOOK.on(day)
    shuffled = order.sample(held, len(held))

    def measures(given):
        return sorted(map(repr, check(given, kind, now.scene(scene_id), now).measures))

    assert measures(held) == measures(shuffled)
    assert (
        check(held, kind, now.scene(scene_id), now).outcome
        == check(shuffled, kind, now.scene(scene_id), now).outcome
    )


@given(**SITUATION, other=standings())
def test_an_entry_that_has_ended_or_was_removed_never_changes_the_verdict(held, kind, scene_id, day, other):
    now = BOOK.on(day)
    gone = Standing(other.list_id, 99, "文号", date(2022, 3, 1), Period(date(2022, 3, 1), day))
    removed = Standing(
        other.list_id, 98, "文号", date(2022, 3, 1), Period(date(2022, 3, 1), None), removed_on=day
    )

    assert check([*held, gone, removed], kind, now.scene(scene_id), now) == check(
        held, kind, now.scene(scene_id), now
    )


@given(**SITUATION)
def test_every_measure_has_its_article_its_scope_and_an_entry_in_force(held, kind, scene_id, day):
    now = BOOK.on(day)
    scene = now.scene(scene_id)

    verdict = check(held, kind, scene, now)

    by_entry = {(s.list_id, s.entry, s.period.end) for s in held if s.in_force(day)}
    for applied in verdict.measures:
        norm = now.measure(applied.id)
        assert applied.basis == norm.basis_for(applied.list_id) != ()
        assert applied.id in scene.measures
        assert applied.list_id in norm.lists
        assert kind in norm.targets
        assert kind in now.list(applied.list_id).kinds
        assert (applied.list_id, applied.entry, applied.until) in by_entry
    effects = [m.effect for m in verdict.measures]
    assert verdict.outcome == min([*effects, "pass"], key=PRECEDENCE.index)
    assert verdict.decision.reasons


@given(**SITUATION)
def test_a_name_alone_never_says_more_than_the_code_would(held, kind, scene_id, day):
    now = BOOK.on(day)
    scene = now.scene(scene_id)

    by_name = check_name([(held, kind)], scene, now).outcome

    assert by_name in {"pass", "remind", "review"}
    assert (
        PRECEDENCE.index(by_name) >= PRECEDENCE.index(check(held, kind, scene, now).outcome)
        or by_name == "pass"
    )
