"""Reading what offices send: CSV, Parquet, XLSX, JSON lines, XML, and ZIP of these, as tables of text.

What a file is, is told by its first bytes and not by its name. Whatever is wrong with it, it is refused as a whole
with what to do. Nothing here knows an item of the catalogue, and nothing is ever read as a formula or a command.
"""

from xinyun.collection.reading.refusals import UnreadableFile
from xinyun.collection.reading.shape import FRAME_ROWS, ROW, Table
from xinyun.collection.reading.tables import tables

__all__ = ["FRAME_ROWS", "ROW", "Table", "UnreadableFile", "tables"]
