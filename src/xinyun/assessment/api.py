"""The public API of quality: what the page shows, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from xinyun.assessment import queries
from xinyun.plumbing.access import public

router = Router(tags=["质量 Quality"])


class QualityIn(Schema):
    month: str = Field("", description="年月，如 2026-11；缺省为本月 | the month; this one where left out")


class QualityOut(Schema):
    """What was received in a month and what it is worth, by every assessment in force."""

    month: str
    through: date
    rulebook: str
    how: dict[str, Any] = Field(description="各指标怎样计算 | how each indicator is computed")
    assessments: list[dict[str, Any]] = Field(
        description="各项考核：依据、合计，以及按市州、部门、事项、单位 | each assessment: its articles, the whole, and by city, "
        "department, item and office"
    )


@router.get("/quality", response=QualityOut, summary="报送质量：各单位一个月的报送情况")
@public
def quality(request: HttpRequest, asked: Query[QualityIn]) -> Any:
    """Received, refused, late and covered, by city, department, item and office."""
    today = timezone.localdate()
    return queries.document(queries.month_of(asked.month, today), today)
