"""One officer drafts an edition and another releases it, in a real browser, without a script and by keyboard."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Site
from tests.journeys.test_accessibility import RULES
from tests.journeys.test_citizen_reads_a_report import Watched, tab_to

pytestmark = pytest.mark.one_store
FROM = "2031-01-01"


def logged_in(site: Site, chromium: Any, name: str, role: str, **options: Any) -> Watched:
    told = site.store.run("user", "add", name, "--office", "52.development-reform", "--role", role, "--json")
    watched = Watched(chromium, site, **options)
    page = watched.page
    page.goto(f"{site.address}/login?next=/console/rulebook")
    page.fill("#id_login", name)
    page.fill("#id_password", json.loads(told.stdout)["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/console/rulebook")
    return watched


def barriers(page: Any, axe: str) -> list[tuple[str, str]]:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [(v["id"], v["nodes"][0]["html"][:120]) for v in found] + [("sideways", str(sideways))] * (
        sideways > 0
    )


def test_a_clerk_drafts_and_an_operator_releases_and_the_public_reads_it(site: Site, chromium: Any) -> None:
    clerk = logged_in(site, chromium, "clerk", "clerk", java_script_enabled=False)
    page = clerk.page
    page.goto(f"{site.address}/console/rulebook/list/wage-arrears")
    page.fill("#in-since", FROM)
    page.fill("#in-term", "{years: }")
    page.fill("#in-reason", "演示：新办法改为二年")
    page.click("text=检查并保存草案")
    refused = page.locator("#summary").inner_text()
    kept = page.input_value("#in-reason")
    page.fill("#in-term", "years: 2")
    page.click("text=检查并保存草案")
    page.wait_for_url("**/console/drafts/*")
    draft = page.url

    operator = logged_in(site, chromium, "operator", "operator")
    operator.page.goto(draft)
    told = operator.page.locator("main").inner_text()
    tab_to(operator.page, "复核无误，发布")
    with operator.page.expect_navigation():
        operator.page.keyboard.press("Enter")
    twin = httpx.get(f"{site.address}/catalogue/list/wage-arrears.json").json()

    assert "没有保存" in refused
    assert kept == "演示：新办法改为二年"
    assert page.locator("text=复核无误，发布").count() == 0
    assert "期限·年：3 → 2" in told
    assert operator.page.locator("text=已发布").count() == 1
    assert (twin["editions"][-1]["since"], twin["editions"][-1]["edition"]["term"]) == (FROM, {"years": 2})
    assert operator.is_clean(), (operator.foreign, operator.complaints)


@pytest.mark.parametrize("width", [1366, 375])
def test_no_page_of_rulemaking_has_a_barrier(site: Site, chromium: Any, axe: str, width: int) -> None:
    watched = logged_in(
        site,
        chromium,
        f"officer{width}",
        "operator",
        viewport={"width": width, "height": 800},
        bypass_csp=True,
    )
    page = watched.page
    found = []
    for path in ("rulebook", "rulebook/measure/new", "rulebook/item/penalty", "rulebook/file", "drafts/1"):
        page.goto(f"{site.address}/console/{path}")
        found += [(path, *barrier) for barrier in barriers(page, axe)]
    page.goto(f"{site.address}/console/rulebook/file")
    page.fill("#in-id", "nothing-at-all")
    page.fill("#in-text", "id: [")
    page.fill("#in-reason", "演示")
    page.click("text=检查并保存草案")
    found += [("refused", *barrier) for barrier in barriers(page, axe)]

    assert found == []
    assert page.evaluate("document.activeElement.id") == "summary"
