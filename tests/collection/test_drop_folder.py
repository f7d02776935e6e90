"""A file dropped into a folder is submitted once, whatever stops us; its result lies in the outbox."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import DAY, HOME
from tests.factories import a_registration
from xinyun.archive import queries as archive
from xinyun.collection import dropping, operations
from xinyun.collection.models import Submission

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE = "52.market-regulation"
INBOX, OUTBOX = HOME / "home" / "inbox", HOME / "home" / "outbox"


@pytest.fixture(autouse=True)
def _empty_folders() -> Iterator[None]:
    yield
    import shutil

    for folder in (INBOX, OUTBOX):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def drop(write_csv: Callable[..., Path]) -> Callable[..., Path]:
    """Puts a file of rows into a folder of the inbox."""

    def put(name: str = "rows.csv", folder: str = f"{OFFICE}/registration", **changes: str) -> Path:
        target = INBOX / folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return write_csv([a_registration(**changes)], "dropped.csv").rename(target)

    return put


def scan(seconds: float = 60) -> int:
    """A round of the worker, so many seconds from now."""
    at = datetime.fromtimestamp(time.time(), tz=ZoneInfo("Asia/Shanghai")) + timedelta(seconds=seconds)
    taken = operations.take_drops(actor="worker", on=DAY, at=at)
    while operations.run_next(worker="worker", on=DAY, at=at):
        pass
    operations.answer_drops(actor="worker", on=DAY, at=at)
    return taken


def result(name: str = "rows.csv", folder: str = f"{OFFICE}/registration") -> dict[str, Any]:
    told: dict[str, Any] = json.loads((OUTBOX / folder / f"{name}.result.json").read_text("utf-8"))
    return told


def test_a_file_that_lies_still_is_collected_removed_and_answered(drop: Callable[..., Path]) -> None:
    file = drop()

    at_once, later, again = scan(0), scan(), scan()

    told = result()
    assert (at_once, later, again) == (0, 1, 0)
    assert (told["state"], told["accepted"], told["file"]) == ("done", 1, "rows.csv")
    assert not file.exists()
    assert Submission.objects.get(pk=told["submission"]).way == "drop"
    assert [path for path in INBOX.rglob("*") if path.is_file()] == [INBOX / ".lock"]


def test_returned_rows_lie_beside_the_result_without_identity_numbers(drop: Callable[..., Path]) -> None:
    drop("退回.csv", 统一社会信用代码="91520100XXXXXXXXX0", 名称="=甲11010519491231002X")

    scan()

    told = result("退回.csv")
    errors = (OUTBOX / OFFICE / "registration" / told["errors"]).read_text("utf-8-sig")
    assert (told["rejected"], told["faults"]["uscc"]) == (1, 1)
    assert (OUTBOX / OFFICE / "registration" / told["workbook"]).read_bytes()[:2] == b"PK"
    assert f"{told['submission']}-1" in errors
    assert "11010519491231002X" not in errors
    assert ",=" not in errors


@pytest.mark.parametrize("name", ["rows.csv.part", "rows.tmp", ".rows.csv"])
def test_what_is_not_finished_is_left_alone(drop: Callable[..., Path], name: str) -> None:
    file = drop(name)

    assert scan() == 0
    assert file.exists()
    assert not OUTBOX.exists()
    file.rename(file.with_name("whole.csv"))
    assert scan() == 1


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("52.market-regulation/nothing", "unknown-norm"),
        ("nobody/registration", "unknown-norm"),
        ("52.tax/registration", "not-your-item"),
        ("52.market-regulation", "not-taken"),
        ("", "not-taken"),
    ],
)
def test_a_file_in_no_folder_of_ours_stays_and_is_told_once(
    drop: Callable[..., Path], folder: str, code: str
) -> None:
    file = drop(folder=folder)

    scan()
    told = OUTBOX / folder / "rows.csv.result.json"
    first = told.stat().st_mtime_ns
    scan()

    assert result(folder=folder)["problem"]["code"] == code
    assert result(folder=folder)["state"] == "refused"
    assert file.exists()
    assert told.stat().st_mtime_ns == first
    assert Submission.objects.count() == 0


def test_links_and_folders_are_not_followed(drop: Callable[..., Path], tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("名称,统一社会信用代码\n")
    folder = drop().parent
    (folder / "link.csv").symlink_to(secret)
    (folder / "deeper").mkdir()
    (INBOX / "linked").symlink_to(tmp_path)

    scan()

    assert result("link.csv")["problem"]["code"] == "not-taken"
    assert result("deeper")["problem"]["code"] == "not-taken"
    assert result("linked", "")["problem"]["code"] == "not-taken"
    assert secret.exists()
    assert Submission.objects.count() == 1


def test_stopped_between_any_two_steps_a_file_is_submitted_once(drop: Callable[..., Path]) -> None:
    file = drop()
    found = next(dropping._lying(INBOX, ()))
    dropping._claim(found, OFFICE, "registration")
    (claimed,) = dropping._claims()
    kept = next(claimed.iterdir()).read_bytes()

    scan()  # stopped after the claim
    (submitted,) = Submission.objects.values_list("pk", flat=True)
    claimed.mkdir()
    (claimed / "rows.csv").write_bytes(kept)
    scan()  # stopped after the submission, before the file was removed

    assert not file.exists()
    assert list(Submission.objects.values_list("pk", flat=True)) == [submitted]
    assert archive.counts()["registration"] == 1
    assert dropping._claims() == []


def test_one_that_is_held_is_told_and_told_again_when_it_is_decided(drop: Callable[..., Path]) -> None:
    drop()
    at = datetime.now(tz=ZoneInfo("Asia/Shanghai")) + timedelta(minutes=1)
    operations.take_drops(actor="worker", on=DAY, at=at)
    (row,) = Submission.objects.all()
    Submission.objects.update(state="held", doubts=[{"code": "volume", "text": "少了九成"}])

    operations.answer_drops(actor="worker", on=DAY, at=at)
    held = result()
    operations.release(submission=row.pk, reason="已核实", actor="officer", on=DAY, at=at)
    scan()

    assert (held["state"], held["doubts"][0]["code"]) == ("held", "volume")
    assert (result()["state"], result()["accepted"]) == ("done", 1)


def test_an_office_gets_a_folder_for_each_item_that_it_furnishes() -> None:
    folders = operations.open_inbox(office=OFFICE, actor="test", on=DAY)

    assert INBOX / OFFICE / "registration" in folders
    assert all(os.access(folder, os.W_OK) for folder in folders)
    assert scan() == 0
    assert not OUTBOX.exists()


def test_a_link_that_takes_a_files_place_while_it_is_claimed_is_not_read(
    drop: Callable[..., Path], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    drop().rename(secret)
    (folder := INBOX / OFFICE / "registration").mkdir(parents=True, exist_ok=True)
    file = drop()
    found = next(dropping._lying(INBOX, ()))
    file.unlink()
    file.symlink_to(secret)
    dropping._claim(found, OFFICE, "registration")

    scan()
    scan()

    assert Submission.objects.count() == 0
    assert result()["problem"]["code"] == "not-taken"
    assert (folder / "rows.csv").is_symlink()
    assert secret.exists()
