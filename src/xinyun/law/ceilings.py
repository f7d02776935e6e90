"""The greatest fines that instruments allow, as norms."""

from __future__ import annotations

from dataclasses import dataclass

from xinyun.law.kinds import Norm


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The greatest fine of an article, in 10 000 yuan: for organisations, and for natural persons where it differs.

    An article without one, such as a fine by multiples or by days, has `None` for both.
    """

    organisation: float | None = None
    person: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fines(Norm):
    """The greatest fines under one instrument, by article."""

    instrument: str
    ceilings: dict[str, Ceiling]
