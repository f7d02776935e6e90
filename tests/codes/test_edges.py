"""Codes for programs and on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cyclopts import App
from django.http import HttpRequest

from tests.codes.conftest import NUMBER, a_sibling
from tests.factories import a_code, a_registration
from xinyun.codes import api
from xinyun.site.cli import coding

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """What a command under `codes` prints as JSON."""
    app = App()
    coding.register(app)

    def call(*words: str) -> Any:
        app(["codes", *words, "--json"], exit_on_error=False, result_action="return_value")
        return json.loads(capsys.readouterr().out)

    return call


def test_the_api_tells_what_the_page_tells(register: Callable[..., Any]) -> None:
    code = a_code()
    register(a_registration(code, 名称="贵州演示甲有限公司", 注册号=NUMBER))

    told = api.LookupOut(**api.look_up(HttpRequest(), NUMBER))

    assert [(match.code, match.name) for match in told.matches] == [(code, "贵州演示甲有限公司")]
    assert told.matches[0].kind.en == "Enterprise"
    assert [part.characters for part in api.LookupOut(**api.look_up(HttpRequest(), code)).parts] == [
        code[0], code[1], code[2:8], code[8:17], code[17],
    ]  # fmt: skip


def test_the_commands_look_up_report_and_notify(
    register: Callable[..., Any], run: Callable[..., Any]
) -> None:
    code = a_code()
    register(a_registration(code, 注册号=NUMBER), a_registration(a_sibling(code)))

    assert run("look-up", NUMBER)["matches"][0]["code"] == code
    report = run("report")
    assert (report["whole"][0]["codes"], report["whole"][0]["rate"]) == (2, "100.00%")
    assert code in report["findings"][0]["codes"]
    assert run("notices") == {"issued": 0, "notices": []}
    assert run("notices", "--issue")["issued"] == 2
    assert [notice["open"] for notice in run("notices")["notices"]] == [1, 1]
