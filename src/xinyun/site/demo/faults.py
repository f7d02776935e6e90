"""Rows that deserve refusal, so that the demonstration shows how refusals look."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from xinyun.base.identifiers import USCC_ALPHABET
from xinyun.site.demo.records import Row

ONE_IN = 42
"""One bad row for so many good ones; a file of at least ten rows has one."""

Spoil = Callable[[Row], Row]


def _letter_o(row: Row) -> Row:
    return (
        {"uscc": row["uscc"][:10] + row["uscc"][10:].replace("0", "O", 1)}
        if "0" in row["uscc"][10:]
        else _one_off(row)
    )


def _one_off(row: Row) -> Row:
    last = USCC_ALPHABET.index(row["uscc"][-1])
    return {"uscc": row["uscc"][:-1] + USCC_ALPHABET[(last + 1) % 31]}


def _with(**changes: str) -> Spoil:
    return lambda row: changes


_SPOILS: dict[str, tuple[Spoil, ...]] = {
    "registration": (_letter_o, _one_off, _with(established_on="2099-12-31"), _with(established_on="1900-00-00"),
                     _with(name="某司"), _with(status="活着")),
    "licence": (_letter_o, _with(decision_no="许可决定书"), _with(decision_date="2099-12-31"), _with(licence_class="99"),
                _with(valid_to="2001-01-01"), _with(content="")),
    "penalty": (_one_off, _with(decision_no="处罚决定书"), _with(penalty_class="罚金"), _with(decision_date="2099-12-31"),
                _with(penalty_class="罚款", fine_10k_yuan=""), _with(legal_rep_name="7")),
    "abnormal": (_letter_o, _with(cause="原因不明"), _with(listed_on="2099-12-31")),
    "honour": (_one_off, _with(decision_no="公告"), _with(until="2001-01-01")),
    "serious": (_letter_o, _with(decision_no="决定书"), _with(basis="")),
}  # fmt: skip


def spoil(item: str, rows: list[Row], rng: Random) -> list[Row]:
    """The rows with spoiled copies of some among them; the good ones all stay."""
    organisations = [row for row in rows if "uscc" in row]
    bad = (len(rows) + ONE_IN - 11) // ONE_IN if organisations else 0
    mixed = list(rows)
    for _ in range(bad):
        row = rng.choice(organisations)
        mixed.insert(rng.randint(0, len(mixed)), row | rng.choice(_SPOILS.get(item, (_one_off,)))(row))
    return mixed
