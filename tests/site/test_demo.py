"""The demonstration: a province that is plainly invented, goes through the real operations, and can be built again."""

from __future__ import annotations

import csv
import json
import re
import socket
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import polars as pl
import pytest

from tests.conftest import Store
from tests.factories import a_registration
from tests.site.test_demo_cast import SUBJECTS, invented, rows_of
from xinyun.site.demo import build, renewals, showcase
from xinyun.site.demo.building import NotADemonstration, WrongSize

LISTS = ["judgment-defaulter", "serious-tax-violation", "tax-a", "wage-arrears"]


@pytest.mark.one_store
def test_it_refuses_to_run_outside_a_demonstration() -> None:
    with pytest.raises(NotADemonstration, match="XINYUN_DEMO"):
        build(subjects=10, actor="test", at=datetime(2026, 11, 20, tzinfo=ZoneInfo("UTC")), say=print)


@pytest.mark.parametrize("count", [0, -1, 200_001])
@pytest.mark.one_store
def test_it_refuses_a_size_that_it_cannot_invent(count: int, settings: Any) -> None:
    settings.XINYUN = SimpleNamespace(demo=True)

    with pytest.raises(WrongSize):
        build(subjects=count, actor="test", at=datetime(2026, 11, 20, tzinfo=ZoneInfo("UTC")), say=print)


def test_it_refuses_a_store_that_holds_other_data(store: Store, write_csv: Any) -> None:
    store.run("collect", "registration", write_csv([a_registration()]), "--from", "52.market-regulation")

    done = store.run("demo", "--no-serve", "--subjects", "5", "--json", check=False)

    assert done.returncode == 1
    assert json.loads(done.stdout)["code"] == "not-a-demonstration"
    assert not (store.home / "demo").exists()


