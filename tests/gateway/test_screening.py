"""A batch: each row as a single check would answer it, all of it in the ledger, nothing shown before."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import DAY, HOME
from tests.factories import a_code, a_registration, collected
from tests.gateway.conftest import SCENE, away, public_key
from xinyun.base import Refusal
from xinyun.gateway import columns, operations
from xinyun.gateway.index import index
from xinyun.gateway.operations import Question, document
from xinyun.gateway.screening import ANSWERS
from xinyun.identity import operations as identity
from xinyun.ledger import receipts
from xinyun.ledger.models import Preimage
from xinyun.lists import operations as lists
from xinyun.site.cli import screening

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ACTOR = "t"
_documents = count(1)


def asked(**other: Any) -> Question:
    return Question(**({"scene": SCENE, "purpose": "投标人核对", "client": ACTOR} | other))


def screened(path: Path, out: Path, **other: Any) -> tuple[operations.Screened, pl.DataFrame]:
    with screening.sheet(out) as sheet:
        told = operations.screen(
            asked(**other), screening.rows(path), sheet, input_sha256="i", at=AT, on=DAY, actor=ACTOR
        )
    read = pl.read_csv if out.suffix == ".csv" else pl.read_parquet
    return told, read(out, **({"infer_schema": False} if out.suffix == ".csv" else {}))


def enlist(code: str, list_id: str = "wage-arrears", name: str | None = None, **other: Any) -> int:
    told = {"decided": date(2026, 3, 1), "office": "520300.human-resources"} | other
    document = f"演批〔2026〕{next(_documents)}号"
    return lists.enlist(
        list_id=list_id, code=code, document=document, name=name, actor=ACTOR, on=DAY, **told
    ).id


def logged(kind: str) -> list[dict[str, Any]]:
    rows = Preimage.objects.filter(leaf__kind=kind).order_by("leaf_id").values_list("payload", flat=True)
    return [json.loads(row) for row in rows]


NAMES = ["贵州演示甲建设有限公司", "贵州演示乙（遵义）建设有限公司", "贵州演示丙商贸有限公司"]


@pytest.fixture
def province(write_csv: Any) -> list[str]:
    """Three companies, of which two are listed, the second on two lists; a code that nobody has, and a fourth of two codes."""
    codes = [a_code() for _ in NAMES]
    collected(write_csv([a_registration(code, 名称=name) for code, name in zip(codes, NAMES, strict=True)]))
    enlist(codes[0])
    enlist(codes[1])
    enlist(codes[1], "serious-tax-violation", office="520100.tax", decided=date(2026, 5, 1))
    old, new = a_code(), a_code()
    for code in (old, new):
        collected(write_csv([a_registration(code, 名称="贵州演示丁劳务有限公司")]))
    enlist(old)
    identity.join(code=old, other=new, current=new, reason="核对证照", actor=ACTOR, on=DAY)
    return [*codes, a_code(), old, new]


def _odd(code: str) -> list[str]:
    return [
        code,
        code.lower(),
        f" {code[:6]} {code[6:]}",
        code[:-1],
        code[:-1] + ("0" if code[-1] != "0" else "1"),
        "",
        "O" + code[1:],
    ]


def test_every_row_is_answered_as_a_single_check_answers_it(province, tmp_path):
    spelt = [spelling for code in province for spelling in _odd(code)]
    names = ["", *NAMES, "贵州演示乙(遵义)建设有限公司", "演示", "长" * 201, "控\x01制", "没有这一家有限公司"]

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.sampled_from(spelt), st.sampled_from(names)), min_size=1, max_size=40))
    def agree(rows: list[tuple[str, str]]) -> None:
        frame = pl.DataFrame(rows, {"code": pl.String, "name": pl.String}, orient="row")
        frame.write_parquet(tmp_path / "in.parquet")
        told, found = screened(tmp_path / "in.parquet", tmp_path / "out.parquet")
        kept = [row for row in rows if any(row)]
        assert told.rows == found.height == len(kept)
        for (code, name), row in zip(kept, found.iter_rows(named=True), strict=True):
            assert (row["decision"], row["lists"]) == single(code, name)

    def single(code: str, name: str) -> tuple[str, str]:
        try:
            (one,) = operations.answer([asked(code=code or None, name=name or None)], at=AT, on=DAY)
        except Refusal:
            return "refused", ""
        return one.outcome, "；".join(measure.list_id for measure in one.ruling.verdict.measures)

    agree()


def test_a_row_carries_measures_lists_articles_ends_and_reasons(province, tmp_path, write_csv):
    listed, unknown = province[1], province[3]
    path = write_csv([{"code": code, "编号": "=1+1"} for code in (listed, unknown, "不是代码")])

    told, found = screened(path, tmp_path / "out.csv")
    single = document(operations.answer([asked(code=listed)], at=AT, on=DAY)[0])
    hit, clean, refused = found.rows(named=True)

    assert found.columns == ["code", "编号", *ANSWERS]
    assert hit["编号"] == "'=1+1"
    assert (hit["decision"], hit["known"]) == ("block", "true")
    assert hit["measures"].split("；") == [measure["id"] for measure in single["measures"]]
    assert hit["until"].split("；") == [measure["until"] or "" for measure in single["measures"]]
    assert hit["basis"].split("；") == ["、".join(measure["basis"]) for measure in single["measures"]]
    assert hit["reasons"].split("；") == [measure["title"] for measure in single["measures"]]
    assert (clean["decision"], clean["known"]) == ("pass", "false")
    assert refused["decision"] == "refused"
    assert "18 位" in refused["reasons"]
    assert told.decisions == {"block": 1, "pass": 1, "refused": 1}


def test_a_name_alone_is_at_most_a_review_with_candidates(province, tmp_path, write_csv):
    _, found = screened(write_csv([{"名称": NAMES[0]}, {"名称": NAMES[2]}]), tmp_path / "out.csv")

    assert found["decision"].to_list() == ["review", "pass"]
    assert found["candidates"][0].startswith(province[0])


def test_another_name_is_doubted_and_another_spelling_of_it_is_not(province, tmp_path, write_csv):
    rows = [(province[2], "别的公司名称"), (province[1], "贵州演示乙(遵义)建设有限公司")]
    _, found = screened(
        write_csv([{"code": code, "name": name} for code, name in rows]), tmp_path / "out.csv"
    )

    assert found["decision"].to_list() == ["review", "block"]
    assert "名称与该代码登记的名称不一致" in found["reasons"][0]


def test_what_changes_between_two_batches_is_followed(province, tmp_path, write_csv):
    path = write_csv([{"code": province[2]}, {"code": province[3]}])
    _, before = screened(path, tmp_path / "a.csv")
    enlist(province[2])
    enlist(province[3], name="贵州演示新来有限公司")
    _, after = screened(path, tmp_path / "b.csv")
    columns.file().unlink()
    _, anew = screened(path, tmp_path / "c.csv")

    assert before["decision"].to_list() == ["pass", "pass"]
    assert after["decision"].to_list() == ["block", "block"]
    assert anew.equals(after)


def test_damaged_columns_are_built_again(province, tmp_path, write_csv):
    path = write_csv([{"code": province[0]}])
    screened(path, tmp_path / "a.csv")
    columns.file().write_bytes(columns.file().read_bytes()[:200])

    assert screened(path, tmp_path / "b.csv")[1]["decision"].to_list() == ["block"]


def test_the_ledger_names_everybody_asked_about_and_commits_to_both_files(province, tmp_path, write_csv):
    path = write_csv([{"code": code} for code in (*province[:3], "错")])
    told, _ = screened(path, tmp_path / "out.csv", case="演案1号")

    (whole,) = logged("screen")
    (piece,) = logged("screen.rows")
    claims = receipts.read(told.receipt, public_key(HOME / "home"))
    given = [
        (answer["decision"], code) for answer in piece["answers"] for code in answer["asked"].split("\n")
    ]
    assert given == [("block", province[0]), ("block", province[1]), ("pass", province[2])]
    assert (piece["purpose"], piece["case"], piece["ref"]) == ("投标人核对", "演案1号", whole["ref"])
    assert whole["output"] == claims["output"] == sha256((tmp_path / "out.csv").read_bytes()).hexdigest()
    assert (claims["kind"], claims["rows"], claims["index"]) == ("screen", 4, told.index)
    assert claims["decisions"] == {"block": 2, "pass": 1, "refused": 1}


def test_when_the_ledger_does_not_take_it_nothing_is_shown(province, tmp_path, write_csv):
    with away("ledger"), pytest.raises(OperationalError):
        screened(write_csv([{"code": province[0]}]), tmp_path / "out.csv")

    assert sorted(p.name for p in tmp_path.iterdir()) == ["rows.csv"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_disk_that_is_full_is_told_with_the_file_that_found_no_room(province, tmp_path, write_csv, kind):
    full = tmp_path / f"out.{kind}"
    full.symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space") as refused:
        screened(write_csv([{"code": a_code()} for _ in range(3000)]), full)

    assert refused.value.filename == str(full)


@pytest.mark.parametrize(
    ("rows", "out", "given_", "code"),
    [
        ([{"x": "1"}], "out.csv", {}, "nothing-to-screen"),
        ([{"code": "1"}], "out.xlsx", {}, "wrong-ending"),
        ([{"code": "1"}], "out.csv", {"scene": "no-such-scene"}, "malformed-question"),
        ([{"code": "1"}], "out.csv", {"purpose": ""}, "malformed-question"),
    ],
)
def test_a_batch_that_cannot_be_is_refused_as_a_whole(rows, out, given_, code, tmp_path, write_csv):
    with pytest.raises(Refusal) as refused:
        screened(write_csv(rows), tmp_path / out, **given_)

    assert refused.value.code == code
    assert not (tmp_path / out).exists()
    assert logged("screen") == []


def test_a_listing_under_the_old_code_counts_under_the_new_one(province, tmp_path, write_csv):
    *_, old, new = province
    _, found = screened(write_csv([{"code": old}, {"code": new}]), tmp_path / "out.csv")

    assert found["decision"].to_list() == ["block", "block"]
    assert all(old in reasons for reasons in found["reasons"])


def test_the_command_tells_what_it_did(province, tmp_path, write_csv, capsys):
    path = write_csv([{"code": code} for code in province])
    screening._screen(path, scene=SCENE, out=tmp_path / "out.parquet", json=True)

    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["decisions"]) == (6, {"block": 4, "pass": 2})
    assert told["input_sha256"] == sha256(path.read_bytes()).hexdigest()
    assert pl.read_parquet(tmp_path / "out.parquet").height == 6


def test_the_index_tells_what_is_written_under_each_code(province):
    index().follow()
    with index().reading() as snapshot:
        assert set(province[:3]) <= set(snapshot.codes())
        assert snapshot.written(province[3]) is None
        assert len(snapshot.written(province[1]).rows) == 2
