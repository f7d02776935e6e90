"""The verify page: what it says of a number, of a file, and of what is no report at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import DAY
from tests.factories import a_registration, collected
from tests.portal.conftest import NAME
from tests.portal.test_report import issued
from xinyun.portal import browsing, operations, rules, uploads

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def test_a_number_alone_names_the_subject_and_proves_nothing(company: str) -> None:
    html = Client().get(f"/verify?no={issued(company).number}").content.decode()

    assert '<div class="note"><h2>本平台出具过这个编号的报告' in html
    assert f'<p class="whom"><a lang="zh-CN" href="/subject/{company}">{NAME}</a>' in html
    assert "逐项比对" in html
    assert "没有变化" in html


def test_what_has_changed_since_is_told(company: str, write_csv: Callable[..., Path]) -> None:
    from xinyun.lists.operations import delist

    report = issued(company)
    unchanged = browsing.verdict(operations.verify(report.pdf), DAY)
    delist(
        list_id="wage-arrears", code=company, document="演移〔2026〕1号", reason="已支付",
        office="52.human-resources", actor="test", on=DAY,
    )  # fmt: skip
    collected(write_csv([a_registration(company, 名称="贵州新名字有限公司")], "r3.csv"))

    card = browsing.verdict(operations.verify(report.pdf), DAY)

    assert unchanged.since is not None
    assert not unchanged.since.changed
    assert card.name == NAME
    assert card.since is not None
    assert (card.since.then, card.since.now, card.since.appeared, card.since.gone) == (4, 3, 0, 1)
    assert card.since.header
    assert "有变化" in Client().get(f"/verify?no={report.number}").content.decode()


def test_a_report_of_an_earlier_day_is_compared_with_that_day(company: str) -> None:
    report = issued(company)

    card = browsing.verdict(operations.verify(report.pdf), DAY.replace(year=2036))

    assert card.since is not None
    assert card.since.gone >= 2


@pytest.mark.parametrize(
    ("asked", "problem"), [("2026", "您输入了 4 位"), ("%00", "您输入了 0 位"), ("A" * 22, "14 位数字")]
)
def test_what_cannot_be_a_number_says_so_and_stays_in_its_field(asked: str, problem: str) -> None:
    answer = Client().get(f"/verify?no={asked}")

    html = answer.content.decode()
    assert answer.status_code == 422
    assert problem in html
    assert 'aria-invalid="true" aria-describedby="no-error no-hint"' in html
    assert asked == "%00" or f'value="{asked}"' in html


def test_a_wrong_file_is_told_at_its_field() -> None:
    answer = Client().post("/verify", {"file": SimpleUploadedFile("r.pdf", b"GIF89a")})

    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="file-error file-hint"' in answer.content.decode()


def test_a_file_full_of_numbers_costs_two_questions(company: str) -> None:
    number = issued(company).number
    stuffed = b"%PDF-1.7 " + number.encode() + b" ".join(b" 2026112009%04dAAAAAAAA" % n for n in range(5000))

    with CaptureQueriesContext(connections["default"]) as queries:
        verdict = operations.verify(stuffed)

    assert (verdict.outcome, verdict.number) == ("changed", number)
    assert len(queries) == 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"CONTENT_LENGTH": str(uploads.LARGEST_BODY + 1)}, 413),
        ({"CONTENT_LENGTH": "many"}, 411),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
    ],
)
def test_a_body_that_is_too_large_or_without_length_is_not_read(headers: dict[str, str], status: int) -> None:
    class Unread:
        def read(self, *_: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    answer = Client().generic("POST", "/verify", b"", **headers, **{"wsgi.input": Unread()})

    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()


def test_programs_are_refused_in_their_own_form() -> None:
    answer = Client().generic("POST", "/api/v1/subjects", b"", CONTENT_LENGTH=str(10**9))

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_number_is_judged_by_its_shape() -> None:
    assert rules.number_problem("20261120093015ABCDEFGH") is None
    assert rules.number_problem("99991120093015ABCDEFGH") is not None
