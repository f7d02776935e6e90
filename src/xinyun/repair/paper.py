"""The papers of an objection or a repair as PDF."""

from __future__ import annotations

from xinyun.base import Text
from xinyun.plumbing import papers
from xinyun.repair import queries
from xinyun.repair.queries import CaseView

_COMING = Text(
    "回执在提出时生成，结果在办结时生成。", "The receipt comes with the filing, the result at the end."
)


def pdf(view: CaseView, which: str) -> bytes:
    """A paper of a case, `receipt` or `result`, set as tagged PDF.

    :raises NoSuchPaper: the case has none of that name.
    :raises FontsMissing: the machine lacks the fonts.
    """
    return papers.pdf(queries.papers(view), which, _COMING)
