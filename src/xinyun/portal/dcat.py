"""The catalogue for programs: an index of all norms, and the items in the words of W3C's DCAT 3 (JSON-LD)."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinyun import law
from xinyun.base import Text
from xinyun.law import Item, Law
from xinyun.law.citing import cite
from xinyun.portal.volumes import VALUES
from xinyun.rulemaking.rules import KINDS

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def index(base_url: str) -> dict[str, Any]:
    """Every norm by kind: id, titles, the days of its editions, and where its page for programs is."""
    book = law.rulebook()
    return {
        "rulebook": book.hash,
        "norms": {
            kind: [
                {
                    "id": id,
                    "title": book.title_of(kind, id).zh,
                    "english": book.title_of(kind, id).en,
                    "editions": [str(since) for since, _, _ in book.editions(kind, id)],
                    "url": f"{base_url}/catalogue/{kind}/{id}.json",
                }
                for id in book.ids(kind)
            ]
            for kind in KINDS
        },
    }


def catalogue(base_url: str, publisher: str, on: date) -> dict[str, Any]:
    """The items in force on a day as datasets, each with its terms of access, how often it comes, and its articles."""
    now = law.rulebook().on(on)
    return {
        "@context": _CONTEXT,
        "@id": f"{base_url}/catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _said(Text("公共信用信息目录", "Catalogue of public credit information")),
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": publisher},
        "dct:modified": {"@type": "xsd:date", "@value": str(max(item.since for item in now.items()))},
        "dct:language": ["zh", "en"],
        "dcat:dataset": [_dataset(item, base_url, now) for item in now.items()],
    }


def _dataset(item: Item, base_url: str, now: Law) -> dict[str, Any]:
    page = f"{base_url}/catalogue/item/{item.id}"
    departments = [now.book.departments.get(slug, VALUES["any"]) for slug in item.providers]
    return {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": item.id,
        "dct:title": _said(Text(item.title, item.english)),
        "dct:issued": {"@type": "xsd:date", "@value": str(item.since)},
        "dct:creator": [{"@type": "foaf:Organization", "foaf:name": _said(one)} for one in departments],
        "dct:accessRights": _said(VALUES[item.publicity]),
        "dct:accrualPeriodicity": _said(item.update.text),
        "dct:provenance": [_said(one) for one in cite(item.basis, now)],
        "dcat:keyword": item.chapter,
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": {
            "@type": "dcat:Distribution",
            "dct:title": _said(Text("字段与历史", "Fields and history")),
            "dcat:accessURL": {"@id": f"{page}.json"},
            "dcat:mediaType": "application/json",
        },
    }


def _said(text: Text) -> list[dict[str, str]]:
    return [{"@language": "zh", "@value": text.zh}, {"@language": "en", "@value": text.en}]
