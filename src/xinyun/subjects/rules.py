"""How a subject's group, state, division, industry, names and numbers follow from what records say. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from xinyun.archive.rules import CHANGE, NAME, changed
from xinyun.base import Reason, Text
from xinyun.base.identifiers import (
    is_resident_id,
    is_uscc,
    mask,
    normalise,
)
from xinyun.law import Law
from xinyun.subjects.facts import Base, Group, Number, Span, Told
from xinyun.subjects.places import Places, places

__all__ = [
    "CHANGE",
    "NAME",
    "Base",
    "Group",
    "Number",
    "Span",
    "Told",
    "group_of",
    "industry_of",
    "numbers",
    "place_of",
    "spans",
    "state_of",
]

GROUPS, STATES = "subject-group", "subject-state"
"""The code lists by which words are read."""
ASSIGNMENT, BRANCH = "uscc-assignment", "branch"
"""The items beside the registrations that tell of the subject base."""
Read = Callable[[Told], tuple[str, str, Text, Text | None] | None]
"""From a word to the value, the words themselves, the title and how it was read; `None` where it says nothing."""

_SECTION, _CLASS = re.compile("[A-T]"), re.compile("[A-T]?([0-9]{2})[0-9]{0,2}")


def group_of(code: str, items: Iterable[str], now: Law) -> Group:
    """The group of subjects to which a code belongs: by its first two characters, else by the item that registers it.

    Rests on the code list `subject-group`. Where the items say another group than the code, the reason says so.
    """
    listed = now.codes(GROUPS)
    by_code = listed.prefixes.get(code[:2], "")
    by_item = next((listed.registering[item] for item in items if item in listed.registering), "")
    label = by_code or by_item
    if by_code:
        why = Text(f"代码前两位是 {code[:2]}", f"the code begins with {code[:2]}")
    elif by_item:
        why = Text(
            f"代码前两位 {code[:2]} 不在表中，依登记事项",
            f"{code[:2]} is not in the table: by the registering item",
        )
    else:
        why = Text(
            f"代码前两位 {code[:2]} 不在表中，也没有登记信息",
            f"{code[:2]} is not in the table, and no registry has spoken",
        )
    shared = by_item == listed.registering.get("registration")
    if by_code and by_item and by_item != by_code and not shared:
        why = Text(
            f"{why.zh}；登记事项属「{by_item}」",
            f"{why.en}; the registering item is of {listed.english_labels[by_item]}",
        )
    return Group(
        label, _titled(label or "未归类", listed.english_labels), Reason("subject-group", why, listed.basis)
    )


def state_of(word: str, now: Law) -> tuple[str, Text]:
    """The state that a registry's word means, and its title; the state is empty where no list knows the word.

    Rests on the code lists `enterprise-status` and `subject-state`.
    """
    states, official = now.codes(STATES), now.codes("enterprise-status")
    label = states.spellings.get(official.spellings.get(word, word), "")
    return label, _titled(label or word, states.english_labels)


def place_of(told: Told, code: str, table: Places) -> tuple[str, str, Text | None]:
    """The division that a registration gives its subject: the code of it, the words, and how it was read.

    The registration's own field, else the address where it names another or a smaller place than the code does, else
    the division in the code, which is that of the office that gave it.
    """
    written = str(told.content.get("division_code") or "")
    if written in table.divisions:
        return written, written, None
    own, address = code[2:8], str(told.content.get("address") or "")
    found = table.named_in(address) or table.city(str(told.content.get("city") or ""))
    if found and not table.lies_in(own, found):
        words = address or str(told.content.get("city"))
        return found, words, Text("据登记的住所", "by the registered domicile")
    return own, own, Text("据统一社会信用代码第三至八位", "by characters 3 to 8 of the code")


def industry_of(words: str, now: Law) -> tuple[str, Text] | None:
    """The industry that a registration names, by code or title of GB/T 4754: its code and what it is called.

    A class or group (three or four digits) keeps its code and is called by its division, which the table has.
    """
    table, plain = now.book.industries, normalise(words)
    division = found.group(1) if (found := _CLASS.fullmatch(plain)) else ""
    if division in table:
        own = table[division]
        code = plain.lstrip("ABCDEFGHIJKLMNOPQRST")
        section = table.get(own.parent)
        titles = [one for one in (section, own) if one]
        return code, Text(" · ".join(one.title for one in titles), " · ".join(one.english for one in titles))
    if _SECTION.fullmatch(plain) and plain in table:
        return plain, Text(table[plain].title, table[plain].english)
    by_title = next((one for one in table.values() if one.title == words.strip()), None)
    return (by_title.code, Text(by_title.title, by_title.english)) if by_title else None


def reading_names(told: Told) -> tuple[str, str, Text, Text | None] | None:
    """The name that a word gives."""
    name = str(told.content.get("name") or "")
    return (name, name, Text(name, name), None) if name else None


def reading_states(now: Law) -> Read:
    """The state that a word gives."""

    def read(told: Told) -> tuple[str, str, Text, Text | None] | None:
        word = str(told.content.get("status") or "")
        if not word:
            return None
        label, title = state_of(word, now)
        unknown = None if label else Text("状态词未归类，照原样", "an unknown word, kept as it is")
        return label, word, title, unknown

    return read


def reading_industries(now: Law) -> Read:
    """The industry that a word gives."""

    def read(told: Told) -> tuple[str, str, Text, Text | None] | None:
        words = str(told.content.get("industry_code") or told.content.get("industry") or "")
        if not words:
            return None
        found = industry_of(words, now)
        if found is None:
            return (
                "",
                words,
                Text(words, words),
                Text("行业未归类，照原样", "an unknown industry, kept as it is"),
            )
        return found[0], words, found[1], None

    return read


def reading_places(code: str, now: Law) -> Read:
    """The division that a word gives."""
    table = places(now.book)

    def read(told: Told) -> tuple[str, str, Text, Text | None] | None:
        division, words, how = place_of(told, code, table)
        title = table.title(division)
        return division, words, Text(title, title), how

    return read


def spans(words: Sequence[Told], read: Read) -> tuple[Span, ...]:
    """The values that a registry's words give, each until another follows; words that say nothing leave it as it was."""
    found: list[Span] = []
    for told in words:
        value = read(told)
        if value is None or (found and (found[-1].value, found[-1].title) == (value[0], value[2])):
            continue
        if found:
            found[-1] = replace(found[-1], until=told.since)
        found.append(Span(value[0], value[1], value[2], told.since, None, told.said, value[3]))
    return tuple(found)


