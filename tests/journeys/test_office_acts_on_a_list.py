"""A clerk uploads a roster, the worker matches it, the clerk says what was done: on a phone without a script, without a barrier."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import Watched
from tests.journeys.test_officers_change_the_law import barriers

pytestmark = pytest.mark.one_store
PHONE = {"width": 375, "height": 740}
OFFICE = "520100.public-resources"


def _logged_in(site: Site, chromium: Any, name: str, **options: Any) -> Watched:
    told = site.store.run("user", "add", name, "--office", OFFICE, "--role", "clerk", "--json")
    watched = Watched(chromium, site, viewport=PHONE, **options)
    watched.page.goto(f"{site.address}/login?next=/console/rosters")
    watched.page.fill("#id_login", name)
    watched.page.fill("#id_password", json.loads(told.stdout)["password"])
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_url(f"{site.address}/console/rosters")
    return watched


def test_a_clerk_uploads_a_roster_and_carries_out_what_follows(
    site: Site, chromium: Any, axe: str, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(f"统一社会信用代码,业务编号\n{site.code},标段7\n", encoding="utf-8")
    clerk = _logged_in(site, chromium, "trader", java_script_enabled=False)
    page = clerk.page
    page.select_option("#scene", "tender-registration")
    page.set_input_files("#file", roster)
    with page.expect_navigation():
        page.click("button:has-text('上传')")
    assert "名册现有 1 行" in page.locator("main").inner_text()

    until = time.monotonic() + 60
    while site.code not in page.goto(f"{site.address}/console/tasks").text():
        assert time.monotonic() < until, "the worker did not match the roster"
        time.sleep(0.5)
    page.click("main .rows a >> nth=0")
    page.fill("#text", "取消投标资格（演示）")
    page.fill("#document", "演执1号")
    with page.expect_navigation():
        page.click("button:has-text('登记已执行')")
    told = page.locator("main").inner_text()
    assert "已执行" in told
    assert "演执1号" in told
    assert clerk.is_clean(), (clerk.foreign, clerk.complaints)

    second = _logged_in(site, chromium, "looker", bypass_csp=True)
    found = []
    for address in ("rosters", "tasks", "tasks?state=done", page.url.rpartition("console/")[2], "automatics"):
        second.page.goto(f"{site.address}/console/{address}")
        second.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found += [(address, *barrier) for barrier in barriers(second.page, axe)]
    assert found == []
