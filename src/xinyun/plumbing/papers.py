"""The papers of a case as PDF: their words were fixed when they were drawn up, so the same paper is the same bytes again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from django.conf import settings

from xinyun.base import Refusal, Text
from xinyun.plumbing.typesetting import typeset


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a case: its number, what it says, its day and the instant at which it was drawn up."""

    number: str
    content: Mapping[str, Any]
    on: date
    at: datetime


def content(
    title: str, to: tuple[str, str], office: str, sections: Iterable[tuple[str, Sequence[str]]]
) -> dict[str, Any]:
    """What a paper says to a party (`to`: its name and code); sections without a line are left out."""
    return {
        "title": title,
        "to": to[0],
        "code": to[1],
        "office": office,
        "sections": [{"title": head, "lines": list(told)} for head, told in sections if told],
    }


def lines(text: str) -> list[str]:
    """What somebody wrote, as the lines of a section."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class NoSuchPaper(Refusal):
    """The case has no such paper, or not yet."""

    code = "no-such-paper"
    status = 404


def pdf(papers: Mapping[str, Paper], which: str, coming: Text) -> bytes:
    """One of a case's papers, set as tagged PDF; `coming` says when each of them is drawn up.

    :raises NoSuchPaper: the case has none of that name.
    :raises FontsMissing: the machine lacks the fonts.
    """
    found = papers.get(which)
    if found is None:
        raise NoSuchPaper(
            Text(f"此案没有这份文书（{which[:20]}）。", f"The case has no such paper ({which[:20]})."), coming
        )
    about = {"demo": settings.XINYUN.demo, "contact": settings.XINYUN.contact}
    about["office"] = found.content["office"] or settings.XINYUN.operator  # the credit centre's own
    told = {**found.content, **about, "number": found.number, "day": f"{found.on}"}
    return typeset(str(files("xinyun.plumbing") / "paper.typ"), told, found.at.replace(microsecond=0))
