"""The verify page and receipts: whose they are, what they say, about whom, and where they stand in the public log."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from tests.conftest import DAY, Store
from tests.factories import a_code
from tests.gateway.conftest import SCENE
from tests.portal.conftest import NAME
from tests.portal.test_report import issued
from xinyun.gateway import operations as gateway
from xinyun.ledger import operations as ledger
from xinyun.ledger import queries as log
from xinyun.ledger import receipts, signed
from xinyun.lists import operations as lists
from xinyun.portal import operations, verifying
from xinyun.portal.logged import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LISTED = "贵州演示回执建筑有限公司"
PERSON = "529999190001010018"


def asked(code: str | None = None, name: str | None = None, at: datetime = NOW) -> gateway.Answer:
    """A check that was answered, logged and signed over."""
    question = gateway.Question(scene=SCENE, code=code, name=name, purpose="投标登记", client="交易系统")
    (answer,) = gateway.answer([question], at=at, on=DAY)
    ledger.seal(actor="t", on=DAY)
    return answer


@pytest.fixture
def listed() -> str:
    code = a_code()
    lists.enlist(
        list_id="wage-arrears", code=code, document="演列1号", decided=date(2026, 3, 1), office="520300.human-resources",
        name=LISTED, actor="t", on=DAY,
    )  # fmt: skip
    return code


def post(**fields: Any) -> Any:
    return Client().post(f"{fields.pop('prefix', '')}/verify", fields)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def picture(content: str, kind: str = "PNG") -> SimpleUploadedFile:
    out = BytesIO()
    segno.make(content, error="l").save(out, kind="png", scale=4)
    drawn = BytesIO()
    Image.open(out).convert("L").save(drawn, kind)
    return SimpleUploadedFile(f"qr.{kind.lower()}", drawn.getvalue())


def test_a_receipt_says_what_was_answered_and_where_it_is_logged_but_not_about_whom(listed: str) -> None:
    answer = asked(listed)

    page = post(receipt=answer.receipt)
    said = text(page)

    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    for words in (
        "没有改动",
        "不得办理",
        "投标登记",
        "今天仍在用的一版法规库",
        f"/ledger?index={answer.index}",
    ):
        assert words in said
    assert f"第 {answer.index} 条" in said
    assert "证明已经验算" in said
    assert log.prove(answer.index).leaf_hash.hex() in said
    assert listed not in said
    assert LISTED not in said
    english = text(post(receipt=answer.receipt, prefix="/en"))
    assert "Do not proceed" in english
    assert "in the public log" in english


@pytest.mark.parametrize("form", ["{}", "  {}\n", "\ufeff{}"])
def test_it_is_taken_as_text_however_it_was_copied(listed: str, form: str) -> None:
    answer = asked(listed)
    wrapped = "\n".join(answer.receipt[n : n + 64] for n in range(0, len(answer.receipt), 64))

    assert "没有改动" in text(post(receipt=wrapped))
    file = SimpleUploadedFile("receipt.txt", form.format(answer.receipt).encode())
    assert "没有改动" in text(post(file=file))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_it_is_read_from_a_picture_and_can_then_be_compared(listed: str, kind: str) -> None:
    answer = asked(listed)

    said = text(post(file=picture(answer.receipt, kind)))

    assert "没有改动" in said
    assert f">{answer.receipt}</textarea>" in said


def test_the_holder_may_ask_whether_it_is_about_somebody(listed: str) -> None:
    answer, other = asked(listed), a_code()

    for form in (listed, listed.lower(), f" {listed[:8]} {listed[8:]} "):
        assert "就是「" in text(post(receipt=answer.receipt, about=form))
    wrong = text(post(receipt=answer.receipt, about=other))
    assert "不是关于您所填主体的" in wrong
    assert f"不是「{other}」" in wrong
    by_name = asked(name=LISTED)
    assert f"就是「{LISTED}」" in text(post(receipt=by_name.receipt, about=f" {LISTED}"))
    assert "不是关于您所填主体的" in text(post(receipt=by_name.receipt, about=listed))
    assert "没有改动" in text(post(receipt=answer.receipt, about="  "))


def test_a_persons_number_is_neither_compared_nor_told_back(listed: str) -> None:
    said = text(post(receipt=asked(listed).receipt, about=f"号码 {PERSON}"))

    assert "也没有比对" in said
    assert "没有改动" in said
    assert PERSON not in said


def test_what_is_typed_is_shown_as_text(listed: str) -> None:
    said = post(receipt=asked(listed).receipt, about="<script>alert(1)</script>").content.decode()

    assert "<script>alert" not in said


def changed(token: str, **claims: Any) -> str:
    head, body, signature = token.split(".")
    told = json.loads(signed._unb64(body)) | claims
    return f"{head}.{signed._b64(json.dumps(told).encode()).decode()}.{signature}"


def test_what_was_changed_or_is_somebody_elses_is_told_apart(listed: str) -> None:
    answer = asked(listed)
    foreign = signed.sign(receipts.own(answer.receipt), Ed25519PrivateKey.generate())

    touched = text(post(receipt=changed(answer.receipt, outcome="pass")))
    assert "被改动过" in touched
    assert "可以办理" not in touched
    assert "不是本平台签发的" in text(post(receipt=foreign))
    assert "不得办理" not in text(post(receipt=foreign))


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"kind": "sandbox", "v": 1, "at": "2026-11-20T09:00:00.000Z", "outcome": "block", "scene": SCENE, "seq": 0,
          "rulebook": "0", "subject": "", "salt": ""}, "沙箱里的试验"),
        ({"kind": "embed", "id": "1", "client": 1}, "不是核查回执"),
        ({"kind": "bundle", "client": "某系统"}, "不是核查回执"),
    ],
)  # fmt: skip
def test_what_is_no_receipt_of_a_check_is_not_taken_for_one(claims: dict[str, Any], said: str) -> None:
    page = text(post(receipt=receipts.issue(claims)))

    assert said in page
    assert "某系统" not in page
    assert "存证日志里：" not in page


@pytest.mark.parametrize(
    "receipt", ["", "1.2", "a.b.c", "一张回执", "x" * 9000, "eyJ.." * 3, "20261120093015AAAA"]
)
def test_what_is_no_receipt_at_all_is_told_at_its_field(receipt: str) -> None:
    answer = post(receipt=receipt)

    assert answer.status_code == 422
    assert 'aria-describedby="receipt-error receipt-hint"' in answer.content.decode()
    assert not receipt or html.escape(receipt[:30]) in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\nnothing", 422, "已损坏"),
        ("a.jpg", b"\xff\xd8\xff", 422, "已损坏"),
        ("a.gif", b"GIF89a", 422, "不是 PDF"),
        ("a.txt", b"x" * 9000, 422, "不是 PDF"),
        ("a.png", picture("演示").read(), 422, "没有找到回执或报告的二维码"),
    ],
)
def test_what_is_no_file_to_verify_is_told_at_its_field(
    name: str, content: bytes, status: int, said: str
) -> None:
    answer = post(file=SimpleUploadedFile(name, content))

    assert answer.status_code == status
    assert said in text(answer)
    assert 'aria-describedby="file-error file-hint"' in answer.content.decode()


def test_a_picture_of_a_reports_code_finds_the_report_wherever_its_address_leads(company: str) -> None:
    report = issued(company)

    for address in (
        f"http://127.0.0.1:8000/verify?no={report.number}",
        f"https://elsewhere.example/?no={report.number}",
    ):
        said = text(post(file=picture(address)))
        assert "本平台出具过这个编号的报告" in said
        assert NAME in said
        assert "elsewhere" not in said
    assert verifying.recognise("http://[") is None


def test_a_report_is_told_with_its_place_in_the_log(company: str) -> None:
    report = issued(company)
    ledger.seal(actor="t", on=DAY)

    said = text(post(file=SimpleUploadedFile("r.pdf", report.pdf)))

    assert "未改动" in said
    assert "证明已经验算" in said
    verdict = operations.verify(report.pdf)
    assert f"/ledger?index={verdict.ledger_index}" in said


def read(claims: dict[str, Any], later: timedelta = timedelta()) -> verifying.Receipt:
    """What is said of a receipt with these claims some time after it was issued."""
    return operations.read(receipts.issue(claims), datetime.fromisoformat(claims["at"]) + later)


def test_a_receipt_whose_leaf_is_not_there_yet_waits_and_then_raises_the_alarm(listed: str) -> None:
    told = receipts.own(asked(listed).receipt)
    waiting = {name: value for name, value in told.items() if name != "index"} | {"entry": "演示.not-yet"}

    early, late = read(waiting), read(waiting, PATIENCE + timedelta(seconds=1))
    assert early.logged is not None
    assert late.logged is not None
    assert (early.logged.state, early.logged.alarms, early.ok) == ("awaited", False, True)
    assert (late.logged.state, late.logged.alarms, late.ok) == ("missing", True, False)


def test_a_receipt_is_found_by_the_reference_under_which_it_is_logged(listed: str) -> None:
    answer = asked(listed)
    told = receipts.own(answer.receipt)
    entry = log.leaf_at(answer.index).ref
    by_entry = {name: value for name, value in told.items() if name != "index"} | {"entry": entry}

    for claims in (by_entry, by_entry | {"index": answer.index}):
        found = read(claims).logged
        assert found is not None
        assert (found.state, found.index) == ("signed", answer.index)
    other = read(by_entry | {"index": answer.index + 1}).logged
    assert other is not None
    assert other.state == "another"


def test_what_the_log_has_otherwise_raises_the_alarm(listed: str) -> None:
    another, answer = asked(a_code(), at=NOW - timedelta(hours=1)), asked(listed)
    told = {name: value for name, value in receipts.own(answer.receipt).items() if name != "entry"}

    states = [
        read(told | change).logged
        for change in (
            {"index": 10**6},
            {"index": another.index},
            {"at": "2026-11-20T09:00:00.500Z"},
            {"kind": "screen"},
        )
    ]
    assert [one.state for one in states if one] == ["missing", "another", "another", "another"]


def test_a_leaf_that_no_head_covers_waits_and_then_raises_the_alarm(listed: str) -> None:
    asked(listed)
    question = gateway.Question(scene=SCENE, code=listed, purpose="投标登记", client="交易系统")
    (answer,) = gateway.answer([question], at=NOW, on=DAY)
    told = receipts.own(answer.receipt)

    states = [read(told, later).logged for later in (timedelta(), PATIENCE + timedelta(seconds=1))]
    assert [one.state for one in states if one] == ["written", "late"]


@override_settings()
def test_an_alarm_says_whom_to_call(settings: Any) -> None:
    settings.XINYUN = replace(settings.XINYUN, operator="演示信用中心", contact="0851-00000000")
    claims = {"kind": "check", "v": 1, "at": "2026-11-20T09:00:00.000Z", "outcome": "pass", "scene": "no-such-scene", "seq": 3,
              "rulebook": "0", "subject": "", "salt": "", "entry": "lost"}  # fmt: skip

    said = text(post(receipt=receipts.issue(claims)))

    assert "公开日志里对不上" in said
    assert "立即告知演示信用中心 0851-00000000" in said
    assert "no-such-scene" in said
    assert "此后换过" in said


def test_the_command_says_the_same(store: Store, tmp_path: Path) -> None:
    code = a_code()
    told = json.loads(store.run("check", code, "--scene", SCENE, "--json").stdout)
    (tmp_path / "receipt").write_text(told["receipt"], "utf-8")
    (tmp_path / "qr.png").write_bytes(picture(told["receipt"]).read())
    (tmp_path / "odd").write_text("nothing", "utf-8")

    for name in ("receipt", "qr.png"):
        found = json.loads(store.run("verify", tmp_path / name, "--about", code, "--json").stdout)
        assert (found["ok"], found["state"], found["outcome"], found["about"]) == (True, "ours", "pass", True)
        assert found["logged"]["state"] in {"written", "signed"}
        assert "token" not in found
    other = store.run("verify", tmp_path / "receipt", "--about", a_code(), "--json", check=False)
    assert (other.returncode, json.loads(other.stdout)["about"]) == (1, False)
    odd = store.run("verify", tmp_path / "odd", check=False)
    assert odd.returncode == 1
    assert "nothing-to-verify" in odd.stderr
