"""The pages on which an office settles returned rows, and fills in one record."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.console.test_collection import browser, html, sent
from tests.factories import a_code, a_penalty, a_registration
from xinyun.archive import queries as archive
from xinyun.base.identifiers import USCC_ALPHABET
from xinyun.collection import queries
from xinyun.collection.models import Returned
from xinyun.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
LIST = "/console/returned"
NUMBER = "11010519491231002X"
"""The specimen number of GB 11643."""


def sent_penalty(client: Client, **changes: str) -> Returned:
    """A penalty about a natural person that is returned."""
    person = {
        "CF_XDR_LB": "自然人", "CF_XDR_MC": "演示某", "CF_XDR_SHXYM": "", "CF_FRDB": "",
        "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": NUMBER, "CF_WSH": "处罚决定书",
    }  # fmt: skip
    sent(client, [a_penalty(**(person | changes))], item="penalty")
    return Returned.objects.get()


def form(page: str) -> dict[str, Any]:
    """What a browser would send if the form of the row were sent as it stands."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([a-z0-9_]+)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = 'type="checkbox"' not in tag or " checked" in tag
        if name and ticked and name[1] not in {"csrfmiddlewaretoken", "purpose", "reason", "row", "office"}:
            found.setdefault(name[1], []).append(value[1] if value else "")
    for name, text in re.findall(r'<textarea[^>]* name="([a-z0-9_]+)"[^>]*>([^<]*)<', page):
        found[name] = text
    for name, options in re.findall(r'<select[^>]* name="([a-z0-9_]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_returned_rows_are_told_in_words_with_the_value_that_is_wrong() -> None:
    clerk = browser()
    sent(clerk, [a_registration(), a_registration(名称="贵州演示某某公司", 登记状态="活着")])

    page = html(clerk, LIST)

    assert "贵州演示某某公司" in page
    assert "「登记状态」不在代码表中" in page
    assert "活着" in page
    assert "共 <b>1</b> 行待处理" in page


def test_returned_rows_are_sifted_by_item_rule_and_batch_and_paged() -> None:
    clerk = browser()
    first = sent(clerk, [a_registration(登记状态="活着") for _ in range(22)])
    sent(clerk, [a_registration(名称="某司")])

    assert "共 <b>23</b> 行待处理" in html(clerk, LIST)
    assert "第 2 页，共 2 页" in html(clerk, f"{LIST}?page=2")
    assert "共 <b>1</b> 行待处理" in html(clerk, f"{LIST}?rule=organisation-name")
    assert "共 <b>22</b> 行待处理" in html(clerk, f"{LIST}?batch={first.rpartition('/')[2]}")
    assert "共 <b>0</b> 行待处理" in html(clerk, f"{LIST}?item=licence")


def test_a_clerk_sees_the_own_offices_rows_alone() -> None:
    sent(browser(), [a_registration(登记状态="活着")])
    row = Returned.objects.get()
    stranger = browser("other", office="520300.market-regulation")
    operator = browser("operator", "operator", "52.development-reform")

    assert "共 <b>0</b> 行待处理" in html(stranger, LIST)
    assert stranger.get(f"{LIST}/{row.pk}").status_code == 404
    assert stranger.post(f"{LIST}/settle", {"row": row.pk, "reason": "x", "drop": ""}).status_code == 404
    assert "贵阳市市场监督管理局" in html(operator, f"{LIST}?office=520100.market-regulation")


def test_rows_are_dropped_together_for_a_reason() -> None:
    clerk = browser()
    sent(clerk, [a_registration(登记状态="活着") for _ in range(3)])
    one, two, _ = Returned.objects.order_by("pk").values_list("pk", flat=True)

    without = clerk.post(f"{LIST}/settle", {"row": [one, two], "reason": "", "drop": ""})
    nothing = clerk.post(f"{LIST}/settle", {"reason": "测试数据", "drop": ""})
    done = clerk.post(f"{LIST}/settle", {"row": [one, two], "reason": "测试数据", "drop": ""}, follow=True)

    assert (without.status_code, nothing.status_code) == (422, 422)
    assert without.content.decode().count(" checked") == 2
    assert "已处理 2 行" in done.content.decode()
    assert "共 <b>1</b> 行待处理" in done.content.decode()
    assert Returned.objects.get(pk=one).settled == "dropped"


def test_what_breaks_a_firm_rule_is_not_confirmed() -> None:
    clerk = browser()
    sent(clerk, [a_registration(登记状态="活着")])
    row = Returned.objects.get()

    answer = clerk.post(f"{LIST}/settle", {"row": row.pk, "reason": "没错", "confirm": ""})

    assert answer.status_code == 422
    assert "不能确认了事" in answer.content.decode()
    assert 'name="confirm"' not in html(clerk, LIST)


def test_a_row_is_mended_in_the_browser() -> None:
    clerk, code = browser(), a_code()
    sent(clerk, [a_registration(code, 登记状态="活着", 成立日期="2099-12-31")])
    page = f"{LIST}/{Returned.objects.get().pk}"
    shown = html(clerk, page)

    half = clerk.post(page, {**form(shown), "status": "存续", "mend": ""})
    done = clerk.post(
        page, {**form(half.content.decode()), "established_on": "2015-06-01", "mend": ""}, follow=True
    )

    assert 'type="date" id="in-established_on" name="established_on" value="2099-12-31"' in shown
    assert half.status_code == 422
    assert "有 1 处要改" in half.content.decode()
    assert "已改正并收下" in done.content.decode()
    assert Returned.objects.get().settled == "mended"
    subject = archive.subject(code)
    assert subject is not None
    assert "已改正并收下" in html(clerk, page)


def test_a_proposal_is_taken_without_a_script() -> None:
    clerk, code = browser(), a_code()
    wrong = code.replace("0", "O", 1)
    sent(clerk, [a_registration(wrong)])
    page = f"{LIST}/{Returned.objects.get().pk}"
    shown = html(clerk, page)

    taken = clerk.post(page, {**form(shown), "take": f"uscc={code}"})
    clerk.post(page, {**form(taken.content.decode()), "mend": ""})

    assert f'value="uscc={code}"' in shown
    assert taken.status_code == 200
    assert f'name="uscc" value="{code}"' in taken.content.decode()
    assert Returned.objects.get().settled == "mended"


def test_personal_values_are_masked_kept_and_shown_only_for_a_purpose_that_is_logged() -> None:
    clerk = browser()
    row = sent_penalty(clerk)
    page, before = f"{LIST}/{row.pk}", ledger.kinds().get("read", 0)
    shown = html(clerk, page)

    without = clerk.post(page, {"reveal": "", "purpose": " "})
    revealed = clerk.post(page, {"reveal": "", "purpose": "核对证件"}).content.decode()

    assert NUMBER not in shown + html(clerk, LIST) + without.content.decode()
    assert "110*************2X" in shown
    assert "演示某" not in html(clerk, LIST)
    assert without.status_code == 422
    assert f'value="{NUMBER}"' in revealed
    assert ledger.kinds()["read"] == before + 1


def test_a_masked_value_that_is_left_empty_stays_as_it_was() -> None:
    clerk = browser()
    row = sent_penalty(clerk)
    page = f"{LIST}/{row.pk}"

    clerk.post(page, {**form(html(clerk, page)), "decision_no": "演市监罚〔2026〕77号", "mend": ""})

    assert Returned.objects.get().settled == "mended"
    assert queries.totals() == {"received": 2, "rejected": 1}


def test_a_masked_value_is_mended_without_being_seen() -> None:
    clerk = browser()
    row = sent_penalty(clerk, CF_WSH="演市监罚〔2026〕78号", CF_XDR_ZJHM=NUMBER[:-1] + "1")
    page = f"{LIST}/{row.pk}"
    shown = html(clerk, page)

    still = clerk.post(page, {**form(shown), "mend": ""})
    clerk.post(page, {**form(shown), "id_no": NUMBER, "mend": ""})

    assert NUMBER[:-1] not in shown + still.content.decode()
    assert still.status_code == 422
    assert Returned.objects.get().settled == "mended"


def test_everything_that_is_wrong_with_a_record_is_told_at_once() -> None:
    clerk = browser()

    answer = clerk.post(
        "/console/records/new",
        {"item": "registration", "name": "某司", "uscc": "1" + USCC_ALPHABET[:17], "status": "活着"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "有 3 处要改" in page
    assert page.count('aria-invalid="true"') == 3
    assert 'value="某司"' in page
    assert queries.totals()["received"] == 0


def test_a_record_is_accepted_from_the_form() -> None:
    clerk, code = browser(), a_code()
    values = {
        "name": "贵州演示77号科技有限公司",
        "uscc": code,
        "established_on": "2015-06-01",
        "status": "存续",
    }

    done = clerk.post("/console/records/new", {"item": "registration", **values}, follow=True)

    assert "已收下" in done.content.decode()
    assert "单条填报" in done.content.decode()
    assert archive.subject(code) is not None


def test_a_conditional_field_is_explained_and_several_labels_are_joined() -> None:
    clerk = browser()
    page = html(clerk, "/console/records/new?item=penalty")

    answer = clerk.post(
        "/console/records/new", {"item": "penalty", "penalty_class": ["警告", "罚款", "其他-演示"]}
    ).content.decode()

    assert "「处罚类别」为罚款时必填" in page
    assert "「处罚类别」为罚款时，「罚款金额(万元)」必填" in answer
    assert re.search(r'value="警告" checked', answer)
    assert re.search(r'name="penalty_class" value="其他-演示"', answer)
    assert "不在代码表中" not in answer


def test_the_purpose_of_a_reading_is_in_the_ledger() -> None:
    clerk = browser()
    row = sent_penalty(clerk)

    clerk.post(f"{LIST}/{row.pk}", {"reveal": "", "purpose": "核对证件"})

    logged = ledger.entry(ledger.size() - 1)
    told = json.dumps(logged.payload, ensure_ascii=False)
    assert logged.leaf.kind == "read"
    assert "核对证件" in told
    assert NUMBER not in told


def test_a_row_that_is_merely_asked_about_is_confirmed() -> None:
    clerk = browser()
    sent(clerk, [a_penalty(CF_NR_FK="9000000")], item="penalty")
    row = Returned.objects.get()
    shown = html(clerk, LIST)

    done = clerk.post(f"{LIST}/settle", {"row": row.pk, "reason": "与决定书相符", "confirm": ""}, follow=True)

    assert {severity for _, _, severity in row.faults} == {"ask"}
    assert "请确认" in shown
    assert 'name="confirm"' in shown
    assert "已处理 1 行" in done.content.decode()
    assert Returned.objects.get().settled == "confirmed"
