"""An entry under objection is marked from that very moment, everywhere, and a block becomes a review where the scene says so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lists.conftest import TODAY, a_code
from tests.lists.test_reactions import collect, entries_of, row
from xinyun import law
from xinyun.base import Period, Refusal
from xinyun.gateway.index import index
from xinyun.lists import operations, queries
from xinyun.lists.queries import Standing, check
from xinyun.lists.rules import PRECEDENCE
from xinyun.plumbing import feed

DAY = date(2026, 4, 1)
SCENE = "tender-registration"


def dispute(entry: int, reference: str = "objection-1", **other) -> queries.EntryView:
    told = {
        "entry": entry,
        "reference": reference,
        "office": "52.human-resources",
        "actor": "clerk",
        "on": DAY,
    }
    return operations.dispute(**(told | other))


def settle(reference: str = "objection-1") -> int:
    return operations.settle(reference=reference, outcome="uphold", actor="clerk", on=DAY)


def checked(number: int = 1) -> queries.Verdict:
    """What the check index answers now."""
    checks, now = index(), law.rulebook().on(DAY)
    checks.follow()
    with checks.reading() as snapshot:
        known = snapshot.lookup(a_code(number))
    return check(known.standings, known.kind, now.scene(SCENE), now)


@pytest.mark.django_db
def test_a_disputed_entry_is_told_as_such_at_once_and_reviewed_not_blocked_until_it_is_settled(
    enlist,
) -> None:
    entry = enlist()
    assert (checked().outcome, checked().disputed) == ("block", False)
    before = feed.head()

    assert dispute(entry.id).disputed
    assert (checked().outcome, checked().disputed) == ("review", True)
    assert [one.disputed for one in queries.entries_of(entry.subject_id, DAY)] == [True]
    assert [one.disputed for one in queries.entries_of(entry.subject_id, DAY, before)] == [False]

    between = feed.head()
    assert settle() == 1
    assert (checked().outcome, checked().disputed) == ("block", False)
    assert [one.disputed for one in queries.entries_of(entry.subject_id, DAY, between)] == [True]
    assert settle() == 0


@pytest.mark.django_db
def test_an_entry_is_disputed_once_at_a_time_and_only_while_it_stands(enlist, delist) -> None:
    entry = enlist()
    dispute(entry.id)

    with pytest.raises(Refusal, match="正在处理"):
        dispute(entry.id, "objection-2")
    delist(on=DAY)
    with pytest.raises(Refusal) as caught:
        dispute(entry.id, "objection-2")

    assert caught.value.code == "no-such-entry"
    assert (settle(), queries.entry(entry.id).disputed) == (1, False)


@pytest.mark.django_db(transaction=True)
def test_a_corrected_record_does_not_shed_the_mark(tmp_path) -> None:
    collect(tmp_path, row(1))
    (entry,) = entries_of(1)
    dispute(entry.id, on=TODAY)

    collect(tmp_path, row(1, until="2027-01-31"))

    (again,) = entries_of(1)
    assert again.id != entry.id
    assert again.disputed
    assert settle() == 2
    assert not entries_of(1)[0].disputed


LISTS = st.sampled_from(["wage-arrears", "serious-tax-violation", "judgment-defaulter", "tax-a"])


@given(
    marks=st.lists(st.tuples(LISTS, st.booleans()), max_size=5),
    scene=st.sampled_from(
        ["tender-registration", "procurement-qualification", "bank-loan", "licence-approval"]
    ),
)
def test_an_open_objection_never_makes_a_result_stronger(marks: list, scene: str) -> None:
    now = law.rulebook().on(DAY)

    def outcome(believed: bool) -> int:
        standings = [
            Standing(list_id, n, "d", TODAY, Period(TODAY, None), disputed=disputed and believed)
            for n, (list_id, disputed) in enumerate(marks)
        ]
        return PRECEDENCE.index(check(standings, "organisation", now.scene(scene), now).outcome)

    assert outcome(True) >= outcome(False)
