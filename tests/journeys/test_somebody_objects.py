"""Somebody disputes a penalty from the subject's page on a phone without a script, follows it, and meets no barrier."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import Watched
from tests.journeys.test_officers_change_the_law import barriers

pytestmark = pytest.mark.one_store
PHONE = {"width": 375, "height": 740}


def test_a_line_is_disputed_from_its_page_marked_when_accepted_and_followed(
    site: Site, chromium: Any, axe: str
) -> None:
    visitor = Watched(chromium, site, viewport=PHONE, java_script_enabled=False)
    page = visitor.page
    page.goto(f"{site.address}/subject/{site.code}?kind=penalty")
    page.click("a:has-text('提出异议')")
    form = page.url
    page.fill("#statement", "罚款决定已经撤销，公示的内容有误。")
    page.fill("#what-1", "撤销决定")
    page.fill("#in-1", "演府复〔2026〕1号")
    page.fill("#contact_name", "演示联系人")
    page.fill("#telephone", "0851-00000000")
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    number, word = page.inner_text("#number"), page.inner_text("#secret")
    site.store.run("objection", "accept", number.removeprefix("YY-").lstrip("0"))

    page.goto(f"{site.address}/cases")
    page.fill("#number", number)
    page.fill("#secret", word)
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    assert "已受理" in page.locator("main").inner_text()
    page.goto(f"{site.address}/subject/{site.code}?kind=penalty")
    assert "异议处理中" in page.locator("#records").inner_text()
    assert visitor.is_clean(), (visitor.foreign, visitor.complaints)

    seeing = Watched(chromium, site, viewport=PHONE, bypass_csp=True)
    found = []
    for address in (form, f"{site.address}/cases", form.replace("/objection/", "/repair/")):
        seeing.page.goto(address)
        found += [(address, *barrier) for barrier in barriers(seeing.page, axe)]
    assert found == []
