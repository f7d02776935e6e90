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
"""Pages with hundreds of entries, all alike: axe takes a minute for all of them, so it is shown the first eight of each kind in a place."""
FIRST = """
    document.querySelectorAll('main *').forEach(parent => {
        const alike = {};
        for (const child of [...parent.children]) {
            const kind = child.tagName + child.className;
            alike[kind] = (alike[kind] || 0) + 1;
            if (alike[kind] > 8) child.remove();
        }
    })
"""
WAYS = {
    "wide": ({"width": 1366, "height": 900}, "", ("", "/en")),
    "narrow": ({"width": 390, "height": 844}, "", ("",)),
    "narrow, largest text, high contrast": ({"width": 390, "height": 844}, "xl.high", ("/en",)),
    "narrowest, largest text": ({"width": 320, "height": 700}, "xl.", ("",)),
}
"""Width and height, how it is to be read, and the languages in which axe looks; whether it fits is asked in both."""


@pytest.mark.parametrize("way", WAYS)
def test_no_page_has_a_barrier_or_scrolls_sideways(way: str, site: Site, chromium: Any, axe: str) -> None:
    report = httpx.get(f"{site.address}/subject/{site.code}/report.pdf")
    number = report.headers["content-disposition"].split('"')[1].removesuffix(".pdf")
    paths = [p.format(code=site.code, number=number) for p in PATHS]

    assert (
        barriers(way, [prefix + path for prefix in ("", "/en") for path in paths], site, chromium, axe) == []
    )


@pytest.mark.timeout(900)
def test_no_long_page_has_a_barrier_or_scrolls_sideways(site: Site, chromium: Any, axe: str) -> None:
    assert barriers("wide", LONG_PATHS, site, chromium, axe) == []
    assert barriers("narrowest, largest text", LONG_PATHS, site, chromium, axe) == []


def barriers(way: str, paths: list[str], site: Site, chromium: Any, axe: str) -> list[tuple[Any, ...]]:
    """What stands in somebody's way on these pages, with everything unfolded."""
    viewport, reading, languages = WAYS[way]
    context = chromium.new_context(
        viewport=viewport, bypass_csp=True
    )  # axe is injected; CSP is tested elsewhere
    context.add_cookies([{"name": "reading", "value": reading, "url": site.address}])
    page = context.new_page()
    found = []
    for path in paths:
        page.goto(site.address + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found += [(path, "scrolls sideways", sideways)] if sideways > 0 else []
        if ("/en" if path.startswith("/en/") else "") in languages:
            page.evaluate(FIRST if path in LONG_PATHS else "null")
            page.evaluate(axe)
            violations = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
            found += [(path, v["id"], v["nodes"][0]["html"][:120]) for v in violations]
    return found
