"""How a subject is entered in lists, as norms: who is told, how long it may defend itself, who decides, what is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xinyun.law.kinds import Norm, Office
from xinyun.law.measures import CreditList

Conduct = Literal["minor", "general", "serious"]


@dataclass(frozen=True, slots=True)
class Consent:
    """Whose consent a decision needs where an office of one of these levels (`province`, `city`) decides."""

    levels: tuple[str, ...]
    of: str


@dataclass(frozen=True, slots=True)
class Application:
    """That subjects apply: the levels of offices that may recommend them, and the adverse lists' tiers that bar them."""

    recommended_by: tuple[str, ...]
    barred_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Norm):
    """The procedure of entering `lists`, or else those of a `polarity` (and `list_tier`) that no norm names.

    With a `division` it holds for the offices there alone. `period`, `hearing`, `answer` and `service` are clocks.
    `ends_early` says what ends the period before its last day; `conduct` how grave the conduct must be, and is empty
    where that does not matter.
    """

    lists: tuple[str, ...]
    polarity: str
    list_tier: str
    division: str
    notice: Literal["party", "public", "none"]
    notice_tells: tuple[str, ...]
    period: str
    ends_early: tuple[Literal["waived", "stated"], ...]
    hearing: str
    answer: str
    conduct: tuple[Conduct, ...]
    consent: Consent | None
    decides: str
    decision_tells: tuple[str, ...]
    service: str
    repair_notice: bool
    application: Application | None = None

    def closeness(self, credit_list: CreditList, office: Office) -> tuple[bool, bool, bool] | None:
        """How closely it is about an office's decision on a list, the closest greatest; `None` where it is not.

        A norm that names the list goes before one of its tier, that before one of its polarity; among equals the
        division's own goes first.
        """
        named = credit_list.id in self.lists
        if (self.lists and not named) or not office.division.startswith(self.division):
            return None
        if not named and self.polarity != credit_list.polarity:
            return None
        if not named and self.list_tier not in ("", credit_list.tier):
            return None
        return named, bool(self.list_tier), bool(self.division)
