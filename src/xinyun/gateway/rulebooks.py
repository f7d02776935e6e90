"""Which rulebooks answers went by: each is kept once in the home, for a check to be decided again by the same law."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinyun.law import Rulebook
from xinyun.law.bundles import keep, recall

log = logging.getLogger(__name__)
_kept: set[str] = set()


def keep_rulebook(book: Rulebook) -> None:
    """Keep the rulebook before the first answer by it. Where that fails, checks go on and the next one tries again."""
    if book.hash in _kept:
        return
    try:
        if not keep(book, _folder()):
            log.warning("the rulebook %s changed on the disk and was not kept", book.hash[:16])
        _kept.add(book.hash)
    except OSError:
        log.exception("the rulebook %s could not be kept", book.hash[:16])


@lru_cache(maxsize=4)
def rulebook_of(hash: str) -> Rulebook:
    """The rulebook that answers of that hash went by.

    :raises RulebookNotKept: it is not here.
    """
    return recall(hash, _folder())


def _folder() -> Path:
    folder: Path = settings.XINYUN.home / "rulebooks"
    return folder
