"""The page on which a natural person is looked for; the number is never told back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from xinyun.base import Text
from xinyun.console.queries import titled
from xinyun.law import Law
from xinyun.subjects.operations import PersonFound, PersonRecord


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What was asked, the number aside, and the answer with its records' offices by name."""

    purpose: str
    document: str
    documents: tuple[str, ...]
    longest: int
    found: PersonFound | None = None
    records: tuple[tuple[PersonRecord, Text], ...] = ()

    def with_answer(self, found: PersonFound, now: Law) -> PersonPage:
        """The same with what was found."""
        named = ((one, titled(partial(now.office, one.office), one.office)) for one in found.records)
        return replace(self, found=found, records=tuple(named))
