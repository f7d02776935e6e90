"""From a file's frame of text to normalised fields, and from those to staged rows.

Normalising changes writing, never content: blanks trimmed, placeholders such as 无 or N/A emptied, days
written as ISO, other spellings of a code-list label written as the official one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import product

import polars as pl

from xinyun.archive.operations import staged_columns
from xinyun.base.period import NO_END
from xinyun.collection.columns import Columns
from xinyun.collection.files import ROW
from xinyun.collection.rules import day_column
from xinyun.law import CodeList, Item, Law
from xinyun.plumbing.sealing import keyed_hash, seal

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


def normalise(frame: pl.DataFrame, item: Item, norms: Law, columns: Columns) -> pl.DataFrame:
    """Select the item's fields under their names, normalised, with a parsed day beside each date field."""
    trimmed = frame.select(
        ROW,
        *(
            pl.col(title).str.strip_chars(" \t\r\n\u3000\ufeff").alias(name)
            for name, title in columns.found.items()
        ),
    )
    names = list(columns.found)
    trimmed = trimmed.with_columns(
        pl.when(pl.col(name).is_in(_EMPTY_SPELLINGS)).then(None).otherwise(pl.col(name)).alias(name)
        for name in names
    )
    written = trimmed.with_columns(expression for name in names for expression in _writing(item, norms, name))
    return _with_days(written, item, names)


