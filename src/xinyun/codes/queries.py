"""Questions about codes: look-up, coverage, duplicate and wrong codes, notices. Answers are values."""

from __future__ import annotations

from xinyun.base.months import WrongMonth, month_of
from xinyun.codes.finding import shared_numbers
from xinyun.codes.looking import MOST_LINES, Lookup, Match, Part, TooManyLines, look_up, look_up_many
from xinyun.codes.notices import Answer, NoticedFinding, NoticeView, addressee, kept_apart, notices
from xinyun.codes.reporting import (
    Line,
    Report,
    months,
    registrar_title,
    report,
)
from xinyun.codes.rules import GROUNDS, HOW, OUTCOMES, Counts, Finding, Holder

__all__ = [
    "GROUNDS",
    "HOW",
    "MOST_LINES",
    "OUTCOMES",
    "Answer",
    "Counts",
    "Finding",
    "Holder",
    "Line",
    "Lookup",
    "Match",
    "NoticeView",
    "NoticedFinding",
    "Part",
    "Report",
    "TooManyLines",
    "WrongMonth",
    "addressee",
    "kept_apart",
    "look_up",
    "look_up_many",
    "month_of",
    "months",
    "notices",
    "registrar_title",
    "report",
    "shared_numbers",
]
