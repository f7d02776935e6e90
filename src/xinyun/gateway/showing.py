"""An answer in words, as pages show it: what to do, which measures by which articles, the receipt as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import segno

from xinyun import law
from xinyun.base import Basis, Text
from xinyun.gateway.answers import Answer
from xinyun.lists.rules import WORDS


@dataclass(frozen=True, slots=True)
class Row:
    """A measure that bears: its list, its articles, and the first day on which it no longer does."""

    title: Text
    list: Text
    basis: list[Text]
    until: date | None


def shown(answer: Answer, now: law.Law) -> dict[str, Any]:
    """What the template `gateway/_answer.html` needs."""
    words, tone = WORDS[answer.outcome]
    verdict = answer.ruling.verdict
    rows = [
        Row(one.title, _list(one.list_id, now), [_article(basis, now) for basis in one.basis], one.until)
        for one in verdict.measures
    ]
    qr = segno.make(answer.receipt, error="l").svg_data_uri(scale=2)
    return {
        "answer": answer,
        "words": words,
        "tone": tone,
        "rows": rows,
        "remarks": verdict.remarks,
        "qr": qr,
    }


def _list(id: str, now: law.Law) -> Text:
    listed = now.list(id)
    return Text(listed.title, listed.english)


def _article(basis: Basis, now: law.Law) -> Text:
    source = now.source(basis.source)
    return Text(f"《{source.title}》{basis.article}", f"{source.english} {basis.article}")
