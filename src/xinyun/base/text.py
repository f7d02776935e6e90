"""Text for people, in the two languages that the platform speaks."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """A sentence in Chinese (`zh`) and in English (`en`). `str()` gives the Chinese one."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh

    @property
    def both(self) -> str:
        """Both languages in one line, for files that carry a single column of text."""
        return f"{self.zh} | {self.en}"
