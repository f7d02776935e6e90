"""An officer looks at what is due and keeps a record, with the keyboard alone, on a phone, without a barrier."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import tab_to
from tests.journeys.test_officers_change_the_law import barriers, logged_in
from tests.retention.conftest import a_person

pytestmark = pytest.mark.one_store
PAGE, PHONE = "/console/retention", {"width": 375, "height": 740}


def test_an_officer_keeps_a_record_that_is_due(site: Site, tmp_path: Path, chromium: Any, axe: str) -> None:
    path, row = tmp_path / "penalty.csv", a_person()
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(row))
        writer.writeheader()
        writer.writerow(row)
    site.store.run("collect", "penalty", path, "--from", "52.market-regulation")
    page = logged_in(site, chromium, "retention-officer", "operator", bypass_csp=True, viewport=PHONE).page
    page.goto(f"{site.address}{PAGE}")

    tab_to(page, "试算")
    page.keyboard.press("Enter")
    page.get_by_text("到期应删").wait_for()
    page.locator("summary", has_text="命令保留一条记录").press("Enter")
    page.fill("#record", "1")
    page.locator("[name=ground][value=objection]").press("Space")
    page.fill("#reason", "异议正在核查")
    page.locator("#reason").press("Enter")
    page.get_by_text("解除对记录 1 的保留").wait_for()
    assert barriers(page, axe) == []
    page.goto(f"{site.address}/en{PAGE}")
    assert page.locator("h1").inner_text() == "Retention"
