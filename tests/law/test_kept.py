"""A checked rulebook is kept for the next process, and only the very same one is taken from there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xinyun.law import RulebookFaults, kept
from xinyun.law.book import Rulebook
from xinyun.law.in_use import default_folder


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """A rulebook of our own to change, and a folder to keep it in."""
    folder, derived = tmp_path / "rulebook", tmp_path / "derived"
    shutil.copytree(default_folder(), folder)
    derived.mkdir()
    return folder, derived


def test_what_is_kept_is_what_was_loaded_and_a_change_of_a_file_is_seen(places: tuple[Path, Path]) -> None:
    folder, derived = places
    fresh = kept.load(folder, None, derived)
    (file,) = derived.iterdir()
    again = kept.load(folder, None, derived)

    assert file.stat().st_mode & 0o077 == 0
    assert again is not fresh
    assert (again.hash, again.tables, again.known) == (fresh.hash, fresh.tables, fresh.known)
    assert {key: norm.content for key, norm in again.norms.items()} == {
        key: norm.content for key, norm in fresh.norms.items()
    }
    assert Rulebook(folder, shelf=again).hash == Rulebook(folder).hash

    norm = folder / "cn" / "catalogue" / "penalty.yaml"
    norm.write_text(
        norm.read_text(encoding="utf-8").replace("english: ", "english: other "), encoding="utf-8"
    )
    assert kept.load(folder, None, derived).norms["item", "penalty"].content["english"].startswith("other ")
    assert [path == file for path in derived.iterdir()] == [False]

    norm.write_text("id: penalty\nid: twice\n", encoding="utf-8")
    with pytest.raises(RulebookFaults):
        kept.load(folder, None, derived)


def test_a_file_that_another_may_have_written_or_that_is_torn_is_not_trusted(
    places: tuple[Path, Path],
) -> None:
    folder, derived = places
    right = kept.load(folder, None, derived).hash
    (file,) = derived.iterdir()
    whole = file.read_bytes()

    file.write_bytes(whole[: len(whole) // 2])
    assert kept.load(folder, None, derived).hash == right

    file.write_bytes(b"cposix\nsystem\n(S'touch " + str(derived / "hacked").encode() + b"'\ntR.")
    file.chmod(0o666)
    assert kept.load(folder, None, derived).hash == right
    assert not (derived / "hacked").exists()
