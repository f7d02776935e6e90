"""The schemas of norm files: a quick verdict for what is right, a full account of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError


class Schema:
    """A JSON Schema. Nearly everything that is loaded is right, and a compiled validator says so at once."""

    def __init__(self, path: Path) -> None:
        schema = json.loads(path.read_text(encoding="utf-8"))
        self._quick = jsonschema_rs.Draft202012Validator(schema)
        self._full = Draft202012Validator(schema)

    def errors(self, value: Any) -> Iterator[ValidationError]:
        """Every way in which a value breaks the schema."""
        if not self._quick.is_valid(value):
            yield from self._full.iter_errors(value)
