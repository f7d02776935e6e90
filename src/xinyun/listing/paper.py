"""The papers of a case of entering a list as PDF."""

from __future__ import annotations

from xinyun.base import Text
from xinyun.listing import queries
from xinyun.listing.queries import CaseView
from xinyun.plumbing import papers

_COMING = Text(
    "告知书在提出列入时生成，决定书在决定时生成。",
    "The notice comes with the proposal, the decision with the decision.",
)


def pdf(view: CaseView, which: str) -> bytes:
    """A paper of a case, set as tagged PDF.

    :raises NoSuchPaper: the case has none of that name.
    :raises FontsMissing: the machine lacks the fonts.
    """
    return papers.pdf(queries.papers(view), which, _COMING)
