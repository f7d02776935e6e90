"""How a lower context tells a higher one that something happened: typed events, same process, same transaction.

A context announces a frozen dataclass from its `events`; whoever cares subscribes in its `reactions`. Work
for another process does not go this way but through the change feed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
_subscribers: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Decorate a function so that it is called with each announced `event`; subscribing twice counts once."""

    def register(react: Callable[[Event], None]) -> Callable[[Event], None]:
        if react not in _subscribers[event]:
            _subscribers[event].append(react)
        return react

    return register


def announce(event: object) -> None:
    """Call every subscriber of this event's type, in the order of subscription; their errors are the caller's."""
    for react in _subscribers[type(event)]:
        react(event)
