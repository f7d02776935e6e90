"""An officer compares two codes and joins them, with the keyboard alone, on a phone without a script, without a barrier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.factories import a_code, a_registration
from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import tab_to
from tests.journeys.test_officers_change_the_law import barriers, logged_in
from tests.journeys.test_relations_are_looked_at import _collect
from xinyun.base.identifiers import uscc_check_character

pytestmark = pytest.mark.one_store
PHONE = {"width": 375, "height": 740}


@pytest.fixture(scope="module")
def pair(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two companies of one organisation part."""
    one = a_code()
    first17 = f"91520200{one[8:17]}"
    other = first17 + uscc_check_character(first17)
    folder: Path = tmp_path_factory.mktemp("pair")
    _collect(site, folder, "registration", a_registration(one, 名称="贵州演示重码甲有限公司"),
             a_registration(other, 名称="贵州演示重码乙有限公司"))  # fmt: skip
    return (one, other) if one < other else (other, one)


def test_an_officer_joins_two_codes(site: Site, pair: tuple[str, str], chromium: Any, axe: str) -> None:
    looked = logged_in(site, chromium, "joiner-axe", "operator", viewport=PHONE, bypass_csp=True).page
    found = []
    for path in ("identity", f"identity/{pair[0]}/{pair[1]}"):
        looked.goto(f"{site.address}/console/{path}")
        found += [(path, *barrier) for barrier in barriers(looked, axe)]
    assert found == []
    watched = logged_in(site, chromium, "joiner", "operator", java_script_enabled=False, viewport=PHONE)
    page = watched.page
    page.goto(f"{site.address}/console/identity")
    tab_to(page, "在全部代码中重新查找")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.click(f"text={pair[1]}")

    page.check(f"input[value='{pair[1]}']")
    page.fill("#join-reason", "核对两份证照，旧证已收回")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    text = page.locator("main").inner_text()
    assert "现为同一主体" in text
    assert "旧证已收回" in text
    page.goto(f"{site.address}/subject/{pair[0]}")
    public = page.locator("main").inner_text()
    assert "已不是现行代码" in public
    assert "旧证已收回" not in public
    assert watched.is_clean(), (watched.foreign, watched.complaints)
