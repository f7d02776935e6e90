"""A subject's header as a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from xinyun.archive.models import Subject


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A subject's header; `content` are the registry's fields and `item` their item where the registry has spoken."""

    id: int
    code: str
    name: str
    kind: str
    category: str
    division: str
    status: str
    established_on: date | None
    content: dict[str, Any]
    seq: int
    item: str = ""


def header_as_told(row: Subject, content: dict[str, Any]) -> SubjectView:
    """The header of a past point of the feed: from what the registry had said by then, and nothing later."""
    told = content.get("established_on")
    then = replace(
        header(row, content),
        status=content.get("status", ""),
        established_on=told and date.fromisoformat(told),
    )
    return then if content else replace(then, name=row.code or "")


def header(row: Subject, content: dict[str, Any]) -> SubjectView:
    """The header as it is now, with what the registry's record says."""
    return SubjectView(
        id=row.pk,
        code=row.code or "",
        name=content.get("name") or row.name,
        kind=row.kind,
        category=row.category,
        division=row.division,
        status=content.get("status") or row.status,
        established_on=row.established_on,
        content=content,
        seq=row.seq,
    )
