"""Every public page passes axe (WCAG 2.2 AA and best practice), in both languages, wide, narrow and enlarged."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Site

pytestmark = pytest.mark.one_store

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = [
    "/",
    "/search",
    "/search?q=演示",
    "/search?q=911101080000000001",
    "/subject/{code}",
    "/subject/{code}?kind=abnormal",
    "/subject/{code}/timeline",
    "/subject/911101080000000001",
    "/verify",
    "/verify?no=20261120093015AAAAAAAA",
    "/verify?no={number}",
    "/verify?no=2026",
    "/search?q=贵",
    "/search?person=1",
    "/lists/wage-arrears",
    "/lists/tax-a",
    "/latest/licence",
    "/latest/penalty",
    "/catalogue/item/penalty",
    "/catalogue/list/wage-arrears",
    "/catalogue/measure/bar-tender",
    "/catalogue/repair/publicity-terms",
    "/catalogue/procedure/penalty-repair",
    "/catalogue/code/subject-kind",
    "/quality",
    "/codes",
    "/codes?q={code}",
    "/accessibility",
    "/login",
    "/nope",
]
LONG_PATHS = ["/catalogue", "/en/catalogue/coverage", "/catalogue/sources"]
"""Pages with hundreds of entries, all alike: axe takes a minute for each, so they are looked at in two ways alone."""
WAYS = {
    "wide": ({"width": 1366, "height": 900}, ""),
    "narrow": ({"width": 390, "height": 844}, ""),
    "narrow, largest text, high contrast": ({"width": 390, "height": 844}, "xl.high"),
    "narrowest, largest text": ({"width": 320, "height": 700}, "xl."),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_page_has_a_barrier_or_scrolls_sideways(way: str, site: Site, chromium: Any, axe: str) -> None:
    report = httpx.get(f"{site.address}/subject/{site.code}/report.pdf")
    number = report.headers["content-disposition"].split('"')[1].removesuffix(".pdf")
    paths = [p.format(code=site.code, number=number) for p in PATHS]

    assert (
        barriers(way, [prefix + path for prefix in ("", "/en") for path in paths], site, chromium, axe) == []
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", ["wide", "narrowest, largest text"])
def test_no_long_page_has_a_barrier_or_scrolls_sideways(
    way: str, site: Site, chromium: Any, axe: str
) -> None:
    assert barriers(way, LONG_PATHS, site, chromium, axe) == []


def barriers(way: str, paths: list[str], site: Site, chromium: Any, axe: str) -> list[tuple[Any, ...]]:
    """What stands in somebody's way on these pages, with everything unfolded."""
    viewport, reading = WAYS[way]
    context = chromium.new_context(
        viewport=viewport, bypass_csp=True
    )  # axe is injected; CSP is tested elsewhere
    context.add_cookies([{"name": "reading", "value": reading, "url": site.address}])
    page = context.new_page()
    found = []
    for path in paths:
        page.goto(site.address + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.evaluate(axe)
        violations = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
        found += [(path, v["id"], v["nodes"][0]["html"][:120]) for v in violations]
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found += [(path, "scrolls sideways", sideways)] if sideways > 0 else []
    return found
