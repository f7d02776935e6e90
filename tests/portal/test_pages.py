"""The public pages, on a real archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests.conftest import DAY
from tests.factories import a_licence, a_penalty, collected
from tests.portal.conftest import NAME
from xinyun.portal import browsing, queries
from xinyun.portal.finding import Asked

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def get(path: str, **cookies: str) -> str:
    browser = Client()
    for name, value in cookies.items():
        browser.cookies[name] = value
    return browser.get(path).content.decode()


def test_home_offers_the_search_first_and_tells_numbers_with_their_day(company: str) -> None:
    page = browsing.home(DAY)

    assert (page.subjects, page.blacklisted, page.honoured, page.on) == (1, 1, 1, DAY)
    assert [latest.code for latest in page.licences] == [company]
    html = get("/")
    assert html.index('role="search"') < html.index('class="task"')


def test_a_search_finds_by_part_of_the_name_and_marks_it(company: str) -> None:
    html = get("/search?q=犇骉")

    assert "<mark>犇骉</mark>" in html
    assert f'href="/subject/{company}"' in html
    assert '<p class="count" role="status">共找到 <b>1</b> 个主体</p>' in html


def test_a_result_counts_public_records_by_kind(company: str) -> None:
    (hit,) = browsing.search(Asked("犇骉"), page=1, on=DAY).hits

    assert {tally.kind: tally.count for tally in hit.tallies} == {
        "licence": 1,
        "penalty": 1,
        "honour": 1,
        "serious": 1,
    }


@pytest.mark.parametrize(
    ("city", "kind", "total"), [("520100", "企业", 1), ("520300", "", 0), ("", "机关", 0)]
)
def test_results_are_filtered_by_city_and_type(company: str, city: str, kind: str, total: int) -> None:
    assert browsing.search(Asked("犇骉", city, kind), page=1, on=DAY).total == total


def test_unknown_filters_and_odd_page_numbers_are_as_if_not_given(company: str) -> None:
    assert "<mark>犇骉</mark>" in get("/search?q=犇骉&city=999999&kind=x&page=-3")


def test_nothing_found_teaches(company: str) -> None:
    assert "校验位不对" in get("/search?q=911101080000000001")


def test_a_resident_number_is_never_looked_up() -> None:
    page = browsing.search(Asked("11010519491231002X"), page=1, on=DAY)

    assert page.total == 0
    assert "自然人" in str(page.advice)


def test_a_subject_page_lists_records_and_entries_newest_first(company: str) -> None:
    page = browsing.subject(company, kind="", on=DAY)

    assert page is not None
    assert [line.kind.id for line in page.lines] == ["honour", "serious", "penalty", "licence"] or {
        line.kind.id for line in page.lines
    } == {"honour", "serious", "penalty", "licence"}
    assert [line.on for line in page.lines] == sorted((line.on for line in page.lines), reverse=True)
    assert [tab.count for tab in page.tabs] == [4, 1, 1, 1, 1, 0]


def test_each_entry_says_its_basis_its_end_and_how_to_leave(company: str) -> None:
    snapshot = queries.public_snapshot(company, on=DAY)

    assert snapshot is not None
    (entry,) = snapshot.of("serious")
    assert entry.basis
    assert entry.leave
    assert entry.until is not None
    assert snapshot.label is not None


def test_a_tab_shows_its_kind_only(company: str) -> None:
    html = get(f"/subject/{company}?kind=licence")

    assert "演许〔2026〕1号" in html
    assert "演列〔2026〕1号" not in html


def test_a_record_beyond_its_term_of_publicity_is_gone(company: str) -> None:
    snapshot = queries.public_snapshot(company, on=DAY.replace(year=2036))

    assert snapshot is not None
    assert snapshot.of("penalty") == ()
    assert snapshot.of("serious") == ()


def test_the_state_of_an_earlier_day_of_the_feed_can_be_read(company: str) -> None:
    now = queries.public_snapshot(company, on=DAY)

    assert now is not None
    assert queries.public_snapshot(company, on=DAY, as_of=0) is None


def test_a_code_in_small_letters_leads_to_the_permanent_address(company: str) -> None:
    answer = Client().get(f"/subject/{company.lower()}")

    assert (answer.status_code, answer["Location"]) == (302, f"/subject/{company}")


def test_an_unknown_code_is_not_found_and_says_why() -> None:
    answer = Client().get("/subject/911101080000000001")

    assert answer.status_code == 404
    assert "校验位不对" in answer.content.decode()


def test_the_same_content_is_there_for_programs(company: str) -> None:
    data = Client().get(f"/subject/{company}.json").json()

    assert data["name"] == NAME
    assert {record["kind"] for record in data["records"]} >= {"licence"}
    assert Client().get("/subject/911101080000000001.json").json()["code"] == "no-such-subject"


def test_english_pages_translate_the_frame_and_keep_names(company: str) -> None:
    html = get(f"/en/subject/{company}")

    assert '<html lang="en"' in html
    assert "Download credit report" in html
    assert NAME in html


def test_reading_choices_work_without_script() -> None:
    browser = Client()

    answer = browser.get("/reading?scale=xl&next=/verify")

    assert answer["Location"] == "/verify"
    assert 'data-scale="xl"' in browser.get("/verify").content.decode()
    assert browser.get("/reading?scale=huge&next=https://example.org/")["Location"] == "/"


def test_a_forged_reading_cookie_changes_nothing() -> None:
    assert "<script>" not in get("/", reading='"><script>.high')


@pytest.mark.parametrize(
    "path", ["/", "/search", "/verify", "/catalogue", "/accessibility", "/login", "/nope"]
)
def test_every_page_of_a_demo_says_so(path: str) -> None:
    from dataclasses import replace

    from django.conf import settings as current

    with override_settings(XINYUN=replace(current.XINYUN, demo_asked=True)):
        assert "演示数据，不代表任何真实主体" in get(path)


def test_an_empty_setting_prints_nothing() -> None:
    html = get("/")

    assert "网站标识码" not in html
    assert "SiteIDCode" not in html
    assert "备案" not in html


@pytest.mark.parametrize(
    "path",
    [
        "/subject/%EF%BC%8F",
        "/subject/%E2%84%80",
        "/subject/%00",
        "/subject/%00/report.pdf",
        "/subject/%00.json",
    ],
)
def test_an_odd_address_is_not_found(path: str) -> None:
    assert Client().get(path).status_code == 404
    assert Client().get("/en" + path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/search?q=演示", "/verify", "/catalogue", "/lists/tax-a", "/latest/penalty"]
)
def test_pages_can_be_asked_for_their_headers(path: str) -> None:
    assert Client().head(path).status_code == 200


def test_search_engines_are_asked_to_leave_reports_alone() -> None:
    answer = Client().get("/robots.txt")

    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /subject/*/report.pdf" in answer.content.decode()
    assert "Disallow: /en/subject/*/report.pdf" in answer.content.decode()
    assert Client().get("/favicon.ico")["Location"].endswith(".svg")


def test_a_persons_number_inside_a_text_is_masked_on_page_data_and_report(
    company: str, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    from tests.portal.test_report import issued, text_of

    person = "11010519491231002X"
    told = f"现场负责人（身份证号{person}）予以确认"
    collected(write_csv([a_penalty(company, CF_SY=told)], "p9.csv"), item="penalty")

    for text in (
        get(f"/subject/{company}"),
        get(f"/subject/{company}.json"),
        text_of(issued(company).pdf, tmp_path),
    ):
        assert person not in text
        assert "110*************2X" in text


def test_a_row_tells_whose_fact_it_is_and_who_sent_it(company: str, write_csv: Callable[..., Path]) -> None:
    from xinyun.portal import paper

    snapshot = queries.public_snapshot(company, on=DAY)

    assert snapshot is not None
    (penalty,) = snapshot.of("penalty")
    assert penalty.source is not None
    assert (penalty.source.zh, penalty.sent_by_another) == ("演示市市场监督管理局", True)
    assert [(value.name, value.text) for value in penalty.brief] == [
        ("penalty_class", "罚款"),
        ("fine_10k_yuan", "1.0"),
    ]
    rows = [dict(row) for s in paper.contents(snapshot)["sections"] for c in s["cards"] for row in c["rows"]]
    assert {"演示市市场监督管理局", "演示市行政审批局"} == {
        row["数据来源单位"] for row in rows if row.get("报送单位")
    }
    assert "报送：" in get(f"/subject/{company}")


def test_details_do_not_repeat_whom_the_page_is_about(company: str) -> None:
    snapshot = queries.public_snapshot(company, on=DAY)

    assert snapshot is not None
    told = {value.name for line in snapshot.lines for value in line.details}
    assert not {"counterparty_name", "uscc", "legal_rep_name", "name"} & told


def test_a_long_page_is_paged_and_its_links_lead_to_the_records(
    company: str, write_csv: Callable[..., Path]
) -> None:
    collected(write_csv([a_licence(company) for _ in range(24)], "many.csv"), item="licence")

    first, second = get(f"/subject/{company}"), get(f"/subject/{company}?kind=licence&page=2")

    assert first.count('class="rec"') == 20
    assert f'href="/subject/{company}?kind=licence#records"' in first
    assert second.count('class="rec"') == 5
    assert 'rel="prev" href="?kind=licence&amp;page=1#records"' in second
    assert f"<title>{NAME} · 行政许可 · " in second
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/subject/{company}">' in second


def test_english_pages_say_what_is_chinese_and_one_is_one(company: str) -> None:
    html = get(f"/en/subject/{company}")

    assert "In existence" in html
    assert ">Licence</span>" in html
    assert 'Source: <span lang="zh-CN">演示市市场监督管理局</span>' in html
    assert ", Art. 48" in html


def test_a_category_that_nobody_has_thought_of_is_other_information() -> None:
    from dataclasses import replace

    from xinyun import law
    from xinyun.portal import rules

    item = replace(law.rulebook().on(DAY).item("registration"), id="weather", category="weather")

    assert rules.kind_of(item).id == "other"


def test_a_failure_page_stands_alone_and_carries_a_number() -> None:
    from django.test import RequestFactory

    from xinyun.portal.views import failed

    answer = failed(RequestFactory().get("/x"))

    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()
    told = failed(RequestFactory().get("/api/v1/subjects"))
    assert (told.status_code, told["Content-Type"]) == (500, "application/problem+json")
