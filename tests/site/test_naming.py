"""Names on the command line and in the API. All names and codes are invented."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from django.test import Client

from tests.conftest import Store
from tests.factories import a_code, a_registration


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _pairs(path: Path, encoding: str = "utf-8") -> Path:
    text = "id,left,right\n1,贵州演恒商贸有限公司,貴州演恒商貿有限責任公司\n2,贵州演恒商贸有限公司,贵州华瑞商贸有限公司\n"
    if encoding == "gb18030":
        text = text.replace("貴州演恒商貿有限責任公司", "贵州演恒商贸有限责任公司")
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_pairs_of_a_file_are_answered_beside_their_own_columns(
    store: Store, tmp_path: Path, encoding: str
) -> None:
    out = tmp_path / "out.csv"

    told = json.loads(
        store.run("names", "match", _pairs(tmp_path / "in.csv", encoding), "--out", out, "--json").stdout
    )

    assert (told["pairs"], told["same"], told["different"]) == (2, 1, 1)
    first, second = _read(out)
    assert list(first) == ["id", "left", "right", "score", "decision", "reasons", "reasons_en"]
    assert (first["id"], first["decision"], first["score"]) == ("1", "same", "0.970")
    assert second["decision"] == "different"
    assert "字号" in second["reasons"]


def test_a_workbook_is_read_too_and_known_names_count(store: Store, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "in.xlsx")
    sheet = book.add_worksheet()
    for number, row in enumerate([("左", "右"), ("贵州演新商贸有限公司", "贵阳演旧商贸公司")]):
        sheet.write_row(number, 0, row)
    book.close()
    known, out = tmp_path / "known.csv", tmp_path / "out.csv"
    known.write_text("name,other\n贵州演新商贸有限公司,贵阳演旧商贸公司\n", encoding="utf-8")

    store.run("names", "match", tmp_path / "in.xlsx", "--known", known, "--out", out)

    assert [row["decision"] for row in _read(out)] == ["same"]


def test_a_file_without_the_columns_is_refused_and_nothing_is_written(store: Store, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    refused = store.run(
        "names", "match", tmp_path / "in.csv", "--out", tmp_path / "out.csv", "--json", check=False
    )

    assert refused.returncode == 1
    assert json.loads(refused.stdout)["code"] == "no-such-column"
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_names_lead_to_codes_by_present_and_former_names(
    store: Store, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    code = a_code()
    for name in ("贵阳演旧鼎机械厂", "贵州演新鼎机械制造有限公司"):
        rows = write_csv([a_registration(code, 名称=name)])
        store.run("collect", "registration", rows, "--from", "52.market-regulation")
    (tmp_path / "in.csv").write_text(
        "名称\n贵州演新鼎机械制造公司\n贵阳演旧鼎机械厂\n张三\n没有这个名称的股份有限公司\n", encoding="utf-8"
    )
    out = tmp_path / "out.csv"

    told = json.loads(store.run("names", "resolve", tmp_path / "in.csv", "--out", out, "--json").stdout)

    present, former, person, nobody = _read(out)
    assert (told["names"], told["same"], told["none"]) == (4, 2, 1)
    assert (present["code"], present["decision"], present["former"]) == (code, "same", "")
    assert (former["code"], former["former"]) == (code, "yes")
    assert (person["code"], person["decision"]) == ("", "unsure")
    assert "人名" in person["reasons"]
    assert (nobody["code"], nobody["decision"]) == ("", "none")


@pytest.mark.one_store
def test_the_api_compares_a_few_pairs(client: Client) -> None:
    asked = {"pairs": [{"left": "贵州演恒商贸有限公司", "right": "演恒商贸有限公司"}]}

    answer = client.post("/api/v1/names/match", asked, content_type="application/json")

    (one,) = answer.json()["results"]
    assert one["decision"] == "same"
    assert one["reasons"][0]["zh"] == "字号相同：演恒"


@pytest.mark.one_store
def test_the_api_refuses_a_long_list(client: Client) -> None:
    asked = {"pairs": [{"left": "演恒", "right": "演恒"}] * 101}

    assert client.post("/api/v1/names/match", asked, content_type="application/json").status_code == 422
