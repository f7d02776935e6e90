"""Somebody looks for a company while still typing: with an input method, with the keyboard alone, and without script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import NAME, Site
from tests.journeys.test_citizen_reads_a_report import Watched

pytestmark = pytest.mark.one_store
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def watched(site: Site, chromium: Any) -> tuple[Watched, list[str]]:
    """A visitor on the first page with the search box in focus, and what is asked for suggestions."""
    citizen, asked = Watched(chromium, site), []
    citizen.page.on(
        "request", lambda request: asked.append(request.url) if "/suggest?" in request.url else None
    )
    citizen.page.goto(site.address)
    citizen.page.focus("#q")
    return citizen, asked


def chosen(page: Any) -> str | None:
    """The suggestion that the box says is active, which is the one that is selected."""
    active = page.get_attribute("#q", "aria-activedescendant")
    selected = page.eval_on_selector_all("[role=option][aria-selected=true]", "all => all.map(one => one.id)")
    assert selected == ([active] if active else [])
    return active


def test_suggestions_are_walked_and_taken_with_the_keyboard(site: Site, chromium: Any) -> None:
    citizen, _ = watched(site, chromium)
    page = citizen.page
    page.keyboard.type("xinmiao", delay=20)
    page.locator("[role=option]").first.wait_for()

    assert page.get_attribute("#q", "aria-expanded") == "true"
    assert page.locator("[role=option] mark").first.inner_text() == "鑫淼"
    assert chosen(page) is None
    page.keyboard.press("ArrowDown")
    assert chosen(page) == "suggestion-0"
    page.keyboard.press("ArrowDown")
    assert chosen(page) is None
    page.keyboard.press("ArrowUp")
    assert chosen(page) == "suggestion-0"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/subject/{site.code}")
    assert citizen.is_clean()


def test_escape_closes_the_suggestions_and_enter_searches_for_what_was_typed(
    site: Site, chromium: Any
) -> None:
    citizen, _ = watched(site, chromium)
    page = citizen.page
    page.keyboard.type("gzxm", delay=20)
    page.locator("[role=option]").first.wait_for()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert not page.locator("#suggestions").is_visible()
    assert (page.get_attribute("#q", "aria-expanded"), page.input_value("#q")) == ("false", "gzxm")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=gzxm")
    assert page.locator(".hit h2").first.inner_text() == NAME
    assert page.locator(".hit mark").first.inner_text() == "贵州鑫淼"
    assert citizen.is_clean()


def test_nothing_is_asked_while_an_input_method_composes(site: Site, chromium: Any) -> None:
    citizen, asked = watched(site, chromium)
    page, typing = citizen.page, citizen.context.new_cdp_session(citizen.page)
    for half in ("b", "ben", "benbiao"):
        typing.send(
            "Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)}
        )
    page.wait_for_timeout(500)
    assert asked == []

    typing.send("Input.insertText", {"text": "犇骉"})
    page.locator("[role=option]").first.wait_for()
    assert len(asked) == 1
    assert page.locator("[role=option] mark").inner_text() == "犇骉"


def test_an_answer_that_comes_too_late_is_dropped(site: Site, chromium: Any) -> None:
    citizen, _ = watched(site, chromium)
    page, held = citizen.page, []
    page.route("**/suggest?q=%E6%BC%94%E7%A4%BA", lambda route: held.append(route))
    page.keyboard.insert_text("演示")
    page.wait_for_timeout(300)
    page.fill("#q", "犇骉")
    page.locator("[role=option]").first.wait_for()

    held[0].continue_()
    page.wait_for_timeout(400)
    assert page.locator("[role=option]").count() == 1
    assert NAME in page.locator("[role=option]").inner_text()


def test_open_suggestions_bar_nobody(site: Site, chromium: Any, axe: str) -> None:
    context = chromium.new_context(viewport={"width": 375, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(site.address)
    page.focus("#q")
    page.keyboard.insert_text("演示")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")

    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_without_script_facets_and_pages_are_links(site: Site, chromium: Any) -> None:
    citizen = Watched(chromium, site, java_script_enabled=False)
    page = citizen.page
    page.goto(f"{site.address}/search?q=演示")
    assert page.locator("[role=combobox]").count() == 0
    first = page.locator(".hit h2").all_inner_texts()

    page.get_by_role("link", name="下一页").click()
    second = page.locator(".hit h2").all_inner_texts()
    page.get_by_role("link", name="贵阳市").click()
    assert "city=520100" in page.url
    assert "page=" not in page.url
    page.get_by_role("link", name="全部").first.click()

    assert not set(first) & set(second)
    assert page.locator(".hit h2").all_inner_texts() == first
    assert citizen.is_clean()