def with_changes(
    known: tuple[Span, ...],
    changes: Sequence[Told],
    matter: str,
    read: Callable[[str], tuple[str, Text] | None],
    now: Law,
) -> tuple[Span, ...]:
    """The same with what records of changes of one matter add: values of before, and the days of changes.

    `read` gives a value with its title for the words of a change. Nothing is taken out that the registry's words say.
    """
    found = list(known)
    for told in sorted(changes, key=lambda one: str(one.content.get("changed_on") or "")):
        day, words_of = _day(told.content.get("changed_on")), changed(told.content, matter, now)
        if day is None or words_of is None:
            continue
        for words, is_after in zip(words_of, (False, True), strict=True):
            value = read(words) if words else None
            if value:
                found = _put(found, value, words, day, told, is_after=is_after)
    return tuple(sorted(found, key=lambda one: (one.since or date.min, one.until or date.max)))


def _put(
    found: list[Span], value: tuple[str, Text], words: str, day: date, told: Told, *, is_after: bool
) -> list[Span]:
    """Put in a value that held until a day, or from it on."""
    same = next((n for n, one in enumerate(found) if one.value == value[0]), None)
    if same is None:
        later = min((one.since for one in found if one.since and one.since > day), default=None)
        since, until = (day, later) if is_after else (_latest_end(found, day), day)
        return [*found, Span(value[0], words, value[1], since, until, told.said)]
    one = found[same]
    if is_after and one.since is None and (one.until is None or one.until > day):
        found[same] = replace(one, since=day)
    elif not is_after and (one.since is None or one.since < day) and one.until is None:
        found[same] = replace(one, until=day) if same < len(found) - 1 else one
    return found


