"""A registry's words on a subject in the order of the days from which they hold. Pure.

A word counts from its day of approval (核准日期), one without from its arrival, and the first of a record from ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.timezone import localtime

from xinyun.archive.authority import first_word
from xinyun.archive.revisions import RevisionView


@dataclass(frozen=True, slots=True)
class Word:
    """A revision that describes its subject and the day from which it is the one that counts; `None`: since ever."""

    since: date | None
    revision: RevisionView


def words(describing: Iterable[Sequence[RevisionView]]) -> tuple[Word, ...]:
    """The words that count, each until the next: of each record its latest that holds by a day, of these the first.

    `describing` are the revisions of each record that describes the subject, the oldest first.
    """
    told = [(since(one) or date.min, which, one) for which, all_ in enumerate(describing) for one in all_]
    spoken = sorted((one for one in told if not one[2].withdrawal), key=lambda one: (one[0], one[2].revision))
    standing: dict[int, RevisionView] = {}
    found: list[Word] = []
    for day, turn in groupby(spoken, key=lambda one: one[0]):
        for _, which, one in turn:
            if which not in standing or standing[which].revision < one.revision:
                standing[which] = one
        first = first_word(standing.values())
        if first and (not found or found[-1].revision is not first):
            found.append(Word(None if day == date.min else day, first))
    return tuple(found)


def word_for(describing: Sequence[Sequence[RevisionView]], day: date) -> RevisionView | None:
    """The word for a day: the last that holds by then, else the one that was told first."""
    held = [one for one in words(describing) if one.since is None or one.since <= day]
    return held[-1].revision if held else first_word([told[0] for told in describing])


def since(one: RevisionView) -> date | None:
    """The day from which a word of a registry holds; `None` for a first word without a day: since ever."""
    approved = one.content.get("approved_on")
    if approved:
        return date.fromisoformat(approved)
    return localtime(one.recorded_at).date() if one.revision > 1 else None
