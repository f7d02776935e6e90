"""Whoever looks at any code of a subject, on any day, sees what is held under all of them, each with its code."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_code, a_penalty
from tests.identity.conftest import BY, Firm, Send, an_assignment, joined, listed
from xinyun.accounts.operations import add_user
from xinyun.identity import operations, queries
from xinyun.identity.rules import Tie, current_on
from xinyun.ledger import queries as ledger
from xinyun.plumbing import feed
from xinyun.portal.past import Days, past_document
from xinyun.portal.timeline import timeline

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
CHANGED = date(2026, 3, 1)
"""The day on which the old code became the new one."""


@pytest.fixture
def moved(firm: Firm, send: Send) -> tuple[str, str]:
    """A subject that changed its code: a public and a hidden penalty and a listing under the old one, one under the new."""
    old, new = firm("贵州演示旧名公司"), firm("贵州演示新名公司")
    send("penalty", a_penalty(old, CF_WSH="旧码罚〔2025〕1号", CF_JDRQ="2025/05/10"))
    send("penalty", a_penalty(old, CF_WSH="旧码警告〔2025〕2号", CF_JDRQ="2025/05/11", CF_CFLB="警告"))
    send("penalty", a_penalty(new, CF_WSH="新码罚〔2026〕3号", CF_JDRQ="2026/05/10"))
    send("uscc-assignment", an_assignment(new, 原代码=old))
    listed(old)
    return old, new


def past(code: str, valid: date, known: date | None = None) -> dict[str, Any]:
    today = timezone.localdate()
    found = past_document(code, Days(valid, known or today, today))
    assert found
    return found


def under(told: dict[str, Any]) -> dict[str, str]:
    return {one["number"]: one["under"] for one in told["records"] if "〔" in one["number"]}


def test_a_past_day_has_the_public_records_of_all_codes(moved: tuple[str, str]) -> None:
    old, new = moved
    for code in moved:
        told = past(code, date(2026, 6, 25))

        assert (told["code"], told["name"], told["identity"]["current"]) == (new, "贵州演示新名公司", new)
        assert told["identity"]["asked"] == code
        assert under(told) == {
            "旧码罚〔2025〕1号": old, "新码罚〔2026〕3号": "", "演税确字〔2026〕1号": old,
        }  # fmt: skip


def test_before_its_change_the_old_code_heads_the_past_and_nothing_later_is_in_it(
    moved: tuple[str, str],
) -> None:
    old, new = moved
    for code in moved:
        told = past(code, CHANGED - timedelta(days=1))

        assert (told["code"], told["name"], told["identity"]["current"]) == (old, "贵州演示旧名公司", new)
        assert under(told) == {"旧码罚〔2025〕1号": ""}


def test_what_was_not_known_to_be_one_subject_or_is_known_not_to_be_is_not_told_together(
    firm: Firm, send: Send
) -> None:
    one, other = firm("贵州演示甲公司"), firm("贵州演示乙公司")
    send("penalty", a_penalty(one, CF_WSH="甲罚〔2026〕1号"))
    before, day = feed.head(), date(2026, 6, 1)
    joined(one, other)

    assert "甲罚〔2026〕1号" in under(past(other, day))
    assert queries.identity_still(other, as_of=before).codes == (other,)

    then = feed.head()
    operations.undo(code=one, other=other, reason="判断有误", **BY)

    assert "甲罚〔2026〕1号" not in under(past(other, day))
    assert queries.identity(other, as_of=then).codes == tuple(sorted((one, other)))
    assert queries.identity_still(other, as_of=then).is_plain


def test_the_command_shows_the_past_of_all_codes(moved: tuple[str, str], capsys: Any) -> None:
    import json

    from xinyun.site.cli import app

    old, new = moved
    today = str(timezone.localdate())

    app(["subject", "show", new, "--as-of", "2026-02-01", "--known", today, "--json"], result_action="return_value")  # fmt: skip

    told = json.loads(capsys.readouterr().out)
    assert (told["subject"]["code"], told["identity"]["current"]) == (old, new)
    assert {one["under"] for one in told["records"]} == {old, new}


def staff(role: str, office: str = "52.market-regulation") -> Client:
    add_user(username=role, password="a long enough secret", office=office, role=role, actor="test", on=DAY)
    client = Client()
    client.post("/login", {"login": role, "password": "a long enough secret"})
    return client


def test_staff_read_the_records_of_all_codes_each_with_its_own_and_each_reading_is_logged(
    moved: tuple[str, str],
) -> None:
    officer = staff("operator")

    for code in moved:
        before = ledger.kinds().get("read", 0)
        text = officer.post(f"/console/subjects/{code}", {"purpose": "核对"}).content.decode()

        for number in (
            "旧码罚〔2025〕1号",
            "旧码警告〔2025〕2号",
            "新码罚〔2026〕3号",
            "演税确字〔2026〕1号",
        ):
            assert number in text
        for code_held in moved:
            assert f'记录在代码 <span class="code">{code_held}</span>' in text
        assert '<h1 lang="zh-CN">贵州演示新名公司</h1>' in text
        assert ledger.kinds()["read"] == before + 2


def test_a_clerk_reads_of_all_codes_what_is_public_and_the_own_offices(moved: tuple[str, str]) -> None:
    text = (
        staff("clerk", "52.tax").post(f"/console/subjects/{moved[1]}", {"purpose": "核对"}).content.decode()
    )

    assert "旧码罚〔2025〕1号" in text
    assert "旧码警告〔2025〕2号" not in text


def test_staff_read_the_past_of_the_codes_that_were_one_then(moved: tuple[str, str]) -> None:
    old, new = moved
    day = str(timezone.localdate())
    form = {"purpose": "核对", "as_of": "2026-06-25", "known": day}

    text = staff("operator").post(f"/console/subjects/{new}", form).content.decode()

    shown = text.split('id="past-title"')[1].split("</section>")[0]
    for number in ("旧码罚〔2025〕1号", "旧码警告〔2025〕2号", "新码罚〔2026〕3号"):
        assert number in shown
    assert old in shown


def test_a_code_of_which_nothing_is_held_leads_staff_to_its_subject(firm: Firm, send: Send) -> None:
    old, new = a_code(), firm("贵州演示新名公司")
    send("uscc-assignment", an_assignment(new, 原代码=old))

    text = staff("operator").post(f"/console/subjects/{old}", {"purpose": "核对"}).content.decode()

    assert "贵州演示新名公司" in text
    assert f'href="/console/subjects/{new}"' in text


def test_the_public_timeline_tells_under_which_code_an_event_is_held(moved: tuple[str, str]) -> None:
    old, new = moved
    page = timeline(new, on=DAY)
    assert page
    held = {told.event.number: told.event.under for told in page.events if told.event.number}

    assert (held["旧码罚〔2025〕1号"], held["演税确字〔2026〕1号"], held["新码罚〔2026〕3号"]) == (
        old,
        old,
        "",
    )


_CODES = st.sampled_from("ABCD")
_DAYS = st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1))


_TOLD = st.tuples(st.sampled_from(["code-change", "duplicate"]), _CODES, _CODES, _DAYS)


@given(st.lists(_TOLD, max_size=5), st.dates(date(2019, 1, 1), date(2027, 1, 1)))
def test_the_code_of_a_day_is_one_of_the_subject_and_none_that_came_later(told: list[Any], day: date) -> None:
    ties = [Tie(n, kind, one, other, since, seq=n) for n, (kind, one, other, since) in enumerate(told)]
    codes = set("ABCD")

    found = current_on(codes, ties, day)

    to_come = {tie.into for tie in ties if tie.kind == "code-change" and tie.since and tie.since > day}
    assert found in (codes - to_come or codes)
