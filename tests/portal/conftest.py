from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_penalty, a_registration, collected

NAME = "贵州鑫淼垚犇骉瀧㵘商贸有限公司"
"""A name of rare characters; the last one lies outside the usual block."""


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test() -> None:
    """Numbers that are kept for a minute would outlive the store that they were counted in."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def company(write_csv: Callable[..., Path]) -> str:
    """A company with a registration, a licence, a penalty and a place on two lists; returns its code."""
    from xinyun.lists.operations import enlist

    code = a_code()
    about = {"actor": "test", "on": DAY}
    collected(write_csv([a_registration(code, 名称=NAME, 住所="贵阳市演示路1号")], "r.csv"))
    collected(write_csv([a_licence(code, XK_WSH="演许〔2026〕1号")], "l.csv"), item="licence")
    collected(write_csv([a_penalty(code, CF_WSH="演罚〔2026〕1号")], "p.csv"), item="penalty")
    for id, document, office in (
        ("wage-arrears", "演列〔2026〕1号", "52.human-resources"),
        ("tax-a", "演税〔2026〕1号", "52.tax"),
    ):
        enlist(list_id=id, code=code, document=document, decided=date(2026, 6, 1), office=office, **about)
    return code
