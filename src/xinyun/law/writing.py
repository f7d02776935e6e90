"""Writing norm files: an edition is added and every other line stays as it is."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

_BLOCK = {"basis", "measures", "labels", "tiers", "refusals", "conditions", "documents", "effects", "not_for"}
"""Keys whose value stands in lines of its own; every other one is written in one line where it fits."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WIDTH = 100


def with_edition(text: str, since: date, edition: dict[str, Any] | None) -> str:
    """The text of a norm file with an edition added, or put in place of the one of that day; `None` repeals."""
    yaml = _yaml()
    norm = yaml.load(text)
    norm["values"][since] = None if edition is None else _edition(edition)
    days = sorted(norm["values"])
    if list(norm["values"]) != days:
        norm["values"] = CommentedMap((day, norm["values"][day]) for day in days)
    return _text(yaml, norm)


def new_norm(id: str, title: str, english: str, since: date, edition: dict[str, Any]) -> str:
    """The text of a new norm file with its first edition."""
    norm = CommentedMap(id=id, title=title, english=english, values=CommentedMap({since: _edition(edition)}))
    return _text(_yaml(), norm)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    yaml.preserve_quotes = True
    yaml.representer.add_representer(
        type(None), lambda representer, _: representer.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml


def _text(yaml: YAML, norm: Any) -> str:
    out = io.StringIO()
    yaml.dump(norm, out)
    return out.getvalue()


def _edition(edition: dict[str, Any]) -> CommentedMap:
    return CommentedMap((key, _styled(value, block=key in _BLOCK)) for key, value in edition.items())


def _styled(value: Any, *, block: bool = False) -> Any:
    """The value as the house writes it: short things in one line, days without quotation marks."""
    if isinstance(value, dict):
        short = not block and len(str(value)) <= _WIDTH
        styled = CommentedMap((key, _styled(inner)) for key, inner in value.items())
        (styled.fa.set_flow_style if short else styled.fa.set_block_style)()
        return styled
    if isinstance(value, list):
        members = CommentedSeq(_styled(one) for one in value)
        (members.fa.set_block_style if block and value else members.fa.set_flow_style)()
        return members
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    return value
