"""The rulebook's commands as their users meet them."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Store
from tests.factories import a_code, a_registration
from tests.site.test_cli import DECIDED
from xinyun import law


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rulebook as it ships, in a repository of its own."""
    copy = tmp_path / "rulebook"
    shutil.copytree(law.rulebook().folder, copy)
    return copy


def mend(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.one_store
def test_a_check_counts_what_there_is(uninitialised_store: Store) -> None:
    told = json.loads(uninitialised_store.run("law", "check", "--json").stdout)

    assert told["ok"] is True
    assert told["item"] >= 120
    assert told["case"] >= 100
    assert told["released"]
    assert told["hash"] == law.rulebook().hash


@pytest.mark.one_store
def test_a_draft_that_breaks_a_case_or_a_release_is_refused_by_file_and_remedy(
    uninitialised_store: Store, folder: Path
) -> None:
    mend(folder, "cn/measures/bar-tender.yaml", "effect: block", "effect: remind")

    refused = uninitialised_store.run("law", "check", folder, check=False)

    assert refused.returncode == 1
    assert "cn/measures/bar-tender.yaml" in refused.stderr
    assert "cn-52/cases/" in refused.stderr
    assert "另加新版" in refused.stderr


@pytest.mark.one_store
def test_what_is_no_rulebook_is_refused_in_words(uninitialised_store: Store, tmp_path: Path) -> None:
    refused = uninitialised_store.run("law", "check", tmp_path, check=False)
    nowhere = uninitialised_store.run("law", "diff", "no-such-branch", "2026-01-01", check=False)
    option = uninitialised_store.run("law", "simulate", "--", "--output=/tmp/x", check=False)

    assert (refused.returncode, nowhere.returncode, option.returncode) == (1, 1, 1)
    assert "schema/item.json" in refused.stderr
    assert "no-such-rulebook" in nowhere.stderr


@pytest.mark.one_store
def test_a_norm_of_any_kind_is_shown(uninitialised_store: Store) -> None:
    for id, kind in (("penalty-repair", "procedure"), ("dual-publicity", "clock"), ("gov-49-2020", "source")):
        assert kind in json.loads(uninitialised_store.run("law", "show", id, "--json").stdout)


@pytest.mark.one_store
def test_two_days_differ_in_words_and_without_a_store_nothing_is_counted(uninitialised_store: Store) -> None:
    told = json.loads(uninitialised_store.run("law", "diff", "2026-03-31", "2026-04-01", "--json").stdout)
    terms = next(one for one in told["changes"] if one["id"] == "publicity-terms")

    assert terms["action"] == "changed"
    assert any("36 → 12" in one for one in terms["said"])
    assert terms["open"] is None


@pytest.mark.one_store
def test_coverage_names_every_department_with_its_items(uninitialised_store: Store) -> None:
    told = json.loads(uninitialised_store.run("law", "coverage", "--json").stdout)
    printed = uninitialised_store.run("law", "coverage").stdout

    assert len(told["departments"]) >= 49
    assert all(one["items"] for one in told["departments"])
    assert f"{len(told['items'])} items" in printed


def test_a_draft_is_run_against_the_archive_and_changes_nothing(
    store: Store, folder: Path, write_csv, tmp_path: Path
) -> None:
    code = a_code()
    store.run("collect", "registration", write_csv([a_registration(code)]), "--from", "52.market-regulation")
    store.run(
        "list", "add", "wage-arrears", code,
        "--document", "演人社列〔2026〕1号", "--decided", DECIDED, "--by", "52.human-resources",
    )  # fmt: skip
    mend(folder, "cn/lists/wage-arrears.yaml", "term: {years: 3}", "term: {years: 1}")
    store.run("check", code, "--scene", "tender-registration")
    before = json.loads(store.run("ledger", "verify", "--json").stdout)
    out, checks = tmp_path / "affected.csv", tmp_path / "checks.csv"

    told = json.loads(store.run("law", "simulate", folder, "--out", out, "--json").stdout)
    differs = json.loads(store.run("law", "diff", law.rulebook().folder, folder, "--json").stdout)

    assert (told["subjects"], told["effects"]) == (1, 1)
    assert told["what"] == [{"what": "term", "of": "wage-arrears", "direction": "changed", "count": 1}]
    assert told["cities"][0]["city"] == "贵阳市"
    with out.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["code"], row["what"], row["of"]) == (code, "term", "wage-arrears")
    assert [(one["id"], one["open"]) for one in differs["changes"]] == [("wage-arrears", 1)]
    tested = json.loads(store.run("law", "backtest", folder, "--out", checks, "--json").stdout)
    assert (tested["checks"], tested["differing"]) == (1, 0)
    assert checks.read_text("utf-8-sig").startswith("leaf,on,scene,office,code")
    assert json.loads(store.run("ledger", "verify", "--json").stdout)["root"] == before["root"]


@pytest.mark.one_store
def test_a_simulation_does_not_write_over_the_platforms_own_files(store: Store, folder: Path) -> None:
    refused = store.run("law", "simulate", folder, "--out", store.home / "keys" / "data.key", check=False)

    assert refused.returncode == 1
    assert "would-overwrite" in refused.stderr


@pytest.mark.one_store
def test_a_branch_is_a_draft_too(store: Store, folder: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "as it ships")
    git("checkout", "-b", "draft")
    mend(folder, "cn/lists/wage-arrears.yaml", "term: {years: 3}", "term: {years: 1}")
    git("commit", "-am", "a shorter term")
    git("checkout", "main")
    store.environment["XINYUN_RULEBOOK"] = str(folder)

    differs = json.loads(store.run("law", "diff", "main", "draft", "--json").stdout)
    told = json.loads(store.run("law", "simulate", "draft", "--json").stdout)

    assert [one["id"] for one in differs["changes"]] == ["wage-arrears"]
    assert told["effects"] == 0


@pytest.mark.one_store
def test_a_release_freezes_a_rulebook(uninitialised_store: Store, folder: Path) -> None:
    released = json.loads(uninitialised_store.run("law", "release", folder, "--json").stdout)
    mend(folder, "cn/lists/tax-a.yaml", "term: {years: 1}", "term: {years: 2}")

    refused = uninitialised_store.run("law", "release", folder, check=False)

    assert Path(released["file"]).is_file()
    assert refused.returncode == 1


@pytest.mark.one_store
def test_a_province_begins_a_folder_of_its_own_and_needs_no_other(
    uninitialised_store: Store, folder: Path
) -> None:
    told = json.loads(uninitialised_store.run("law", "new", "cn-53", "--folder", folder, "--json").stdout)
    both = uninitialised_store.run("law", "check", folder)
    again = uninitialised_store.run("law", "new", "cn-53", "--folder", folder, check=False)
    no_province = uninitialised_store.run("law", "new", "cn-99", "--folder", folder, check=False)
    shutil.rmtree(folder / "releases")
    shutil.rmtree(folder / "cn-52")
    alone = json.loads(uninitialised_store.run("law", "check", folder, "--json").stdout)

    assert {Path(file).name for file in told["files"]} == {"README.md", "departments.csv"}
    assert both.returncode == 0
    assert (again.returncode, no_province.returncode) == (1, 1)
    assert alone["ok"] is True
    table = (folder / "cn-53/offices/departments.csv").read_text("utf-8")
    assert "云南省市场监督管理局" in table
    assert "贵" not in table
