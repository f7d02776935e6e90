"""Somebody holds a receipt and wants to know what it is worth: a telephone, no script, the keyboard, in both languages."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import segno

from tests.factories import a_code
from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import tab_to
from tests.journeys.test_officers_change_the_law import barriers

pytestmark = pytest.mark.one_store


def test_a_receipt_is_verified_from_its_picture_and_compared(
    site: Site, chromium: Any, tmp_path: Path
) -> None:
    checked = site.store.run("check", site.code, "--scene", "tender-registration", "--json")
    receipt = json.loads(checked.stdout)["receipt"]
    drawn = BytesIO()
    segno.make(receipt, error="l").save(drawn, kind="png", scale=4)
    (tmp_path / "qr.png").write_bytes(drawn.getvalue())
    context = chromium.new_context(viewport={"width": 375, "height": 812}, java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{site.address}/verify")
    page.set_input_files("#file", tmp_path / "qr.png")
    page.click("text=核验文件")
    said = page.locator("#verdict").inner_text()
    assert "没有改动" in said
    assert "不得办理" in said
    assert site.code not in page.content()

    page.fill("#about", site.code)
    page.press("#about", "Enter")
    assert f"就是「{site.code}」" in page.locator("#verdict").inner_text()
    page.fill("#about", other := a_code())
    page.press("#about", "Enter")
    assert f"不是「{other}」" in page.locator("#verdict").inner_text()

    page.locator("#verdict a[href*='/ledger?index=']").click()
    assert httpx.get(page.url).status_code == 200
    assert "取得证明" in page.content()


def test_the_page_has_no_barrier_whatever_it_says(site: Site, chromium: Any, axe: str) -> None:
    checked = site.store.run("check", site.code, "--scene", "tender-registration", "--json")
    receipt = json.loads(checked.stdout)["receipt"]
    context = chromium.new_context(viewport={"width": 375, "height": 812}, bypass_csp=True)
    page = context.new_page()

    for prefix in ("", "/en"):
        for text, focused in ((receipt, "verdict"), ("nonsense", "")):
            page.goto(f"{site.address}{prefix}/verify")
            tab_to(page, "receipt")
            page.keyboard.insert_text(text)
            tab_to(page, "核验回执" if not prefix else "Verify receipt")
            page.keyboard.press("Enter")
            page.wait_for_selector("#verdict, .summary")
            assert page.evaluate("document.activeElement.id") == focused
            assert barriers(page, axe) == []
