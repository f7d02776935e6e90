"""The pages on which an office's files come in, are followed, mapped and reviewed."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import fastexcel
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.factories import a_code, a_registration
from xinyun.accounts.models import User
from xinyun.collection import operations
from xinyun.collection.mappings import mappings
from xinyun.collection.models import Submission
from xinyun.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
OFFICE = "520100.market-regulation"
PAGE = "/console/collection"


def browser(name: str = "clerk", role: str = "clerk", office: str = OFFICE, **options: Any) -> Client:
    user, _ = User.objects.get_or_create(username=name, defaults={"office": office, "role": role})
    client = Client(**options)
    client.force_login(user)
    return client


def a_file(rows: list[dict[str, str]], name: str = "登记.csv") -> SimpleUploadedFile:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode())


def sent(client: Client, rows: list[dict[str, str]], **given: str) -> str:
    """The address of a submission that was made in the browser and worked on."""
    answer = client.post(PAGE, {"item": "registration", "file": a_file(rows), **given})
    assert answer.status_code == 302, answer.content.decode()
    while operations.run_next(worker="test", on=timezone.localdate(), at=timezone.now()):
        pass
    return answer["Location"]


def html(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_clerk_sends_a_file_and_reads_what_became_of_it() -> None:
    clerk = browser()

    page = html(
        clerk, sent(clerk, [a_registration(), a_registration(登记状态="活着"), a_registration(名称="某司")])
    )

    assert "已归集" in page
    assert "不在代码表中" in page
    assert "不是完整的法定名称" in page
    assert "errors.xlsx" in page
    assert "登记.csv" in html(clerk, PAGE)


def test_a_clerk_is_offered_the_items_of_the_own_department_alone() -> None:
    page = html(browser(), PAGE)

    assert 'value="registration"' in page
    assert 'value="judgment"' not in page


def test_what_the_office_may_not_furnish_is_refused_on_the_page() -> None:
    answer = browser().post(PAGE, {"item": "judgment", "file": a_file([a_registration()])})

    assert answer.status_code == 403
    assert "报送事项" in answer.content.decode()


def test_a_form_without_a_file_says_so() -> None:
    answer = browser().post(PAGE, {"item": "registration"})

    assert answer.status_code == 422
    assert "没有选择文件" in answer.content.decode()


def test_a_clerk_acts_for_the_own_office_whatever_the_form_says() -> None:
    clerk = browser()

    sent(clerk, [a_registration()], office="520300.market-regulation")

    assert Submission.objects.get().office == OFFICE


def test_an_operator_sends_for_the_office_that_was_chosen() -> None:
    operator = browser("operator", "operator", "52.development-reform")

    sent(operator, [a_registration()], office=OFFICE)

    assert Submission.objects.get().office == OFFICE


def test_another_offices_submission_is_not_there_for_a_clerk() -> None:
    page = sent(browser(), [a_registration(登记状态="活着")])
    stranger = browser("other", office="520300.market-regulation")

    assert stranger.get(page).status_code == 404
    assert stranger.get(f"{page}/errors.xlsx").status_code == 404
    assert stranger.get(f"{page}/mapping").status_code == 404


def test_an_auditor_reads_and_does_not_furnish() -> None:
    page = sent(browser(), [a_registration(登记状态="活着")])
    auditor = browser("auditor", "auditor", "52.audit")

    assert "已归集" in html(auditor, page)
    assert "上传并检查" not in html(auditor, PAGE)
    assert auditor.post(PAGE, {"item": "registration", "file": a_file([a_registration()])}).status_code == 403
    assert auditor.get("/console/records/new?item=registration").status_code == 403


def test_a_file_is_taken_neither_from_a_stranger_nor_from_another_site() -> None:
    stranger = Client().post(PAGE, {"item": "registration", "file": a_file([a_registration()])})
    elsewhere = browser(enforce_csrf_checks=True).post(
        PAGE, {"item": "registration", "file": a_file([a_registration()])}
    )

    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/login")
    assert elsewhere.status_code == 403
    assert Submission.objects.count() == 0


def test_while_a_file_is_on_its_way_its_page_asks_again_and_then_shows_anew() -> None:
    clerk = browser()
    page = clerk.post(PAGE, {"item": "registration", "file": a_file([a_registration()])})["Location"]

    waiting = clerk.get(page, headers={"HX-Request": "true"})
    operations.run_next(worker="test", on=timezone.localdate(), at=timezone.now())
    done = clerk.get(page, headers={"HX-Request": "true"})

    assert "<html" not in waiting.content.decode()
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    assert "HX-Refresh" not in waiting
    assert done["HX-Refresh"] == "true"
    assert "hx-trigger" not in done.content.decode()
    assert "刷新" not in html(clerk, page)


def test_columns_that_are_not_known_are_matched_by_a_clerk_and_the_file_is_submitted_again() -> None:
    clerk, code = browser(), a_code()
    row = {"企业叫啥": "贵州演示9号科技有限公司", "统一代码": code, "设立日": "2015-06-01", "状况": "存续"}
    refused = sent(clerk, [row])
    page = html(clerk, f"{refused}/mapping")

    again = clerk.post(
        f"{refused}/mapping",
        {"column-0": "name", "column-1": "uscc", "column-2": "established_on", "column-3": "status"},
    )["Location"]
    operations.run_next(worker="test", on=timezone.localdate(), at=timezone.now())

    assert "缺少必需的列" in html(clerk, refused)
    assert code in page
    assert "全部行已收入档案" in html(clerk, again)
    (kept,) = mappings(office=OFFICE)
    assert kept.columns["企业叫啥"] == "name"


def test_a_mapping_that_does_not_hold_keeps_what_was_chosen() -> None:
    clerk = browser()
    refused = sent(clerk, [{"企业叫啥": "贵州演示9号科技有限公司", "统一代码": a_code()}])

    answer = clerk.post(f"{refused}/mapping", {"column-0": "uscc", "column-1": "uscc"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('value="uscc" selected') == 2


def held(client: Client) -> str:
    page = client.post(PAGE, {"item": "registration", "file": a_file([a_registration()])})["Location"]
    doubt = {"code": "unusual-volume", "text": "行数异常", "text_en": "unusual volume", "basis": []}
    Submission.objects.update(state="held", doubts=[doubt])
    return page


def test_a_held_batch_is_let_pass_by_an_operator_with_a_reason() -> None:
    clerk, operator = browser(), browser("operator", "operator", "52.development-reform")
    page = held(clerk)
    doubted = html(clerk, page)

    by_clerk = clerk.post(page, {"release": "", "reason": "核实过"})
    without = operator.post(page, {"release": "", "reason": " "})
    released = operator.post(page, {"release": "", "reason": "电话核实，确为年报高峰"})
    operations.run_next(worker="test", on=timezone.localdate(), at=timezone.now())

    assert "行数异常" in doubted
    assert 'name="release"' not in doubted
    assert (by_clerk.status_code, without.status_code, released.status_code) == (403, 422, 302)
    told = html(clerk, page)
    assert "已归集" in told
    assert "电话核实，确为年报高峰" in told


def test_a_held_batch_is_turned_away_with_a_reason_that_the_office_reads() -> None:
    clerk, operator = browser(), browser("operator", "operator", "52.development-reform")
    page = held(clerk)
    queue = html(operator, PAGE)

    answer = operator.post(page, {"turn-away": "", "reason": "一列填错了"})

    assert "等待复核的批次" in queue
    assert answer.status_code == 302
    assert "一列填错了" in html(clerk, page)


def test_an_operator_does_not_review_the_own_submission() -> None:
    operator = browser("operator", "operator", OFFICE)
    page = held(operator)

    assert 'name="release"' not in html(operator, page)
    assert operator.post(page, {"release": "", "reason": "自己"}).status_code == 409


def test_the_error_workbook_holds_the_rows_that_wait_and_is_logged(tmp_path: Any) -> None:
    clerk = browser()
    page = sent(clerk, [a_registration(), a_registration(登记状态="活着")])
    before = ledger.kinds().get("read", 0)

    answer = clerk.get(f"{page}/errors.xlsx")
    path = tmp_path / "errors.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))

    rows = fastexcel.read_excel(path).load_sheet(0).to_polars()
    assert rows.height == 1
    assert rows["登记状态"][0] == "活着"
    assert rows["退回编号"][0].endswith("-2")
    assert ledger.kinds()["read"] == before + 1


def test_the_faults_are_there_as_a_table_too() -> None:
    clerk = browser()
    page = sent(clerk, [a_registration(登记状态="活着")])

    text = b"".join(clerk.get(f"{page}/errors.csv").streaming_content).decode("utf-8-sig")

    (row,) = csv.DictReader(io.StringIO(text))
    assert row["规则"] == "code-list"
    assert row["值"] == "活着"


def test_the_template_of_an_item_is_a_workbook() -> None:
    answer = browser().get("/console/collection/template?item=registration")

    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert ".xlsx" in answer["Content-Disposition"]


def test_what_came_by_command_has_its_page_as_well(write_csv: Any) -> None:
    path = write_csv([a_registration(), a_registration(登记状态="活着")], "by-command.csv")
    outcome = operations.collect(
        item="registration", path=path, office=OFFICE, actor="test", on=datetime.now(UTC).date()
    )
    clerk = browser()

    assert "by-command.csv" in html(clerk, PAGE)
    assert "不在代码表中" in html(clerk, f"/console/submissions/{outcome.batch}")


@pytest.mark.parametrize("path", [PAGE, "/console/returned", "/console/records/new?item=registration"])
def test_the_pages_speak_english_too(path: str) -> None:
    page = html(browser(), f"/en{path}")

    assert "Collection" in page
    assert "数据归集" not in page
