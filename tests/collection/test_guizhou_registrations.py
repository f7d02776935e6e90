"""The real registrations of Guizhou, 1978–2019, where the data folder is at hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.conftest import Store

FILE = Path(__file__).parents[3] / "shared" / "data" / "enterprise_guizhou_1978_2019.parquet"

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason=f"needs ../shared/data/{FILE.name}, which may not be committed"
)


def test_66450_rows_come_in_and_just_the_three_that_fail_the_check_digit_are_refused(
    store: Store, tmp_path: Path
) -> None:
    errors = tmp_path / "errors.csv"

    first = json.loads(
        store.run(
            "collect", "registration", FILE, "--from", "52.market-regulation", "--errors", errors, "--json"
        ).stdout
    )
    again = json.loads(
        store.run("collect", "registration", FILE, "--from", "52.market-regulation", "--json").stdout
    )

    assert first["received"] == 66450
    assert first["rejected"] == first["errors"] == 3
    assert first["accepted"] + first["unchanged"] + first["revised"] == 66447
    assert first["warnings"]["division-retired"] > 6000
    with errors.open(encoding="utf-8") as stream:
        faults = list(csv.DictReader(stream))
    assert list(faults[0]) == ["row", "field", "rule", "value", "problem", "remedy"]
    assert [(fault["row"], fault["value"]) for fault in faults] == [
        ("5480", "915226250000UUUU56"),
        ("5881", "91522625QWER12345E"),
        ("58829", "93520621560904569K"),
    ]
    assert (again["accepted"], again["revised"], again["unchanged"], again["rejected"]) == (0, 0, 66447, 3)
    assert again["seq"] == first["seq"]
