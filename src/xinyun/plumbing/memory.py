"""What a process that answers people does about Python's own memory."""

from __future__ import annotations

import gc


def settle() -> None:
    """Let the garbage collector pass over all that is loaded now, as it stays as long as the process does.

    Else every full collection walks through the rulebook: 60 ms during which nobody is answered.
    """
    gc.collect()
    gc.freeze()
