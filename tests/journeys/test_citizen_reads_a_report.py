"""A citizen looks up a company, reads its page, downloads its credit report and verifies it."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.journeys.conftest import NAME, Site

pytestmark = pytest.mark.one_store


class Watched:
    """A browser context that remembers what it asked for and what the browser complained about."""

    def __init__(self, chromium: Any, site: Site, **options: Any) -> None:
        self.context = chromium.new_context(locale="zh-CN", accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.page.on(
            "request", lambda r: self.foreign.append(r.url) if not r.url.startswith(site.address) else None
        )
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def is_clean(self) -> bool:
        """Whether nothing was asked of another host and nothing went wrong in the page."""
        return self.foreign == [] and self.complaints == []


def tab_to(page: Any, text: str, limit: int = 60) -> None:
    """Press Tab until the focused element carries `text`, as somebody without a mouse would."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "(e => (e.innerText || '') + ' ' + (e.getAttribute('aria-label') || '') + ' ' + (e.id || ''))"
            "(document.activeElement)"
        )
        if text in label:
            return
    raise AssertionError(f"no focusable element says {text}")


def search_to_report(page: Any, site: Site, folder: Path) -> Path:
    """From the first page to the downloaded file, with the keyboard alone."""
    page.goto(site.address)
    tab_to(page, "名称或统一社会信用代码")
    page.keyboard.insert_text("犇骉")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("[role=status]").inner_text() == "共找到 1 个主体"

    tab_to(page, NAME)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/subject/{site.code}")
    assert page.locator("h1").inner_text() == NAME

    tab_to(page, "下载信用报告")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    return kept


def verify_number_then_file(page: Any, site: Site, report: Path) -> None:
    """The number on the report, then the file itself, then a file that somebody touched."""
    page.goto(f"{site.address}/verify")
    tab_to(page, "no")
    page.keyboard.insert_text(report.stem)
    page.keyboard.press("Enter")
    page.wait_for_url("**/verify?no=*")
    assert "本平台出具过这个编号的报告" in page.locator("#verdict").inner_text()

    page.set_input_files("#file", report)
    tab_to(page, "核验文件")
    page.keyboard.press("Enter")
    page.get_by_text("未改动").wait_for()
    assert site.code in page.locator("#verdict").inner_text().replace(" ", "")

    touched = report.with_name("touched.pdf")
    touched.write_bytes(report.read_bytes() + b"\n")
    page.set_input_files("#file", touched)
    tab_to(page, "核验文件")
    page.keyboard.press("Enter")
    page.get_by_text("已改动").wait_for()


def forms_and_links(page: Any, site: Site, folder: Path) -> Path:
    """The same way with forms and links alone."""
    page.goto(site.address)
    page.fill("#q", "犇骉")
    page.press("#q", "Enter")
    page.click(f"a:has-text('{NAME}')")
    page.click("text=行政处罚")
    assert page.locator(".rec").count() == 1
    page.click("text=大字版")
    assert page.locator("html").get_attribute("data-scale") == "large"
    with page.expect_download() as download:
        page.click("text=下载信用报告")
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    page.goto(f"{site.address}/verify?no={kept.stem}")
    page.set_input_files("#file", kept)
    page.click("text=核验文件")
    assert "未改动" in page.locator("#verdict").inner_text()
    return kept


def test_a_citizen_reads_and_verifies_a_report_with_the_keyboard_alone(
    site: Site, chromium: Any, tmp_path: Path
) -> None:
    citizen = Watched(chromium, site)

    report = search_to_report(citizen.page, site, tmp_path)
    verify_number_then_file(citizen.page, site, report)

    assert report.read_bytes().startswith(b"%PDF-1.7")
    assert citizen.is_clean()


def test_a_citizen_reads_and_verifies_a_report_without_script(
    site: Site, chromium: Any, tmp_path: Path
) -> None:
    citizen = Watched(chromium, site, java_script_enabled=False)

    report = forms_and_links(citizen.page, site, tmp_path)

    assert report.read_bytes().startswith(b"%PDF-1.7")
    assert citizen.is_clean()


def test_live_search_waits_for_the_input_method_and_asks_once(site: Site, chromium: Any) -> None:
    citizen = Watched(chromium, site)
    page = citizen.page
    page.goto(f"{site.address}/search")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search?" in request.url else None)
    page.focus("#q")

    typing = citizen.context.new_cdp_session(page)
    for half in ("y", "ya", "yan", "yanshi"):
        typing.send(
            "Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)}
        )
    page.wait_for_timeout(600)
    assert asked == []
    typing.send("Input.insertText", {"text": "演示"})
    page.wait_for_url("**/search?q=*")

    page.locator(".hit").first.wait_for()
    assert len(asked) == 1
    assert page.evaluate("document.activeElement.id") == "q"
    assert citizen.is_clean()


def test_a_live_search_that_fails_leaves_the_page_and_says_so(site: Site, chromium: Any) -> None:
    page = Watched(chromium, site).page
    page.goto(f"{site.address}/search?q=演示")
    hits, address = page.locator(".hit").count(), page.url
    for answer in (lambda route: route.fulfill(status=500, body="<h1>500</h1>"), lambda route: route.abort()):
        page.route("**/search?*", answer)

        page.fill("#q", "犇骉")

        page.get_by_text("查询没有成功，请再试").wait_for()
        assert (page.locator(".hit").count(), page.url) == (hits, address)
        page.unroute("**/search?*")
        page.fill("#q", "演示")
        page.get_by_text("共找到").wait_for()


def test_a_printed_page_keeps_the_mark_of_a_demonstration(site: Site, chromium: Any, tmp_path: Path) -> None:
    page = Watched(chromium, site).page
    page.goto(f"{site.address}/subject/{site.code}")

    page.pdf(path=tmp_path / "page.pdf", format="A4", margin=dict.fromkeys(("top", "bottom"), "20mm"))

    # the extracted text has radicals for characters that look like them
    sheets = [
        unicodedata.normalize("NFKC", sheet.extract_text())
        for sheet in PdfReader(tmp_path / "page.pdf").pages
    ]
    assert len(sheets) > 1
    assert all("演示数据" in sheet for sheet in sheets)


def test_the_answer_takes_the_focus(site: Site, chromium: Any) -> None:
    page = Watched(chromium, site).page
    page.goto(f"{site.address}/verify?no=2026")
    assert page.evaluate("document.activeElement.className") == "summary"

    page.goto(f"{site.address}/login")
    page.fill("#id_login", "nobody")
    page.fill("#id_password", "wrong")
    page.press("#id_password", "Enter")
    page.get_by_text("没有登录成功").wait_for()
    assert page.evaluate("document.activeElement.id") == "summary"


def test_paging_neither_repeats_nor_loses_a_result(site: Site, chromium: Any) -> None:
    page = Watched(chromium, site).page
    page.goto(f"{site.address}/search?q=演示")
    seen = page.locator(".hit h2 a").evaluate_all("links => links.map(a => a.href)")
    while page.locator("a[rel=next]").count():
        page.click("a[rel=next]")
        page.wait_for_load_state()
        seen += page.locator(".hit h2 a").evaluate_all("links => links.map(a => a.href)")

    assert len(seen) == len(set(seen)) == 24
