"""Strict reading of norm files: duplicate keys refused, every key's line remembered."""

from __future__ import annotations

import csv
import pickle
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from xinyun.law.faults import RulebookFault


class _StrictLoader(yaml.CSafeLoader):
    """Refuses duplicate keys, which PyYAML would overwrite in silence; dates stay text, and so does `on`."""


_TEXT_TAGS = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _TEXT_TAGS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])


def _construct_mapping(loader: yaml.CSafeLoader, node: Any) -> dict[Any, Any]:
    seen: dict[Any, int] = {}
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool):
            raise yaml.constructor.ConstructorError(
                None, None, "键须为文字 (keys are text)", key_node.start_mark
            )
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"「{key}」重复，首次出现在第 {seen[key]} 行 (duplicate key)", key_node.start_mark
            )
        seen[key] = key_node.start_mark.line + 1
    return yaml.CSafeLoader.construct_mapping(loader, node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


def parse(text: str) -> Any:
    """What a piece of YAML says, read as norm files are: duplicate keys refused, days left as text.

    :raises yaml.YAMLError: it is none.
    """
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader subclass


@lru_cache(maxsize=8192)
def _parsed(text: str) -> bytes:
    """What a text says, packed: rulebooks that differ in one file are loaded again and again while a draft is tried."""
    return pickle.dumps(parse(text))


class NormFile:
    """One YAML norm file: its `content` and a way from a path inside it to the line."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self._text = path.read_text(encoding="utf-8")
        self.content: Any = pickle.loads(_parsed(self._text))  # noqa: S301 - our own, a line above

    def line(self, path: list[Any]) -> int:
        """The line, from 1, of the deepest part of `path` that exists in the file."""
        node = yaml.compose(self._text, Loader=yaml.CSafeLoader)
        line = 1
        for step in path:
            if isinstance(node, yaml.MappingNode):
                match = next(((k, v) for k, v in node.value if k.value == str(step)), None)
                if match is None:
                    break
                line, node = match[0].start_mark.line + 1, match[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return line

    def fault(self, path: list[Any], problem: str, remedy: str) -> RulebookFault:
        """A fault at that place in the file."""
        return RulebookFault(self.name, self.line(path), problem, remedy)


def read_norm(path: Path, name: str) -> NormFile | RulebookFault:
    """Read one file, or say why it cannot be read."""
    try:
        return NormFile(path, name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return RulebookFault(name, line, str(error.problem), "改正 YAML 写法或删去重复的键 (mend the YAML)")
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        return RulebookFault(name, 0, f"不是有效的 UTF-8 YAML：{error}", "另存为 UTF-8 (save as UTF-8)")


def read_table(path: Path, name: str) -> list[dict[str, str]] | RulebookFault:
    """The rows of a CSV table of the rulebook, every cell trimmed text, or why it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [{k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(stream)]
    except (UnicodeDecodeError, csv.Error) as error:
        return RulebookFault(name, 0, f"不是有效的 UTF-8 CSV：{error}", "另存为 UTF-8 (save as UTF-8)")
