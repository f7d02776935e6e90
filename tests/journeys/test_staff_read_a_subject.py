"""An officer reads everything of a subject: for a purpose, by keyboard alone, with and without a script."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import tab_to
from tests.journeys.test_officers_change_the_law import barriers, logged_in

pytestmark = pytest.mark.one_store


@pytest.mark.parametrize("script", [True, False])
def test_an_officer_gives_a_purpose_and_reads_by_keyboard(site: Site, chromium: Any, script: bool) -> None:
    watched = logged_in(
        site, chromium, f"reader{script}", "operator", java_script_enabled=script,
        viewport={"width": 375, "height": 800},
    )  # fmt: skip
    page = watched.page
    page.goto(f"{site.address}/console/subjects")
    page.fill("#in-code", site.code.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/subjects/{site.code}")
    before = page.locator("main").inner_text()
    page.fill("#in-purpose", "演示查阅")
    tab_to(page, "记录用途并显示")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    text = page.locator("main").inner_text()
    for wanted in ("登记", "作出", "列入名单", "来源不一致", "演示查阅", "演示市别处9号"):
        assert wanted in text
    assert "演示市别处9号" not in before
    told = json.loads(site.store.run("ledger", "verify", "--json").stdout)
    assert told["ok"]
    assert told["kinds"]["read"] >= 1
    assert watched.is_clean(), (watched.foreign, watched.complaints)


@pytest.mark.parametrize("width", [1366, 375])
def test_no_page_of_a_subjects_history_has_a_barrier(site: Site, chromium: Any, axe: str, width: int) -> None:
    watched = logged_in(
        site,
        chromium,
        f"auditor{width}",
        "auditor",
        viewport={"width": width, "height": 800},
        bypass_csp=True,
    )
    page, found = watched.page, []
    for path in ("subjects", "subjects?code=9152", f"subjects/{site.code}"):
        page.goto(f"{site.address}/console/{path}")
        found += [(path, *barrier) for barrier in barriers(page, axe)]
    page.fill("#in-purpose", "演示查阅")
    with page.expect_navigation():
        page.click("text=记录用途并显示")
    found += [("shown", *barrier) for barrier in barriers(page, axe)]

    assert found == []