class Built:
    """A store on which the demonstration was built."""

    def __init__(self, home: Path) -> None:
        self.store = Store(home)
        self.home = home / "demo"
        self.told = self.demo()
        self.on = date.fromisoformat(json.loads((self.home / "province.json").read_text())["day"])

    def demo(self, count: int = SUBJECTS) -> Any:
        """Build it, or build it again."""
        return self.ask("demo", "--no-serve", "--subjects", str(count))

    def ask(self, *arguments: str) -> Any:
        """What a command of `xinyun` answers."""
        return json.loads(self.store.run(*arguments, "--json").stdout)

    def errors(self) -> list[dict[str, str]]:
        """Every refused row's faults."""
        found = []
        for path in sorted((self.home / "errors").glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as stream:
                found += [{"file": path.stem, **row} for row in csv.DictReader(stream)]
        return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One small province for the tests that only look at it."""
    return Built(tmp_path_factory.mktemp("demo") / "home")


@pytest.fixture(scope="module")
def site(built: Built) -> Iterator[str]:
    """The address at which the province is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = built.store.start("demo", "--subjects", str(SUBJECTS), "--port", str(port))
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{url}/catalogue", timeout=30)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_it_tells_what_it_built(built: Built) -> None:
    entries = {name: len(built.ask("list", "show", name)) for name in LISTS}

    assert built.told["address"].startswith("http://127.0.0.1")
    assert built.told["subjects"] == SUBJECTS
    assert {login["role"] for login in built.told["logins"]} == {"operator", "clerk", "auditor"}
    assert all(entries.values()), "every list has entries"
    assert built.told["entries"] == sum(entries.values())


def test_every_bad_row_and_no_good_one_is_refused(built: Built) -> None:
    found = built.errors()

    assert built.told["records"] == sum(map(len, rows_of(built.on).values()))
    assert len({(fault["file"], fault["row"]) for fault in found}) >= 15
    assert {"uscc", "has-digit", "not-future"} <= {fault["rule"] for fault in found}
    assert all(fault["remedy"] for fault in found)


@pytest.mark.one_store
def test_the_offices_files_differ_in_form(built: Built) -> None:
    parquet = built.home / "registration-520100.market-regulation.parquet"
    gb18030 = built.home / "registration-520200.market-regulation.csv"
    coded = built.home / "licence-52.transport.csv"

    assert "uscc" in pl.read_parquet_schema(parquet)
    assert gb18030.read_text("gb18030").startswith("名称,统一社会信用代码")
    with pytest.raises(UnicodeDecodeError):
        gb18030.read_text("utf-8")
    assert coded.read_text("utf-8").startswith("XK_XDR_MC,")


def test_search_finds_a_subject_by_a_rare_character(built: Built) -> None:
    _, cast = invented(built.on)

    found = built.ask("subject", "search", cast[17].name[2:6])

    assert "𬭎" in cast[17].name
    assert cast[17].code in {hit["code"] for hit in found["hits"]}


@pytest.mark.parametrize(
    ("role", "decision"), [("wage-arrears", "block"), ("tax-a", "benefit"), ("", "pass")]
)
def test_a_tender_check_answers_by_the_lists(built: Built, role: str, decision: str) -> None:
    _, cast = invented(built.on)
    subject = next(s for s in cast if s.role.list_id == role)

    assert built.ask("check", subject.code, "--scene", "tender-registration")["decision"] == decision


def test_the_ledger_holds_and_has_the_checks(built: Built) -> None:
    verdict = built.ask("ledger", "verify")

    assert verdict["ok"]
    assert verdict["kinds"]["check"] >= 14


@pytest.mark.one_store
def test_the_key_is_kept_for_its_owner_only_and_works(built: Built, site: str) -> None:
    path = built.home / "client.key"
    _, cast = invented(built.on)

    answer = httpx.post(
        f"{site}/v1/checks",
        json={"scene": "tender-registration", "code": cast[3].code, "purpose": "演示"},
        headers={"Authorization": f"Bearer {built.told['client_key']}"},
        timeout=30,
    )

    assert path.read_text() == built.told["client_key"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert answer.json()["decision"] == "block"


@pytest.mark.one_store
def test_the_public_pages_show_it_marked_as_invented(built: Built, site: str) -> None:
    _, cast = invented(built.on)

    home, page = httpx.get(f"{site}/", timeout=30), httpx.get(f"{site}/subject/{cast[3].code}", timeout=30)

    assert f"{SUBJECTS}" in home.text
    assert "演示数据" in home.text
    assert cast[3].name in page.text
    assert "拖欠农民工工资" in page.text
    assert "529999" not in page.text


@pytest.mark.one_store
def test_one_subject_tries_the_pages(built: Built, site: str) -> None:
    """Rare characters, another name before, long texts, many records, a stray identity number, a list that it left."""
    _, cast = invented(built.on)
    star = cast[showcase.NUMBER]

    page = httpx.get(f"{site}/subject/{star.code}?kind=penalty", timeout=30).text

    assert "犇骉" in star.name
    assert star.name in page
    assert f"<td>{showcase.former_name(star)}</td>" in page  # among the former names, with its days
    assert f"<h1>{showcase.former_name(star)}" not in page
    assert built.ask("subject", "show", star.code)["subject"]["name"] == star.name
    assert httpx.get(f"{site}/subject/{star.code}?page=2", timeout=30).text.count('class="rec"') == 20
    assert showcase.STRAY_PERSON not in page
    assert "529*************18" in page
    assert f'href="/subject/{star.code}"' not in httpx.get(f"{site}/lists/{showcase.LIST}", timeout=30).text


@pytest.mark.one_store
def test_a_shop_that_became_a_company_is_one_subject_with_it(built: Built, site: str) -> None:
    _, cast = invented(built.on)
    (old, new), *_ = renewals.pairs(cast)

    page = httpx.get(f"{site}/subject/{old.code}", timeout=30).text
    told = built.ask("subject", "show", new.code)

    assert "已不是现行代码" in page
    assert new.name in page
    assert f"由 {old.code} 变更为 {new.code}" in page
    assert "未按规定更换营业执照" in page
    assert told["identity"]["others"] == [old.code]
    assert old.code in {record["under"] for record in told["records"] if record["item"] == "penalty"}


@pytest.mark.one_store
def test_everyone_can_log_in_and_opens_a_refused_row(built: Built, site: str) -> None:
    opened = []
    for login in built.told["logins"]:
        with httpx.Client(base_url=site, follow_redirects=True, timeout=60) as browser:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/login").text)
            assert token
            page = browser.post(
                "/login",
                data={
                    "csrfmiddlewaretoken": token[1],
                    "login": login["username"],
                    "password": login["password"],
                },
                headers={"Referer": f"{site}/login"},
            )
            assert page.url.path == "/console/"
            assert "最近批次" in page.text
            row = re.search(r"/console/returned/\d+", browser.get("/console/returned").text)
            if row:  # an office may have none; that one has is seen below
                opened.append(browser.get(row[0]).status_code)
    assert opened
    assert set(opened) == {200}


def test_building_it_again_doubles_nothing(built: Built) -> None:
    size, faults_found = built.ask("ledger", "verify")["size"], built.errors()

    again = built.demo()

    assert {**again, "seconds": 0} == {**built.told, "seconds": 0}
    assert built.ask("ledger", "verify")["size"] == size, "no batch, user or check is added"
    assert built.errors() == faults_found


@pytest.mark.one_store
def test_a_lost_diary_only_sends_the_files_again(built: Built) -> None:
    (built.home / "province.json").write_text(json.dumps({"day": built.on.isoformat()}))

    again = built.demo()

    assert {**again, "seconds": 0} == {**built.told, "seconds": 0}


@pytest.mark.one_store
def test_even_one_subject_is_a_province_and_it_grows(uninitialised_store: Store) -> None:
    counts = [
        json.loads(uninitialised_store.run("demo", "--no-serve", "--subjects", count, "--json").stdout)[
            "subjects"
        ]
        for count in ("1", "25")
    ]

    assert counts == [1, 25]
