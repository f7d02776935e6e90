"""Objections and repairs on the command line, and for an office's programs."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone

from tests.repair.conftest import OFFICE, object_to
from xinyun.accounts.operations import add_client
from xinyun.base import Refusal
from xinyun.site.cli import app

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def run(capsys: pytest.CaptureFixture[str], *given: str) -> dict:
    """What a command answers, run in this process."""
    app([*map(str, given), "--json"], result_action="return_value")
    return json.loads(capsys.readouterr().out)


def test_an_objection_goes_its_course_on_the_command_line(penalty, capsys, monkeypatch, tmp_path) -> None:
    line = penalty()
    monkeypatch.setenv("LOGNAME", "zhao")
    opened = run(
        capsys, "objection", "open", line, "--statement", "有误", "--evidence", "撤销决定|1号", "--contact", "演示人|1"
    )  # fmt: skip
    case = opened["case"]
    run(capsys, "objection", "forward", case)
    run(
        capsys, "objection", "answer", case, "--outcome", "withdraw", "--text", "处罚已撤销", "--from", OFFICE
    )
    decision = (
        "objection",
        "decide",
        case,
        "--outcome",
        "withdraw",
        "--document",
        "演1号",
        "--reasons",
        "成立",
    )
    with pytest.raises(Refusal, match="不能自己决定"):
        run(capsys, *decision)
    (waiting,) = run(capsys, "objection", "list")["cases"]
    monkeypatch.setenv("LOGNAME", "sun")
    decided = run(capsys, *decision)
    run(capsys, "objection", "paper", case, "result", "--out", str(tmp_path / "answer.pdf"))

    assert (opened["state"], waiting["waits_for"], waiting["late"]) == ("accepted", "decide", False)
    assert decided["state"] == "settled"
    assert (tmp_path / "answer.pdf").read_bytes().startswith(b"%PDF")
    assert [one["done"] is not None for one in run(capsys, "objection", "show", case)["deadlines"]] == [
        True
    ] * 4
    assert run(capsys, "objection", "contact", case, "--purpose", "通知结果") == {
        "name": "演示人",
        "telephone": "1",
    }


def test_a_repair_goes_its_course_on_the_command_line(penalty, capsys, monkeypatch) -> None:
    line = penalty()
    monkeypatch.setenv("LOGNAME", "qian")
    assert run(capsys, "repair", "can", line)["outcome"] == "open"
    asked = run(
        capsys, "repair", "apply", line, "--statement", "已履行", "--evidence", "收据|1号", "--performed", "--commitment"
    )  # fmt: skip
    case = asked["case"]
    run(capsys, "repair", "accept", case, "--from", OFFICE)
    run(capsys, "repair", "verify", case, "--text", "已缴清", "--performed", "--from", OFFICE)
    monkeypatch.setenv("LOGNAME", "sun")
    granted = run(
        capsys, "repair", "decide", case, "--outcome", "grant", "--document", "演修1号", "--reasons", "符合", "--from", OFFICE
    )  # fmt: skip

    assert (asked["number"][:3], granted["state"]) == ("XF-", "granted")
    assert run(capsys, "repair", "list") == {"cases": []}


def test_an_office_s_programs_see_their_own_cases_without_what_was_written(penalty) -> None:
    object_to(penalty(), on=timezone.localdate())
    about = {"scenes": [], "furnishes": True, "actor": "t", "on": timezone.localdate()}
    keys = [add_client(name=name, office=name, **about) for name in (OFFICE, "52.tax")]

    def asked(key: str):
        return Client().get("/api/v1/cases", headers={"authorization": f"Bearer {key}"})

    (found,) = asked(keys[0]).json()
    assert (found["state"], [one["act"] for one in found["deadlines"]]) == ("accepted", ["accept", "forward"])
    assert "信息有误" not in str(found)
    assert asked(keys[1]).json() == []
    assert Client().get("/api/v1/cases").status_code == 401
