"""docs/adding.md, done as it is written: a list, its measure, a scene and two cases, without a line of Python."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from xinyun import law
from xinyun.lists.rules import Standing, check
from xinyun.rulemaking.cases import failing
from xinyun.rulemaking.rules import edited

GUIDE = Path(__file__).parents[2] / "docs" / "adding.md"
STEP = re.compile(r"新建 `(?P<file>[^`]+\.yaml)`(?:(?!新建).)*?\n\n```yaml\n(?P<text>.*?)```", re.S)

pytestmark = pytest.mark.one_store


def test_the_guide_adds_a_list_a_measure_a_scene_and_two_cases_and_all_of_it_works(draft):
    steps = {found["file"]: found["text"] for found in STEP.finditer(GUIDE.read_text("utf-8"))}

    for file, text in steps.items():
        assert not (draft.folder / file).exists()
        draft.write(file, text)
    book = draft.load()

    assert {Path(file).parent.name for file in steps} == {"sources", "measures", "lists", "scenes", "cases"}
    assert sum("/cases/" in file for file in steps) == 2
    assert book.frozen() == ()
    assert list(failing(book)) == []
    assert {(c.kind, c.action) for c in edited(law.rulebook(), book)} == {
        ("list", "new"),
        ("measure", "new"),
        ("scene", "new"),
    }


def test_before_its_list_is_there_a_scene_asks_in_vain(draft):
    steps = {found["file"]: found["text"] for found in STEP.finditer(GUIDE.read_text("utf-8"))}
    for file, text in steps.items():
        if "/lists/" not in file and "/cases/" not in file:
            draft.write(file, text)
    now = draft.load().on(date(2027, 1, 10))
    listed = Standing(
        "wage-arrears", 1, "文号", date(2026, 12, 15), now.list("wage-arrears").period(date(2026, 12, 15))
    )

    assert check([listed], "organisation", now.scene("example-tourism-fund"), now).outcome == "pass"
