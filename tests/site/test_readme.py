"""Every command of the READMEs runs, in the order in which a newcomer meets them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.one_store, pytest.mark.timeout(600)]


def _checkout(folder: Path) -> Path:
    """A copy of the files under version control, with this run's environment as its `.venv`."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listing.stdout.split("\0")):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    (folder / ".venv").symlink_to(sys.prefix)
    (Path(sys.prefix) / "run.stamp").touch()  # what `make` would otherwise install is what runs this test
    return folder


def _blocks(readme: str) -> list[str]:
    return re.findall(
        r"^```sh\n(.*?)^```$", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def test_both_readmes_tell_the_same_commands() -> None:
    assert _blocks("README.en.md") == _blocks("README.md")


def test_every_command_of_the_readme_runs(tmp_path: Path) -> None:
    ours = ("XINYUN_", "DATABASE_URL", "DJANGO_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}

    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(_blocks("README.md"))],
        cwd=_checkout(tmp_path), env=environment, capture_output=True, text=True, timeout=550,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    decisions = re.findall(r'decision"?:?\s+"?(pass|block)', ran.stdout)
    assert decisions == ["pass", "block", "pass"]
    assert "unchanged" in ran.stdout
