"""The command line as its users meet it: exit statuses, JSON, refusals in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.conftest import Store
from tests.factories import a_code, a_registration


def _listed(store: Store, write_csv: Callable[..., Path]) -> str:
    """A subject of the archive that is on the wage-arrears list."""
    code = a_code()
    store.run("collect", "registration", write_csv([a_registration(code)]), "--from", "52.market-regulation")
    store.run(
        "list", "add", "wage-arrears", code,
        "--document", "演人社列〔2026〕1号", "--decided", "2026-05-06", "--by", "52.human-resources",
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
    assert blocked["measures"][0]["until"] == "2029-05-06"
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


def test_a_refusal_exits_with_1_and_speaks_both_languages(store: Store) -> None:
    refused = store.run("subject", "show", a_code(), check=False)
    for_programs = store.run(
        "check", "91520100XXXXXXXXXX", "--scene", "tender-registration", "--json", check=False
    )

    assert refused.returncode == for_programs.returncode == 1
    assert "档案中没有" in refused.stderr
    assert "The archive has no" in refused.stderr
    assert json.loads(for_programs.stdout)["status"] == 422


def test_wrong_usage_exits_with_2(store: Store) -> None:
    assert store.run("collect", "registration", check=False).returncode == 2
    assert store.run("nonsense", check=False).returncode == 2
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


def test_a_proof_comes_with_the_signed_head_that_covers_it(store: Store) -> None:
    proof = json.loads(store.run("ledger", "prove", "0", "--json").stdout)

    assert proof["index"] == 0
    assert f"\n{proof['size']}\n" in proof["note"]


def test_the_law_of_a_day_can_be_read(store: Store) -> None:
    old = json.loads(store.run("law", "show", "publicity-terms", "--on", "2025-06-01", "--json").stdout)
    new = json.loads(store.run("law", "show", "publicity-terms", "--on", "2026-06-01", "--json").stdout)
    too_early = store.run("law", "show", "publicity-terms", "--on", "2010-01-01", check=False)

    assert old["repair"]["since"] == "2023-05-01"
    assert new["repair"]["since"] == "2026-04-01"
    assert too_early.returncode == 1


def test_every_command_has_help_in_both_languages(store: Store) -> None:
    from xinyun.site.reference import commands

    for command in ("collect", "check", "list", "report", "ledger", "law"):
        assert f"xinyun {command}" in commands()
        assert "|" in store.run(command, "--help").stdout
