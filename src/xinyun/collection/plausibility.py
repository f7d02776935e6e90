"""Checks of what can be true but hardly is: the office is asked, or told. Pure; the catalogue says which of the two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from xinyun.base import Text
from xinyun.collection.cells import numbered
from xinyun.collection.checks import Cited, Rule, day_column
from xinyun.law.fines import Ceilings, ceilings, named

_YEAR = "(?:19|20)[0-9]{2}"
_DOCUMENT_FORMS = {
    "office": rf"〔{_YEAR}〕.*[0-9].*号",
    "court": rf"[（(]{_YEAR}[）)].*[0-9].*号",
}
"""A year in the six-sided brackets of official documents, or in the round ones of courts, and a number after it."""
_OTHER_BRACKETS = rf"[\[［【({'（'}]{_YEAR}[\]］】){'）'}]"
_RESIDENT = r"^[0-9]{17}[0-9X]$"
_NOISE = 1e-9
"""What sums of decimals may be off by."""


def _document_number(cited: Cited) -> list[Rule]:
    """The form of official numbers; their brackets are the six-sided ones (党政机关公文格式 GB/T 9704)."""
    column, form = pl.col(cited.field.name), cited.argument
    shapes = [_DOCUMENT_FORMS[form]] if form in _DOCUMENT_FORMS else list(_DOCUMENT_FORMS.values())
    unlike = ~column.str.contains("|".join(shapes))
    bracketed = column.str.contains(_OTHER_BRACKETS) if form == "office" else pl.lit(False)
    title, english = cited.field.title, cited.field.english
    example = "（2026）黔01执1号" if form == "court" else "黔市监罚〔2026〕1号"
    return [
        Rule(
            "document-brackets",
            cited.field.name,
            unlike & bracketed,
            Text(f"「{title}」的年份不在六角括号中", f"the year in {english} is not in six-sided brackets"),
            Text(f"公文的年份写在六角括号中，如 {example}。", f"Write it like {example}."),
            severity="warn",
        ),
        Rule(
            "document-number",
            cited.field.name,
            unlike & ~bracketed,
            Text(f"「{title}」不像完整的文号", f"{english} does not look like a whole document number"),
            Text(f"文号有年份和序号，如 {example}；没有文号的照文书填写。", f"A number is like {example}."),
            severity="warn",
        ),
    ]


def _at_most(cited: Cited) -> list[Rule]:
    fault = pl.col(cited.field.name).cast(pl.Float64, strict=False) > float(cited.argument)
    text = Text(
        f"「{cited.field.title}」大于 {cited.argument}", f"{cited.field.english} is above {cited.argument}"
    )
    remedy = Text(
        "请核对数额和单位；确实如此的，确认无误后收下。",
        "Check the amount and its unit; if it is right, confirm it.",
    )
    return [Rule("at-most", cited.field.name, fault, text, remedy, severity="ask")]


def _within_article(cited: Cited) -> list[Rule]:
    """A fine against the greatest that the cited articles allow; the argument is the field that cites them."""
    decided = cited.item.display.date
    if not {cited.argument, decided} <= cited.present.keys():
        return []
    told = pl.struct(text=pl.col(cited.argument), day=pl.col(day_column(decided)), person=_of_person(cited))
    greatest = told.map_batches(
        partial(_greatest, ceilings(cited.norms.book), cited.day), return_dtype=pl.Float64
    )
    fault = pl.col(cited.field.name).cast(pl.Float64, strict=False) > greatest + _NOISE
    basis = cited.other
    return [
        Rule(
            "within-article",
            cited.field.name,
            fault,
            Text(
                f"「{cited.field.title}」高于「{basis.title}」所列条款合计的最高罚款",
                f"{cited.field.english} is above what the articles of {basis.english} allow together",
            ),
            Text(
                "请核对金额的单位（万元）和所引条款；确实如此的，确认无误后收下。",
                "Check the unit (10 000 yuan) and the articles; if both are right, confirm it.",
            ),
            severity="ask",
        )
    ]


def _of_person(cited: Cited) -> pl.Expr:
    """Where a row is about a natural person, by the class that it names."""
    name = cited.item.subject.kind_field
    if name not in cited.present:
        return pl.lit(cited.item.subjects == ("person",))
    kinds = cited.norms.codes(cited.item.field(name).codes).kinds
    return pl.col(name).is_in([label for label, kind in kinds.items() if kind == "person"]).fill_null(False)


def _greatest(known: Ceilings, today: date, rows: pl.Series) -> pl.Series:
    """The greatest fine of each row; bases repeat, so each is read once, and once for each span of days."""
    texts, firsts = numbered(rows.struct.field("text"))
    instruments = [list(named(text)) for text in rows.struct.field("text").gather(firsts)]
    begun = pl.Series(known.days, dtype=pl.Date).search_sorted(
        rows.struct.field("day").fill_null(today), side="right"
    )
    persons = rows.struct.field("person").to_numpy()
    keys = (texts * (len(known.days) + 1) + begun.to_numpy()) * 2 + persons
    _, places, which = np.unique(keys, return_index=True, return_inverse=True)
    found = [
        known.greatest(instruments[texts[place]], int(begun[int(place)]), person=bool(persons[place]))
        if texts[place] < len(instruments)
        else None
        for place in places
    ]
    return pl.Series(found, dtype=pl.Float64).gather(which)


def _not_before_birth(cited: Cited) -> list[Rule]:
    """A decision about a person who was not born yet; the argument is the field of the identity number."""
    if cited.argument not in cited.present:
        return []
    number = pl.col(cited.argument)
    born = pl.when(number.str.contains(_RESIDENT)).then(number.str.slice(6, 8))
    fault = pl.col(day_column(cited.field.name)) < born.str.to_date("%Y%m%d", strict=False)
    text = Text(
        f"「{cited.field.title}」早于证件号码中的出生日期",
        f"{cited.field.english} is before the birth that the identity number tells",
    )
    remedy = Text("请核对日期和证件号码。", "Check the day and the identity number.")
    return [Rule("not-before-birth", cited.field.name, fault, text, remedy, severity="ask")]


def _told_by_the_archive(cited: Cited) -> list[Rule]:
    """Nothing in a frame: what the archive must be asked is `rules.archive_checks`."""
    return []


CHECKS: dict[str, Callable[[Cited], list[Rule]]] = {
    "at-most": _at_most,
    "document-number": _document_number,
    "not-before-birth": _not_before_birth,
    "since-established": _told_by_the_archive,
    "within-article": _within_article,
}
