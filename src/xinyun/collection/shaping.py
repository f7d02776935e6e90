"""From a file's frame of text to normalised fields, and from those to staged rows.

Normalising changes writing, never content: blanks trimmed, placeholders such as 无 or N/A emptied, days
written as ISO, other spellings of a code-list label written as the official one.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from xinyun.archive.operations import ROWS, SUBJECTS, fingerprints, key_texts
from xinyun.base.period import NO_END
from xinyun.collection.cells import Cells, Few, numbered, split
from xinyun.collection.columns import Columns
from xinyun.collection.reading import ROW
from xinyun.collection.rules import day_column, person_labels
from xinyun.law import CodeList, Item, Law
from xinyun.plumbing.sealing import keyed_hash, seal_many

_JOIN = "；"
_NO_END_WORDS = ("长期", "长期有效", "永久", "无固定期限", "无期限")
_DAY_SHAPE = r"^[1-9][0-9]{3}(-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4})$"
"""Four digits of the year, always: 26-05-10 or 2026111 could be read in two ways, and nothing is guessed."""
_EMPTY = ("", "N/A", "NA", "NULL", "NONE", "无", "暂无", "/", "\\", "-", "--", "—", "——", "***", "\\N")
_FOLDED = {"uscc", "resident-id", "organisation-code", "registration-no", "tax-number"}
"""Checks of codes, which are compared in half-width capitals without blanks, hyphens and quotation marks."""
_EMPTY_SPELLINGS = sorted(
    {form for word in _EMPTY for form in map("".join, product(*zip(word.upper(), word.lower(), strict=True)))}
)
"""Every way to write them in upper and lower case: comparing is much quicker than folding the whole column."""

_RARE = ("\\", "\n", "\r", "\t")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def normalise(frame: pl.DataFrame, item: Item, norms: Law, columns: Columns) -> Cells:
    """The item's fields under their names, normalised, with a parsed day beside each date field."""
    fields = frame.select(pl.col(title).alias(name) for name, title in columns.found.items())
    cells = split(fields, frame[ROW])
    for name, one in cells.few.items():
        cells.few[name] = Few(_normalised(one.values, item, norms), one.codes)
    cells.many = _normalised(cells.many, item, norms)
    return cells


def _normalised(frame: pl.DataFrame, item: Item, norms: Law) -> pl.DataFrame:
    names = frame.columns
    if not names:
        return frame
    trimmed = frame.select(pl.all().str.strip_chars(" \t\r\n\u3000\ufeff"))
    trimmed = trimmed.with_columns(
        pl.when(pl.col(name).is_in(_EMPTY_SPELLINGS)).then(None).otherwise(pl.col(name)).alias(name)
        for name in names
    )
    written = trimmed.with_columns(
        expression for name in names for expression in _writing(item, norms, name, trimmed[name])
    )
    return _with_days(written, item, names)


