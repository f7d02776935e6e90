"""The public API of quality: the same document as the page's twin, and refusals as problem documents."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.utils import timezone

from xinyun.assessment import api, queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def test_the_answer_is_the_months_document(db: None) -> None:
    today = timezone.localdate()

    told = api.quality(HttpRequest(), api.QualityIn(month=f"{today:%Y-%m}"))

    assert told == queries.document(today.replace(day=1), today)
    assert api.QualityOut(**told).month == f"{today:%Y-%m}"
    assert api.quality(HttpRequest(), api.QualityIn())["month"] == f"{today:%Y-%m}"


def test_a_month_that_is_none_is_refused(db: None) -> None:
    with pytest.raises(queries.WrongMonth):
        api.quality(HttpRequest(), api.QualityIn(month="2026-13"))
