"""The form of an edition, made from the kind's JSON Schema, and back: what is typed becomes the edition as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import yaml

from xinyun.base import Refusal, Text
from xinyun.law.reading import parse
from xinyun.rulemaking.rules import WORDS

Schema = dict[str, Any]

_NOTHING = object()
"""An edition that does not have the key, as against one that says null there."""


class NotReadable(Refusal):
    """What was typed cannot be read as a value."""

    code = "not-readable"


class Posted(Protocol):
    """What a browser sent: one or several texts a name."""

    def get(self, name: str, default: str = "") -> str: ...
    def getlist(self, name: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Input:
    """One control. `form` is choice, choices, line, lines, pairs or structure; `values` are those chosen or typed."""

    name: str
    label: Text
    form: str
    required: bool
    hint: str
    options: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        """What stands in a text control."""
        return "\n".join(self.values)

    @property
    def rows(self) -> int:
        """How many lines a text control shows."""
        return min(max(len(self.values), self.text.count("\n") + 1, 2) + 1, 16)


def inputs(schema: Schema, edition: Mapping[str, Any]) -> tuple[Input, ...]:
    """The controls of an edition in the order of its schema, holding the edition's values."""
    shape = schema["$defs"]["edition"]
    return tuple(
        _input(name, _resolved(prop, schema), name in shape["required"], edition.get(name, _NOTHING))
        for name, prop in shape["properties"].items()
    )


def as_posted(schema: Schema, posted: Posted) -> tuple[Input, ...]:
    """The controls as they were sent, so that nothing typed is lost when it is refused."""
    shape = schema["$defs"]["edition"]
    found = []
    for name, prop in shape["properties"].items():
        blank = _input(name, _resolved(prop, schema), name in shape["required"], _NOTHING)
        values = posted.getlist(name) if blank.form == "choices" else posted.get(name).splitlines()
        found.append(
            Input(
                blank.name, blank.label, blank.form, blank.required, blank.hint, blank.options, tuple(values)
            )
        )
    return tuple(found)


def edition(schema: Schema, posted: Posted) -> dict[str, Any]:
    """The edition that was typed; what was left empty is left out.

    :raises NotReadable: a structure is no YAML, or a citation has no place; every such control is named.
    """
    found: dict[str, Any] = {}
    faults: list[tuple[str, Text]] = []
    properties = schema["$defs"]["edition"]["properties"]
    for control in as_posted(schema, posted):
        try:
            value = _value(control, _resolved(properties[control.name], schema))
        except (ValueError, yaml.YAMLError) as error:
            told = f"{control.label.zh}（{control.name}）：{error}"
            faults.append((control.name, Text(told, f"{control.name}: {error}")))
            continue
        if value is not _NOTHING:
            found[control.name] = value
    if faults:
        raise NotReadable(
            Text("有几项读不出来。", "Some of it cannot be read."),
            Text("请按提示改写。", "Write it as the hints say."),
            fields=tuple(faults),
        )
    return found


def _resolved(prop: Schema, schema: Schema) -> Schema:
    reference = prop.get("$ref", "")
    if not reference:
        return prop
    resolved: Schema = schema["$defs"][reference.rpartition("/")[2]]
    return {**resolved, **{key: value for key, value in prop.items() if key != "$ref"}}


def _input(name: str, prop: Schema, required: bool, value: Any) -> Input:
    form = _form(name, prop)
    options = prop.get("enum") or (prop.get("items") or {}).get("enum") or ()
    label = Text(WORDS.get(name, name), name.replace("_", " "))
    return Input(
        name,
        label,
        form,
        required,
        prop.get("description", ""),
        tuple(options if form in {"choice", "choices"} else ()),
        _typed(form, value),
    )


def _form(name: str, prop: Schema) -> str:
    items = prop.get("items") or {}
    if "enum" in prop:
        return "choice"
    if prop.get("type") == "array":
        if "enum" in items:
            return "choices"
        return "pairs" if items.get("type") == "array" else "lines"
    return "line" if prop.get("type") in {"string", "integer", "boolean"} else "structure"


def _typed(form: str, value: Any) -> tuple[str, ...]:
    if value is _NOTHING:
        return ()
    if value is None:
        return ("null",)
    if form == "pairs":
        return tuple(f"{source} {place}" for source, place in value)
    if form in {"choices", "lines"}:
        return tuple(map(str, value))
    if form == "structure":
        dumped = yaml.safe_dump(
            value, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100
        )
        return tuple(dumped.removesuffix("...\n").splitlines())
    return (str(value).replace("\n", "\\n"),)  # a line shows what is no line as programs write it


def _value(control: Input, prop: Schema) -> Any:
    lines = [line.strip() for line in control.values if line.strip()]
    if not lines:
        return [] if control.required and control.form == "lines" else _NOTHING
    match control.form:
        case "choices" | "lines":
            return lines
        case "pairs":
            return [_pair(line) for line in lines]
        case "structure":
            return parse(control.text)
    text = " ".join(lines)
    if prop.get("type") == "integer":
        return int(text)
    return text == "True" if prop.get("type") == "boolean" else text.replace("\\n", "\n")


def _pair(line: str) -> list[str]:
    source, _, place = line.partition(" ")
    if not place.strip():
        raise ValueError(f"「{line}」没有写条款 (no article)")
    return [source, place.strip()]
