"""Bonds follow the registry's records: made, corrected and withdrawn with them; a fork joins nobody."""

from __future__ import annotations

import pytest

from tests.conftest import DAY
from tests.factories import a_code
from tests.identity.conftest import BY, Firm, Send, a_change, an_assignment
from xinyun.archive import operations as archive
from xinyun.identity import operations, queries
from xinyun.identity.models import Bond

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def test_a_change_of_code_makes_two_codes_one_subject(firm: Firm, send: Send) -> None:
    old, new = firm(), firm()

    send("uscc-assignment", an_assignment(new, 原代码=old))

    for code in (old, new):
        found = queries.identity(code)
        assert (found.current, set(found.codes)) == (new, {old, new})
    said = queries.said(found.ties[0], _law())
    assert old in said.zh
    assert "2026-03-01" in said.zh
    assert "统一社会信用代码赋码信息" in said.zh


def test_codes_are_one_subject_along_a_chain_also_those_that_the_archive_never_saw(
    firm: Firm, send: Send
) -> None:
    first, second, third = a_code(), firm(), firm()
    send("uscc-assignment", an_assignment(second, 原代码=first))

    send("uscc-assignment", an_assignment(third, "合并", 重复主体代码=second))

    assert queries.identity(first).current == third
    assert queries.identity(third).others == tuple(sorted((first, second)))


@pytest.mark.parametrize("row", [
    {"赋码事项": "赋码"},
    {"赋码事项": "注销"},
    {"原代码": "520100000000001"},
    {"原代码": "00000000000000000X"},
])  # fmt: skip
def test_what_tells_no_change_of_code_joins_nothing(firm: Firm, send: Send, row: dict[str, str]) -> None:
    code = firm()

    send("uscc-assignment", an_assignment(code, **({"原代码": a_code()} | row)))

    assert queries.identity(code).is_plain


def test_a_former_code_that_went_over_into_two_joins_none_until_one_is_taken_back(
    firm: Firm, send: Send
) -> None:
    old, one, other = firm(), firm(), firm()
    send("uscc-assignment", an_assignment(one, "更正", 原代码=old))
    then = _head()

    send("uscc-assignment", an_assignment(other, "更正", 原代码=old))

    assert queries.identity(one).codes == (one,)
    assert {tie.kind for tie in queries.identity(old).beside} == {"fork"}
    assert old in queries.identity(one, as_of=then).codes

    _withdraw(other)

    assert queries.identity(old).current == one
    assert queries.identity(other).is_plain


def test_a_bond_ends_with_the_record_that_told_it(firm: Firm, send: Send) -> None:
    old, new, right = firm(), firm(), firm()
    send("uscc-assignment", an_assignment(new, 原代码=old))
    then = _head()

    send("uscc-assignment", an_assignment(new, 原代码=right))

    assert queries.identity(old).is_plain
    assert queries.identity(right).current == new
    assert queries.identity(old, as_of=then).current == new

    _withdraw(new)

    assert queries.identity(right).is_plain


def test_a_merger_and_a_split_lead_to_different_subjects(firm: Firm, send: Send) -> None:
    absorbed, stays, branch = firm(), firm(), firm()
    text = f"被合并方：贵州演示乙公司（{absorbed}），编号 {'1' * 18}"

    send("registration-change", a_change(stays, "吸收合并", 变更前内容=text))
    send("registration-change", a_change(stays, "派生分立", 变更后内容=f"分立出 {branch.lower()}"))

    found = queries.identity(stays)
    assert found.codes == (stays,)
    assert {(tie.kind, tie.source, tie.into) for tie in found.beside} == {
        ("merger", absorbed, stays),
        ("split", stays, branch),
    }
    assert "不随之转移" in queries.said(found.beside[0], _law()).zh


def test_bonds_made_anew_are_the_same(firm: Firm, send: Send) -> None:
    old, new, fork, one, two = firm(), firm(), a_code(), firm(), firm()
    send("uscc-assignment", an_assignment(new, 原代码=old))
    send("uscc-assignment", an_assignment(one, 原代码=fork))
    send("uscc-assignment", an_assignment(two, 原代码=fork))
    send("registration-change", a_change(new, "合并", 变更前内容=one))
    before = _standing()

    operations.rebuild(**BY)

    assert _standing() == before
    assert len(before) == 4


def test_a_subject_without_bonds_costs_one_statement(firm: Firm, django_assert_num_queries: object) -> None:
    codes = [firm(), firm()]

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert queries.identities(codes) == {}


def _standing() -> set[tuple[str, str, str, int]]:
    rows = Bond.objects.filter(ended_seq__isnull=True)
    return set(rows.values_list("kind", "from_code", "into_code", "record_id"))


def _withdraw(code: str) -> None:
    record = next(one for one in _records(code) if one.item == "uscc-assignment")
    archive.withdraw(records=[record.id], reason="报错", office=record.office, **BY)


def _records(code: str) -> list[object]:
    from xinyun.archive.queries import records_of, subject

    found = subject(code)
    assert found
    return records_of(found.id)  # type: ignore[return-value]


def _head() -> int:
    from xinyun.plumbing import feed

    return feed.head()


def _law() -> object:
    from xinyun.law import rulebook

    return rulebook().on(DAY)
