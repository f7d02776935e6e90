"""How a lower context tells a higher one that something happened: typed events, same process, same transaction.

A context announces a frozen dataclass from its `events`; whoever cares subscribes in its `reactions`. Work
for another process does not go this way but through the change feed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

Event = TypeVar("Event")
_subscribers: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)
_not_loaded: list[str] = []


def subscribe(event: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Decorate a function so that it is called with each announced `event`; subscribing twice counts once."""

    def register(react: Callable[[Event], None]) -> Callable[[Event], None]:
        if react not in _subscribers[event]:
            _subscribers[event].append(react)
        return react

    return register


def react_in(module: str) -> None:
    """Have a module's subscriptions made before the first announcement: most commands announce nothing and start sooner."""
    _not_loaded.append(module)


def announce(event: object) -> None:
    """Call every subscriber of this event's type, in the order of subscription; their errors are the caller's."""
    for module in _not_loaded:
        import_module(module)
    _not_loaded.clear()  # not one by one: another thread may be at it
    for react in _subscribers[type(event)]:
        react(event)
