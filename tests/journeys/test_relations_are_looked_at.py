"""A visitor reads who owns a firm; an officer says what for and sees who of the related is on a list.

With the keyboard alone, on a phone without a script, and without a barrier.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.factories import a_code, a_registration
from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import Watched, tab_to
from tests.journeys.test_officers_change_the_law import barriers, logged_in
from tests.relations.conftest import a_licence_naming, a_shareholder

pytestmark = pytest.mark.one_store
PAGE, PHONE = "/console/relations", {"width": 375, "height": 740}


@pytest.fixture(scope="module")
def kin(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A firm that the site's listed company owns, and whose legal representative is that of another listed one."""
    folder, one, other = tmp_path_factory.mktemp("kin"), a_code(), a_code()
    _collect(site, folder, "registration", a_registration(one, 名称="贵州演示关联甲有限公司", 法定代表人="演示甲"),
             a_registration(other, 名称="贵州演示关联乙有限公司", 法定代表人="演示甲"))  # fmt: skip
    _collect(site, folder, "shareholder", a_shareholder(one, site.code),
             a_shareholder(one, "", 单位股东名称="贵州演示只有名称有限公司", 出资公示日期="2026-03-02"))  # fmt: skip
    _collect(site, folder, "licence", a_licence_naming(one), a_licence_naming(other))
    site.store.run("list", "add", "serious-tax-violation", other, "--document", "演税确字〔2026〕9号",
                   "--decided", "2026-06-01", "--by", "52.tax")  # fmt: skip
    return one, other


def _collect(site: Site, folder: Path, item: str, *rows: dict[str, str]) -> None:
    path = folder / f"{item}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    site.store.run("collect", item, path, "--from", "52.market-regulation")


def test_a_visitor_reads_who_owns_a_firm(site: Site, kin: tuple[str, str], chromium: Any, axe: str) -> None:
    visitor = Watched(chromium, site, java_script_enabled=False, viewport=PHONE)
    page = visitor.page
    page.goto(f"{site.address}/subject/{kin[0]}")
    page.click("text=关联主体：股东")
    said = page.locator("main").inner_text()

    assert "贵州鑫淼垚犇骉瀧㵘商贸有限公司" in said
    assert "贵州演示只有名称有限公司" in said
    assert "关联不等于失信" in said
    assert "演示甲" not in said
    assert "自然人 1" not in said
    assert visitor.is_clean(), (visitor.foreign, visitor.complaints)
    looked = Watched(chromium, site, bypass_csp=True, viewport=PHONE).page
    for prefix in ("", "/en"):
        looked.goto(f"{site.address}{prefix}/subject/{kin[0]}/related")
        assert barriers(looked, axe) == []


def test_an_officer_says_what_for_with_the_keyboard_alone(
    site: Site, kin: tuple[str, str], chromium: Any
) -> None:
    officer = logged_in(site, chromium, "kin-officer", "operator")
    page = officer.page
    page.goto(f"{site.address}{PAGE}")
    tab_to(page, " code")
    page.keyboard.insert_text(kin[0])
    tab_to(page, "purpose")
    page.keyboard.insert_text("演示核对")
    page.keyboard.press("Enter")
    page.locator("svg.relations").wait_for()
    said = page.locator("main").inner_text()

    assert "自然人 1（演示甲）" in said
    assert "贵州演示关联乙有限公司" in said
    assert "途经自然人，依据：《重大税收违法失信主体信息公布管理办法》第十二条" in said
    assert "演税确字〔2026〕9号" in said
    assert "该主体不在不良名单上" in said
    assert officer.is_clean(), (officer.foreign, officer.complaints)


def test_the_officers_page_has_no_barrier_on_a_phone_and_without_a_purpose_shows_nothing(
    site: Site, kin: tuple[str, str], chromium: Any, axe: str
) -> None:
    plain = logged_in(site, chromium, "kin-plain", "operator", java_script_enabled=False, viewport=PHONE).page
    plain.goto(f"{site.address}{PAGE}?code={kin[0]}")
    plain.fill("#purpose", "好")
    plain.click("main button[type=submit]")
    refused = plain.locator("main").inner_text()
    looked = logged_in(site, chromium, "kin-axe", "operator", bypass_csp=True, viewport=PHONE).page
    looked.goto(f"{site.address}{PAGE}?code={kin[1]}")
    looked.fill("#purpose", "演示核对")
    looked.click("main button[type=submit]")
    looked.locator("svg.relations").wait_for()

    assert "没有写明用途" in refused
    assert "关系图" not in refused
    assert barriers(looked, axe) == []


def test_a_clerk_may_not_look(site: Site, chromium: Any) -> None:
    page = logged_in(site, chromium, "kin-clerk", "clerk").page

    assert page.goto(f"{site.address}{PAGE}").status == 403
    assert page.locator("nav a", has_text="关联关系").count() == 0
