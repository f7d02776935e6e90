"""What is told of a subject, as frozen values. Days are half-open; `None` for `since` means ever, for `until` still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xinyun.base import Reason, Text


@dataclass(frozen=True, slots=True)
class Said:
    """Who said it: the revision of a record, its item, office and batch, and the day on which the archive learned of it."""

    record: int
    item: str
    office: str
    batch: str
    on: date


@dataclass(frozen=True, slots=True)
class Told:
    """A record's content and who said it; for a registry's word the day from which it is the one that counts."""

    content: Mapping[str, Any]
    said: Said
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A value over some days. `value` is in our vocabulary, empty where the words are unknown; `written` are the words.

    `how` says how the value was read out of the words, where it does not stand in them.
    """

    value: str
    written: str
    title: Text
    since: date | None
    until: date | None
    said: Said
    how: Text | None = None

    def held_on(self, day: date) -> bool:
        """Whether the value held on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Group:
    """The group of subjects, with the reason; `label` is empty where neither code nor registry tells it."""

    label: str
    title: Text
    reason: Reason


@dataclass(frozen=True, slots=True)
class Number:
    """A number that the subject had: what it was given as, and since when the code stands for it."""

    kind: str
    title: Text
    number: str
    until: date | None
    said: Said


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch, or the head office of one; `state` as in `Span.value`, with the registry's own word in `written`.

    `is_known` is whether the archive has a subject of that code.
    """

    code: str
    name: str
    state: str
    written: str
    since: date | None
    said: Said
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Base:
    """What is known of a subject on a day, by what the archive knew at `seq`.

    Spans stand in the order of their days. `branches` are the latest of `branch_count`. Where the registry has said
    nothing for a day, the spans that were told first stand and begin after it.
    """

    code: str
    name: str
    kind: str
    category: str
    group: Group
    states: tuple[Span, ...]
    divisions: tuple[Span, ...]
    industries: tuple[Span, ...]
    names: tuple[Span, ...]
    numbers: tuple[Number, ...]
    branches: tuple[Branch, ...]
    branch_count: int
    head_offices: tuple[Branch, ...]
    on: date
    seq: int

    @property
    def state(self) -> Span | None:
        """The state on the day; `None` where no registry has told one."""
        return _last(self.states)

    @property
    def division(self) -> Span | None:
        """The division on the day."""
        return _last(self.divisions)

    @property
    def industry(self) -> Span | None:
        """The industry on the day; `None` where none was told."""
        return _last(self.industries)

    @property
    def former_names(self) -> tuple[Span, ...]:
        """The names that it bore and bears no more, the latest first."""
        return tuple(one for one in reversed(self.names) if one.value != self.name)


def _last(spans: tuple[Span, ...]) -> Span | None:
    return spans[-1] if spans else None