def _latest_end(found: Sequence[Span], day: date) -> date | None:
    """The day on which the value before ended, where one did."""
    return max((one.until for one in found if one.until and one.until < day), default=None)


def named(words: str) -> tuple[str, Text]:
    """A name as a value."""
    return words.strip(), Text(words.strip(), words.strip())


def divisions_of(
    known: tuple[Span, ...], changes: Sequence[Told], code: str, now: Law, on: date
) -> tuple[Span, ...]:
    """The divisions that a subject had by a day: those of its words, of its moves, and what became of retired ones."""
    table = places(now.book)

    def read(words: str) -> tuple[str, Text] | None:
        found = table.named_in(words)
        if not found:
            return None
        found = code[2:8] if table.lies_in(code[2:8], found) else found
        return found, Text(table.title(found), table.title(found))

    told = with_heirs(with_changes(known, changes, "住所", read, now), now)
    return tuple(one for one in told if one.since is None or one.since <= on) or told[:1]


def with_heirs(known: tuple[Span, ...], now: Law) -> tuple[Span, ...]:
    """The same with retired divisions followed by their successors, from the day on which the table says they became them."""
    table, found = places(now.book), list[Span]()
    for one in known:
        spell = one
        for heir, since in table.line(one.value)[1:]:
            if (
                since is None
                or (spell.since and since <= spell.since)
                or (spell.until and since >= spell.until)
            ):
                continue
            title = table.title(heir)
            why = Text("区划调整，按沿革", "the division was changed, by the table")
            found.append(replace(spell, until=since))
            spell = replace(spell, value=heir, title=Text(title, title), since=since, how=why)
        found.append(spell)
    return tuple(_merged(found))


def _merged(found: Iterable[Span]) -> Iterable[Span]:
    """Spans of one value that follow each other are one."""
    last: Span | None = None
    for one in found:
        if last and last.value == one.value and last.until == one.since:
            last = replace(last, until=one.until)
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


_GIVEN = {
    "registration_no": ("registration-no", Text("工商注册号", "registration number")),
    "organisation_code": ("organisation-code", Text("组织机构代码", "organisation code")),
    "tax_no": ("tax-number", Text("税务登记号", "tax registration number")),
    "old_code": ("former-code", Text("原代码", "former code")),
}


def numbers(told: Iterable[Told], code: str) -> tuple[Number, ...]:
    """The numbers of before that records name, each once, by the first that names it."""
    found: dict[tuple[str, str], Number] = {}
    for one in told:
        for name, (kind, title) in _GIVEN.items():
            number = normalise(str(one.content.get(name) or ""))
            if not number or number == code:
                continue
            kind, title = _form_of(number) if kind == "former-code" else (kind, title)
            until = _day(one.content.get("act_on")) if name == "old_code" else None
            # the tax number of an old individual business begins with its owner's identity number
            told_as = mask(number) if is_resident_id(number[:18]) else number
            found.setdefault((kind, number), Number(kind, title, told_as, until, one.said))
    return tuple(found.values())


def _form_of(number: str) -> tuple[str, Text]:
    """What an old code is, by its form."""
    if is_uscc(number):
        return "uscc", Text("原统一社会信用代码", "former unified social credit code")
    if len(number) in (13, 15):
        return _GIVEN["registration_no"]
    return _GIVEN["organisation_code"] if len(number) == 9 else _GIVEN["old_code"]


def _titled(label: str, english: Mapping[str, str]) -> Text:
    words = english.get(label, "not classified" if label == "未归类" else label)
    return Text(label, words[:1].upper() + words[1:])


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None
