"""An officer checks a bidder inside another system's page: no script, a phone, the keyboard; elsewhere it is not shown."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Site
from tests.journeys.test_citizen_reads_a_report import tab_to
from tests.journeys.test_officers_change_the_law import barriers

pytestmark = pytest.mark.one_store


@contextmanager
def another_system() -> Iterator[tuple[str, dict[str, str]]]:
    """A site of its own whose only page frames the address that is put under `frame`."""
    told: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<!doctype html><title>x</title><iframe title="核查" width="375" height="700" src="{told["frame"]}">'
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", told
    finally:
        server.shutdown()
        server.server_close()


def test_an_officer_checks_a_bidder_in_a_frame(site: Site, chromium: Any, axe: str) -> None:
    with another_system() as (ours, told), another_system() as (theirs, others):
        added = site.store.run(
            *(
                "client",
                "add",
                "交易系统",
                "--office",
                "52.public-resources",
                "--scene",
                "tender-registration",
            ),
            *("--origin", ours, "--json"),
        )
        headers = {"Authorization": f"Bearer {json.loads(added.stdout)['key']}"}
        wanted = {"scene": "tender-registration", "purpose": "投标登记"}
        minted = httpx.post(f"{site.address}/v1/embeds", json=wanted, headers=headers).json()
        told["frame"] = others["frame"] = site.address + minted["path"]

        plain = chromium.new_context(
            viewport={"width": 375, "height": 740}, java_script_enabled=False
        ).new_page()
        plain.goto(theirs)
        assert plain.frames[1].locator("#code").count() == 0
        plain.goto(ours)
        frame = plain.frame_locator("iframe")
        frame.locator("#code").press_sequentially(site.code)
        frame.locator("#code").press("Enter")
        frame.get_by_text("不得办理").wait_for()
        assert frame.get_by_text("国务院令第724号").count() + frame.get_by_text("第四十八条").count() > 0

        minted = httpx.post(f"{site.address}/v1/embeds", json=wanted, headers=headers).json()
        page = chromium.new_context(viewport={"width": 375, "height": 740}, bypass_csp=True).new_page()
        page.goto(site.address + minted["path"])
        assert barriers(page, axe) == []
        page.fill("#code", site.code)
        tab_to(page, "核查")
        page.keyboard.press("Enter")
        page.get_by_text("不得办理").wait_for()
        assert barriers(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
