"""What the public finds by a document number is what the public may see, on the day of asking; and nobody by a name of a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_penalty, a_registration, collected
from xinyun.archive import operations
from xinyun.archive import queries as archive
from xinyun.lists import operations as lists
from xinyun.lists import queries as listed
from xinyun.portal.finding import Asked, Span, find, suggest

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
TEN = Span(10)


def codes(text: str, on: date = DAY, **facets: str) -> list[str]:
    found = [hit.code for hit in find(Asked(text, **facets), TEN, on).hits]
    if not facets:
        assert [hit.code for hit, _ in suggest(text, 10, on)] == found
    return found


def test_a_public_record_is_found_by_its_number_and_by_how_it_begins(company: str) -> None:
    assert codes("演罚〔2026〕1号") == codes("演罚[2026] 1号") == codes("演罚（2026") == [company]
    assert find(Asked("演罚〔2026〕"), TEN, DAY).numbers == {archive.subject(company).id: "演罚〔2026〕1号"}
    assert codes("演罚") == codes("2026") == codes("罚〔2026〕1号") == []


def test_a_number_is_not_found_after_its_publicity_has_ended(company: str) -> None:
    assert codes("演罚〔2026〕1号", date(2027, 5, 9)) == [company]
    assert codes("演罚〔2026〕1号", date(2027, 5, 10)) == []
    assert codes("演许〔2026〕1号", date(2040, 1, 1)) == [company]


def test_a_number_that_is_never_public_is_not_found(company: str, write_csv: Callable[..., Path]) -> None:
    collected(
        write_csv([a_penalty(company, CF_WSH="演警〔2026〕7号", CF_CFLB="警告")], "w.csv"), item="penalty"
    )

    assert archive.records_numbered("演警〔2026〕7号", 9)
    assert codes("演警〔2026〕7号") == codes("演警〔2026") == []


def test_a_withdrawn_or_corrected_record_is_not_found_by_what_it_said(
    company: str, write_csv: Callable[..., Path]
) -> None:
    records = archive.records_of(archive.subject(company).id, items=("licence",))
    operations.withdraw(
        records=[records[0].id], reason="不是它的许可", office="52.market-regulation", actor="test", on=DAY
    )

    assert codes("演许〔2026〕1号") == []
    operations.rebuild_documents(actor="test", on=DAY)
    assert archive.records_numbered("演许〔2026〕1号", 9) == []


def test_an_entry_is_found_by_its_decision_while_it_is_in_force_and_the_list_is_public(company: str) -> None:
    assert codes("演列〔2026〕1号") == codes("演列(2026)1号") == [company]

    entry = next(
        one for one in listed.history_of(archive.subject(company).id) if one.list_id == "wage-arrears"
    )
    lists.delist(
        entry=entry.id,
        document="演移〔2026〕1号",
        reason="已清偿",
        office="52.human-resources",
        actor="test",
        on=DAY,
    )
    assert codes("演列〔2026〕1号") == codes("演移〔2026〕1号") == []


def test_a_persons_record_is_found_by_nothing(write_csv: Callable[..., Path]) -> None:
    person = {"CF_XDR_MC": "欧阳演示", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": ""}
    document = {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": "11010519491231002X", "CF_WSH": "演人罚〔2026〕9号"}
    collected(write_csv([a_penalty() | person | document], "person.csv"), item="penalty")

    for text in (
        "欧阳演示",
        "oyys",
        "ouyang",
        "演人罚〔2026〕9号",
        "演人罚〔2026",
        "11010519491231002X",
        "110105",
    ):
        assert codes(text) == [], text
    assert archive.records_numbered("演人罚〔2026〕9号", 9) == []


def many(write_csv: Callable[..., Path], count: int) -> list[str]:
    found = [a_code() for _ in range(count)]
    collected(write_csv([a_registration(c, 名称=f"贵州同名{n:03}店") for n, c in enumerate(found)], "m.csv"))
    collected(write_csv([a_licence(c) for c in found[:5]], "ml.csv"), item="licence")
    collected(write_csv([a_penalty(c, CF_CFLB="警告") for c in found[:9]], "mp.csv"), item="penalty")
    return found


def test_records_are_counted_and_chosen_as_the_public_sees_them(write_csv: Callable[..., Path]) -> None:
    everyone = many(write_csv, 12)

    found = find(Asked("同名"), TEN, DAY)
    assert dict(found.records) == {"licence": 5}
    assert sorted(codes("同名", record="licence")) == sorted(everyone[:5])
    assert codes("同名", record="penalty") == []
    assert find(Asked("同名", record="licence"), TEN, DAY).total == 5


def test_pages_follow_each_other_while_companies_are_added(write_csv: Callable[..., Path]) -> None:
    everyone = many(write_csv, 25)
    client, seen, after = Client(), [], ""
    for turn in range(3):
        told = client.get("/api/v1/subjects", {"q": "同名", "limit": 10, "after": after}).json()
        seen += [hit["code"] for hit in told["hits"]]
        after = told["next"]
        collected(write_csv([a_registration(名称=f"同名{turn}")], f"a{turn}.csv"))

    assert sorted(seen) == sorted(everyone)
    assert after == ""
    back = find(Asked("同名"), Span(10, before=str(archive.match("同名").part()[13])), DAY)
    assert len(back.hits) == 10
    assert back.previous


def test_the_pages_links_carry_the_place_and_the_facets(write_csv: Callable[..., Path]) -> None:
    many(write_csv, 25)
    html = Client().get("/search", {"q": "同名", "kind": "企业", "page": "2"}).content.decode()

    assert 'rel="next" href="?q=' in html
    assert "after=3." in html or "after=2." in html
    assert 'aria-current="true"' in html
    assert "record=licence" in html
    assert '<input type="hidden" name="kind" value="企业">' in html


def test_suggestions_tell_what_matched_and_carry_no_markup(write_csv: Callable[..., Path]) -> None:
    collected(write_csv([a_registration(名称="贵州<b>黔山</b>公司")], "x.csv"))

    told = Client().get("/api/v1/suggest", {"q": "qs"}).json()
    assert told["hits"] == []
    (hit,) = Client().get("/api/v1/suggest", {"q": "黔山"}).json()["hits"]
    assert hit["pieces"] == [["贵州<b>", False], ["黔山", True], ["</b>公司", False]]
    page = Client().get("/search", {"q": "黔山"}).content.decode()
    assert "贵州&lt;b&gt;<mark>黔山</mark>&lt;/b&gt;公司" in page
    assert Client().get("/api/v1/suggest", {"q": "黔"}).json()["hits"] == []
    assert Client().get("/api/v1/suggest", {"q": "黔山", "limit": 99}).status_code == 422


def test_an_odd_place_is_the_beginning(company: str) -> None:
    for odd in ("x", "1.2", "9.9.9.9", "٣.1.1", "1.1." + "9" * 40):
        assert Client().get("/search", {"q": "犇骉", "after": odd}).status_code == 200
        assert Client().get("/api/v1/subjects", {"q": "犇骉", "after": odd}).json()["total"] == 1
