"""A name among many: who may be meant. All names and codes are invented."""

from __future__ import annotations

import pytest

from xinyun.naming.resolving import Resolver

pytestmark = pytest.mark.one_store
KNOWN = [
    ("贵州演恒商贸有限公司", "A", False),
    ("贵州演衡商贸有限公司", "B", False),
    ("遵义演鼎机械制造有限公司", "C", False),
    ("遵义演旧机械厂", "C", True),
    ("贵阳演安医药有限公司第一分店", "D", False),
    ("贵阳演安医药有限公司第二分店", "E", False),
]


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    """Six names of five organisations."""
    return Resolver(KNOWN)


def _codes(resolver: Resolver, name: str) -> tuple[str, list[str]]:
    found = resolver.resolve(name)
    return found.outcome, [candidate.code for candidate in found.candidates]


def test_the_exact_name_is_found_before_its_homophone(resolver: Resolver) -> None:
    assert _codes(resolver, "貴州演恒商贸有限公司") == ("same", ["A"])


def test_a_slip_is_found(resolver: Resolver) -> None:
    assert _codes(resolver, "遵义演顶机械制造有限公司") == ("same", ["C"])


def test_two_that_fit_alike_leave_it_open(resolver: Resolver) -> None:
    outcome, codes = _codes(resolver, "贵州演横商贸有限公司")

    assert outcome == "unsure"
    assert set(codes) == {"A", "B"}


def test_a_former_name_leads_to_the_code_and_says_so(resolver: Resolver) -> None:
    found = resolver.resolve("遵义演旧机械厂")

    assert (found.outcome, found.candidates[0].code) == ("same", "C")
    assert found.candidates[0].reasons[0].code == "former-name"


def test_another_branch_is_not_offered(resolver: Resolver) -> None:
    assert _codes(resolver, "贵阳演安医药有限公司第三分店") == ("none", [])


def test_a_person_is_not_looked_for() -> None:
    found = Resolver([("张三丰", "A", False)]).resolve("张三丰")

    assert found.candidates == ()
    assert found.notes[0].code == "maybe-person"


@pytest.mark.parametrize("name", ["", "（）", "a", "完全没有的名称股份有限公司"])
def test_what_is_not_there_is_not_found(resolver: Resolver, name: str) -> None:
    assert resolver.resolve(name).outcome in ("none", "unsure")
    assert resolver.resolve(name).candidates == ()


def test_an_empty_archive_answers() -> None:
    assert Resolver([]).resolve("贵州演恒商贸有限公司").outcome == "none"
