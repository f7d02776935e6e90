"""The form of one record, made from the catalogue: a control a field, with its hints, its faults and its proposal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from xinyun.base import Text
from xinyun.console.queries import headed
from xinyun.law import CodeList, Condition, Field, Item, Law

LONG = 300
"""From how many characters on a text is written on several lines."""
SHORT = 64
"""Up to how many characters fit a line of usual width."""
JOIN = "；"


class Told(NamedTuple):
    """What is wrong with a field, and what to do about it."""

    problem: Text
    remedy: Text


class Proposed(NamedTuple):
    """What may have been meant, and why one may think so."""

    value: str
    why: Text


class Option(NamedTuple):
    """A label of a code list: what is sent, and what is read."""

    value: str
    said: Text


@dataclass(frozen=True, slots=True)
class Control:
    """One field. `form` is line, lines, day, number, choice, choices, choices-open or suggest.

    `kept` is what stands there already and is not shown in full: the control is then empty, and left empty it keeps it.
    """

    name: str
    code: str
    label: Text
    form: str
    required: bool
    hints: tuple[Text, ...]
    options: tuple[Option, ...]
    values: tuple[str, ...]
    length: int
    kept: str = ""
    faults: tuple[Told, ...] = ()
    proposal: Proposed | None = None

    @property
    def text(self) -> str:
        """What stands in a text control."""
        return JOIN.join(self.values)

    @property
    def described_by(self) -> str:
        """The ids of what a screen reader reads after the label."""
        told = [f"fault-{self.name}"] if self.faults else []
        told += [f"kept-{self.name}"] if self.kept else []
        return " ".join(told + ([f"hint-{self.name}"] if self.hints else []))

    @property
    def is_wide(self) -> bool:
        """Whether a line should be longer than usual."""
        return self.length > SHORT

    @property
    def others(self) -> str:
        """Of several labels those that no list knows."""
        known = {option.value for option in self.options}
        return JOIN.join(value for value in self.values if value not in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A page with the form of a record: `others` stand folded below, `sent` when it comes back with its faults."""

    controls: tuple[Control, ...]
    others: tuple[Control, ...] = ()
    sent: bool = False
    unfolded: bool = False

    @property
    def fault_links(self) -> tuple[tuple[str, Told], ...]:
        """Every fault with the field to which it leads."""
        shown = (*self.controls, *self.others)
        return tuple((control.name, fault) for control in shown for fault in control.faults)

    @property
    def fault_count(self) -> int:
        """How many faults there are."""
        return len(self.fault_links)


class Posted(Protocol):
    """What a browser sent: one or several texts a name."""

    def getlist(self, name: str) -> list[str]: ...


def controls(
    item: Item,
    norms: Law,
    values: Mapping[str, str],
    *,
    faults: Mapping[str, tuple[Told, ...]] | None = None,
    proposals: Mapping[str, Proposed] | None = None,
    kept: Mapping[str, str] | None = None,
) -> tuple[Control, ...]:
    """The controls of an item's fields in the catalogue's order."""
    return tuple(
        _control(
            item,
            norms,
            field,
            values.get(field.name, ""),
            (kept or {}).get(field.name, ""),
            (faults or {}).get(field.name, ()),
            (proposals or {}).get(field.name),
        )
        for field in item.fields
    )


def read(item: Item, posted: Posted) -> dict[str, str]:
    """What was sent for each field of an item; several labels joined as the catalogue joins them."""
    sent = {field.name: [text.strip() for text in posted.getlist(field.name)] for field in item.fields}
    return {name: JOIN.join(filter(None, texts)) for name, texts in sent.items()}


def _control(
    item: Item,
    norms: Law,
    field: Field,
    value: str,
    kept: str,
    faults: tuple[Told, ...],
    proposal: Proposed | None,
) -> Control:
    form, options = _form(field, norms, value)
    values = tuple(value.split(JOIN)) if form.startswith("choices") else (value,)
    return Control(
        name=field.name,
        code=field.code,
        label=headed(field),
        form=form,
        required=field.required == "yes",
        hints=tuple(_hints(item, field, form)),
        options=options,
        values=values if value else (),
        length=field.length,
        kept=kept,
        faults=faults,
        proposal=proposal,
    )


def _form(field: Field, norms: Law, value: str) -> tuple[str, tuple[Option, ...]]:
    """What kind of control suits the field; what stands there and is no day stays in a line, to be mended there."""
    if field.codes:
        return _labels(norms.codes(field.codes), value)
    if field.type in {"date", "end-date"}:
        return ("day" if not value or _is_day(value) else "line"), ()
    if field.type in {"decimal", "integer"}:
        return "number", ()
    return ("lines" if field.length > LONG else "line"), ()


def _labels(codes: CodeList, value: str) -> tuple[str, tuple[Option, ...]]:
    options = tuple(
        Option(label, Text(label, codes.english_labels.get(label, label))) for label in codes.labels
    )
    if codes.several:
        return ("choices-open" if codes.open_prefix else "choices"), options
    if codes.open_prefix:
        return "suggest", options
    if value and value not in codes.labels:  # it is shown, so that nobody has to guess what was sent
        options = (Option(value, Text(f"{value}（不在列表中）", f"{value} (not in the list)")), *options)
    return "choice", options


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _hints(item: Item, field: Field, form: str) -> Iterable[Text]:
    if field.when and field.required == "when":
        said = _said(item, field.when)
        yield Text(f"{said.zh}时必填", f"Required when {said.en}")
    if field.empty_when:
        said = _said(item, field.empty_when)
        yield Text(f"{said.zh}时不填", f"Left empty when {said.en}")
    if form == "line" and field.type in {"date", "end-date"}:
        yield Text("写成 2026-05-10", "Write 2026-05-10")
    if field.type == "end-date":
        yield Text(
            "最后有效的一天；长期有效的填 2099-12-31",
            "The last day that counts; 2099-12-31 where it has no end",
        )
    if field.type == "integer":
        yield Text("整数", "A whole number")
    if form == "suggest":
        yield Text("从列表中选，没有的照实填写", "Choose from the list, or write what it is")
    if field.personal:
        yield Text("个人信息，加密存放，不公开", "Personal: kept encrypted, not public")


def _said(item: Item, condition: Condition) -> Text:
    other = item.field(condition.field)
    if not condition.values:
        return Text(f"填了「{other.title}」", f"“{other.english}” is filled in")
    return Text(
        f"「{other.title}」为{'、'.join(condition.values)}",
        f"“{other.english}” is {' or '.join(condition.values)}",
    )
