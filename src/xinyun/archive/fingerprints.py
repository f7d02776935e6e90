"""Short keyed fingerprints of texts, over whole columns: by them a row's key and content are compared.

64 bits of HMAC-SHA256 under a key of our own. Keyed, so that a fingerprint gives nothing away about a short
identity number inside the text, and nobody outside can make two texts meet. Two texts of one record meet by
chance once in 2^64; keys are compared within one subject and item only.
"""

from __future__ import annotations

import polars as pl
import polars_hash as hashing

from xinyun.plumbing.sealing import keyed_hash

SEPARATOR = "\x1f"
"""Between the parts of a key; no field holds it."""


def fingerprints(texts: pl.Series) -> pl.Series:
    """For each text its fingerprint as a signed 64-bit number; null stays null."""
    named = texts.alias("text").to_frame()
    hexed = hashing.col("text").chash.hmac_sha256(key=keyed_hash(b"archive.rows"))
    return named.select(hexed.str.slice(0, 16).str.decode("hex").bin.reinterpret(dtype=pl.Int64)).to_series()


def key_texts(item: str, subjects: pl.Series, named: list[pl.Series]) -> pl.Series:
    """What makes a record the same record, as text: the item, its subject, and the item's key fields, empty ones too."""
    parts = [subjects.alias("0"), *(values.fill_null("").alias(f"{n}") for n, values in enumerate(named, 1))]
    joined = pl.concat_str([pl.lit(item), *(pl.col(part.name) for part in parts)], separator=SEPARATOR)
    return pl.DataFrame(parts).select(joined).to_series()
