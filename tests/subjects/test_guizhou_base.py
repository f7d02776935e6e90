"""The subject base of the real registrations of Guizhou, 1978–2019, where the data folder is at hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import DAY
from xinyun.law import rulebook
from xinyun.subjects import rules
from xinyun.subjects.facts import Said, Told
from xinyun.subjects.places import places

FILE = Path(__file__).parents[3] / "shared" / "data" / "enterprise_guizhou_1978_2019.parquet"

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason=f"needs ../shared/data/{FILE.name}, which may not be committed"
)
NOW = rulebook().on(DAY)


def test_every_real_row_has_a_group_and_a_division_with_its_history() -> None:
    import polars as pl

    frame = pl.read_parquet(FILE, columns=["统一社会信用代码", "地区", "注册地址_截断"])
    table, said = places(NOW.book), Said(1, "registration", "52.market-regulation", "b", DAY)
    groups, ways, cities = Counter[str](), Counter[str](), Counter[str]()
    followed = 0

    for code, city, address in frame.iter_rows():
        word = Told({"address": address, "city": city}, said, date(2010, 1, 1))
        groups[rules.group_of(code, ["registration"], NOW).label] += 1
        spans = rules.divisions_of(rules.spans([word], rules.reading_places(code, NOW)), [], code, NOW, DAY)
        assert spans
        assert spans[-1].until is None
        ways[spans[0].how.zh if spans[0].how else ""] += 1
        cities[table.heir(spans[-1].value)[:4]] += 1
        followed += len(spans) > 1

    assert groups == {"企业": 62728, "农民专业合作社": 3722}
    assert ways == {"据统一社会信用代码第三至八位": 50679, "据登记的住所": 15771}
    assert followed == 3113  # retired divisions whose last day the table knows
    assert (cities["5201"], cities["5203"], cities["5227"], cities["5200"]) == (25847, 8943, 5731, 200)
    assert {city for city in cities if not city.startswith("52")} == {
        "1100"
    }  # one is registered with the nation
