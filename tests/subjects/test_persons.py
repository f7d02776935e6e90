"""Natural persons: found by the whole number alone, once it is logged; in no list, index, count or file by name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import polars as pl
import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import DAY, HOME
from tests.factories import a_penalty, a_registration, collected
from xinyun.accounts.operations import add_user
from xinyun.archive import names
from xinyun.archive import operations as archive
from xinyun.archive.models import Subject
from xinyun.archive.queries import person, subject, suggest
from xinyun.archive.subjects import SubjectView
from xinyun.ledger import queries as ledger
from xinyun.ledger.operations import verify
from xinyun.plumbing.sealing import keyed_hash
from xinyun.portal.finding import Asked, Span, find
from xinyun.site.cli import naming
from xinyun.site.cli import persons as cli
from xinyun.subjects import operations
from xinyun.subjects.operations import NoPurpose, PersonFound, WrongNumber

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

PERSON, OTHER, NAME = "529999190001010018", "529999190001010034", "演甲子欧阳"
PASSWORD = "a long enough secret"


@pytest.fixture
def known(write_csv: Callable) -> SubjectView:
    """A person with a penalty of one office and one of another."""
    about = {"CF_XDR_MC": NAME, "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": ""}
    about |= {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": PERSON}
    collected(write_csv([a_penalty() | about | {"CF_WSH": "演罚〔2026〕71号"}]), "penalty", "52.transport")
    collected(
        write_csv([a_penalty() | about | {"CF_WSH": "演罚〔2026〕72号"}]), "penalty", "52.market-regulation"
    )
    collected(write_csv([a_registration(名称="贵州演示企业公司")]))
    found = person(keyed_hash(f"身份证:{PERSON}".encode()))
    assert found
    return found


def look(
    number: str = PERSON, purpose: str = "演示查找", reader: str | None = None, **given: str
) -> PersonFound:
    return operations.find_person(
        number=number, purpose=purpose, reader=reader, office="52.transport", actor="test", on=DAY, at=timezone.now(), **given
    )  # fmt: skip


def finds() -> int:
    return ledger.kinds().get(operations.KIND, 0)


def test_a_person_is_told_masked_with_the_records_that_the_officer_may_read(known):
    everything, own = look(), look(reader="52.transport")

    assert (everything.name, everything.number) == ("演****", "529*************18")
    assert sorted(one.number for one in everything.records) == ["演罚〔2026〕71号", "演罚〔2026〕72号"]
    assert ([one.number for one in own.records], own.withheld) == (["演罚〔2026〕71号"], 1)
    assert NAME not in repr(everything)
    assert PERSON not in repr(everything)
    assert finds() == 2


def test_the_look_up_is_logged_also_where_nothing_is_found_by_hash_alone(known):
    assert look(OTHER) == PersonFound("529*************34", "", False)

    assert finds() == 1
    entry = ledger.entry(ledger.size() - 1)
    assert keyed_hash(f"身份证:{OTHER}".encode()) in repr(entry)
    assert OTHER not in repr(entry)


@pytest.mark.parametrize(
    ("number", "why"),
    [(PERSON[:-1] + "9", "校验位"), (PERSON[:-1], "17 位"), ("", "0 位"), ("529999190013010018", "出生日期")],
)
def test_a_mistyped_number_is_refused_with_what_to_do_and_neither_searched_nor_told_back(known, number, why):
    with pytest.raises(WrongNumber) as refused:
        look(number)

    assert why in refused.value.what.zh
    assert "核对" in refused.value.remedy.zh
    assert not number or number not in str(refused.value.what) + str(refused.value.remedy)
    assert finds() == 0


def test_nobody_is_looked_for_without_saying_what_for_or_by_a_name(known):
    with pytest.raises(NoPurpose):
        look(purpose=" ")
    with pytest.raises(WrongNumber):
        look(NAME)
    with pytest.raises(WrongNumber):
        look(document="会员卡")
    assert finds() == 0


def test_the_command_line_reads_the_number_from_standard_input(known, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(PERSON + "\n"))

    cli._find(purpose="演示查找", json=True)

    told = json.loads(capsys.readouterr().out)
    assert (told["name"], len(told["records"])) == ("演****", 2)
    assert PERSON not in json.dumps(told, ensure_ascii=False)


def test_at_a_persons_request_what_the_ledger_holds_about_them_goes_by_an_order(known, capsys, monkeypatch):
    look()
    look(OTHER)
    for norm, article in (("no-such-law", "第一条"), ("law-personal-information", " ")):
        with pytest.raises(operations.NoNorm):
            operations.shred_person(
                number=PERSON, norm=norm, article=article, actor="t", on=DAY, at=timezone.now()
            )
    monkeypatch.setattr("sys.stdin", io.StringIO(PERSON + "\n"))

    cli._shred(norm="law-personal-information", article="第四十七条", json=True)

    assert json.loads(capsys.readouterr().out) == {"contents": 1}
    left = [one.payload is not None for one in ledger.contents(operations.KIND, 0, ledger.size())]
    assert left == [False, True]
    (order,) = ledger.contents("contents.erased", 0, ledger.size())
    assert order.payload["basis"] == "law-personal-information 第四十七条"
    assert verify(actor="t", on=DAY).ok


def test_staff_post_the_number_and_a_clerk_sees_the_own_offices_records(known):
    add_user(username="clerk", password=PASSWORD, office="52.transport", role="clerk", actor="t", on=DAY)
    browser = Client()
    assert browser.get("/console/persons").status_code == 302
    browser.post("/login", {"login": "clerk", "password": PASSWORD})

    asked = browser.get("/console/persons").content.decode()
    wrong = browser.post(
        "/console/persons", {"number": PERSON[:-1] + "9", "purpose": "演示", "document": "身份证"}
    )
    right = browser.post("/console/persons", {"number": PERSON, "purpose": "演示", "document": "身份证"})

    assert PERSON not in asked + wrong.content.decode() + right.content.decode()
    assert (wrong.status_code, right.status_code, finds()) == (422, 200, 1)
    page = right.content.decode()
    assert "演罚〔2026〕71号" in page
    assert "演罚〔2026〕72号" not in page
    assert NAME not in page


def test_a_persons_name_is_in_no_index_page_count_suggestion_or_candidate(known, write_csv, tmp_path):
    archive.rebuild_names(actor="test", on=DAY)
    archive.rebuild_snapshot(from_nothing=True, actor="test", on=DAY)

    for text in (NAME, NAME[:3], PERSON, "yanjiazi"):
        assert find(Asked(text), Span(10), DAY).total == 0
        assert suggest(text, 8) == ()
    everybody = find(Asked("演"), Span(10), DAY), find(Asked("演示"), Span(10), DAY)
    assert [sum(one.kinds.values()) for one in everybody] == [0, 1]
    with names.FILE.opened() as index:
        stored = [
            index.execute(f"SELECT * FROM {table}").fetchall() for table in ("subject", "former", "spelling")
        ]
    assert NAME not in repr(stored)
    for path in (HOME / "home" / "snapshot").rglob("*.parquet"):
        if "subject" in str(path):
            assert NAME not in repr(pl.read_parquet(path).to_dicts())
    for address in (f"/subject/{PERSON}", f"/subject/{NAME}", f"/api/v1/subjects/{PERSON}"):
        assert Client().get(address).status_code == 404
    assert subject(PERSON) is None
    wanted, out = tmp_path / "names.csv", tmp_path / "out.csv"
    wanted.write_text(f"name\n{NAME}\n", encoding="utf-8")
    naming._resolve(wanted, out=out)
    assert not [row for row in pl.read_csv(out).to_dicts() if row.get("code")]
    assert Subject.objects.filter(kind="person", code__isnull=False).count() == 0
