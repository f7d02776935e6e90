"""What a command prints: every value that contexts answer with can be carried by JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest

from xinyun.base import Basis, Period, Reason, Text
from xinyun.site.cli.output import plain, show


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Basis("ndrc-58-2023", "第八条"), "ndrc-58-2023 第八条"),
        (Period(date(2026, 1, 1)), {"from": "2026-01-01", "until": None}),
        (
            Reason("volume", Text("少了九成", "nine tenths less"), (Basis("a", "b"),), date(2026, 2, 1)),
            {
                "code": "volume",
                "text": ["少了九成", "nine tenths less"],
                "basis": ["a b"],
                "until": "2026-02-01",
            },
        ),
    ],
)
def test_a_value_is_told_by_its_parts(value, told):
    assert json.loads(json.dumps(plain((value,)))) == [told]


def test_reasons_are_printed_for_people_and_for_programs(capsys):
    reason = Reason("volume", Text("少了九成", "nine tenths less"))

    show({"held": (reason,)}, as_json=True)
    show({"held": (reason,)}, as_json=False)

    one, *others = capsys.readouterr().out.splitlines()
    assert json.loads(one)["held"][0]["code"] == "volume"
    assert "少了九成" in "".join(others)
    assert "Reason(" not in "".join(others)
