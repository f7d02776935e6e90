"""Which rulebook is in use: where it lies, and what was released over it on this platform."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from xinyun.base import Text
from xinyun.law import kept
from xinyun.law.book import Rulebook
from xinyun.law.day import UnknownNorm
from xinyun.law.faults import RulebookFaults


def default_folder() -> Path:
    """`XINYUN_RULEBOOK`, else the checkout's `rulebook/`, else the one inside the installed package."""
    named = os.environ.get("XINYUN_RULEBOOK")
    package = Path(__file__).resolve().parents[1]
    candidates = [Path(named)] if named else [package.parents[1] / "rulebook", package / "rulebook"]
    for folder in candidates:
        if (folder / "schema").is_dir():
            return folder
    raise UnknownNorm(
        Text(f"找不到法规库：{candidates}。", f"No rulebook found at {candidates}."),
        Text("请检查 XINYUN_RULEBOOK。", "Check XINYUN_RULEBOOK."),
    )


PLACE, STAMP = "rulebook", "stamp"
"""The folder of released norms in the home, and the file in it that is written anew whenever the folder changes."""


def released_folder() -> Path:
    """Where the norms lie that officers released on this platform: `rulebook/` in `XINYUN_HOME`."""
    return Path(os.environ.get("XINYUN_HOME", "var")) / PLACE


def rulebook() -> Rulebook:
    """The rulebook in use: the one that came with the program, under what was released on this platform.

    It is loaded once, and anew when something was released since.
    """
    home = os.environ.get("XINYUN_HOME", "var")
    try:  # asked at every turn, so without the cost of a Path
        stamp = os.stat(f"{home}/{PLACE}/{STAMP}").st_mtime_ns
    except OSError:
        return _loaded(None, 0)
    return _loaded(released_folder(), stamp)


def make_ready() -> None:
    """Check the rulebook as its files are now, and keep it, before the stamp tells everybody to go over to it.

    So that takes them a moment, not the seconds of reading and checking a thousand files.
    """
    derived = released_folder().parent / "derived"
    if derived.is_dir():
        with suppress(RulebookFaults):  # which whoever loads it is told
            kept.load(default_folder(), released_folder(), derived)


@lru_cache(maxsize=2)
def _loaded(over: Path | None, stamp: int) -> Rulebook:
    folder, home = default_folder(), Path(os.environ.get("XINYUN_HOME", "var"))
    return Rulebook(folder, over, kept.load(folder, over, home / "derived"))
