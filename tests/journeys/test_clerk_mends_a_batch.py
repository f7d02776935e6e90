"""A clerk sends a file, follows it, mends what comes back and fills in a record, in a real browser.

With a script and without, with the keyboard alone, and on a phone.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from tests.factories import a_code, a_registration
from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import Watched, tab_to
from tests.journeys.test_officers_change_the_law import barriers

pytestmark = pytest.mark.one_store
OFFICE = "520100.market-regulation"


def clerk_of(site: Site, chromium: Any, name: str, **options: Any) -> Watched:
    told = site.store.run("user", "add", name, "--office", OFFICE, "--role", "clerk", "--json")
    watched = Watched(chromium, site, **options)
    page = watched.page
    page.goto(f"{site.address}/login?next=/console/collection")
    page.fill("#id_login", name)
    page.fill("#id_password", json.loads(told.stdout)["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/console/collection")
    return watched


def a_file(folder: Path, rows: list[dict[str, str]], name: str = "登记.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def with_three_faults(folder: Path, code: str, name: str) -> Path:
    """Two good rows; one whose code has a letter O for a zero, one with two faults."""
    return a_file(
        folder,
        [
            a_registration(),
            a_registration(code.replace("0", "O", 1), 名称=f"贵州演示{name}甲有限公司"),
            a_registration(名称=f"贵州演示{name}乙有限公司", 登记状态="活着", 成立日期="2099-12-31"),
            a_registration(),
        ],
    )


def wait_until_collected(page: Any, *, script: bool = True) -> None:
    """With a script the page shows anew by itself; without, one presses 刷新."""
    done = page.get_by_text("退回的原因")
    for _ in range(0 if script else 40):
        if done.count():
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="刷新").click()
    done.wait_for(timeout=30_000)


def open_row(page: Any, name: str) -> None:
    page.get_by_role("link", name=name).click()


def test_a_clerk_mends_a_batch_with_the_keyboard_alone(site: Site, chromium: Any, tmp_path: Path) -> None:
    code = a_code()
    clerk = clerk_of(site, chromium, "keyboard")
    page = clerk.page
    tab_to(page, "in-item")
    while page.input_value("#in-item") != "registration":
        page.keyboard.press("ArrowDown")
    tab_to(page, "in-file")
    page.set_input_files("#in-file", with_three_faults(tmp_path, code, "键"))
    tab_to(page, "上传并检查")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/submissions/*")
    wait_until_collected(page)

    tab_to(page, "在这里改")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/returned?batch=*")
    tab_to(page, "贵州演示键甲有限公司")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/returned/*")
    tab_to(page, "采用建议")
    page.keyboard.press("Enter")
    filled, focus = page.input_value("#in-uscc"), page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/returned?batch=*")

    assert (filled, focus) == (code, "in-uscc")
    assert "已改正并收下" in page.locator("main").inner_text()
    assert "共 1 行待处理" in page.locator(".count").inner_text()
    assert clerk.is_clean(), (clerk.foreign, clerk.complaints)


def test_a_clerk_mends_a_batch_on_a_phone_without_a_script(site: Site, chromium: Any, tmp_path: Path) -> None:
    code = a_code()
    phone = {"width": 375, "height": 740}
    clerk = clerk_of(site, chromium, "phone", java_script_enabled=False, viewport=phone)
    page = clerk.page
    page.select_option("#in-item", "registration")
    page.set_input_files("#in-file", with_three_faults(tmp_path, code, "机"))
    page.click("text=上传并检查")
    wait_until_collected(page, script=False)

    page.click("text=在这里改")
    open_row(page, "贵州演示机甲有限公司")
    page.click("text=采用建议")
    taken = page.input_value("#in-uscc")
    page.locator("button[name=mend]").last.click()
    open_row(page, "贵州演示机乙有限公司")
    page.fill("#in-status", "存续")
    page.locator("button[name=mend]").last.click()
    half = page.locator("#summary").inner_text()
    page.fill("#in-established_on", "2016-01-01")
    page.locator("button[name=mend]").last.click()

    assert taken == code
    assert "有 1 处要改" in half
    assert "没有退回的行要处理" in page.locator("main").inner_text()
    page.goto(f"{site.address}/subject/{code}")
    assert page.locator("h1").inner_text() == "贵州演示机甲有限公司"
    assert clerk.foreign == []
    assert all("422" in complaint for complaint in clerk.complaints)


def test_a_clerk_takes_the_workbook_and_an_unknown_layout_is_matched(
    site: Site, chromium: Any, tmp_path: Path
) -> None:
    clerk = clerk_of(site, chromium, "workbook")
    page = clerk.page
    page.select_option("#in-item", "registration")
    with page.expect_download() as template:
        page.click("text=下载模板")
    page.set_input_files("#in-file", with_three_faults(tmp_path, a_code(), "表"))
    page.click("text=上传并检查")
    wait_until_collected(page)
    with page.expect_download() as download:
        page.click("text=下载错误表（XLSX）")
    errors = tmp_path / download.value.suggested_filename
    download.value.save_as(errors)
    page.goto(f"{site.address}/console/collection")
    page.select_option("#in-item", "registration")
    row = {"企业叫啥": "贵州演示列有限公司", "统一代码": a_code(), "状况": "存续"}
    page.set_input_files("#in-file", a_file(tmp_path, [row], "别的表.csv"))
    page.click("text=上传并检查")
    page.get_by_role("link", name="对应各列").click(timeout=20_000)
    page.select_option("#column-0", "name")
    page.click("text=确认，重新报送")
    page.get_by_text("全部行已收入档案").wait_for(timeout=20_000)

    assert template.value.suggested_filename == "登记注册基本信息.xlsx"
    assert errors.name == "登记-退回.xlsx"
    assert fastexcel.read_excel(errors).load_sheet(0).to_polars().height == 2
    assert clerk.is_clean(), (clerk.foreign, clerk.complaints)


@pytest.mark.parametrize(("width", "reading"), [(1366, ""), (375, ""), (320, "xl.high")])
def test_no_page_of_collection_has_a_barrier(
    site: Site, chromium: Any, axe: str, width: int, reading: str, tmp_path: Path
) -> None:
    clerk = clerk_of(
        site, chromium, f"clerk{width}", viewport={"width": width, "height": 800}, bypass_csp=True
    )
    page = clerk.page
    page.context.add_cookies([{"name": "reading", "value": reading, "url": site.address}])
    page.reload()
    found = [("collection", *barrier) for barrier in barriers(page, axe)]
    page.select_option("#in-item", "registration")
    page.set_input_files("#in-file", with_three_faults(tmp_path, a_code(), f"宽{width}"))
    page.click("text=上传并检查")
    wait_until_collected(page)
    found += [("submission", *barrier) for barrier in barriers(page, axe)]
    page.click("text=在这里改")
    found += [("returned", *barrier) for barrier in barriers(page, axe)]
    open_row(page, f"贵州演示宽{width}乙有限公司")
    found += [("mend", *barrier) for barrier in barriers(page, axe)]
    page.goto(f"{site.address}/en/console/records/new?item=penalty")
    found += [("record", *barrier) for barrier in barriers(page, axe)]
    page.locator("button:has-text('Check and submit')").last.click()
    page.locator("#summary").wait_for()
    found += [("refused", *barrier) for barrier in barriers(page, axe)]
    focused = page.evaluate("document.activeElement.id")

    assert found == []
    assert focused == "summary"
