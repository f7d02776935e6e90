"""A case's papers as PDF: their words were fixed when they were drawn up, so the same paper is the same bytes again."""

from __future__ import annotations

from importlib.resources import files

from django.conf import settings

from xinyun.base import Refusal, Text
from xinyun.plumbing.typesetting import typeset
from xinyun.repair import queries
from xinyun.repair.queries import CaseView


class NoSuchPaper(Refusal):
    """The case has no such paper, or not yet."""

    code = "no-such-paper"
    status = 404


def pdf(view: CaseView, which: str) -> bytes:
    """A paper of a case, `receipt` or `result`, set as tagged PDF.

    :raises NoSuchPaper: the case has none of that name.
    :raises FontsMissing: the machine lacks the fonts.
    """
    found = queries.papers(view).get(which)
    if found is None:
        raise NoSuchPaper(
            Text(f"此案没有这份文书（{which[:20]}）。", f"The case has no such paper ({which[:20]})."),
            Text(
                "回执在提出时生成，结果在办结时生成。",
                "The receipt comes with the filing, the result at the end.",
            ),
        )
    about = {"demo": settings.XINYUN.demo, "contact": settings.XINYUN.contact}
    about["office"] = found.content["office"] or settings.XINYUN.operator  # the credit centre's own
    content = {**found.content, **about, "number": found.number, "day": f"{found.on}"}
    return typeset(str(files("xinyun.plumbing") / "paper.typ"), content, found.at.replace(microsecond=0))
