"""Cases on the command line and for an office's programs."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.listing.conftest import OFFICE, Course, told
from tests.lists.conftest import a_code
from xinyun.accounts.operations import add_client
from xinyun.base import Refusal
from xinyun.console.queries import KINDS
from xinyun.listing import operations, queries, rules
from xinyun.site.cli import app

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def _run(capsys: pytest.CaptureFixture[str], *given: str) -> dict:
    """What a command answers, run in this process."""
    app([*map(str, given), "--json"], result_action="return_value")
    return json.loads(capsys.readouterr().out)


def test_a_case_goes_its_course_on_the_command_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv("LOGNAME", "zhang")
    case = _run(
        capsys, "listing", "propose", "wage-watch", a_code(1), "--from", OFFICE, "--conduct", "general", "--facts", "三次查处",
        "--article", "mohrss-1-2016 第七条", "--evidence", "三份处罚决定|筑人社罚〔2026〕1至3号", "--name", "演示建筑1有限公司",
    )  # fmt: skip
    number = str(case["case"])
    decision = (
        "listing",
        "decide",
        number,
        "--from",
        OFFICE,
        "--reasons",
        "清楚",
        "--document",
        "筑人社评〔2026〕1号",
    )

    with pytest.raises(Refusal, match="提出列入的人不能自己决定"):
        _run(capsys, *decision)
    shown = _run(capsys, "listing", "show", number)
    monkeypatch.setenv("LOGNAME", "li")
    decided = _run(capsys, *decision)
    _run(capsys, "listing", "paper", number, "decision", "--out", str(tmp_path / "decision.pdf"))
    served = _run(
        capsys, "listing", "serve-decision", number, "--from", OFFICE, "--way", "direct", "--proof", "回证"
    )

    assert [one["refused"] for one in shown["next"]] == [
        "second-officer",
        "second-officer",
        "decision-first",
        None,
    ]
    assert decided["state"] == "decided"
    assert (tmp_path / "decision.pdf").read_bytes().startswith(b"%PDF")
    assert served["state"] == "effective"
    assert served["entry"]


def test_what_is_due_and_dropping_a_case_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    case = Course().serve().state()

    due = _run(capsys, "listing", "due", "--from", OFFICE)["due"]
    stated = _run(
        capsys,
        "listing",
        "state",
        case.view.id,
        "--from",
        OFFICE,
        "--text",
        "再次陈述",
        "--what",
        "statement",
    )
    dropped = _run(capsys, "listing", "withdraw", case.view.id, "--from", OFFICE, "--reason", "证据不足")

    assert [(one["case"], one["what"], one["late"]) for one in due] == [(case.view.id, "period", False)]
    assert (stated["state"], dropped["state"]) == ("notified", "dropped")
    assert _run(capsys, "listing", "due")["due"] == []


def test_an_offices_program_sees_its_own_cases_alone() -> None:
    on = timezone.localdate()
    served = Course(1, on=on - timedelta(days=20)).serve(
        on=on - timedelta(days=20), served=on - timedelta(days=20)
    )
    Course(2, on=on - timedelta(days=20)).withdraw(on=on)
    own, others = (
        {"headers": {"Authorization": f"Bearer {key}"}}
        for key in (
            add_client(name=name, office=office, scenes=[], furnishes=True, actor="test", on=date(2026, 1, 4))
            for name, office in (("人社系统", OFFICE), ("税务系统", "520100.tax"))
        )
    )
    browser, here = Client(), f"/api/v1/listings/{served.view.id}"

    every, waiting = (
        browser.get("/api/v1/listings", query, **own).json() for query in ({}, {"open": "true"})
    )
    one = browser.get(here, **own).json()

    assert [case["state"] for case in every] == ["dropped", "notified"]
    assert [case["id"] for case in waiting] == [served.view.id]
    assert [step["kind"] for step in one["steps"]] == ["notified"]
    assert one["deadlines"][0]["what"] == "period"
    assert one["articles"] == ["mohrss-45-2021 第五条"]
    assert "筹措" not in json.dumps(one, ensure_ascii=False)  # what the party says is not for programs
    assert browser.get("/api/v1/listings", **others).json() == []
    assert browser.get(here, **others).json()["code"] == "no-such-case"
    assert browser.get(here).status_code == 401


def test_a_refusal_names_the_article_as_a_problem_document() -> None:
    with pytest.raises(Refusal) as caught:
        operations.propose(**told(conduct="minor"))

    assert "mohrss-45-2021 第六条" in map(str, caught.value.basis)
    assert queries.cases() == []


def test_the_dashboard_has_a_word_for_every_step() -> None:
    assert {f"listing.{step}" for step in ("proposed", *rules.STEPS)} <= KINDS.keys()