def _writing(item: Item, norms: Law, name: str, values: pl.Series) -> list[pl.Expr]:
    field, column = item.field(name), pl.col(name)
    checks = {check.name for check in field.checks}
    if checks & _FOLDED:
        if not values.str.contains("[^0-9A-Z]").any():
            return []  # which is usual, and to find it out is much quicker than to fold
        folded = column.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[\s\-'\"‘’“”]", "")
        return [folded.alias(name)]
    if field.type in {"decimal", "integer"}:
        return [column.str.normalize("NFKC").str.replace_all(",", "").alias(name)]
    if field.codes:
        return [_official(column, norms.codes(field.codes)).alias(name)]
    return []


def _official(column: pl.Expr, codes: CodeList) -> pl.Expr:
    """Other spellings of a label as the label; in a cell that joins several, each of them, joined by ；."""
    others = {spelling: label for spelling, label in codes.spellings.items() if spelling != label}
    if not codes.several:
        return column.replace(others) if others else column
    separator = f"[{re.escape(codes.several)}]"
    holding = {spelling: label for spelling, label in others.items() if re.search(separator, spelling)}
    if holding:
        column = column.str.replace_many(holding)
    parts = column.str.replace_all(rf"\s*{separator}\s*", _JOIN).str.split(_JOIN)
    return parts.list.eval(pl.element().replace(others)).list.join(_JOIN)


def _with_days(frame: pl.DataFrame, item: Item, names: list[str]) -> pl.DataFrame:
    """Parse days in the forms that offices write; the field's text becomes ISO where it is a day."""
    dated = [item.field(name) for name in names if item.field(name).type in {"date", "end-date"}]
    days = []
    for field in dated:
        text = pl.col(field.name)
        if field.type == "end-date":
            text = pl.when(text.is_in(_NO_END_WORDS)).then(pl.lit(NO_END[0])).otherwise(text)
        plain = text.str.normalize("NFKC").str.replace(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", "")
        plain = plain.str.replace_all(r"[/.年月]", "-").str.strip_chars("日- ")
        plain = pl.when(plain.str.contains(_DAY_SHAPE)).then(plain)
        days.append(
            pl.coalesce(
                plain.str.to_date("%Y-%m-%d", strict=False), plain.str.to_date("%Y%m%d", strict=False)
            ).alias(day_column(field.name))
        )
    frame = frame.with_columns(days)
    return frame.with_columns(
        pl.coalesce(pl.col(day_column(field.name)).dt.to_string("%Y-%m-%d"), pl.col(field.name)).alias(
            field.name
        )
        for field in dated
    )


class Shaper:
    """Turns the good rows of a table into staged ones; holds what is the same for all of them.

    `first` is the number of its first subject: those of a file are numbered through.
    """

    def __init__(self, item: Item, norms: Law, names: list[str], first: int = 0) -> None:
        self.item = item
        self.names = sorted(names)
        self._personal = {name for name in names if item.field(name).personal}
        self._kinds = norms.codes("subject-kind")
        self._persons = person_labels(item, norms)
        self._numbered = first

    def shape(self, good: Cells) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows and their subjects, in the shapes of the archive's `ROWS` and `SUBJECTS`."""
        person = self._is_person(good)
        identified, subjects = self._subjects(good, person)
        content = self._json(good)
        named = [self._text(good, name) for name in self.item.key]
        display = self.item.display
        rows = pl.DataFrame(
            {
                "row": good.rows.cast(pl.Int64),
                "subject": identified,
                "key": fingerprints(
                    key_texts(self.item.id, subjects["identity"].gather(identified - self._numbered), named)
                ),
                "digest": fingerprints(content),
                "content": self._sealed(good, content),
                "decided_on": self._text(good, display.date),
                "valid_from": self._text(good, display.valid_from),
                "valid_until": self._end(good, display.until),
            },
            schema=ROWS,
        )
        self._numbered += subjects.height
        return rows, subjects.drop("identity")

    def _subjects(self, good: Cells, person: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
        """Each row's subject by number, and the subjects, each once, with what the last row about it says."""
        written = self._text(good, self.item.subject.code)
        if person.any():
            identity = self._identity(good)
            written = pl.select(pl.when(person).then(identity).otherwise(written)).to_series()
        codes, firsts = numbered(written)
        lasts = np.zeros(len(firsts), dtype=np.int64)
        lasts[codes] = np.arange(len(codes))
        header = self._header(good, written, person, lasts)
        numbers = pl.Series("n", np.arange(len(lasts)) + self._numbered, dtype=pl.Int64)
        return pl.Series(codes + self._numbered, dtype=pl.Int64), header.with_columns(numbers).select(
            *SUBJECTS.names(), "identity"
        )

    def _header(
        self, good: Cells, written: pl.Series, person: pl.Series, at: npt.NDArray[np.int64]
    ) -> pl.DataFrame:
        """The headers of some rows' subjects, as far as this item tells them."""
        item, fields, own_word = self.item, self.item.subject, self.item.describes_subject
        told = pl.DataFrame(
            {
                "written": written.gather(at),
                "person": person.gather(at),
                "name": self._text(good, fields.name).gather(at),
                "status": self._text(good, "status" if own_word else "").gather(at),
                "established": self._text(good, item.display.date if own_word else "").gather(at),
            }
        )
        identity = pl.when("person").then("written").otherwise(None)
        told = told.with_columns(
            identity.alias("sealed"), pl.when("person").then(None).otherwise("written").alias("code")
        )
        told = told.with_columns(_hashed(told["sealed"]).alias("hash"), _sealed_texts(told["sealed"]))
        prefix, by_person = pl.col("code").str.slice(0, 2), pl.when("person")
        kind = prefix.replace_strict(
            self._kinds.kinds_by_prefix, default="organisation", return_dtype=pl.String
        )
        category = prefix.replace_strict(self._kinds.prefixes, default="", return_dtype=pl.String)
        return told.with_columns(
            by_person.then(pl.lit("person")).otherwise(kind).alias("kind"),
            by_person.then(pl.lit("自然人")).otherwise(category).alias("category"),
            by_person.then(pl.lit("")).otherwise(pl.col("code").str.slice(2, 6)).alias("division"),
            pl.coalesce("code", "hash").alias("identity"),
        )

    def _is_person(self, good: Cells) -> pl.Series:
        kind_field = self.item.subject.kind_field
        if kind_field not in good.names:
            whole = self.item.subjects == ("person",)
            return pl.Series([whole]).new_from_index(0, good.height)
        return good.column(kind_field).is_in(self._persons).fill_null(False)

    def _identity(self, good: Cells) -> pl.Series:
        """What tells a person from others: the kind of document and its number."""
        fields = self.item.subject
        if not {fields.person_id, fields.person_id_type} <= set(good.names):
            return pl.Series([None], dtype=pl.String).new_from_index(0, good.height)
        parts = good.frame([fields.person_id_type, fields.person_id])
        return parts.select(pl.concat_str(parts.columns, separator=":")).to_series()

    def _text(self, cells: Cells, name: str) -> pl.Series:
        """A field, or nothing where the file has no such column."""
        if name and name in cells.names:
            return cells.column(name)
        return pl.Series([None], dtype=pl.String).new_from_index(0, cells.height)

    def _end(self, cells: Cells, name: str) -> pl.Series:
        """The first free day: the one after an `end-date`, the day itself of an act that ends; none for 长期."""
        if not name or name not in cells.names or self.item.field(name).type == "date":
            return self._text(cells, name)
        days = pl.DataFrame({"day": cells.column(day_column(name), name), "text": cells.column(name)})
        after = pl.col("day").dt.offset_by("1d").dt.to_string("%Y-%m-%d")
        return days.select(pl.when(pl.col("text").is_in(NO_END)).then(None).otherwise(after)).to_series()

    def _sealed(self, good: Cells, content: pl.Series) -> pl.Series:
        """The content to store: personal fields as sealed text. Rows without any keep their text as it is."""
        touched = np.zeros(good.height, dtype=np.bool_)
        for name in self._personal:
            touched |= good.column(name).is_not_null().to_numpy()
        if not touched.any():
            return content
        sealed = good.filter(touched).frame(self.names)
        sealed = sealed.with_columns(_sealed_texts(sealed[name]) for name in self._personal)
        return content.scatter(
            np.flatnonzero(touched), self._json(Cells(good.rows.filter(touched), sealed, {}))
        )

    def _json(self, cells: Cells) -> pl.Series:
        """Each row's fields as a JSON object in the order of names, without the empty ones.

        The same text that Python's `json.dumps(…, ensure_ascii=False, sort_keys=True, separators=(",", ":"))` gives.
        """
        members = self._members(cells, pl.Series)
        if self._quoted(cells) or any(members.str.contains(mark, literal=True).any() for mark in _RARE):
            members = self._members(cells, _escaped)
        return pl.select(pl.concat_str(pl.lit("{"), members.str.slice(1), pl.lit("}"))).to_series()

    def _quoted(self, cells: Cells) -> bool:
        """Whether any value holds a quotation mark."""
        values = (
            cells.few[name].values[name] if name in cells.few else cells.many[name] for name in self.names
        )
        return any(one.str.contains('"', literal=True).any() for one in values)

    def _members(self, cells: Cells, written: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """The members of each row's object, each with a comma before it."""
        columns: dict[str, pl.Series] = {}
        parts: list[pl.Expr] = []
        for name in self.names:
            opening, closing = pl.lit(f',"{name}":"'), pl.lit('"')
            if one := cells.few.get(name):
                quoted = pl.select(opening + written(one.values[name]) + closing).to_series()
                columns[name] = quoted.gather(one.codes)
                parts.append(pl.col(name))
                continue
            columns[name] = written(cells.many[name])
            if columns[name].null_count():
                parts.append(opening + pl.col(name) + closing)
            else:
                parts += [opening, pl.col(name), closing]
        return pl.DataFrame(columns).select(pl.concat_str(parts, ignore_nulls=True)).to_series()


def _escaped(texts: pl.Series) -> pl.Series:
    """What JSON escapes in texts without control characters, which no accepted row has."""
    return texts.str.replace_many(_ESCAPES)


def _hashed(texts: pl.Series) -> pl.Series:
    """The keyed hash of each text, by which a person is found; null stays null."""
    return pl.Series([text and keyed_hash(text.encode()) for text in texts.to_list()], dtype=pl.String)


def _sealed_texts(texts: pl.Series) -> pl.Series:
    """Each text sealed; null stays null."""
    clear = [text.encode() for text in texts.drop_nulls()]
    sealed = iter(seal_many(clear))
    told = [
        None if text is None else "sealed:" + base64.b64encode(next(sealed)).decode()
        for text in texts.to_list()
    ]
    return pl.Series(texts.name, told, dtype=pl.String)
