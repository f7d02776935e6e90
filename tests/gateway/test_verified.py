"""What a gateway answered can be verified by whoever holds its receipt: in the public log within seconds."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.gateway.conftest import Running


def test_a_gateways_receipt_is_found_in_the_log_within_seconds(gateway: Running, tmp_path: Path) -> None:
    code, began = gateway.listed("贵州演示核验建筑有限公司"), time.monotonic()
    (tmp_path / "receipt").write_text(gateway.ask(code=code).json()["receipt"], "utf-8")

    found = verified(gateway, tmp_path / "receipt", code)
    assert found["logged"]["state"] in {"awaited", "written", "signed"}
    while found["logged"]["state"] != "signed":
        assert time.monotonic() - began < 120
        found = verified(gateway, tmp_path / "receipt", code)

    assert (found["ok"], found["about"], found["outcome"]) == (True, True, "block")
    assert found["logged"]["path"] or found["logged"]["size"] == 1


def verified(gateway: Running, receipt: Path, code: str) -> dict[str, Any]:
    """What the command says of a receipt."""
    told: dict[str, Any] = json.loads(
        gateway.store.run("verify", receipt, "--about", code, "--json", check=False).stdout
    )
    return told
