"""A person joins, keeps apart and undoes; the registry's word wins; nothing comes back while its facts are the same."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from tests.conftest import DAY
from tests.factories import a_code
from tests.identity.conftest import BY, Firm, Send, a_change, an_assignment, apart, joined, undone
from xinyun.base.identifiers import uscc_check_character
from xinyun.identity import operations, queries
from xinyun.identity.models import Decision
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def _twin(code: str, division: str = "520200") -> str:
    """Another code with the same organisation part."""
    first17 = f"{code[:2]}{division}{code[8:17]}"
    return first17 + uscc_check_character(first17)


def _waiting() -> list[tuple[str, str]]:
    return [(one.low, one.high) for one in queries.waiting()]


def test_a_person_joins_two_codes_and_undoes_it(firm: Firm) -> None:
    one, other = firm(), firm()

    made = joined(one, other)

    assert queries.identity(one).current == other
    assert (made.reason, made.actor, made.decided_on) == ("核对证照", "user:test", DAY)
    assert feed.since(made.seq - 1)[0].payload["reason"] == "核对证照"

    ended = undone(one, other)

    assert queries.identity(one).is_plain
    assert (ended.ended_by, ended.ended_reason) == ("user:test", "判断有误")
    assert [one.kind for one in feed.since(made.seq)] == [operations.UNDONE]


@pytest.mark.parametrize(("given", "refusal"), [
    ({"reason": " "}, operations.NoReason),
    ({"reason": "x\ny"}, operations.NoReason),
    ({"current": a_code()}, operations.WrongCurrent),
    ({"other": a_code()}, queries.UnknownPair),
])  # fmt: skip
def test_a_bad_decision_is_refused_and_nothing_is_done(
    firm: Firm, given: dict[str, str], refusal: type[Exception]
) -> None:
    one, other = firm(), firm()
    before = feed.head()

    with pytest.raises(refusal):
        operations.join(**({"code": one, "other": other, "current": one, "reason": "核对证照"} | BY | given))

    assert feed.head() == before
    assert not Decision.objects.exists()


def test_what_is_decided_stands_in_the_way_until_it_is_undone(firm: Firm) -> None:
    one, other, third = firm(), firm(), firm()
    joined(one, other)
    with pytest.raises(operations.DecidedAlready):
        joined(other, one)
    with pytest.raises(operations.DecidedAlready):
        apart(one, other)

    apart(other, third)

    with pytest.raises(operations.DecidedAlready, match="不同主体"):
        joined(one, third)
    with pytest.raises(operations.NothingToUndo):
        undone(one, third)


def test_what_the_registry_told_no_person_undoes(firm: Firm, send: Send) -> None:
    old, new = firm(), firm()
    send("uscc-assignment", an_assignment(new, 原代码=old))

    for attempt in (undone, apart):
        with pytest.raises(operations.RegistrySays, match="记录 "):
            attempt(old, new)

    assert queries.identity(old).current == new


def test_the_registrys_word_ends_a_decision_to_keep_apart_and_says_so(firm: Firm, send: Send) -> None:
    old, new = firm(), firm()
    apart(old, new)

    send("uscc-assignment", an_assignment(new, 原代码=old))

    assert queries.identity(old).current == new
    (found,) = queries.decisions(codes=[old])
    assert (found.stands, found.ended_by) == (False, "platform")
    assert found.ended_record
    assert "以登记机关所报为准" in found.ended_reason
    assert operations.ENDED in [one.kind for one in feed.since(0)]


def test_the_registrys_word_ends_a_join_that_it_contradicts(firm: Firm, send: Send) -> None:
    one, other = firm(), firm()
    joined(one, other)

    send("registration-change", a_change(one, "吸收合并", 变更前内容=other))

    assert queries.identity(one).codes == (one,)
    with pytest.raises(operations.RegistrySays):
        joined(one, other)


def test_the_registrys_direction_wins_over_a_persons(firm: Firm, send: Send) -> None:
    one, other = firm(), firm()
    joined(one, other)

    send("uscc-assignment", an_assignment(one, 原代码=other))

    assert queries.identity(other).current == one
    assert queries.decision(one, other) is None


def test_a_pair_with_one_organisation_part_waits_and_what_is_kept_apart_comes_back_only_with_new_facts(
    firm: Firm,
) -> None:
    one = firm("贵州演示甲公司")
    other = firm("贵州演示乙公司", _twin(one))
    two = queries.pair(one, other)
    operations.find(**BY)
    assert _waiting() == [two]

    apart(one, other)
    operations.find(**BY)
    assert _waiting() == []

    firm("贵州演示甲公司", one, 法定代表人="演示甲")
    firm("贵州演示甲公司", other, 法定代表人="演示甲")
    operations.find(**BY)
    (found,) = queries.waiting()
    assert found.was_kept_apart
    assert len(found.grounds) == 2

    apart(one, other, "再次核对，仍是两家")
    assert _waiting() == []
    undone(one, other)
    assert _waiting() == [two]


def test_a_name_alone_makes_no_pair(firm: Firm) -> None:
    firm("贵州演示同名公司", 法定代表人="演示甲", 住所="演示路1号")
    firm("贵州演示同名公司", 法定代表人="演示乙", 住所="演示路2号")
    same = {firm("贵州演示同名公司", 法定代表人="演示丙", 住所="演示路2号")}

    assert operations.find(**BY) == 1

    (found,) = queries.waiting()
    assert same & {found.low, found.high}
    assert [ground.zh for ground, _ in found.grounds] == ["名称相同，住所也相同"]


def test_codes_of_one_subject_are_no_pair_that_waits(firm: Firm, send: Send) -> None:
    one = firm()
    other = firm("贵州演示乙公司", _twin(one))
    send("uscc-assignment", an_assignment(other, 原代码=one))

    assert operations.find(**BY) == 0


def test_a_fork_puts_the_codes_before_a_person(firm: Firm, send: Send) -> None:
    former, one, other = a_code(), firm("贵州演示甲公司"), firm("贵州演示乙公司")
    send("uscc-assignment", an_assignment(one, 原代码=former), an_assignment(other, 原代码=former))

    operations.find(**BY)

    assert _waiting() == [queries.pair(one, other)]


def test_the_database_lets_nobody_rewrite_a_decision(firm: Firm) -> None:
    one, other = firm(), firm()
    joined(one, other)

    with pytest.raises(DatabaseError):
        Decision.objects.update(reason="改写")
