"""Which department furnishes which catalogue item: the law's word, not yet what was sent."""

from __future__ import annotations

from dataclasses import dataclass

from xinyun.base import Text
from xinyun.law.day import Law


@dataclass(frozen=True, slots=True)
class Department:
    """A department that has offices in a province, with the ids of the items that name it."""

    slug: str
    title: Text
    offices: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Departments and items. `open_to_all` are the items that any department may furnish, which count for none."""

    departments: tuple[Department, ...]
    items: tuple[tuple[str, Text, tuple[str, ...]], ...]
    """Id, title, the departments that the item names."""
    open_to_all: tuple[str, ...]

    @property
    def without_items(self) -> tuple[Department, ...]:
        """The departments that no item names."""
        return tuple(one for one in self.departments if not one.items)


def coverage(now: Law) -> Coverage:
    """Items and departments as they stand on the law's day, in the order of the departments' table."""
    offices: dict[str, int] = {}
    for office in now.offices():
        if not office.id.startswith("cn."):
            offices[office.department] = offices.get(office.department, 0) + 1
    named = [(item.id, Text(item.title, item.english), item.providers) for item in now.items()]
    return Coverage(
        departments=tuple(
            Department(
                slug, now.book.departments[slug], count, tuple(id for id, _, by in named if slug in by)
            )
            for slug, count in offices.items()
        ),
        items=tuple(named),
        open_to_all=tuple(id for id, _, by in named if "any" in by),
    )
