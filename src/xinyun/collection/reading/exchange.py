"""XML as credit systems exchange it: records whose children are fields.

Two passes, without a tree: the first finds the element that is the record and the titles, the second reads.

What is read:
- A record is an element that has children, none of which has children: `<行政处罚><CF_WSH>…</CF_WSH>…`. Where it
  stands is free, such as `<rows><row>` or `<ExchangeMessage><Body><fields>` after a `<Header>`.
- A field's title is its element's name without the namespace, or its attribute `name`: `<field name="名称">…`,
  `<COL NAME="名称">…`. Its value is its text, or else its attribute `value`.
- An element called head or header, and what is inside, is about the message and passed over.
- UTF-8 or GB18030, whatever the declaration says. A document type, hence any entity of one's own, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

import polars as pl

from xinyun.base import Text
from xinyun.collection.reading.elements import Handler, Layout, Records, Where
from xinyun.collection.reading.encoding import LINE_LIMIT, encoding_of, texts
from xinyun.collection.reading.refusals import EXPORT_AGAIN, UnreadableFile
from xinyun.collection.reading.shape import FRAME_ROWS, Known, Table, column_names, numbered

_FRAME_CHARACTERS = 16 << 20


def read(path: Path, known: Known | None) -> Iterator[Table]:
    """The one table of an XML file.

    :raises UnreadableFile: not well-formed, a document type, no records, records of two kinds or with levels.
    """
    encoding = encoding_of(path, lines=False)
    layout = Layout()
    for _ in _parsed(path, encoding, layout):
        pass
    record = layout.record(known)
    titles = list(layout.titles[record])
    yield Table("", titles, _frames(path, encoding, record, titles))


def _frames(path: Path, encoding: str, record: Where, titles: list[str]) -> Iterator[pl.DataFrame]:
    records, row = Records(record), 1
    schema = dict.fromkeys(column_names(titles), pl.String)
    for done in _parsed(path, encoding, records):
        if records.rows and (done or len(records.rows) >= FRAME_ROWS or records.held > _FRAME_CHARACTERS):
            frame = pl.DataFrame([pl.Series(t, [r.get(t) for r in records.rows], pl.String) for t in schema])
            yield numbered(frame, row)
            row += frame.height
            records.rows, records.held = [], 0


def _parsed(path: Path, encoding: str, handler: Handler) -> Iterator[bool]:
    """Feed the file to a handler, and stop after each block; says when all is done."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    parser.CharacterDataHandler = handler.text
    try:
        for text in texts(path, encoding):
            before = handler.events
            parser.Parse(text)
            _refuse_endless(len(text), handler, before)
            yield False
        parser.Parse("", True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise UnreadableFile(
            Text(
                f"XML 文件第 {error.lineno} 行有误（{reason}）。",
                f"The XML breaks at line {error.lineno} ({reason}).",
            ),
            EXPORT_AGAIN,
        ) from None
    yield True


def _refuse_doctype(*_: object) -> None:
    """Only a document type can declare entities, which grow without bound or fetch files."""
    raise UnreadableFile(
        Text("XML 文件带有文档类型声明（DOCTYPE）。", "The XML file declares a document type."),
        Text(
            "请去掉 DOCTYPE；网页（HTML）请另存为「CSV UTF-8」。",
            "Leave the DOCTYPE out; save a web page (HTML) as CSV UTF-8.",
        ),
    )


def _refuse_endless(fed: int, handler: Handler, before: int) -> None:
    """A tag or comment that does not end within a block would be held in memory until it does."""
    if fed >= LINE_LIMIT and handler.events == before:
        raise UnreadableFile(
            Text("XML 里有一个标记或注释超过 1 MiB。", "A tag or comment exceeds 1 MiB."), EXPORT_AGAIN
        )
