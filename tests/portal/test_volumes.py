"""The rulebook's public pages: every norm with its article, its history and its twin for programs."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.test import Client

from tests.conftest import DAY
from xinyun import law
from xinyun.portal import norms, volumes
from xinyun.rulemaking.rules import KINDS

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "ledger"]), pytest.mark.one_store]
BOOK = law.rulebook()
EVERY = [(kind, id) for kind in KINDS for id in BOOK.ids(kind)]


def get(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_catalogue_names_every_item_and_list_and_leads_to_every_other_norm() -> None:
    page, html = norms.catalogue(DAY), get("/catalogue")

    assert {item.id for item in page.items} == {item.id for item in BOOK.on(DAY).items()}
    assert {title.zh for title, _ in page.chapters} <= set(BOOK.on(DAY).codes("catalogue-chapter").labels)
    assert all(card.basis and card.exit for card in page.lists)
    assert all(f'href="/catalogue/item/{item.id}"' in html for item in page.items)
    assert all(f'href="/catalogue/list/{card.id}"' in html for card in page.lists)
    for kind, _, links in page.others:
        assert all(f'href="/catalogue/{kind}/{link.id}"' in html for link in links)


def test_every_norm_has_a_page_in_both_languages_with_its_articles() -> None:
    browser = Client()

    for kind, id in EVERY:
        page = volumes.norm_page(kind, id, DAY)
        assert page is not None
        assert all(
            edition.basis for edition in page.editions if edition.state != "repealed" and kind != "measure"
        )
        for prefix in ("", "/en"):
            assert browser.get(f"{prefix}/catalogue/{kind}/{id}").status_code == 200, (kind, id)


def test_every_word_of_an_edition_is_said_in_words() -> None:
    """A department, a kind of subject, an effect never shows as its id."""
    ids = {"organisation", "individual-business", "by-law", "working-days", "on-application"}

    for kind, id in EVERY:
        for edition in volumes.norm_page(kind, id, DAY).editions:
            for one in edition.said:
                assert not ids & set(re.split(r"[、；，\s]+", one.text.zh)), (kind, id, one.label.zh)


def test_the_history_of_a_norm_is_told_with_the_edition_in_force_first() -> None:
    page = volumes.norm_page("repair", "publicity-terms", date(2026, 3, 31))
    states = {str(edition.since): edition.state for edition in page.editions}

    assert states["2026-04-01"] == "coming"
    assert (page.editions[0].since, page.editions[0].state) == (date(2023, 5, 1), "now")
    assert page.editions[0].last == date(2026, 3, 31)
    assert states["2019-07-01"] == "past"


def test_a_norm_says_who_names_it() -> None:
    named = {(kind, id) for kind, id, _ in volumes.norm_page("measure", "bar-tender", DAY).named_by}

    assert {("list", "wage-arrears"), ("scene", "tender-registration")} <= named


def test_the_twin_of_a_norm_holds_every_edition_with_its_fields() -> None:
    twin = json.loads(get("/catalogue/item/penalty.json"))

    assert [one["since"] for one in twin["editions"]] == [
        str(s) for s, _, _ in BOOK.editions("item", "penalty")
    ]
    assert {field["name"] for field in twin["editions"][-1]["edition"]["fields"]} >= {"decision_no", "uscc"}
    assert twin["rulebook"] == BOOK.hash


def test_the_index_for_programs_leads_to_every_twin() -> None:
    told = json.loads(get("/catalogue.json"))

    assert {(kind, one["id"]) for kind, ones in told["norms"].items() for one in ones} == set(EVERY)
    path = told["norms"]["list"][0]["url"].partition("/catalogue/")[2]
    assert get(f"/catalogue/{path}")


def test_the_catalogue_in_the_words_of_dcat() -> None:
    answer = Client().get("/catalogue.jsonld")
    told = json.loads(answer.content)

    assert answer["Content-Type"] == "application/ld+json"
    assert told["@type"] == "dcat:Catalog"
    assert told["@context"]["dcat"] == "http://www.w3.org/ns/dcat#"
    assert {one["dct:identifier"] for one in told["dcat:dataset"]} == {
        item.id for item in BOOK.on(DAY).items()
    }
    for one in told["dcat:dataset"]:
        assert one["dct:provenance"]
        assert one["dct:creator"]
        assert one["dct:accessRights"][0]["@value"] in {"向社会公开", "依申请公开", "政务共享", "授权查询"}
        assert one["dcat:distribution"]["dcat:accessURL"]["@id"].endswith(f"/{one['dct:identifier']}.json")


def test_every_furnishing_department_has_an_item_and_the_page_shows_it() -> None:
    page, html = volumes.coverage_page(DAY), get("/catalogue/coverage")

    assert len(page.rows) >= 49
    assert [row.title.zh for row in page.rows if not row.items] == []
    assert html.count('<th scope="row">') == len(page.rows)


def test_every_instrument_is_on_the_page_of_sources_with_what_replaced_it() -> None:
    html = get("/catalogue/sources")

    assert all(f'id="{id}"' in html for id in BOOK.sources)
    assert "接替" in html


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue/item/nope",
        "/catalogue/poem/penalty",
        "/catalogue/item/nope.json",
        "/catalogue/case/x.json",
    ],
)
def test_what_is_no_norm_is_not_found(path: str) -> None:
    assert Client().get(path).status_code == 404
