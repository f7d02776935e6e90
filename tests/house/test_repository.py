"""The repository explains itself, and holds nothing that is not ours to publish."""

from __future__ import annotations

import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from xinyun.site.environment import Environment

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.one_store


def _tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    missing = [
        f.metadata["variable"] for f in fields(Environment) if f"`{f.metadata['variable']}`" not in page
    ]

    assert missing == []


def test_the_generated_reference_is_current() -> None:
    from xinyun.site.reference import page

    assert (ROOT / "docs" / "interfaces.md").read_text(encoding="utf-8") == page()


def test_no_machine_path_or_registry_host_is_committed() -> None:
    forbidden = re.compile(
        r"/(?:work|root|home/\w+)/\S|files\.pythonhosted|pypi\.org/simple|registry\.npmjs|deb\.debian\.org"
    )

    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in _tracked()
        if path.suffix
        in {".py", ".md", ".toml", ".lock", ".json", ".yaml", ".yml", ".html", ".css", ".js", ".csv", ""}
        and path != Path(__file__)
        for match in [forbidden.search(path.read_text(encoding="utf-8", errors="ignore"))]
        if match
    ]

    assert found == []


def test_locks_hold_every_dependency_with_its_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()

    names = [re.split(r"[\[<>=~ ]", line)[0].lower() for line in project["dependencies"]]

    assert [name for name in names if f"\n{name}==" not in "\n" + lock] == []
    assert "--hash=sha256:" in lock


def test_each_dependency_says_why_it_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    wanted = project["dependencies"] + [
        d for extra in project["optional-dependencies"].values() for d in extra
    ]

    names = {re.split(r"[\[<>=~ ]", line)[0] for line in wanted}

    assert sorted(name for name in names if f"`{name}`" not in reasons) == []


def test_no_large_file_is_committed() -> None:
    assert [str(p.relative_to(ROOT)) for p in _tracked() if p.stat().st_size > 1_000_000] == []


@pytest.mark.parametrize("language", ["README.md", "README.en.md"])
def test_the_readme_names_only_targets_and_commands_that_exist(language: str) -> None:
    from xinyun.site.reference import commands

    text = (ROOT / language).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))

    assert set(re.findall(r"\bmake ([a-z]+)", text)) <= targets
    used = re.findall(
        r"^(?:\.venv/bin/)?xinyun ([a-z]+(?: (?:show|search|add|remove|verify|prove|check))?)", text, re.M
    )
    known = commands()
    assert used
    assert [c for c in used if f"xinyun {c}" not in known and f"xinyun {c.split()[0]}" not in known] == []
