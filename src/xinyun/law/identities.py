"""What joins subjects, as norms: which fields of which items tell that a code became another, or a subject went on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xinyun.base import Text
from xinyun.law.kinds import Condition, Norm

BONDS: dict[str, Text] = {
    "code-change": Text("代码变更", "change of code"),
    "duplicate": Text("重复代码合并", "duplicate codes merged"),
    "merger": Text("合并", "merger"),
    "split": Text("分立", "split"),
}
"""The kinds of bond in words."""
SAME = ("code-change", "duplicate")
"""Bonds between two codes of one subject. The others lead from one subject to another, which is a different one."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Which field of an item names the other code, alone (`code`) or within a text that may have to say a `word`.

    `own` is the end of the bond at which the record's subject stands: `from` or `into`.
    """

    own: str
    code: str = ""
    within: str = ""
    word: str = ""
    starts: str = ""
    document: str = ""
    when: Condition | None = None

    def is_told(self, content: Mapping[str, Any]) -> bool:
        """Whether a record of this content is one that tells the bond, whomever it names."""
        text = str(content.get(self.code or self.within) or "")
        if not text or self.word not in text:
            return False
        return self.when is None or content.get(self.when.field) in self.when.values

    @property
    def fields(self) -> tuple[str, ...]:
        """The item's own fields that are named, each once."""
        named = (
            self.code,
            self.within,
            self.starts,
            self.document,
            self.when.field if self.when else "",
        )
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Norm):
    """A kind of bond, one of `BONDS`, and the items that tell it."""

    bond: str
    told: dict[str, Naming]
