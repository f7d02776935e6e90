"""Going on from a bundle while the platform is away, and handing in what was answered meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import a_code
from tests.gateway.clients import ASKED, a_client, away
from tests.gateway.conftest import SCENE, public_key
from xinyun.client import Away, BundleRefused, Journal, NotGranted, Refused


@pytest.fixture(scope="module")
def made(gateway, tmp_path_factory) -> tuple[str, Path]:
    """A listed code, and a bundle that knows it."""
    code, folder = gateway.listed(), tmp_path_factory.mktemp("bundle")
    with a_client(gateway, folder) as client:
        return code, client.download(SCENE, days=3)


@pytest.fixture
def bundled(made, tmp_path) -> str:
    """The listed code; its bundle is in `tmp_path`."""
    code, bundle = made
    (tmp_path / "bundle").write_bytes(bundle.read_bytes())
    return code


def test_while_the_platform_is_away_it_answers_as_the_platform_would(gateway, bundled, tmp_path):
    with a_client(gateway) as client:
        there = [client.check(**ASKED, code=code) for code in (bundled, a_code())]
    with away(gateway, tmp_path) as client:
        here = [client.check(**ASKED, code=one.subject.code) for one in there]

    for one, other in zip(there, here, strict=True):
        assert (one.decision, one.measures, one.disputed) == (other.decision, other.measures, other.disputed)
        assert (other.offline, other.receipt, other.subject.known) == (True, "", None)
        assert timedelta(0) <= other.age < timedelta(minutes=5)
        assert other.reasons[0].code == "offline"
    assert len(Journal(tmp_path / "journal").pending()) == 2


def test_what_was_answered_meanwhile_is_handed_in_once(gateway, bundled, tmp_path):
    with away(gateway, tmp_path) as client:
        given = client.check(**ASKED, code=bundled, case="演案2号")
    kept = (tmp_path / "journal").read_bytes()
    with a_client(gateway, tmp_path) as client:
        first, second = client.upload(), client.upload()
        (tmp_path / "journal").write_bytes(
            kept
        )  # as if it had been killed before it wrote the acknowledgment
        third = client.upload()

    (logged,) = [one for one in gateway.logged("check.offline") if one["id"] == given.id]
    assert [(one.recorded, one.waiting) for one in (first, second, third)] == [(1, 0), (0, 0), (1, 0)]
    assert (logged["code"], logged["decision"], logged["case"]) == (bundled, "block", "演案2号")
    assert (logged["purpose"], logged["client"], logged["in_time"]) == (ASKED["purpose"], "交易系统", True)
    assert gateway.xinyun("ledger", "verify")["ok"]


def test_killed_between_the_platforms_word_and_its_own_it_hands_in_again(gateway, bundled, tmp_path):
    with away(gateway, tmp_path) as client:
        given = client.check(**ASKED, code=bundled)
    told = (
        "import os, signal, sys; from pathlib import Path; from xinyun.client import Client, Journal\n"
        "Journal.acknowledge = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "url, key, public, folder = sys.argv[1:]\n"
        "Client(url, key, public_key=public, bundle=Path(folder, 'bundle'), journal=Path(folder, 'journal')).upload()"
    )
    arguments = [gateway.url, gateway.key, public_key(gateway.store.home), str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", told, *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL

    with a_client(gateway, tmp_path) as client:
        assert client.upload().recorded == 1

    assert len([one for one in gateway.logged("check.offline") if one["id"] == given.id]) == 1


def test_no_name_and_no_code_is_in_a_bundle(gateway, bundled, tmp_path):
    raw = (tmp_path / "bundle").read_bytes()

    assert bundled.encode() not in raw
    assert "演示拖欠".encode() not in raw
    logged = gateway.logged("bundle")[0]
    assert (logged["scene"], logged["days"], logged["client"]) == (SCENE, 3, "交易系统")


def at(later: timedelta) -> Callable[[], datetime]:
    """A clock that stands, so much after now."""
    instant = datetime.now(UTC) + later
    return lambda: instant


@pytest.mark.parametrize(
    ("later", "zh"), [(timedelta(days=3, minutes=1), "到期"), (timedelta(days=-1), "时钟")]
)
def test_an_expired_bundle_and_a_clock_set_back_are_refused(gateway, bundled, tmp_path, later, zh):
    with away(gateway, tmp_path, clock=at(later)) as client, pytest.raises(BundleRefused, match=zh):
        client.check(**ASKED, code=bundled)

    assert Journal(tmp_path / "journal").pending() == []


def test_a_clock_before_the_last_answer_is_refused(gateway, bundled, tmp_path):
    with away(gateway, tmp_path, clock=at(timedelta(hours=2))) as client:
        client.check(**ASKED, code=bundled)
    with away(gateway, tmp_path) as client, pytest.raises(BundleRefused, match="时钟"):
        client.check(**ASKED, code=bundled)


def test_a_bundle_that_was_changed_or_is_another_clients_is_refused(gateway, bundled, tmp_path):
    whole = (tmp_path / "bundle").read_bytes()
    token, _, rest = whole.partition(b"\n")
    for changed in (
        whole[:-1],
        whole[:-9] + b"x" + whole[-8:],
        b"\n" + rest,
        token[:-4] + b"AAAA\n" + rest,
        b"",
    ):
        (tmp_path / "bundle").write_bytes(changed)
        with away(gateway, tmp_path) as client, pytest.raises(BundleRefused, match="签名"):
            client.check(**ASKED, code=bundled)
    (tmp_path / "bundle").unlink()
    with away(gateway, tmp_path) as client, pytest.raises(BundleRefused, match="读不到"):
        client.check(**ASKED, code=bundled)


def test_a_name_alone_and_another_scene_are_not_answered_offline(gateway, bundled, tmp_path):
    with away(gateway, tmp_path) as client:
        with pytest.raises(Away, match="只有名称"):
            client.check(**ASKED, name="贵州演示建筑有限公司")
        with pytest.raises(BundleRefused, match="场景"):
            client.check(scene="licence-approval", purpose="审批", code=bundled)


def test_what_is_not_granted_is_neither_bundled_nor_taken(gateway, bundled, tmp_path):
    with a_client(gateway, tmp_path) as client:
        with pytest.raises(NotGranted):
            client.download("licence-approval")
        with pytest.raises(Refused) as refused:
            client.download(SCENE, days=31)
        assert refused.value.code == "days-out-of-range"
    with away(gateway, tmp_path) as client:
        client.check(**ASKED, code=bundled)
    other = gateway.xinyun(
        "client", "add", f"另一系统{a_code()}", "--office", "52.public-resources", "--scene", SCENE
    )
    with a_client(gateway, tmp_path, key=other["key"]) as client, pytest.raises(Refused) as refused:
        client.upload()
    assert refused.value.code == "no-such-bundle"


def test_the_command_makes_the_same_bundle(gateway, bundled, tmp_path):
    gateway.xinyun(
        "bundle", "make", SCENE, "--client", "交易系统", "--out", str(tmp_path / "bundle"), "--days", "2"
    )

    with away(gateway, tmp_path) as client:
        assert client.check(**ASKED, code=bundled).decision == "block"


def test_the_same_doors_stand_inside_the_site(gateway, bundled, tmp_path):
    told = gateway.python(
        "import json; from django.test import Client as C; h = {'Host': 'localhost'};"
        f"k = h | {{'Authorization': 'Bearer {gateway.key}'}};"
        f"b = C().get('/v1/bundles?scene={SCENE}&days=1', headers=k);"
        "print(json.dumps([b.status_code, b['Content-Type'], C().get('/v1/bundles', headers=h).status_code,"
        " C().get('/v1/bundles', headers=k).json()['code'],"
        " C().post('/v1/checks/offline', '{}', 'application/json', headers=k).json()['code'],"
        " C().get('/v1/checks/offline', headers=k).status_code]))"
    )

    assert told == [200, "application/octet-stream", 401, "wrong-parameters", "malformed-question", 405]