def _writing(item: Item, norms: Law, name: str) -> list[pl.Expr]:
    field, column = item.field(name), pl.col(name)
    checks = {check.name for check in field.checks}
    if checks & _FOLDED:
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
    """Turns the good rows of a batch into staged rows; holds what is the same for all of them."""

    def __init__(self, item: Item, norms: Law, names: list[str]) -> None:
        self.item = item
        self.norms = norms
        self.names = sorted(names)
        self._key_of_rows = bytes.fromhex(keyed_hash(b"archive.rows"))[:32]
        self._kinds = norms.codes("subject-kind")

    def rows(self, good: pl.DataFrame) -> pl.DataFrame:
        """Staged rows in the shape of the archive's stage."""
        content = self._json(good)
        person = self._is_person(good)
        # What is staged has names of its own, some of which are fields' names too: so it is made beside the fields.
        staged = good.select(*self._header(good, person), *self._spans(good)).with_columns(
            *self._identities(good, person),
            self._digests(content).alias("digest"),
            self._sealed(good, content).alias("content"),
        )
        return staged.with_columns(self._digests(self._keys(good, staged)).alias("key")).select(
            staged_columns()
        )

    def _header(self, good: pl.DataFrame, person: pl.Expr) -> list[pl.Expr]:
        """The subject's header, as far as this item tells it."""
        fields, item = self.item.subject, self.item
        code = self._text(good, fields.code)
        own_word = item.describes_subject
        category = code.str.slice(0, 2).replace_strict(
            self._kinds.prefixes, default="", return_dtype=pl.String
        )
        kind = code.str.slice(0, 2).replace_strict(
            self._kinds.kinds_by_prefix, default="organisation", return_dtype=pl.String
        )
        return [
            pl.col(ROW).cast(pl.Int64).alias("row"),
            pl.when(person).then(None).otherwise(code).alias("subject_code"),
            pl.when(person).then(pl.lit("person")).otherwise(kind).alias("subject_kind"),
            pl.when(person).then(pl.lit("自然人")).otherwise(category).alias("subject_category"),
            pl.col(fields.name).alias("subject_name"),
            pl.when(person).then(pl.lit("")).otherwise(code.str.slice(2, 6)).alias("subject_division"),
            self._text(good, "status" if own_word else "").alias("subject_status"),
            self._text(good, item.display.date if own_word else "").alias("subject_established"),
        ]

    def _spans(self, good: pl.DataFrame) -> list[pl.Expr]:
        """The day of the decision and the days for which it holds."""
        display = self.item.display
        return [
            self._text(good, display.date).alias("decided_on"),
            self._text(good, display.valid_from).alias("valid_from"),
            self._end(good, display.until).alias("valid_until"),
        ]

    def _is_person(self, good: pl.DataFrame) -> pl.Expr:
        fields = self.item.subject
        if not fields.kind_field or fields.kind_field not in good.columns:
            return pl.lit(self.item.subjects == ("person",))
        codes = self.norms.codes(self.item.field(fields.kind_field).codes)
        return pl.col(fields.kind_field).is_in(
            [label for label, kind in codes.kinds.items() if kind == "person"]
        )

    def _identities(self, good: pl.DataFrame, person: pl.Expr) -> list[pl.Series]:
        """Hash and seal persons' identity numbers, row by row: they are few, and guessing them shall take long."""
        fields = self.item.subject
        named = {fields.person_id, fields.person_id_type}
        identity = (
            pl.concat_str([pl.col(fields.person_id_type), pl.col(fields.person_id)], separator=":")
            if named <= set(good.columns)
            else pl.lit(None, pl.String)
        )
        found = good.with_columns(pl.when(person).then(identity).alias("__identity"))["__identity"].to_list()
        return [
            pl.Series("subject_hash", [i and keyed_hash(i.encode()) for i in found], dtype=pl.String),
            pl.Series("subject_sealed", [i and _seal_text(i) for i in found], dtype=pl.String),
        ]

    def _text(self, frame: pl.DataFrame, name: str) -> pl.Expr:
        """A field, or nothing where the file has no such column."""
        return pl.col(name) if name in frame.columns else pl.lit(None, pl.String)

    def _end(self, frame: pl.DataFrame, name: str) -> pl.Expr:
        """The first free day: the one after an `end-date`, the day itself of an act that ends; none for 长期."""
        if name not in frame.columns:
            return pl.lit(None, pl.String)
        if self.item.field(name).type == "date":
            return pl.col(name)
        after = pl.col(day_column(name)).dt.offset_by("1d").dt.to_string("%Y-%m-%d")
        return pl.when(pl.col(name).is_in(NO_END)).then(None).otherwise(after)

    def _keys(self, good: pl.DataFrame, staged: pl.DataFrame) -> pl.Series:
        """What makes a record the same record: the item, its subject and the item's key fields, empty ones too."""
        subject = staged.select(pl.coalesce("subject_code", "subject_hash")).to_series().alias("__subject")
        named = [self._text(good, name).fill_null("") for name in self.item.key]
        parts = [pl.lit(self.item.id), pl.col("__subject"), *named]
        return good.with_columns(subject).select(pl.concat_str(parts, separator="\x1f")).to_series()

    def _digests(self, texts: pl.Series) -> pl.Series:
        """Keyed, so that a digest gives away nothing about a short identity number inside the text."""
        key = self._key_of_rows
        return pl.Series(
            [hashlib.blake2b(text.encode(), digest_size=16, key=key).hexdigest() for text in texts],
            dtype=pl.String,
        )

    def _sealed(self, frame: pl.DataFrame, content: pl.Series) -> pl.Series:
        """The content to store: personal fields as sealed text. Rows without any keep their text as it is."""
        personal = [name for name in self.names if self.item.field(name).personal]
        touched = (
            frame.select(pl.any_horizontal(pl.col(name).is_not_null() for name in personal)).to_series()
            if personal
            else None
        )
        if touched is None or not touched.any():
            return content
        sealed = frame.filter(touched).with_columns(
            pl.col(name).map_elements(_seal_text, return_dtype=pl.String, skip_nulls=True)
            for name in personal
        )
        return content.scatter(touched.arg_true(), self._json(sealed))

    def _json(self, frame: pl.DataFrame) -> pl.Series:
        """Each row's fields as JSON in the order of names, without the empty ones.

        A member `"name":null` cannot occur inside a text, where quotation marks are escaped.
        """
        encoded = frame.select(pl.struct(self.names).struct.json_encode()).to_series()
        return encoded.str.replace_all(r'"[a-z0-9_]+":null,?', "").str.replace(r",\}$", "}")


def _seal_text(text: str) -> str:
    return "sealed:" + base64.b64encode(seal(text.encode())).decode()
