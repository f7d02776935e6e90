"""Which records speak of codes, and in which fields: the registries' own words, and what they say was given."""

from __future__ import annotations

from xinyun.law import Item, Law, rulebook

ASSIGNMENT = "uscc-assignment"
"""The item by which registering departments return which code they gave in place of which number."""

NUMBERS = {
    "registration-no": (("registration_no", "old_code"), (13, 15)),
    "organisation-code": (("organisation_code",), (9,)),
}
"""Kind of old number -> the fields that hold one, and how long it may be."""


def telling_items() -> tuple[str, ...]:
    """The items whose records say which old number belongs to a code."""
    return tuple(sorted({*rulebook().describing_items, ASSIGNMENT}))


def is_telling(item: Item) -> bool:
    """Whether an item's records say which old number belongs to a code."""
    return item.describes_subject or item.id == ASSIGNMENT


def fields_of(item: Item) -> list[tuple[str, str, tuple[int, ...]]]:
    """Kind, field and lengths of the old numbers that an item's records may hold."""
    own = {field.name for field in item.fields}
    return [
        (kind, name, lengths) for kind, (names, lengths) in NUMBERS.items() for name in names if name in own
    ]


def registering_items(norms: Law) -> dict[str, str]:
    """The items that are registries' words on their subjects, each with the field of the code."""
    return {item.id: item.subject.code for item in norms.items() if item.describes_subject}
