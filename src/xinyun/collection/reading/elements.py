"""What is listened for in XML: first where the records stand and what fields they have, then the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from xinyun.base import Text
from xinyun.collection.reading.encoding import LINE_LIMIT
from xinyun.collection.reading.refusals import UnreadableFile
from xinyun.collection.reading.shape import BLANKS, COLUMNS_LIMIT, Known

DEPTH_LIMIT = 16
_KINDS_LIMIT = 1000
_NAMES_LIMIT = 10_000
_FLAT = Text("每条记录只写一层字段，每个字段一次。", "Write the fields of a record on one level, each once.")

Where = tuple[str, ...]
"""The names of the elements from the root down to one, without namespaces."""


class Handler:
    """What expat calls as elements begin and end, which it counts in `events`."""

    def __init__(self) -> None:
        self.events = 0
        self.locals: dict[str, str] = {}

    def local(self, name: str) -> str:
        """The name without its namespace."""
        found = self.locals.get(name)
        if found is None:
            found = self.locals[name] = name.rpartition(":")[2]
            if len(self.locals) > _NAMES_LIMIT:
                raise _refused("的元素名称太多", "has too many names of elements")
        return found

    def title(self, name: str, attributes: Mapping[str, str]) -> str:
        """What the element is called as a field: its attribute `name`, or else its own name."""
        return attribute(attributes, "name").strip(BLANKS) or self.local(name)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """It ends."""
        raise NotImplementedError

    def text(self, content: str) -> None:
        """Text stands in it."""
        self.events += 1


class _Level:
    """An open element with children: the titles of those without children, and whether it has others."""

    __slots__ = ("leaves", "nested", "repeated")

    def __init__(self) -> None:
        self.leaves: dict[str, None] = {}
        self.nested = False
        self.repeated = ""


class Layout(Handler):
    """The first pass: which elements are like records, how often, with which titles."""

    def __init__(self) -> None:
        super().__init__()
        self.titles: dict[Where, dict[str, None]] = {}
        self._count: Counter[Where] = Counter()
        self._mixed: Counter[Where] = Counter()
        self._repeated: dict[Where, str] = {}
        self._path: list[str] = []
        self._called: list[str] = []
        self._levels: list[_Level | None] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.events += 1
        levels = self._levels
        if levels and levels[-1] is None:
            levels[-1] = _Level()
        levels.append(None)
        local = self.locals.get(name) or self.local(name)
        self._path.append(local)
        self._called.append(self.title(name, attributes) if attributes else local)
        if len(levels) > DEPTH_LIMIT:
            raise _refused(f"嵌套超过 {DEPTH_LIMIT} 层", f"is nested deeper than {DEPTH_LIMIT}")

    def end(self, name: str) -> None:
        self.events += 1
        level, title = self._levels.pop(), self._called.pop()
        above = self._levels[-1] if self._levels else None
        if level is not None:
            self._note(tuple(self._path), level)
            if above:
                above.nested = True
        elif above and title in above.leaves:
            above.repeated = title
        elif above:
            above.leaves[title] = None
            _refuse_wide(above.leaves)
        self._path.pop()

    def _note(self, where: Where, level: _Level) -> None:
        titles = self.titles.setdefault(where, {})
        if not level.leaves.keys() <= titles.keys():
            titles |= level.leaves
            _refuse_wide(titles)
        if level.nested:
            self._mixed[where] += bool(level.leaves)
        else:
            self._count[where] += 1
            if level.repeated:
                self._repeated.setdefault(where, level.repeated)
        if len(self._count) + len(self._mixed) > _KINDS_LIMIT:
            raise _refused("没有重复的记录元素", "has no element that repeats as a record")

    def record(self, known: Known | None) -> Where:
        """Where the records stand: of what is no head, the element with most titles known, then the most frequent.

        :raises UnreadableFile: there is none, there are two kinds, or records have levels or a field twice.
        """
        found = [where for where in self._count if not any(_is_head(name) for name in where)]
        if not found:
            raise _refused("没有记录", "has no records")

        def rank(where: Where) -> tuple[int, int]:
            return sum(map(known, self.titles[where])) if known else 0, self._count[where]

        best, *others = sorted(found, key=rank, reverse=True)
        self._refuse_levels(best, known)
        for other in others:
            if self._count[other] > 1:
                raise _refused(
                    f"有两种记录：{best[-1]:.40}、{other[-1]:.40}",
                    f"has two kinds of records: {best[-1]:.40}, {other[-1]:.40}",
                    Text("每个文件只放一种记录。", "Put records of one kind in a file."),
                )
        return best

    def _refuse_levels(self, record: Where, known: Known | None) -> None:
        """Fields beside a record whose parent is one in its own right, for it repeats or has known titles, are lost."""
        above = [record[:depth] for depth in range(1, len(record))]
        lost = self._mixed[record] or any(self._mixed[where] > 1 for where in above)
        if above and known and self._count[record] == 1:
            lost = lost or any(map(known, self.titles[above[-1]]))
        if lost:
            raise _refused(
                f"的记录里还有一层：{'/'.join(record):.80}",
                f"has records with levels: {'/'.join(record):.80}",
            )
        if record in self._repeated:
            raise _refused(
                f"有字段在一条记录里出现两次：{self._repeated[record]:.40}",
                f"has a field twice in a record: {self._repeated[record]:.40}",
            )


class Records(Handler):
    """The second pass: the records themselves; who listens takes `rows` away and sets `held` to 0."""

    def __init__(self, where: Where) -> None:
        super().__init__()
        self.rows: list[dict[str, str]] = []
        self.held = 0
        self._where = list(where)
        self._path: list[str] = []
        self._row: dict[str, str] | None = None
        self._title = self._value = ""
        self._text: list[str] = []
        self._size = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.events += 1
        if self._row is not None:
            self._text = []
            if attributes:
                self._title, self._value = self.title(name, attributes), attribute(attributes, "value")
            else:
                self._title, self._value = self.locals.get(name) or self.local(name), ""
            return
        self._path.append(self.local(name))
        if self._path == self._where:
            self._row, self._size, self._title = {}, 0, ""

    def text(self, content: str) -> None:
        self.events += 1
        if self._row is not None:
            self._size += len(content)
            if self._size > LINE_LIMIT:
                raise _refused("有一条记录超过 1 MiB", "has a record beyond 1 MiB")
            self._text.append(content)

    def end(self, name: str) -> None:
        self.events += 1
        row = self._row
        if row is not None and self._title:
            if value := "".join(self._text) or self._value:
                row[self._title] = value
            self._title = ""
            return
        if row is not None:
            self.rows.append(row)
            self.held += self._size
            self._row = None
        self._path.pop()


def _is_head(name: str) -> bool:
    return name.lower() in {"head", "header"}


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """The attribute of that name, in whatever case and namespace, or empty text."""
    found = (value for key, value in attributes.items() if key.rpartition(":")[2].lower() == name)
    return next(found, "")


def _refuse_wide(titles: dict[str, None]) -> None:
    if len(titles) > COLUMNS_LIMIT:
        raise _refused(
            f"的记录超过 {COLUMNS_LIMIT} 个字段", f"has records of more than {COLUMNS_LIMIT} fields"
        )


def _refused(zh: str, en: str, remedy: Text = _FLAT) -> UnreadableFile:
    return UnreadableFile(Text(f"XML 文件{zh}。", f"The XML file {en}."), remedy)
