from __future__ import annotations

import csv
import shutil
import socket
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import HOME, Store, initialised
from tests.factories import a_code, a_licence, a_penalty, a_registration

NAME = "贵州鑫淼垚犇骉瀧㵘商贸有限公司"
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"


class Site:
    """A served site with one company that has a little of everything."""

    def __init__(self, address: str, code: str, store: Store) -> None:
        self.address = address
        self.code = code
        self.store = store


def _fill(store: Store, folder: Path) -> str:
    """Collect and list through the command line, as an operator would; returns the company's code.

    Another department says otherwise of its registration, and is outranked.
    """
    code = a_code()
    company = a_registration(code, 名称=NAME)
    files = [
        ("registration", "52.market-regulation", [company] + [a_registration() for _ in range(24)]),
        ("registration", "52.civil-affairs", [company | {"住所": "演示市别处9号"}]),
        ("licence", "52.market-regulation", [a_licence(code)]),
        ("penalty", "52.market-regulation", [a_penalty(code)]),
    ]
    for item, office, rows in files:
        path = folder / f"{item}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        store.run("collect", item, path, "--from", office)
    store.run(
        *("list", "add", "wage-arrears", code, "--document", "演列〔2026〕1号"),
        *("--decided", "2026-06-01", "--by", "52.human-resources"),
    )
    return code


@cache
def filled() -> tuple[Store, str]:
    """The store that every site is a copy of, and its company's code: to fill one takes half a minute."""
    store = Store(HOME / "filled", like=initialised())
    return store, _fill(store, HOME)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration site, served by the command line; visitors only add reports to it."""
    folder = tmp_path_factory.mktemp("site")
    like, code = filled()
    store = Store(folder / "home", like=like)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    store.environment |= {"XINYUN_DEMO": "1", "XINYUN_BASE_URL": address}
    process = store.start("serve", "--port", str(port))
    try:
        _wait(address)
        yield Site(address, code, store)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the site did not come up")


@pytest.fixture
def chromium() -> Iterator[Any]:
    """Debian's Chromium; its absence is a failure, not a skip."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("a browser is needed: install the Debian package chromium")
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()


@pytest.fixture
def axe() -> str:
    """The source of axe-core; its absence is a failure, not a skip."""
    if not AXE.exists():
        pytest.fail("axe-core is needed: run `npm ci` in tests/, or `make test`")
    return AXE.read_text(encoding="utf-8")
