"""The public interface to the search: finds with facets and stable paging, and suggestions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.plumbing.access import public
from xinyun.portal import finding, queries
from xinyun.portal.finding import Asked, Finding, Span

router = Router(tags=["主体 Subjects"])
LONGEST = 100
MOST_HITS = 100
DEEPEST = 10_000
MOST_SUGGESTED = 20


class HitOut(Schema):
    code: str
    name: str
    kind: str
    category: str
    division: str
    status: str
    established_on: date | None
    former: str = Field("", description="据以查到的曾用名 | the former name by which it was found")
    number: str = Field("", description="据以查到的文号 | the document number by which it was found")
    current: str = Field(
        "",
        description="主体的现行代码，与 code 不同时才有 | its subject's current code, where that is another",
    )


class FacetsOut(Schema):
    """How many finds each value leaves; floors where `capped`."""

    cities: dict[str, int] = Field(description="区划代码前四位 | the first four digits of the division")
    kinds: dict[str, int] = Field(description="主体类型 | the category")
    records: dict[str, int] = Field(
        description="有哪类公示记录；只看最相符的 surveyed 个 | with public records of a kind, among the best `surveyed` finds"
    )
    surveyed: int


class SearchOut(Schema):
    total: int = Field(description="命中数，最多数到 5000 | hits, counted up to 5,000")
    capped: bool = Field(description="还有更多没有数 | there are more than were counted")
    hits: list[HitOut]
    facets: FacetsOut
    next: str = Field(
        description="填入 after 取下一页；空为没有了 | pass as `after` for what follows; empty at the end"
    )


class SearchIn(Schema):
    q: str = Field(
        description=(
            "名称或曾用名中连续的两个字以上，拼音或首字母，代码的前四位以上，公示记录的文号 | part of the name or former name, "
            "pinyin or initials, the code's beginning, or the number of a public record"
        )
    )
    city: str = Field("", description="市（州）的六位区划代码 | six digits of a city's division")
    kind: str = Field("", description="主体类型，如 企业 | the category")
    record: str = Field(
        "",
        description="有这类公示记录：licence、penalty、honour、serious、abnormal … | with records of a kind",
    )
    limit: int = Field(20, ge=1, le=MOST_HITS)
    offset: int = Field(0, ge=0, le=DEEPEST)
    after: str = Field(
        "", description="上一次答复的 next；用它翻页，其间归集不会漏也不会重 | the last answer's `next`"
    )


class SuggestIn(Schema):
    q: str = Field(description="已输入的文字，两个字符以上 | what has been typed, two characters or more")
    limit: int = Field(8, ge=1, le=MOST_SUGGESTED)


class SuggestionOut(Schema):
    code: str
    name: str
    division: str
    status: str
    established_on: str
    pieces: list[tuple[str, bool]] = Field(
        description="名称分段，各段是否命中 | the name in pieces, each with whether it matched"
    )
    former: list[tuple[str, bool]]
    number: list[tuple[str, bool]]


class SuggestOut(Schema):
    q: str
    hits: list[SuggestionOut]


@router.get("/subjects", response=SearchOut, summary="按名称、拼音、代码或文号查找组织")
@public
def search(request: HttpRequest, asked: Query[SearchIn]) -> Any:
    """Find organisations, best first, with facets; pages by `after` do not shift while collection writes."""
    wanted = Asked(asked.q[:LONGEST], asked.city, asked.kind, asked.record)
    found = finding.find(wanted, Span(asked.limit, asked.offset, asked.after), timezone.localdate())
    current = queries.superseded([hit.code for hit in found.hits])
    return {
        "total": found.total,
        "capped": found.capped,
        "hits": [_hit(found, hit) | {"current": current.get(hit.code, "")} for hit in found.hits],
        "facets": {"cities": found.cities, "kinds": found.kinds, "records": found.records, "surveyed": found.surveyed},
        "next": found.next,
    }  # fmt: skip


def _hit(found: Finding, hit: archive.Hit) -> dict[str, Any]:
    told = {name: getattr(hit, name) for name in ("code", "name", "kind", "category", "division", "status")}
    return told | {
        "established_on": hit.established_on,
        "former": hit.former,
        "number": found.numbers.get(hit.id, ""),
    }


@router.get("/suggest", response=SuggestOut, summary="边输入边给建议", url_name="suggest")
@public
def suggest(request: HttpRequest, asked: Query[SuggestIn]) -> Any:
    """The likeliest finds for somebody who is still typing; nothing is counted. One character finds nothing."""
    on, text = timezone.localdate(), asked.q[:LONGEST]
    now = law.rulebook().on(on)
    hits = [
        {
            "code": hit.code,
            "name": hit.name,
            "division": queries.division_title(hit.division, now),
            "status": hit.status,
            "established_on": hit.established_on or "",
            "pieces": archive.pieces(hit.name, hit.marks),
            "former": archive.matched(hit.former, text) if hit.former else [],
            "number": archive.matched(number, text) if number else [],
        }
        for hit, number in finding.suggest(text, asked.limit, on)
    ]
    return {"q": text, "hits": hits}
