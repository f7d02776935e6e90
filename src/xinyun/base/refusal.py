"""The one expected error: something was asked that the rules do not allow, and here is what to do."""

from __future__ import annotations

from typing import ClassVar

from xinyun.base.decision import Basis
from xinyun.base.text import Text


class Refusal(Exception):
    """A refusal says what was refused (`what`), on which ground (`basis`) and what to do (`remedy`).

    Each context subclasses it beside the function that raises it and sets `code`, which is stable and goes
    into problem documents (RFC 9457), and `status`, the HTTP status that fits it.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422

    def __init__(
        self,
        what: Text,
        remedy: Text,
        basis: tuple[Basis, ...] = (),
        fields: tuple[tuple[str, Text], ...] = (),
    ) -> None:
        super().__init__(what.zh)
        self.what = what
        self.remedy = remedy
        self.basis = basis
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.what.zh}{self.remedy.zh}\n{self.what.en} {self.remedy.en}"
