"""What joins two codes is a norm: adding one needs no Python, and one that is wrong does not load."""

from __future__ import annotations

import pytest

from tests.conftest import DAY
from tests.law.conftest import Draft

pytestmark = pytest.mark.one_store
CHANGE, MERGER = "cn/identity/code-change.yaml", "cn/identity/merger.yaml"
EXAMPLE = """id: example-merger
title: 合并（示例）
english: mergers (example)
values:
  2026-01-01:
    basis: [[law-civil-code, 第六十七条]]
    confidence: unsure
    bond: merger
    told:
      licence: {within: XK_BZ, own: into}
"""


def test_a_province_adds_a_kind_of_bond_by_a_file(draft: Draft) -> None:
    fields = [field.name for field in draft.load().on(DAY).item("licence").fields]
    draft.write("cn-52/identity/example-merger.yaml", EXAMPLE.replace("XK_BZ", fields[-1]))

    found = {norm.id: norm for norm in draft.load().on(DAY).identities()}

    assert found["example-merger"].told["licence"].within == fields[-1]
    assert draft.load().frozen() == ()


@pytest.mark.parametrize(("file", "old", "new", "problem"), [
    (CHANGE, "code: old_code", "code: former_code", "没有字段 former_code"),
    (CHANGE, "uscc-assignment:", "uscc-assignments:", "uscc-assignments 不存在"),
    (CHANGE, "bond: code-change", "bond: friend", "friend"),
    (CHANGE, "code: old_code", "within: old_code", "不得凭文字认定"),
    (CHANGE, "own: into, ", "", "own"),
    (CHANGE, "[gov-33-2015, 回传与校核（条次待核）]", "[gov-99-2015, 第三条]", "gov-99-2015"),
    (MERGER, "within: cancel_cause, word: 合并", "word: 合并", "cancellation"),
])  # fmt: skip
def test_one_that_is_wrong_does_not_load(draft: Draft, file: str, old: str, new: str, problem: str) -> None:
    draft.mend(file, old, new)

    found = draft.faults()

    assert any(fault.file == file and problem in fault.problem for fault in found), found
