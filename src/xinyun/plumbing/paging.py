"""Reading everything of a question that answers in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")

_PAGE = 200


def every(page: Callable[..., Sequence[Value]]) -> Iterator[Value]:
    """Everything that `page` gives, asked with `limit` and `offset` until it gives nothing: memory holds one page."""
    offset = 0
    while found := page(limit=_PAGE, offset=offset):
        yield from found
        offset += len(found)
