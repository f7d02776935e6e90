"""All that is public about a subject at one point of the feed, as frozen values; pages and report draw on it alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from xinyun.base import Text
from xinyun.portal.rules import (
    BRIEF_FIELDS,
    HEADER_FIELDS,
    LEADING_FIELDS,
    SAID_FIELDS,
    Kind,
    Value,
    standing,
)
from xinyun.subjects.queries import Base


@dataclass(frozen=True, slots=True)
class Line:
    """One public record or list entry, as a row of the timeline and of the report."""

    id: str
    kind: Kind
    card: Text
    title: str
    on: date | None
    number: str = ""
    authority: str = ""
    source: Text | None = None
    furnisher: Text | None = None
    until: date | None = None
    basis: tuple[Text, ...] = ()
    leave: str = ""
    values: tuple[Value, ...] = ()
    listed: bool = False
    disputed: bool = False
    under: str = ""
    """The code under which it was furnished, where that is not the current one."""

    @property
    def is_adverse(self) -> bool:
        """Whether its repair may be asked for, as far as its kind says."""
        return self.kind.id in {"penalty", "serious", "abnormal"}

    @property
    def brief(self) -> tuple[Value, ...]:
        """What weighs enough to stand in the row itself."""
        return tuple(value for value in self.values if value.name in BRIEF_FIELDS and value.text)

    @property
    def details(self) -> tuple[Value, ...]:
        """What opens on demand: fields with a value that do not say once more whom the page is about."""
        return tuple(value for value in self.values if value.name not in SAID_FIELDS and value.text)

    @property
    def sent_by_another(self) -> bool:
        """Whether another office furnished the record than the one whose fact it is."""
        return bool(self.furnisher and self.source and self.furnisher.zh != self.source.zh)

    @property
    def said(self) -> tuple[object, ...]:
        """All that the public reads of it; two lines that say the same are the same line."""
        return (
            self.kind.id,
            self.title,
            self.number,
            self.on,
            self.authority,
            self.until,
            self.disputed,
            self.under,
            self.values,
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A subject as the public sees it, under its current code.

    `asked` is the code by which it was asked for, `others` are the codes that it had or has beside the current one;
    `history` says in sentences what became of the codes, and which other subjects it comes from or went on in.
    """

    code: str
    name: str
    kind: Text
    division: str
    status: str
    state: Text
    established_on: date | None
    registration: tuple[Value, ...]
    registrar: Text | None
    lines: tuple[Line, ...]
    base: Base
    seq: int
    rulebook: str
    on: date
    asked: str = ""
    others: tuple[str, ...] = ()
    history: tuple[Text, ...] = ()

    @property
    def is_superseded(self) -> bool:
        """Whether it was asked for by a code that is not the current one."""
        return bool(self.asked) and self.asked != self.code

    @property
    def leading(self) -> tuple[Value, ...]:
        """The registration's fields that the page shows at once."""
        return tuple(value for value in self.registration if value.name in LEADING_FIELDS and value.text)

    @property
    def further(self) -> tuple[Value, ...]:
        """The other fields with a value, except those that the head of the page says in its own way."""
        said = (*HEADER_FIELDS, *LEADING_FIELDS)
        return tuple(value for value in self.registration if value.name not in said and value.text)

    def of(self, kind: str) -> tuple[Line, ...]:
        """The lines of one kind, newest first."""
        return tuple(line for line in self.lines if line.kind.id == kind)

    @property
    def label(self) -> Text | None:
        """The subject's label in the report's sense; facts only, never a grade."""
        if self.of("serious"):
            return Text("失信惩戒对象", "Subject to sanctions")
        if self.of("honour"):
            return Text("守信激励对象", "Entitled to incentives")
        return None

    @property
    def standing(self) -> str:
        """The tone in which the registration state is shown."""
        return standing(self.status)


@dataclass(frozen=True, slots=True)
class Since:
    """How a subject's public records stand, compared with an earlier snapshot."""

    then: int
    now: int
    appeared: int
    gone: int
    header: bool

    @property
    def changed(self) -> bool:
        """Whether anything that the public reads is different."""
        return bool(self.appeared or self.gone or self.header)


def since(then: Snapshot, now: Snapshot) -> Since:
    """What has changed from one snapshot to the other; a revised record has both gone and appeared."""
    before, after = Counter(line.said for line in then.lines), Counter(line.said for line in now.lines)
    return Since(
        then=len(then.lines),
        now=len(now.lines),
        appeared=(after - before).total(),
        gone=(before - after).total(),
        header=(then.name, then.status, then.registration) != (now.name, now.status, now.registration),
    )
