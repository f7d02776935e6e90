"""The command line as its users meet it: exit statuses, JSON, refusals in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Store
from tests.factories import a_code, a_registration
from xinyun.base.period import add_months

DECIDED = str(datetime.now(tz=ZoneInfo("Asia/Shanghai")).date() - timedelta(days=30))
"""Commands read the clock, so what they decide about lies a month back from today."""


def _listed(store: Store, write_csv: Callable[..., Path]) -> str:
    """A subject of the archive that is on the wage-arrears list."""
    code = a_code()
    store.run("collect", "registration", write_csv([a_registration(code)]), "--from", "52.market-regulation")
    store.run(
        "list", "add", "wage-arrears", code,
        "--document", "演人社列〔2026〕1号", "--decided", DECIDED, "--by", "52.human-resources",
    )  # fmt: skip
    return code


def _check(store: Store, code: str) -> dict:
    return json.loads(store.run("check", code, "--scene", "tender-registration", "--json").stdout)


def test_a_listed_subject_is_blocked_until_it_is_removed_and_every_check_is_in_the_ledger(
    store: Store, write_csv: Callable[..., Path]
) -> None:
    code = _listed(store, write_csv)

    blocked = _check(store, code)
    store.run(
        "list",
        "remove",
        "wage-arrears",
        code,
        "--document",
        "演人社移〔2026〕1号",
        "--by",
        "52.human-resources",
    )
    clean = _check(store, code)
    ledger = json.loads(store.run("ledger", "verify", "--json").stdout)

    assert blocked["decision"] == "block"
    assert {"id", "title", "effect", "list", "entry", "basis", "until"} == set(blocked["measures"][0])
    assert blocked["measures"][0]["until"] == str(add_months(date.fromisoformat(DECIDED), 36))
    assert clean["decision"] == "pass"
    assert clean["measures"] == []
    assert ledger["ok"] is True
    assert ledger["kinds"]["check"] == 2
    assert ledger["kinds"]["list.entered"] == ledger["kinds"]["list.removed"] == 1


def test_init_twice_changes_nothing(store: Store) -> None:
    before = json.loads(store.run("ledger", "verify", "--json").stdout)

    again = json.loads(store.run("init", "--json").stdout)
    after = json.loads(store.run("ledger", "verify", "--json").stdout)

    assert again["adopted"] is False
    assert after["root"] == before["root"]


@pytest.mark.one_store
def test_a_refusal_exits_with_1_and_speaks_both_languages(store: Store) -> None:
    refused = store.run("subject", "show", a_code(), check=False)
    for_programs = store.run(
        "check", "91520100XXXXXXXXXX", "--scene", "tender-registration", "--json", check=False
    )

    assert refused.returncode == for_programs.returncode == 1
    assert "档案中没有" in refused.stderr
    assert "The archive has no" in refused.stderr
    assert json.loads(for_programs.stdout)["status"] == 422


@pytest.mark.one_store
def test_wrong_usage_exits_with_2(store: Store) -> None:
    assert store.run("collect", "registration", check=False).returncode == 2
    assert store.run("nonsense", check=False).returncode == 2
    assert "用法有误" in store.run("collect", "registration", check=False).stderr
    assert store.run("check", "--scene", check=False).returncode == 2


def test_a_store_that_was_never_made_says_so(uninitialised_store: Store) -> None:
    refused = uninitialised_store.run("check", a_code(), "--scene", "tender-registration", check=False)

    assert refused.returncode == 1
    assert "xinyun init" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_derived_state_comes_back_after_it_was_deleted(store: Store, write_csv: Callable[..., Path]) -> None:
    import shutil

    code = _listed(store, write_csv)
    shutil.rmtree(store.home / "derived")

    store.run("rebuild", "all")

    assert _check(store, code)["decision"] == "block"
    assert json.loads(store.run("subject", "search", code[:10], "--json").stdout)["total"] >= 1
    short = store.run("subject", "search", "贵", check=False)
    assert (short.returncode, "too-short" in short.stderr) == (1, True)


@pytest.mark.one_store
def test_a_report_is_issued_verified_and_recognised_when_altered(
    store: Store, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    code, pdf = _listed(store, write_csv), tmp_path / "report.pdf"

    issued = json.loads(store.run("report", code, "--out", pdf, "--json").stdout)
    genuine = store.run("report", "verify", pdf, "--json")
    pdf.write_bytes(pdf.read_bytes() + b"\n")
    altered = store.run("report", "verify", pdf, "--json", check=False)
    ledger = json.loads(store.run("ledger", "verify", "--json").stdout)

    assert len(issued["number"]) == 22
    assert json.loads(genuine.stdout)["ok"] is True
    assert altered.returncode == 1
    assert json.loads(altered.stdout)["ok"] is False
    assert ledger["kinds"]["report"] == 1


def test_the_archive_is_shown_as_it_was_known_at_the_end_of_a_day(
    store: Store, write_csv: Callable[..., Path]
) -> None:
    code, today = a_code(), datetime.now(tz=ZoneInfo("Asia/Shanghai")).date()
    store.run("collect", "registration", write_csv([a_registration(code)]), "--from", "52.market-regulation")

    known = json.loads(store.run("subject", "show", code, "--as-of", str(today), "--json").stdout)
    before = store.run("subject", "show", code, "--as-of", str(today - timedelta(days=1)), check=False)

    assert known["subject"]["code"] == code
    assert before.returncode == 1


@pytest.mark.one_store
def test_a_proof_comes_with_the_signed_head_that_covers_it(store: Store) -> None:
    proof = json.loads(store.run("ledger", "prove", "0", "--json").stdout)

    assert proof["index"] == 0
    assert f"\n{proof['size']}\n" in proof["note"]


@pytest.mark.one_store
def test_the_law_of_a_day_can_be_read(store: Store) -> None:
    old = json.loads(store.run("law", "show", "publicity-terms", "--on", "2025-06-01", "--json").stdout)
    new = json.loads(store.run("law", "show", "publicity-terms", "--on", "2026-06-01", "--json").stdout)
    too_early = store.run("law", "show", "publicity-terms", "--on", "2010-01-01", check=False)

    assert old["repair"]["since"] == "2023-05-01"
    assert new["repair"]["since"] == "2026-04-01"
    assert too_early.returncode == 1


@pytest.mark.one_store
def test_every_command_has_help_in_both_languages(store: Store) -> None:
    from xinyun.site.reference import commands

    for command in ("collect", "check", "list", "report", "ledger", "law"):
        assert f"xinyun {command}" in commands()
        assert "|" in store.run(command, "--help").stdout


def test_two_inits_at_once_make_one_store(uninitialised_store: Store) -> None:
    running = [uninitialised_store.start("init", "--json") for _ in range(3)]

    told = [process.communicate(timeout=120)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], told
    assert [json.loads(text.splitlines()[-1])["adopted"] for text in told].count(True) == 1
    assert uninitialised_store.run("ledger", "verify").returncode == 0


def test_a_server_without_a_store_says_so_and_ends(uninitialised_store: Store) -> None:
    for server in ("serve", "gateway", "worker"):
        refused = uninitialised_store.run(server, check=False)

        assert refused.returncode == 1, server
        assert "xinyun init" in refused.stderr
        assert "Traceback" not in refused.stderr


@pytest.mark.one_store
def test_a_file_that_cannot_be_written_or_read_is_refused_and_no_report_is_registered(
    store: Store, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    code = _listed(store, write_csv)
    rows = write_csv([a_registration()])

    for arguments in (
        ("report", code, "--out", tmp_path / "nowhere" / "report.pdf"),
        ("report", code, "--out", tmp_path),
        ("report", code, "--out", store.home / "keys" / "data.key"),
        ("report", "verify", tmp_path / "nothing.pdf"),
        (
            "collect",
            "registration",
            rows,
            "--from",
            "52.market-regulation",
            "--errors",
            tmp_path / "no" / "e.csv",
        ),
        ("collect", "registration", rows, "--from", "52.market-regulation", "--errors", rows),
        ("law", "check", tmp_path / "nothing"),
    ):
        refused = store.run(*arguments, check=False)
        assert refused.returncode == 1, arguments
        assert "拒绝 [" in refused.stderr, arguments
        assert "Traceback" not in refused.stderr, arguments

    ledger = json.loads(store.run("ledger", "verify", "--json").stdout)
    assert "report" not in ledger["kinds"]
    assert rows.read_text("utf-8").startswith("名称")
    assert json.loads(store.run("subject", "search", code, "--json").stdout)["total"] == 1


@pytest.mark.one_store
def test_with_two_decisions_on_a_list_the_entry_to_remove_is_named(
    store: Store, write_csv: Callable[..., Path]
) -> None:
    code = _listed(store, write_csv)
    by = ("--by", "52.human-resources")
    store.run(
        "list", "add", "wage-arrears", code, "--document", "演人社列〔2026〕2号", "--decided", DECIDED, *by
    )  # fmt: skip
    removal = ("list", "remove", "wage-arrears", code, "--document", "演人社移〔2026〕1号", *by)

    refused = store.run(*removal, check=False)
    entries = json.loads(store.run("subject", "show", code, "--json").stdout)["entries"]
    for entry in entries:
        store.run(*removal, "--entry", str(entry["id"]))

    assert refused.returncode == 1
    assert "several-entries" in refused.stderr
    assert len(entries) == 2
    assert _check(store, code)["decision"] == "pass"


@pytest.mark.one_store
def test_a_list_that_does_not_exist_is_refused_everywhere(store: Store) -> None:
    for verb in (("show",), ("remove", a_code(), "--document", "演1号", "--by", "52.human-resources")):
        refused = store.run("list", verb[0], "nothing", *verb[1:], check=False)
        assert refused.returncode == 1
        assert "unknown-norm" in refused.stderr


def test_what_was_read_and_opened_is_in_the_ledger(
    store: Store, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    code, file = a_code(), tmp_path / "rows.csv"
    write_csv([a_registration(code)])
    batch = json.loads(
        store.run("collect", "registration", file, "--from", "52.market-regulation", "--json").stdout
    )["batch"]

    store.run("subject", "show", code, "--purpose", "核对登记")
    store.run("original", "open", batch, "--out", tmp_path / "opened.csv")
    unknown = store.run("original", "open", "../keys/data", "--out", tmp_path / "x", check=False)

    kinds = json.loads(store.run("ledger", "verify", "--json").stdout)["kinds"]
    assert (kinds["read"], kinds["original"]) == (1, 1)
    assert (tmp_path / "opened.csv").read_bytes() == file.read_bytes()
    assert unknown.returncode == 1


def test_collecting_decisions_tells_what_became_of_them(store: Store, write_csv: Callable[..., Path]) -> None:
    code = a_code()
    row = {
        "名单名称": "拖欠农民工工资失信联合惩戒对象名单", "失信主体名称": "贵州演示建筑有限公司",
        "统一社会信用代码": code, "列入决定书文号": "演人社列〔2026〕3号", "列入决定日期": DECIDED,
        "列入依据": "保障农民工工资支付条例", "列入决定机关": "贵州省人力资源和社会保障厅",
    }  # fmt: skip

    told = json.loads(
        store.run("collect", "serious", write_csv([row]), "--from", "52.human-resources", "--json").stdout
    )

    assert told["accepted"] == 1
    assert (told["lists"]["entered"], told["lists"]["refused"]) == (1, {})
    assert _check(store, code)["decision"] == "block"


@pytest.mark.one_store
def test_accounts_and_keys_are_opened_and_closed_from_the_command_line(store: Store) -> None:
    key = ("client", "add", "演示系统", "--office", "52.public-resources", "--scene", "tender-registration")

    first = store.run(*key, "--json")
    store.run("client", "revoke", "演示系统")
    again = store.run("client", "revoke", "演示系统", check=False)
    nameless = store.run("client", "add", " ", *key[3:], check=False)
    user = json.loads(
        store.run("user", "add", "clerk-1", "--office", "52.tax", "--role", "clerk", "--json").stdout
    )

    assert json.loads(first.stdout)["key"].startswith("xy_")
    assert (again.returncode, nameless.returncode) == (1, 1)
    assert "already-revoked" in again.stderr
    assert (user["username"], len(user["password"]) >= 12) == ("clerk-1", True)
