"""Relations and associations are norms: adding one needs no Python, and one that is wrong does not load."""

from __future__ import annotations

import pytest

from tests.conftest import DAY
from tests.law.conftest import Draft

pytestmark = pytest.mark.one_store
SHAREHOLDER, OF_DAY = "cn/relations/shareholder.yaml", "cn/relations/legal-representative-of-day.yaml"
ASSOCIATION = "cn/associations/responsible-persons.yaml"
CONTROLLER = """id: example-controller
title: 实际控制人（示例）
english: controllers (example)
values:
  2026-01-01:
    basis: [[reg-enterprise-publicity, 第十条]]
    confidence: unsure
    link: controller
    told:
      tax-agency: {code: uscc, name: name}
"""


def test_a_province_adds_a_kind_of_relation_by_a_file(draft: Draft) -> None:
    draft.write("cn-52/relations/example-controller.yaml", CONTROLLER)
    now = draft.load().on(DAY)

    found = {relation.id: relation for relation in now.relations()}

    assert found["example-controller"].link == "controller"
    assert found["example-controller"].told["tax-agency"].code == "uscc"
    assert draft.load().frozen() == ()


@pytest.mark.parametrize(("file", "old", "new", "problem"), [
    (SHAREHOLDER, "code: investor_uscc", "code: investor_code", "没有字段 investor_code"),
    (SHAREHOLDER, "      shareholder: {code", "      shareholders: {code", "shareholders 不存在"),
    (SHAREHOLDER, "link: shareholder", "link: friend", "friend"),
    (SHAREHOLDER, "code: investor_uscc, name: investor_name, ", "", "told"),
    (OF_DAY, "person: legal_rep_id_no", "person: legal_rep_id_type", "不加密存放"),
    (ASSOCIATION, "wage-arrears:", "wages:", "wages 不存在"),
    (ASSOCIATION, "[[spc-17-2015, 第三条]]", "[]", "judgment-defaulter"),
    (ASSOCIATION, "[[sat-54-2021, 第十二条]]", "[[sat-99-2021, 第十二条]]", "sat-99-2021"),
])  # fmt: skip
def test_one_that_is_wrong_does_not_load(draft: Draft, file: str, old: str, new: str, problem: str) -> None:
    draft.mend(file, old, new)

    found = draft.faults()

    assert any(fault.file == file and problem in fault.problem for fault in found), found
