"""Items that are made while something else goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items, each made in another thread while the one before it is used."""
    made = iter(items)
    with ThreadPoolExecutor(1, "ahead") as pool:
        following = pool.submit(_next, made)
        while found := following.result():
            following = pool.submit(_next, made)
            yield found[0]


def _next(made: Iterator[Item]) -> tuple[Item] | None:
    for item in made:
        return (item,)
    return None
