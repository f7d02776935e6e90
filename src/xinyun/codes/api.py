"""The public API of codes: one look-up at a time."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from xinyun.codes import queries
from xinyun.plumbing.access import public

router = Router(tags=["代码 Codes"])


class TextOut(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


class PartOut(Schema):
    """One part of a code."""

    characters: str
    title: TextOut
    meaning: TextOut


class MatchOut(Schema):
    """A code that the archive knows, with its current name where that is public."""

    code: str
    name: str
    kind: TextOut
    status: str


class LookupOut(Schema):
    """What is known of a code or an old number."""

    asked: str
    form: str = Field(description="uscc、registration-no、organisation-code、person、unknown")
    valid: bool = Field(description="是否通过该种号码的校验 | whether it passes the check of its form")
    told: TextOut
    parts: list[PartOut]
    matches: list[MatchOut] = Field(
        description="代码本身，或登记机关说旧号码所对应的代码 | the code itself, or those to which an old number belongs"
    )
    proposal: str = Field(
        description="可能想输入的代码，由人确认 | what may have been meant, for a person to confirm"
    )


@router.get("/codes/{text}", response=LookupOut, summary="代码查询：统一社会信用代码、旧注册号、组织机构代码")
@public
def look_up(request: HttpRequest, text: str) -> Any:
    """Explain a code, or lead an old number to its code as the registry's record says. Never finds natural persons."""
    return document(queries.look_up(text, timezone.localdate()))


def document(found: queries.Lookup) -> dict[str, Any]:
    """A look-up for programs."""
    return {
        **asdict(found),
        "told": found.told._asdict(),
        "parts": [
            {"characters": one.characters, "title": one.title._asdict(), "meaning": one.meaning._asdict()}
            for one in found.parts
        ],
        "matches": [asdict(one) | {"kind": one.kind._asdict()} for one in found.matches],
    }
