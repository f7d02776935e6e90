"""The check index: derived, followed, disposable."""

from __future__ import annotations

import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.db import connections

from tests.conftest import DAY
from tests.factories import a_code, a_registration, collected
from xinyun.gateway.index import CheckIndex, Known
from xinyun.lists import operations as lists
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


@pytest.fixture
def index(tmp_path) -> CheckIndex:
    return CheckIndex(tmp_path / "checks")


def look_up(index: CheckIndex, code: str) -> Known | None:
    index.follow()
    with index.reading() as snapshot:
        assert snapshot.seq == feed.head()
        return snapshot.lookup(code)


def enlist(code: str, number: int = 1) -> None:
    lists.enlist(
        list_id="wage-arrears", code=code, document=f"演列{number}号", decided=date(2026, 3, 1), name="贵州演示建筑有限公司",
        office="520300.human-resources", actor="t", on=DAY,
    )  # fmt: skip


def test_it_follows_what_is_collected_and_what_is_renamed(index, write_csv):
    code = a_code()
    collected(write_csv([a_registration(code, 名称="贵州演示旧名有限公司")]))
    known = look_up(index, code)
    assert (known.name, known.kind, known.status, known.standings) == (
        "贵州演示旧名有限公司",
        "organisation",
        "存续",
        (),
    )

    collected(write_csv([a_registration(code, 名称="贵州演示新名有限公司")]))

    assert look_up(index, code).name == "贵州演示新名有限公司"
    assert look_up(index, a_code()) is None


def test_it_follows_listings_and_removals(index):
    code = a_code()
    enlist(code, 1)
    assert [s.document for s in look_up(index, code).standings] == ["演列1号"]

    enlist(code, 2)
    told = {
        "document": "演移1号",
        "reason": "撤销",
        "office": "520300.human-resources",
        "actor": "t",
        "on": DAY,
    }
    lists.delist(entry=look_up(index, code).standings[0].entry, **told)

    assert [(s.document, s.removed_on) for s in look_up(index, code).standings] == [
        ("演列1号", DAY),
        ("演列2号", None),
    ]


def test_built_anew_it_is_what_following_made_it(index, tmp_path, write_csv):
    codes = [a_code() for _ in range(30)]
    for position, code in enumerate(codes):
        enlist(code) if position % 3 else collected(write_csv([a_registration(code)]))
        index.follow()
    other = CheckIndex(tmp_path / "other")

    other.rebuild()

    assert [look_up(other, code) for code in codes] == [look_up(index, code) for code in codes]
    index.rebuild()
    assert [look_up(other, code) for code in codes] == [look_up(index, code) for code in codes]


def test_deleted_under_a_running_process_it_comes_back(index):
    code = a_code()
    enlist(code)
    assert look_up(index, code).standings

    shutil.rmtree(index.folder)

    assert look_up(index, code).standings


def test_a_torn_file_is_built_again(index, tmp_path):
    code = a_code()
    enlist(code)
    index.follow()
    torn = tmp_path / "torn"
    torn.mkdir()
    (torn / "data.mdb").write_bytes(os.urandom(8192))

    assert look_up(CheckIndex(torn), code) == look_up(index, code)


def test_an_index_of_another_store_is_not_believed(index):
    code = a_code()
    enlist(code)
    with index._open().environment.begin(write=True) as transaction:
        opened = index._open()
        transaction.put(b"form", b"1", db=opened.meta)
        transaction.put(b"seq", str(feed.head() + 100).encode(), db=opened.meta)

    assert look_up(index, code).standings


def test_who_waited_for_another_follower_does_not_take_the_index_back(index):
    """A removal that one process has seen is never forgotten by another that looked at the feed before it."""
    enlist(a_code(), 1)
    index.follow()
    enlist(a_code(), 2)
    opened = index._open()
    with opened.environment.begin(write=True) as transaction:
        waiting = threading.Thread(target=following, args=(index,))
        waiting.start()
        time.sleep(0.3)  # it has looked at the feed and waits for its turn to write
        enlist(a_code(), 3)
        index._apply(opened, transaction, opened.cursor(transaction), feed.head())
    waiting.join()

    with index.reading() as snapshot:
        assert snapshot.seq == feed.head()


def test_threads_of_one_process_open_it_together(index):
    enlist(a_code())
    index.follow()
    for _ in range(5):
        shutil.rmtree(index.folder)
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(following, [index] * 8)) == {feed.head()}


def following(index: CheckIndex) -> int:
    """What a thread does; its connection ends with it."""
    try:
        return index.follow()
    finally:
        connections.close_all()


def read_by_this_process() -> int:
    """Bytes that this process has asked of files so far, from memory or disk."""
    told = Path("/proc/self/io").read_text("ascii").splitlines()
    return int(next(line for line in told if line.startswith("rchar")).split()[1])


@pytest.mark.parametrize(("seconds", "whole"), [(60, True), (0, False)])
def test_it_is_read_into_memory_for_no_longer_than_said(index, seconds, whole):
    index.follow()
    index.warm(0)
    with (index.folder / "data.mdb").open("r+b") as file:
        file.truncate(64 << 20)  # as large as many subjects make it

    before = read_by_this_process()
    index.warm(seconds)

    assert (read_by_this_process() - before >= 64 << 20) == whole
