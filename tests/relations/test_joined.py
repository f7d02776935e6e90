"""Whoever asks about any code of a subject starts from all of them, and whoever is met stands once, under the current one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import DAY
from tests.factories import a_code
from tests.identity.conftest import an_assignment
from tests.identity.conftest import apart as kept_apart
from tests.identity.conftest import joined as join
from tests.relations.conftest import (
    ASKED,
    OTHER_PERSON,
    Send,
    a_branch,
    a_contract,
    a_licence_naming,
    a_shareholder,
    listed,
    near,
)
from xinyun.relations import operations, queries
from xinyun.relations.api import document
from xinyun.relations.queries import Viewer

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
Firm = Callable[..., str]


@pytest.fixture
def moved(firm: Firm, send: Send) -> tuple[str, str]:
    """An old code and the one that it became."""
    old, new = firm("贵州演示旧名有限公司"), firm("贵州演示新名有限公司")
    send("uscc-assignment", an_assignment(new, 原代码=old))
    return old, new


def seen(code: str, viewer: Viewer = Viewer.PUBLIC, steps: int = 1) -> set[tuple[str, str, str]]:
    found = queries.related(code, on=DAY, viewer=viewer, steps=steps)
    return {(edge.near, edge.link, edge.far) for edge in found.edges}


def test_either_code_shows_what_both_are_related_to_and_what_says_so(
    moved: tuple[str, str], firm: Firm, send: Send
) -> None:
    old, new = moved
    owner, branch = firm("贵州演示投资有限公司"), firm("贵州演示分公司")
    send("shareholder", a_shareholder(old, owner))
    send("branch", a_branch(new, branch))

    for code in moved:
        found = queries.related(code, on=DAY, viewer=Viewer.PUBLIC)

        assert (found.code, found.name) == (new, "贵州演示新名有限公司")
        assert seen(code) == {(new, "shareholder", owner), (new, "branch", branch)}
        proofs = {edge.link: [proof.under for proof in edge.proofs] for edge in found.edges}
        assert proofs == {"shareholder": [old], "branch": [""]}
        (told,) = found.joined
        assert (told.code, told.others) == (new, (old,))
        assert f"由 {old} 变更为 {new}" in told.said[0].zh


def test_a_neighbour_of_several_codes_is_one_node_and_the_next_step_goes_from_all_of_them(
    moved: tuple[str, str], firm: Firm, send: Send
) -> None:
    old, new = moved
    one, far = firm("贵州演示甲有限公司"), firm("贵州演示丁有限公司")
    send("shareholder", a_shareholder(one, old), a_shareholder(one, new, 出资公示日期="2026-03-02"))
    send("shareholder", a_shareholder(far, new))

    found = queries.related(one, on=DAY, viewer=Viewer.OFFICER, steps=2)

    assert [(node.key, node.step) for node in found.nodes if not node.is_person] == [
        (one, 0), (new, 1), (far, 2),
    ]  # fmt: skip
    assert seen(far, Viewer.OFFICER, 2) >= {(far, "shareholder", new), (one, "shareholder", new)}


def test_a_listing_under_an_old_code_is_found_near_the_current_one_and_says_which(
    moved: tuple[str, str], firm: Firm, send: Send
) -> None:
    old, new = moved
    one = firm("贵州演示甲有限公司")
    send("shareholder", a_shareholder(one, new))
    listed(old)

    assert near(one) == [new]
    told = document(operations.associate(code=one, viewer=Viewer.CLIENT, **ASKED))
    (found,) = told["found"]
    assert (found["code"], found["listings"][0]["under"]) == (new, old)
    assert told["joined"] == [
        {"code": new, "others": [old], "said": told["joined"][0]["said"]},
    ]
    listed(one, document="演税确字〔2026〕2号")
    assert near(old) == near(new) == [one]


def test_a_relation_between_two_codes_of_one_subject_is_none(moved: tuple[str, str], send: Send) -> None:
    old, new = moved
    send("shareholder", a_shareholder(new, old))
    send("bidding-contract", a_contract(old), a_contract(new), office="52.public-resources")
    listed(old)

    assert seen(new, Viewer.OFFICER, 2) == set()
    assert near(new) == []


def test_mergers_and_codes_kept_apart_join_nothing(firm: Firm, send: Send) -> None:
    one, other, owner = firm("贵州演示甲有限公司"), firm("贵州演示乙有限公司"), firm("贵州演示丙有限公司")
    send("shareholder", a_shareholder(one, owner))
    kept_apart(one, other)

    assert seen(other) == set()

    from xinyun.identity import operations as identity

    identity.undo(code=one, other=other, reason="重新核对", actor="user:test", on=DAY)
    join(one, other)
    assert seen(other) == {(other, "shareholder", owner)}


def test_who_represents_an_old_code_no_more_leads_nowhere_by_what_is_said_of_the_current_one(
    firm: Firm, send: Send
) -> None:
    """The registration of the current code, and a later document about it, rule out whom the old one still names."""
    one = firm("贵州演示甲有限公司")
    old, new = firm("贵州演示旧名有限公司"), firm("贵州演示新名有限公司", "演示乙")
    send("licence", a_licence_naming(one), a_licence_naming(old))
    listed(old)
    assert near(one) == [old]

    send("uscc-assignment", an_assignment(new, 原代码=old))
    assert near(one) == []

    replaced, current = firm("贵州演示丙有限公司"), firm("贵州演示丁有限公司")
    send("licence", a_licence_naming(replaced, XK_JDRQ="2026/01/10"))
    listed(replaced, document="演税确字〔2026〕3号")
    assert near(one) == [replaced]
    send("licence", a_licence_naming(current, OTHER_PERSON, XK_JDRQ="2026/06/10"))
    join(replaced, current)
    assert near(one) == []


def test_who_answers_for_a_listed_subject_is_told_for_any_code(moved: tuple[str, str], send: Send) -> None:
    old, new = moved
    send("licence", a_licence_naming(new))
    listed(old)

    for code in moved:
        (told,) = operations.answer_for(code=code, **ASKED)
        assert [str(basis) for basis in told.basis] == ["sat-54-2021 第十二条"]


def test_a_code_of_which_nothing_is_held_is_its_subject(firm: Firm, send: Send) -> None:
    old, new, owner = a_code(), firm("贵州演示新名有限公司"), firm("贵州演示投资有限公司")
    send("uscc-assignment", an_assignment(new, 原代码=old))
    send("shareholder", a_shareholder(new, owner))

    assert seen(old) == {(new, "shareholder", owner)}


def test_the_number_of_statements_grows_with_the_steps_and_not_with_the_nodes(firm: Firm, send: Send) -> None:
    def cost(code: str, ask: Callable[..., Any], **given: Any) -> int:
        with CaptureQueriesContext(connection) as told:
            ask(code, on=DAY, viewer=Viewer.OFFICER, **given)
        return len(told)

    def asked(code: str) -> list[int]:
        return [cost(code, queries.related, steps=2), cost(code, queries.associated)]

    one, owner, other = firm("贵州演示甲公司"), firm("贵州演示乙公司"), firm("贵州演示丙公司")
    send("shareholder", a_shareholder(one, owner), a_shareholder(other, owner))
    listed(other)
    few = asked(one)
    for n in range(4):
        old, new, further = firm(f"贵州演示旧{n}"), firm(f"贵州演示新{n}"), firm(f"贵州演示远{n}")
        send("uscc-assignment", an_assignment(new, 原代码=old))
        send("shareholder", a_shareholder(one, old, 单位股东名称=f"旧{n}"), a_shareholder(further, new))
        listed(further, document=f"演税确字〔2026〕1{n}号")

    assert len(near(one)) == 5
    assert asked(one) == few
