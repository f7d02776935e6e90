"""Events and sources as pages show them: offices by name, values as the reader may see them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime

from xinyun.archive.provenance import Contradiction, Provenance
from xinyun.archive.timeline import Event, Shown, titles_of
from xinyun.base import Text
from xinyun.law import Item, Law
from xinyun.law.citing import cite

Named = Callable[[str], Text]
"""An office by its id."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its office by name."""

    event: Event
    office: Text


@dataclass(frozen=True, slots=True)
class Source:
    """One value of a current record: who said it first, in which batch, and on which day the archive learned of it."""

    title: Text
    text: str
    office: Text
    batch: str
    first: date


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What another office says instead, when that was last seen, and why it does not count."""

    office: Text
    seen: date
    fields: tuple[tuple[Text, str], ...]
    why: Text
    basis: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Sourced:
    """A current record with the sources of its values; `last` is the day on which it was last seen.

    `under` is the code under which it is held, where its subject has several.
    """

    title: str
    about: Text
    last: date
    sources: tuple[Source, ...]
    others: tuple[Otherwise, ...]
    under: str = ""


def sourced(
    one: Provenance, item: Item, shown: Shown, named: Named, norms: Law, *, under: str = ""
) -> Sourced:
    """A record's provenance as this reader may see it."""
    values, titles = shown(one.record, item), titles_of(item)
    others = (_otherwise(other, item, shown, named, norms) for other in one.contradictions)
    return Sourced(
        title=values.get(item.display.title) or item.title,
        about=Text(item.title, item.english[:1].upper() + item.english[1:]),
        last=localtime(one.last.at).date(),
        sources=tuple(
            Source(titles[name], text, named(said.office), said.batch, localtime(said.at).date())
            for name, text in values.items()
            if name in titles and (said := one.origins.get(name))
        ),
        others=tuple(other for other in others if other.fields),
        under=under,
    )


def _otherwise(other: Contradiction, item: Item, shown: Shown, named: Named, norms: Law) -> Otherwise:
    told, titles = shown(other.statement, item), titles_of(item)
    return Otherwise(
        office=named(other.statement.office),
        seen=localtime(other.last.at).date(),
        fields=tuple((titles[name], told[name]) for name in other.fields if name in titles and name in told),
        why=other.reason.text,
        basis=cite(other.reason.basis, norms),
    )
