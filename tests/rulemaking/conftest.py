from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.law.conftest import _copied, draft
from tests.lists.conftest import delist, enlist
from xinyun.law.in_use import released_folder

__all__ = ["_copied", "delist", "draft", "enlist", "released_files"]


@pytest.fixture
def released_files() -> Iterator[None]:
    """What a test releases lies in the home's folder, and must be gone for the next one."""
    import shutil

    shutil.rmtree(released_folder(), ignore_errors=True)
    yield
    shutil.rmtree(released_folder(), ignore_errors=True)
