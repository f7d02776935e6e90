"""A clerk proposes an entry and a second one decides, in a real browser, on a phone without a script, without a barrier."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import Watched
from tests.journeys.test_officers_change_the_law import barriers

pytestmark = pytest.mark.one_store
PHONE = {"width": 375, "height": 740}
OFFICE = "52.human-resources"


def _logged_in(site: Site, chromium: Any, name: str, **options: Any) -> Watched:
    told = site.store.run("user", "add", name, "--office", OFFICE, "--role", "clerk", "--json")
    watched = Watched(chromium, site, viewport=PHONE, **options)
    watched.page.goto(f"{site.address}/login?next=/console/listings")
    watched.page.fill("#id_login", name)
    watched.page.fill("#id_password", json.loads(told.stdout)["password"])
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_url(f"{site.address}/console/listings")
    return watched


def test_two_clerks_enter_a_subject_in_a_watch_list(site: Site, chromium: Any, axe: str) -> None:
    clerk = _logged_in(site, chromium, "proposer", java_script_enabled=False)
    page = clerk.page
    page.select_option("#list", "wage-watch")
    page.click("text=填写")
    page.fill("#code", site.code)
    page.check("input[name=conduct][value=general]")
    page.fill("#facts", "上一年度被查处三次。")
    page.check("input[name=article] >> nth=0")
    page.fill("#what-1", "三次查处")
    page.fill("#in-1", "演人社罚〔2026〕1至3号")
    with page.expect_navigation():
        page.click("main button[type=submit]")
    case, told = page.url, page.locator("main").inner_text()
    assert "提出列入的人不能自己决定" in told

    second = _logged_in(site, chromium, "decider", bypass_csp=True)
    found = []
    for address in (
        f"{site.address}/console/listings",
        f"{site.address}/console/listings/new?list=wage-arrears",
        case,
    ):
        second.page.goto(address)
        found += [(address, *barrier) for barrier in barriers(second.page, axe)]
    assert found == []
    second.page.fill("#decide-document", "演人社评〔2026〕1号")
    second.page.fill("#decide-reasons", "事实清楚。")
    with second.page.expect_navigation():
        second.page.click("button:has-text('决定列入')")
    second.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    second.page.check("input[name=way][value=direct]")
    second.page.fill("#serve-decision-proof", "送达回证第2号")
    with second.page.expect_navigation():
        second.page.click("button:has-text('登记决定书的送达')")

    assert "已列入，条目" in second.page.locator("main").inner_text()
    page.goto(case)
    steps = page.locator("main").inner_text()
    assert "列入生效" in steps
    assert "送达回证第2号" in steps
    assert clerk.is_clean(), (clerk.foreign, clerk.complaints)
