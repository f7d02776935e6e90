"""Create or upgrade the store; doing it again changes nothing."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from xinyun import law
from xinyun.ledger import keys
from xinyun.ledger import operations as ledger
from xinyun.plumbing import feed, sealing
from xinyun.plumbing.models import Change
from xinyun.rulemaking.overlay import lay_out

_LOCK = 0x5859494E  # an arbitrary number for PostgreSQL's advisory lock, this module's alone


def initialise(*, actor: str, on: date) -> dict[str, Any]:
    """Make folders and keys, migrate both databases, lay out released norms, put the rulebook's edition into the feed.

    Returns `home`, `store`, `rulebook` (hash) and `adopted` (whether this edition is new to the store).

    :raises law.RulebookFaults: the rulebook does not load; nothing is touched then.
    """
    law.rulebook()
    for folder in (settings.XINYUN.home, settings.XINYUN.derived, settings.XINYUN.keys):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone():
        sealing.ensure_keys()
        keys.ensure_keys()
        _migrate()
        lay_out()
        book = law.rulebook()
        adopted = _adopt(book.hash, actor)
    ledger.seal(actor=actor, on=on)
    return {
        "home": str(settings.XINYUN.home),
        "store": connections["default"].vendor,
        "rulebook": book.hash,
        "adopted": adopted,
    }


@contextmanager
def _alone() -> Iterator[None]:
    """Let one `init` at a time make a store: on this machine by a lock file, on a shared database by its lock."""
    with (settings.XINYUN.home / "init.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        connection = connections["default"]
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _migrate() -> None:
    if connections["ledger"].vendor == "postgresql":
        with connections["default"].cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS ledger")
    for alias in ("default", "ledger"):
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


@transaction.atomic
def _adopt(digest: str, actor: str) -> bool:
    """Append the rulebook's edition to the feed when it is another one than the last adopted."""
    feed.lock()
    last = Change.objects.filter(kind="rulebook.adopted").order_by("-seq").first()
    if last and last.payload["rulebook"] == digest:
        return False
    feed.append("rulebook.adopted", {"rulebook": digest}, actor=actor)
    return True
