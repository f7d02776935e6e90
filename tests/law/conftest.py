from __future__ import annotations

import shutil
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


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """A copy of the rulebook as it ships."""
    folder = tmp_path / "rulebook"
    shutil.copytree(law.rulebook().folder, folder)
    return Draft(folder)
