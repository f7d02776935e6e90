"""What processes log: a JSON object a line where asked for, and in no form a person's number, a mobile number or a key."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Store
from xinyun.base.identifiers import is_resident_id
from xinyun.site.logs import discreet

PERSON, MOBILE, KEY = "529999190001010018", "13812345678", "xy_" + "aB3-_" * 8
NOT_ONE = "529999190001010019"
SECRETS = (PERSON, MOBILE, KEY, "opaque.token", "529999１９０００１０１００18")

CRASHING = f'''
import gc, logging, sys, threading, warnings
from xinyun.site.cli import app, main
from xinyun.site.cli.output import set_up

@app.command
def crash():
    set_up()
    log = logging.getLogger("xinyun.crash")
    log.warning("asked about %s by %s", "{PERSON}", "{MOBILE}")
    log.error("a key {KEY}, a header Authorization: Bearer opaque.token\\nand a second line 529999１９０００１０１００18")
    log.info("told to nobody")
    try:
        raise ValueError("inner {PERSON}")
    except ValueError:
        log.exception("caught", stack_info=True, extra={{"whom": "{PERSON}"}})
    warnings.warn("a warning about {MOBILE}")
    def fail():
        raise RuntimeError("in a thread, {PERSON}")
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    class Ignored:
        def __del__(self):
            raise RuntimeError("while destroyed, {KEY}")
    Ignored()
    gc.collect()
    raise LookupError("the end: {PERSON} {MOBILE} {KEY} {NOT_ONE}")

sys.argv = ["xinyun", "crash"]
main()
'''


def crashed(home: Path, form: str) -> subprocess.CompletedProcess[str]:
    """A process that logs what it must not, and ends with an error nobody catches."""
    env = os.environ | {
        "XINYUN_HOME": str(home), "XINYUN_LOG": form, "DJANGO_SETTINGS_MODULE": "xinyun.site.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    return subprocess.run([sys.executable, "-c", CRASHING], env=env, capture_output=True, text=True)


def lines(text: str) -> list[dict[str, Any]]:
    """Every line as the object that it is."""
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_is_an_object_and_nothing_leaks(tmp_path: Path) -> None:
    done = crashed(tmp_path, "json")
    told = lines(done.stderr)

    assert done.returncode == 1
    assert [secret for secret in SECRETS if secret in done.stdout + done.stderr] == []
    assert [one["level"] for one in told] == ["WARNING", "ERROR", "ERROR", "WARNING"] + ["CRITICAL"] * 3
    for one in told:
        assert set(one) - {"exception"} == {"time", "level", "logger", "message", "process"}
        assert datetime.fromisoformat(one["time"]).utcoffset() == timedelta(0)
    assert told[0]["message"] == "asked about 529*************18 by 138******78"
    assert told[0]["logger"] == "xinyun.crash"
    assert len({one["process"] for one in told}) == 1
    assert "ValueError: inner 529" in told[2]["exception"]
    assert "Stack (most recent call last)" in told[2]["exception"]
    assert "in a thread" in told[4]["exception"]
    assert "while destroyed" in told[5]["exception"]
    assert f"{NOT_ONE}" in told[6]["exception"]  # eighteen digits that are nobody's
    assert told[6]["exception"].splitlines()[-1].startswith("LookupError: the end: 529****")


def test_text_is_masked_as_well(tmp_path: Path) -> None:
    done = crashed(tmp_path, "")

    assert done.returncode == 1
    assert [secret for secret in SECRETS if secret in done.stdout + done.stderr] == []
    assert done.stderr.splitlines()[0] == "asked about 529*************18 by 138******78"
    assert "Traceback (most recent call last)" in done.stderr
    assert "LookupError: the end: 529*************18" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        f"/subject/{PERSON}/", f"code={PERSON}&x", f"'{PERSON}'", f"tel{MOBILE}", "+86 138 1234 5678", "8613812345678",
        "138-1234-5678", f"bearer {KEY}", "BEARER opaque.token", f"key_{KEY}", "529999199001010000X529999190001010018",
    ],
)  # fmt: skip
def test_it_is_found_wherever_it_stands(text: str) -> None:
    said = discreet(text)

    assert not [
        secret for secret in (PERSON, MOBILE, KEY, "opaque", "1234 5678", "1234-5678") if secret in said
    ]


@pytest.mark.parametrize(
    "text", [NOT_ONE, "91520100MA6DEMO001", "1764211234567", "20261127041537", "1.2.3", "xy_", "Bearer"]
)
def test_what_is_none_of_them_stays(text: str) -> None:
    assert discreet(text) == text


@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_no_neighbour_hides_a_number(before: str, after: str) -> None:
    apart = (re.sub(r"\d$", " ", before), re.sub(r"^\d", " ", after))

    assert is_resident_id(PERSON)
    assert PERSON not in discreet(apart[0] + PERSON + apart[1])


def a_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def logged(store: Store, command: str, path: str) -> str:
    """What a server has told on stderr that was asked for an address, sent what is no request, and told to stop."""
    port = a_port()
    arguments = [sys.executable, "-m", "xinyun.site", command, "--port", port]
    process = subprocess.Popen(
        arguments, env=store.environment | {"XINYUN_LOG": "json"}, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30)
            with socket.create_connection(("127.0.0.1", int(port))) as odd:
                odd.sendall(b"\0\r\n\r\n")
                odd.recv(100)
            break
        except httpx.TransportError:
            time.sleep(0.05)
    process.terminate()
    return process.communicate(timeout=60)[1]


def test_servers_log_in_the_same_way(store: Store) -> None:
    site = logged(store, "serve", f"/nowhere/{PERSON}")
    gateway = logged(store, "gateway", "/healthz")

    told = lines(site)
    assert PERSON not in site
    assert {"_granian", "django.request"} <= {one["logger"] for one in told}
    assert any("/nowhere/529*************18" in one["message"] for one in told)
    assert [(one["logger"], one["level"]) for one in lines(gateway)] == [("uvicorn.error", "WARNING")]


def test_a_server_that_is_refused_says_so_in_a_line(uninitialised_store: Store) -> None:
    command = [sys.executable, "-m", "xinyun.site", "gateway", "--port", a_port()]
    done = subprocess.run(
        command, env=uninitialised_store.environment | {"XINYUN_LOG": "json"}, capture_output=True, text=True
    )

    (told,) = lines(done.stderr)
    assert (done.returncode, told["level"]) == (1, "CRITICAL")
    assert "store-not-ready" in told["message"]
    assert "xinyun init" in told["message"]
