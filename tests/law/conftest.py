from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from xinyun import law
from xinyun.law import Rulebook, RulebookFault, RulebookFaults


class Draft:
    """A copy of the rulebook that a test may spoil."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mend(self, file: str, old: str, new: str, *, encoding: str = "utf-8") -> int:
        """Replace a text that the file has; returns the line of the first change."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} no longer has {old!r}: the test needs another place"
        path.write_bytes(text.replace(old, new, 1).encode(encoding))
        return text[: text.index(old)].count("\n") + 1

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def load(self) -> Rulebook:
        return Rulebook(self.folder)

    def faults(self) -> list[RulebookFault]:
        with pytest.raises(RulebookFaults) as refused:
            self.load()
        return refused.value.faults


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every file below a folder, with what a change of it would change."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): (told.st_mtime_ns, told.st_size) for path, told in found}


@pytest.fixture(scope="session")
def _copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Path, tuple[int, int]]]:
    """A copy of the rulebook as it ships, made once: there are more than a thousand files."""
    folder = tmp_path_factory.mktemp("draft") / "rulebook"
    shutil.copytree(law.rulebook().folder, folder)
    return folder, _stamps(folder)


@pytest.fixture
def draft(_copied: tuple[Path, dict[Path, tuple[int, int]]]) -> Iterator[Draft]:
    """A copy of the rulebook as it ships; what the test spoils in it is made good again afterwards."""
    folder, before = _copied
    yield Draft(folder)
    after = _stamps(folder)
    for path in after.keys() - before.keys():
        (folder / path).unlink()
    for path in [path for path, stamp in before.items() if after.get(path) != stamp]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(law.rulebook().folder / path, folder / path)
