"""The search page: what it answers, what it keeps out of the address, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_penalty, a_registration, collected
from xinyun.portal import browsing
from xinyun.portal.finding import Asked

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PERSON = "11010519491231002X"


def found(asked: str, **given: str) -> browsing.SearchPage:
    facets = {name: given.pop(name) for name in ("city", "kind", "record") if name in given}
    return browsing.search(Asked(asked, **facets), **({"page": 1, "on": DAY} | given))


@pytest.mark.parametrize("asked", [PERSON, PERSON.lower(), f"张三 {PERSON}", "110105 19491231 002X"])
def test_a_persons_number_is_neither_looked_up_nor_told_back(asked: str) -> None:
    answer = Client().get("/search", {"q": asked, "city": "520100"}, follow=True)

    assert answer.redirect_chain == [("/search?city=520100&person=1", 302)]
    html = answer.content.decode()
    assert "不公开自然人" in html
    assert asked not in html


def test_the_live_search_keeps_a_persons_number_out_of_the_address() -> None:
    answer = Client().get("/search", {"q": PERSON}, headers={"HX-Request": "true"}, follow=True)

    assert (answer.status_code, answer["HX-Replace-Url"]) == (200, "/search?person=1")
    assert PERSON not in answer.content.decode()


def test_empty_parts_are_not_kept_in_the_address(company: str) -> None:
    answer = Client().get("/search", {"q": "犇骉", "city": "", "kind": ""})
    live = Client().get("/search", {"q": "犇骉", "city": ""}, headers={"HX-Request": "true"})

    assert answer["Location"] == live["HX-Replace-Url"] == "/search?q=%E7%8A%87%E9%AA%89"


def test_a_whole_code_leads_straight_to_its_subject(company: str) -> None:
    answer = Client().get("/search", {"q": company.lower()})

    assert answer["Location"] == f"/subject/{company}"
    assert Client().get("/search", {"q": a_code()}).status_code == 200


def test_one_character_is_answered_by_what_to_do() -> None:
    html = Client().get("/search", {"q": "贵"}).content.decode()

    assert '<p class="count" role="status"><b>请至少输入两个字</b></p>' in html
    assert "共找到" not in html


def test_with_a_filter_on_the_filter_is_suspected_first(company: str) -> None:
    page = found("犇骉", city="520300")

    assert page.advice is not None
    assert "筛选" in page.advice.zh
    assert "没有找到" in str(page.headline)


@pytest.mark.parametrize("path", ["/search?q=%00%00", "/search?q=a%00b", "/search?q=%EF%BF%BF%EF%BF%BF"])
def test_odd_characters_find_nothing_and_break_nothing(path: str) -> None:
    assert Client().get(path).status_code == 200


def many(write_csv: Callable[..., Path], count: int, word: str) -> None:
    codes = [a_code() for _ in range(count)]
    collected(
        write_csv(
            [a_registration(c, 名称=f"贵州{word}{n}有限公司") for n, c in enumerate(codes)], f"{word}r.csv"
        )
    )
    collected(write_csv([a_licence(c) for c in codes], f"{word}l.csv"), item="licence")
    collected(write_csv([a_penalty(c) for c in codes], f"{word}p.csv"), item="penalty")


def test_hits_count_what_their_pages_count(company: str, write_csv: Callable[..., Path]) -> None:
    collected(write_csv([a_penalty(company, CF_CFLB="警告")], "w.csv"), item="penalty")

    (hit,) = found("犇骉").hits
    page = browsing.subject(company, kind="", on=DAY)

    assert page is not None
    assert hit.tallies == tuple(
        type(tab)(tab.kind, tab.title, tab.count, tab.tone) for tab in page.tabs[1:] if tab.count
    )


def test_ten_hits_cost_no_more_questions_than_one(write_csv: Callable[..., Path]) -> None:
    many(write_csv, 1, "孤例")
    many(write_csv, 10, "十例")
    asked = {}
    for word in ("孤例", "十例"):
        with CaptureQueriesContext(connections["default"]) as queries:
            page = found(word)
        asked[word] = len(queries)
        assert {tally.count for hit in page.hits for tally in hit.tallies} == {1}

    assert len(page.hits) == 10
    assert asked["十例"] == asked["孤例"]
    assert asked["孤例"] <= 7


def test_the_home_page_is_not_counted_anew_for_everybody(company: str) -> None:
    browsing.home(DAY)

    with CaptureQueriesContext(connections["default"]) as queries:
        browsing.home(DAY)

    assert len(queries) == 0
