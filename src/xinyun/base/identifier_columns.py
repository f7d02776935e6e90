"""Identifier checks over whole columns, for batches; they agree with `identifiers` value by value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from xinyun.base.identifiers import (
    _RESIDENT_WEIGHTS,
    USCC_ALPHABET,
    USCC_PLACEHOLDER,
    USCC_SHAPE,
    USCC_WEIGHTS,
)

_RESIDENT_SHAPE = r"^[1-9][0-9]{5}[1-9][0-9]{3}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$"
_RESIDENT_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)

_uscc_value = np.zeros(256, dtype=np.int32)
for _index, _char in enumerate(USCC_ALPHABET):
    _uscc_value[ord(_char)] = _index
_weights = np.array([*USCC_WEIGHTS, 0], dtype=np.int32)
_resident_weights = np.array([*_RESIDENT_WEIGHTS, 0], dtype=np.int32)


def _letters(codes: pl.Series) -> npt.NDArray[np.uint8]:
    """The bytes of a column of 18-character ASCII codes as an (n, 18) matrix."""
    joined = codes.str.join("").item() if len(codes) else ""
    return np.frombuffer(joined.encode("ascii"), dtype=np.uint8).reshape(-1, 18)


def _scatter(shaped: pl.Series, right: npt.NDArray[np.bool_]) -> pl.Series:
    if len(right) == len(shaped):
        return pl.Series(right)
    answer = np.zeros(len(shaped), dtype=np.bool_)
    answer[shaped.to_numpy()] = right
    return pl.Series(answer)


def uscc_is_right(codes: pl.Series) -> pl.Series:
    """For each code whether it is a unified social credit code with the right check character; null gives false."""
    shaped = (codes.str.contains(f"^{USCC_SHAPE}$") & (codes != USCC_PLACEHOLDER)).fill_null(False)
    letters = _letters(codes if shaped.all() else codes.filter(shaped))
    values = np.take(_uscc_value, letters)
    return _scatter(shaped, -(values @ _weights) % 31 == values[:, 17])


def resident_id_is_right(codes: pl.Series) -> pl.Series:
    """For each code whether it is a resident identity number with a real birth date and the right check."""
    birth = codes.str.slice(6, 8).str.to_date("%Y%m%d", strict=False).is_not_null()
    shaped = (codes.str.contains(_RESIDENT_SHAPE) & birth).fill_null(False)
    letters = _letters(codes.filter(shaped))
    digits = (letters.astype(np.int32) - ord("0")) * _resident_weights
    return _scatter(shaped, _RESIDENT_CHECKS[digits.sum(axis=1) % 11] == letters[:, 17])
