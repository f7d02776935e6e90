"""What a gateway can tell of itself."""

from __future__ import annotations

from django.conf import settings

from xinyun.gateway import sealing
from xinyun.gateway.index import index


def is_informed() -> bool:
    """Whether there is an index from which checks can be answered without the archive."""
    with index().reading() as snapshot:
        return snapshot.seq > 0 and snapshot.seen_at() is not None


def unsealed() -> int:
    """Bytes of answered checks of this installation that are not in the ledger yet."""
    return sealing.waiting(settings.XINYUN.answered)
