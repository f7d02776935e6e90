"""The credit report: what is in it, that it stays the same, and that it can be verified."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from tests.conftest import DAY
from tests.factories import a_licence, collected
from tests.portal.conftest import NAME
from xinyun.ledger import queries as ledger
from xinyun.plumbing import typesetting
from xinyun.portal import operations, paper, queries
from xinyun.portal.pages import IssuedReport
from xinyun.portal.report import UnknownTemplate

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=timezone(timedelta(hours=8)))


def issued(code: str, at: datetime = AT) -> IssuedReport:
    return operations.issue(code, actor="test", on=DAY, at=at)


def text_of(pdf: bytes, folder: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.fail("pdftotext is needed: install the Debian package poppler-utils")
    (folder / "report.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", folder / "report.pdf", "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


def test_a_report_says_whom_it_is_about_in_text_that_can_be_copied(company: str, tmp_path: Path) -> None:
    report = issued(company)

    text = text_of(report.pdf, tmp_path)

    assert NAME in text
    assert report.number in text
    assert "2026-11-20 09:30:15" in text
    assert "V2.0" in text
    assert "不评分、不评级" in text


def test_sections_follow_the_standard_and_empty_ones_say_so(company: str, tmp_path: Path) -> None:
    text = text_of(issued(company).pdf, tmp_path)

    titles = ["一、登记注册", "二、行政管理", "三、诚实守信", "四、严重失信", "五、经营", "六、信用承诺"]
    places = [text.index(title) for title in [*titles, "七、信用评价", "八、司法判决", "九、其他"]]
    assert places == sorted(places)
    assert "查询期内无相关信息" in text
    assert "第1条" in text.replace(" ", "")
    assert "——" in text.replace(" ", "")


def test_only_public_fields_are_printed(company: str) -> None:
    snapshot = queries.public_snapshot(company, on=DAY)

    assert snapshot is not None
    printed = {
        title
        for s in paper.contents(snapshot)["sections"]
        for c in s["cards"]
        for r in c["rows"]
        for title, _ in r
    }
    assert "行政处罚决定书文号" in printed
    assert not {"法定代表人证件号码", "法定代表人证件类型", "备注"} & printed


def test_the_same_snapshot_at_the_same_instant_gives_the_same_bytes(company: str) -> None:
    first, second = issued(company), issued(company)

    assert first == second
    assert ledger.by_ref(f"report:{first.number}") is not None
    assert ledger.kinds()["report"] == 1


def test_asking_again_on_the_same_day_gives_the_same_report_and_no_second_leaf(company: str) -> None:
    first, second = issued(company), issued(company, AT + timedelta(hours=1))
    cache.clear()
    from_its_instant = issued(company, AT + timedelta(hours=2))

    assert first == second == from_its_instant
    assert operations.verify(from_its_instant.pdf).outcome == "unchanged"
    assert ledger.kinds()["report"] == 1


def test_another_day_or_a_change_of_the_archive_is_another_report(
    company: str, write_csv: Callable[..., Path]
) -> None:
    first = issued(company)
    next_day = operations.issue(company, actor="test", on=DAY + timedelta(days=1), at=AT + timedelta(days=1))
    collected(write_csv([a_licence(company)], "l2.csv"), item="licence")
    after = issued(company, AT + timedelta(seconds=1))

    assert len({first.number, next_day.number, after.number}) == 3
    assert ledger.kinds()["report"] == 3


def test_another_way_of_setting_it_is_another_report(company: str) -> None:
    from django.conf import settings

    first = issued(company)
    with override_settings(XINYUN=replace(settings.XINYUN, base_url="https://other.example")):
        cache.clear()
        second = issued(company, AT + timedelta(seconds=1))

    assert first.number != second.number


def test_asking_for_the_headers_issues_nothing(company: str) -> None:
    answer = Client().head(f"/subject/{company}/report.pdf")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "report" not in ledger.kinds()
    assert Client().head("/subject/911101080000000001/report.pdf").status_code == 404


def test_a_report_is_in_the_ledger_with_its_digest_before_it_is_handed_out(company: str) -> None:
    report = issued(company)

    leaf = ledger.by_ref(f"report:{report.number}")
    assert leaf is not None
    payload = ledger.entry(leaf.index).payload
    assert payload is not None
    assert (payload["number"], payload["sha256"]) == (report.number, report.sha256)
    assert company not in str(payload)


def test_a_report_is_tagged_for_reading_aloud(company: str) -> None:
    pdf = issued(company).pdf

    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    assert b"/Lang" in pdf


def test_verification_tells_unchanged_changed_and_unknown_apart(company: str) -> None:
    report = issued(company)

    unchanged = operations.verify(report.pdf)
    assert (unchanged.outcome, unchanged.ok, unchanged.code) == ("unchanged", True, company)
    changed = operations.verify(report.pdf + b" ")
    assert (changed.outcome, changed.ok, changed.number) == ("changed", False, report.number)
    assert operations.verify(b"%PDF-1.7 another").outcome == "unknown"
    assert operations.verify_number(report.number).outcome == "registered"
    assert operations.verify_number("20000101000000AAAAAAAA").outcome == "unknown"


def test_the_page_verifies_a_number_and_an_uploaded_file(company: str) -> None:
    report, browser = issued(company), Client()

    by_number = browser.get(f"/verify?no={report.number.lower()}").content.decode()
    by_file = browser.post("/verify", {"file": SimpleUploadedFile("r.pdf", report.pdf)}).content.decode()
    not_a_pdf = browser.post("/verify", {"file": SimpleUploadedFile("r.pdf", b"GIF89a")})

    assert "本平台出具过这个编号的报告" in by_number
    assert "未改动" in by_file
    assert "2026-11-20 09:30:15" in by_file
    assert not_a_pdf.status_code == 422
    assert "不是 PDF" in not_a_pdf.content.decode()
    assert "请选择" in browser.post("/verify").content.decode()


def test_the_download_is_a_pdf_named_by_its_number(company: str) -> None:
    answer = Client().get(f"/subject/{company}/report.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert operations.verify(answer.content).number in answer["Content-Disposition"]
    assert Client().get("/subject/911101080000000001/report.pdf").status_code == 404


def test_a_demo_report_says_so_on_every_page(company: str, tmp_path: Path) -> None:
    from django.conf import settings

    with override_settings(XINYUN=replace(settings.XINYUN, demo_asked=True)):
        pages = text_of(issued(company).pdf, tmp_path).split("\f")[:-1]

    assert all("演示数据，不代表任何真实主体" in page for page in pages)


def test_what_looks_like_markup_is_printed_as_text(company: str, tmp_path: Path) -> None:
    snapshot = queries.public_snapshot(company, on=DAY)
    assert snapshot is not None
    content = paper.contents(replace(snapshot, name='演示#panic("x")*粗*$1/0$ 公司'))

    text = text_of(paper.render(content, number="20261120093015AAAAAAAA", made=AT), tmp_path)

    assert '#panic("x")*粗*$1/0$' in text


def test_a_character_without_a_font_is_named_by_its_code_point(company: str, tmp_path: Path) -> None:
    snapshot = queries.public_snapshot(company, on=DAY)
    assert snapshot is not None
    content = paper.contents(replace(snapshot, name="演示\U000323ae\U0002ebf0公司"))

    text = text_of(paper.render(content, number="20261120093015AAAAAAAA", made=AT), tmp_path)

    assert "演示〓（U+323AE）〓（U+2EBF0）公司" in text


def test_a_list_card_says_each_thing_once(company: str) -> None:
    snapshot = queries.public_snapshot(company, on=DAY)

    assert snapshot is not None
    for section in paper.contents(snapshot)["sections"]:
        for row in (row for card in section["cards"] for row in card["rows"]):
            titles = [title for title, _ in row]
            assert len(titles) == len(set(titles))
            assert not {"列入依据", "名单依据"} <= set(titles)
            assert "公示截止期" not in titles


def test_a_record_that_runs_over_a_page_says_that_it_goes_on(company: str, tmp_path: Path) -> None:
    snapshot = queries.public_snapshot(company, on=DAY)
    assert snapshot is not None
    content = paper.contents(snapshot)
    content["sections"][0]["cards"][0]["rows"][0].append(["违法事实", "演示用违法事实。" * 500])

    text = text_of(paper.render(content, number="20261120093015AAAAAAAA", made=AT), tmp_path).replace(" ", "")

    assert "第1条（续）" in text
    assert text.count("第1条（续）") < text.count("第1条")


def test_what_helps_follows_from_the_records() -> None:
    assert "移出条件" in paper.improvements({"serious"})[0]
    assert "信用修复" in paper.improvements({"penalty", "licence"})[0]
    assert paper.improvements({"licence"}) == paper.improvements(set())


def test_missing_fonts_are_refused_with_the_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "FONTS", ("No Such Font",))
    typesetting.compiler.cache_clear()

    with pytest.raises(typesetting.FontsMissing) as refusal:
        typesetting.compiler("report.typ")

    assert "fonts-noto-cjk" in str(refusal.value)


def test_an_unknown_template_is_refused(company: str) -> None:
    with pytest.raises(UnknownTemplate):
        operations.issue(company, actor="test", on=DAY, at=AT, template="fancy")
