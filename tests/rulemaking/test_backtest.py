"""A draft over the checks of the past: what it would have stopped, by the facts of then, and how much of it is gone since."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import a_code
from tests.lists.conftest import TODAY
from xinyun import law
from xinyun.base import Period
from xinyun.gateway import operations as gateway
from xinyun.lists.queries import Standing
from xinyun.rulemaking import queries
from xinyun.rulemaking.backtest import Asked, Backtest, differs
from xinyun.rulemaking.impact import Someone

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
BOOK = law.rulebook()
SCENE = "tender-registration"
ENTERPRISE = Someone("", "", "organisation", "贵阳市")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def stricter(draft):
    """A draft in which tax violators are kept from tenders as well."""
    draft.mend(
        "cn-52/scenes/tender-registration.yaml",
        "measures: [bar-tender, bar-tender-by-decision, key-supervision, lower-deposit]",
        "measures: [bar-tender, bar-tender-by-decision, bar-procurement, key-supervision, lower-deposit]",
    )
    return draft.load()


def ask(on: date, **what: str) -> gateway.Answer:
    question = gateway.Question(
        scene=SCENE, purpose="投标登记", client="c", office="52.public-resources", **what
    )
    at = AT + timedelta(days=(on - AT.date()).days)
    (one,) = gateway.answer([question], at=at, on=on)
    return one


def run(book: law.Rulebook, **span: datetime) -> tuple[Backtest, list]:
    tested = Backtest()
    told = {"since": AT - timedelta(days=30), "until": AT + timedelta(days=200)} | span
    return tested, list(queries.backtest(book, BOOK, on=TODAY, tested=tested, **told))


def test_what_a_draft_would_have_stopped_is_counted_with_what_was_known_then(stricter, enlist, delist):
    gone, standing, later, clean = (a_code() for _ in range(4))
    for code in (gone, standing):
        enlist(code=code, list_id="serious-tax-violation", office="52.tax")
    for code in (gone, standing, later, clean):
        ask(TODAY, code=code)
    ask(TODAY, code=standing)
    enlist(
        code=later, list_id="serious-tax-violation", office="52.tax"
    )  # nobody knew of it when it was asked about
    delist(code=gone, list_id="serious-tax-violation", office="52.tax")

    tested, found = run(stricter)

    assert (tested.checks, tested.differing, tested.by_direction) == (5, 3, {"stronger": 3})
    assert (len(tested.subjects), tested.reversed) == (2, 1)
    assert tested.by_measure == {("bar-procurement", "gained"): 3}
    assert tested.by_scene == {(SCENE, "stronger"): 3}
    assert tested.by_office == {("52.public-resources", "stronger"): 3}
    assert {one.asked.about[0][0].code for one, late in found if late} == {gone}
    assert run(stricter, until=AT - timedelta(days=29))[0].checks == 0


def test_the_rulebook_in_use_makes_no_difference_to_itself(enlist):
    code = a_code()
    enlist(code=code, list_id="serious-tax-violation", office="52.tax")
    ask(TODAY, code=code)

    tested, found = run(BOOK)

    assert (tested.checks, tested.differing, found) == (1, 0, [])


@pytest.mark.one_store
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["wage-arrears", "serious-tax-violation", "dishonest-debtors"]),
            st.dates(date(2025, 1, 1), date(2026, 12, 31)),
            st.integers(1, 400),
        ),
        max_size=4,
    ),
    st.dates(date(2025, 6, 1), date(2026, 12, 31)),
)
def test_what_did_not_count_on_the_day_of_the_check_makes_no_difference(told, day):
    standings = tuple(
        Standing(list_id, n, f"{n}", start, Period(start, start + timedelta(days=length)))
        for n, (list_id, start, length) in enumerate(told)
    )
    counting = tuple(one for one in standings if one.in_force(day))
    none = BOOK.on(date(2015, 1, 1))  # before any measure
    now = BOOK.on(TODAY)

    def found(held):
        return differs(Asked(1, day, SCENE, "", False, ((ENTERPRISE, held),)), none, now)

    assert (found(standings) is None) == (found(counting) is None)
    if not counting:
        assert found(standings) is None
