"""How long an office has to carry a measure out, as norms: when it is reminded, when its delay is told further up."""

from __future__ import annotations

from dataclasses import dataclass

from xinyun.law.kinds import Norm, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement(Norm):
    """The times for carrying out `measures`, or else those that no norm names.

    An office has `act` to do what follows from an entry and `release` to undo it once the entry has ended. It is reminded
    `remind` before the last day; `escalate` after it the credit centre is told. A false alarm keeps tasks away for
    `false_alarm` at most.
    """

    measures: tuple[str, ...]
    act: Span
    release: Span
    remind: Span
    escalate: Span
    false_alarm: Span
