"""What commands on cases have in common: which case, why, what shows it, whom it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

Case = Annotated[int, Parameter(help="案件编号 | the case")]
Reason = Annotated[str, Parameter(help="理由 | why")]
PaperFile = Annotated[Path, Parameter(help="写到哪个文件 | the file to write")]
UnknownName = Annotated[
    str | None,
    Parameter(help="档案中没有该主体时的名称 | the name, where the archive has no such subject"),
]


def parts(typed: str, count: int) -> list[str]:
    """What was typed with bars between, as so many parts; those left out are empty."""
    return [*typed.split("|"), *[""] * count][:count]


def given(evidence: list[str]) -> list[Any]:
    """Evidence of an entry as it is typed: what it shows, its document and its digest, with bars between."""
    from xinyun.listing.operations import Evidence

    return [Evidence(*parts(one, 3)) for one in evidence]
