"""Whose word counts where several sources speak of one record. Pure.

The catalogue names an item's providers in the order of their authority. Within one department the later word counts: a
city's office and the province's are one department, whose files follow one another, and nothing says which of its
offices would know better.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol, TypeVar

from xinyun.base import Reason, Text
from xinyun.law import Item, Law, UnknownNorm, rulebook
from xinyun.law.book import Rulebook

SAME, ABOVE, BELOW = "same", "above", "below"
"""How the department of a record's office stands to that of the office that speaks now."""
_ANY = "any"


def department_of(office: str, norms: Law) -> str:
    """The department of an office; of one that the rulebook does not know, its own word for it."""
    try:
        return norms.office(office).department
    except UnknownNorm:
        return office.rpartition(".")[2]


def rank(item: Item, department: str, norms: Law) -> tuple[int, int, str]:
    """The place of a department among an item's providers, the lowest first: no two departments share one.

    Where the catalogue says `any`, those that it does not name stand there, in the order of the table of departments.
    A department that may no longer furnish the item comes last.
    """
    places = {name: place for place, name in enumerate(item.providers)}
    named = places.get(department, places.get(_ANY, len(places)))
    return named, _order(norms).get(department, len(_order(norms))), department


def relation(item: Item, theirs: str, ours: str, norms: Law) -> str:
    """How the department of the office `theirs` stands to that of the office `ours`: same, above or below."""
    one, other = department_of(theirs, norms), department_of(ours, norms)
    if one == other:
        return SAME
    return ABOVE if rank(item, one, norms) < rank(item, other, norms) else BELOW


def decided(item: Item, winner: str, loser: str, norms: Law) -> Reason:
    """Why the word of the office `winner` stands before that of `loser`, on the item's basis."""
    first, second = (department_of(office, norms) for office in (winner, loser))
    one, other = (norms.book.departments.get(name, Text(name, name)) for name in (first, second))
    if rank(item, first, norms)[0] == rank(item, second, norms)[0]:
        said = Text(
            f"目录中「{item.title}」的提供部门不分先后，按部门表的次序，{one.zh}在{other.zh}之前",
            f"the catalogue does not rank those who furnish {item.english}: {one.en} is before {other.en} in the table",
        )
    else:
        said = Text(
            f"目录中「{item.title}」的提供部门以{one.zh}在{other.zh}之前",
            f"the catalogue names {one.en} before {other.en} among those who furnish {item.english}",
        )
    return Reason("order-of-authority", said, item.basis)


@lru_cache(maxsize=4)
def describing_order(book: Rulebook) -> tuple[str, ...]:
    """The items whose rows describe their subjects, the one that counts first: a registry's own before the general one.

    A registry's own item is about the classes of subjects that it registers; the general one is about any.
    """

    def is_general(id: str) -> bool:
        return not any(edition.get("classes") for _, _, edition in book.editions("item", id) if edition)

    return tuple(sorted(book.describing_items, key=lambda one: (is_general(one), one)))


class Word(Protocol):
    """A record that describes its subject."""

    @property
    def item(self) -> str: ...
    @property
    def recorded_seq(self) -> int: ...


Said = TypeVar("Said", bound=Word)


def first_word(words: Iterable[Said]) -> Said | None:
    """Of records that describe one subject, the one that counts: by the order of their items, then the later one."""
    order = describing_order(rulebook())
    return min(words, key=lambda word: (order.index(word.item), -word.recorded_seq), default=None)


@lru_cache(maxsize=8)
def _order(norms: Law) -> dict[str, int]:
    return {slug: place for place, slug in enumerate(norms.book.departments)}
