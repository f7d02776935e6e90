"""Verdicts on codes and the rates made of them: what is a duplicate, what is wrong, when a notice is due. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Literal

from xinyun.base import Text
from xinyun.base.identifiers import (
    USCC_ALPHABET,
    is_organisation_code,
    is_registration_no,
    is_uscc,
    uscc_check_character,
)
from xinyun.law import Clock, Law, Office

DEPARTMENTS = {
    "1": "staffing-commission",
    "3": "justice",
    "4": "culture-tourism",
    "5": "civil-affairs",
    "6": "culture-tourism",
    "7": "ethnic-religious",
    "8": "trade-union",
    "9": "market-regulation",
    "G": "public-security",
    "J": "housing-construction",
    "M": "civil-affairs",
    "N": "agriculture-rural",
}
"""The first character of a code -> the department that registers; those of which no province has an office are left out."""

ENDED = frozenset({"注销", "吊销已注销", "撤销", "迁出"})
"""States in which another may bear the name again, so that two codes of one name are no finding."""

GROUNDS = {
    "one-code": Text("一码多赋：同一代码，不同登记机关报来不同名称", "one code, two names at the same time"),
    "same-part": Text(
        "主体标识码相同：组织机构代码部分相同，代码不同",
        "one organisation part (characters 9 to 17), two codes",
    ),
    "same-number": Text("同一原证照号码对应两个代码", "one old number, two codes"),
    "same-name": Text("同一登记区划内名称完全相同而代码不同", "one full name in one division, two codes"),
    "division": Text("错码：代码中的登记机关区划不存在", "wrong code: its division does not exist"),
}
"""Why a code is looked at: duplicates (重码), then a wrong one (错码)."""

OUTCOMES = {
    "merged": Text("已合并", "merged"),
    "corrected": Text("已更正", "corrected"),
    "cancelled": Text("已注销其一", "one was cancelled"),
    "kept-apart": Text("确为不同主体，分别保留", "different subjects, both kept"),
}
"""What a registering office may answer."""

HOW = {
    "coverage": Text(
        "统一代码覆盖率 = 有有效 18 位代码的主体数 ÷（该数 + 因缺少代码、只有旧码或代码校验不符而退回、尚未改正的登记行数）。"
        "自然人不计。口径为本平台所定，国发〔2015〕33号只要求全覆盖",
        "subjects with a valid 18-character code, of these and the registry's rows that wait because their code is missing, "
        "old or wrong; persons are not counted. The measure is this platform's; the plan of 2015 asks for full coverage",
    ),
    "rate": Text(
        "重错码率 =（重码数 + 错码数）÷（现有代码数 + 当月因代码校验不符退回的登记行数）。重码数按涉及的代码计，一个代码只计一次，"
        "登记机关说明确为不同主体的不计；错码数为登记机关区划不存在的代码，加当月退回的行。"
        "「重错码」是代码数据服务机构的用语，公式没有见到文件，为本平台所定，待核",
        "duplicate and wrong codes, of all codes held and the registry's rows refused in the month for a wrong code. Each code "
        "counts once; those that the registering office keeps apart do not count. The term is that of the national code service; "
        "no document with its formula was seen, so the formula is this platform's own",
    ),
}
"""How the figures are computed, with how sure we are of each."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the eighteen characters of a code say; `expected` is the check character that would be right."""

    department: str
    category: str
    division: str
    organisation: str
    check: str
    expected: str

    @property
    def part_is_right(self) -> bool:
        """Whether the organisation code inside passes its own check; real codes are issued in which it fails."""
        return is_organisation_code(self.organisation)


_SHAPE = re.compile(f"[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}")


def parts(code: str) -> Parts | None:
    """The parts of what has the shape of a code, right or wrong (GB 32100-2015 编码结构); `None` for anything else."""
    if not _SHAPE.fullmatch(code):
        return None
    return Parts(code[0], code[:2], code[2:8], code[8:17], code[17], uscc_check_character(code[:17]))


NumberKind = Literal["registration-no", "organisation-code"]


def number_kind(text: str) -> NumberKind | None:
    """Which old number a text in normal form is: 13 or 15 digits of a registry, or 9 of an organisation code.

    Fifteen digits carry a check digit (GS 15-2006), the thirteen of before July 2007 carry none. The same character all
    along, such as thirteen zeros, fills a column and is nobody's number.
    """
    if len(set(text)) == 1:
        return None
    if re.fullmatch(r"[0-9]{13}", text) or is_registration_no(text):
        return "registration-no"
    return "organisation-code" if is_organisation_code(text) else None


def folded(name: str) -> str:
    """A name without differences of width, case, brackets and blanks."""
    return re.sub(
        r"[\s·•.,，。、()（）〔〕\[\]【】\"'“”‘’-]", "", unicodedata.normalize("NFKC", name).upper()
    )


def registrar(code: str) -> str:
    """Who registered: the division and the department's character, such as `520102.9`."""
    return f"{code[2:8]}.{code[0]}"


def registrar_of(office: Office) -> str:
    """The registrar that an office of ours is, where its department registers; empty text where it does not."""
    character = next((char for char, slug in DEPARTMENTS.items() if slug == office.department), "")
    return character and f"{office.division}.{character}"


def city_of(division: str, norms: Law) -> str:
    """The city that a division, or its successor, belongs to; the province where it is of none, the first digits else."""
    for code in (division, f"{division[:4]}00", f"{division[:2]}0000"):
        if found := norms.division(code):
            while found.successor and (heir := norms.division(found.successor)):
                found = heir
            return f"{found.code[:4]}00"
    return f"{division[:2]}0000"


def office_of(key: str, norms: Law) -> Office | None:
    """The office to which a registrar's findings go: its own, else that of the city, else of the province."""
    division, _, character = key.partition(".")
    slug = DEPARTMENTS.get(character, "")
    city, province = city_of(division, norms), division[:2]
    offices = norms.book.offices
    return next((offices[id] for id in (f"{city}.{slug}", f"{province}.{slug}") if id in offices), None)


def strange_divisions(codes: Iterable[str], norms: Law) -> frozenset[str]:
    """Divisions that do not exist: of no province, or of one whose table is here and lacks them.

    A retired division is none of them: a code is for life and keeps the division of its day.
    """
    known = norms.book.divisions
    provinces = {code[:2] for code in known}
    tabled = {code[:2] for code in known if not code.endswith("0000")}
    return frozenset(
        code for code in codes if code not in known and (code[:2] not in provinces or code[:2] in tabled)
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A registry's word on who bears a code, from the change `first` to before `last`; `None` while it stands."""

    source: str
    name: str
    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class _Span:
    source: str
    name: str
    first: int
    last: int | None

    def meets(self, other: _Span) -> bool:
        """Whether two sources gave different names at the same time."""
        in_time = (self.last is None or other.first < self.last) and (
            other.last is None or self.first < other.last
        )
        return in_time and self.source != other.source and folded(self.name) != folded(other.name)


def _spans(words: Iterable[Word]) -> list[_Span]:
    """From each source's first word of a name to the end of its last, until the source itself gave another name."""
    spans: dict[str, list[_Span]] = {}
    for word in sorted(words, key=lambda word: word.first):
        own = spans.setdefault(word.source, [])
        first = word.first
        if own and folded(own[-1].name) == folded(word.name):
            first = own.pop().first
        own.append(_Span(word.source, word.name, first, word.last))
    return [span for own in spans.values() for span in own]


def borne_together(words: Iterable[Word]) -> tuple[tuple[str, ...], int] | None:
    """The names under which different registries knew one code at the same time, and since which change.

    Names that followed one another are a renaming and no finding; a name that its registry repeats after another
    registry gave a different one was borne all the while.
    """
    names: dict[str, str] = {}
    since: list[int] = []
    for one, other in combinations(_spans(words), 2):
        if one.meets(other):
            names |= {folded(one.name): one.name, folded(other.name): other.name}
            since.append(max(one.first, other.first))
    return (tuple(names.values()), min(since)) if since else None


@dataclass(frozen=True, slots=True)
class Holder:
    """A code and its subject's name; `seq` is the change that brought it."""

    code: str
    name: str
    seq: int

    @property
    def registrar(self) -> str:
        """Who registered it."""
        return registrar(self.code)


@dataclass(frozen=True, slots=True)
class Clash:
    """One ground on which codes are looked at; `value` is what they share, `since` the change that made it so."""

    ground: str
    value: str
    holders: tuple[Holder, ...]
    since: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Codes that are duplicate or wrong, on every ground on which they are; `key` stays while the facts are the same."""

    key: str
    grounds: tuple[tuple[str, str], ...]
    holders: tuple[Holder, ...]
    since: int
    names: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether it is a wrong code and not a duplicate."""
        return self.grounds[0][0] == "division"

    @property
    def registrars(self) -> tuple[str, ...]:
        """Who registered the codes, each once."""
        return tuple(dict.fromkeys(holder.registrar for holder in self.holders))


def findings(clashes: Iterable[Clash]) -> tuple[Finding, ...]:
    """Clashes about the same codes as one finding each, the surest grounds first."""
    together: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Clash]] = {}
    for clash in clashes:
        names = tuple(sorted(map(folded, clash.names)))
        codes = tuple(sorted({holder.code for holder in clash.holders}))
        together.setdefault((codes, names), []).append(clash)
    order = list(GROUNDS)
    found = []
    for (codes, names), those in together.items():
        those.sort(key=lambda clash: order.index(clash.ground))
        first = those[0]
        holders = tuple(sorted(first.holders, key=lambda holder: (holder.seq, holder.code)))
        grounds = tuple(dict.fromkeys((clash.ground, clash.value) for clash in those))
        found.append(
            Finding(_key(codes, names), grounds, holders, min(clash.since for clash in those), first.names)
        )
    return tuple(sorted(found, key=lambda one: (order.index(one.grounds[0][0]), one.holders[0].code)))


def _key(codes: tuple[str, ...], names: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join((*codes, "", *names)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts that add up over registering offices and cities; rates are taken of the sums."""

    codes: int = 0
    duplicate: int = 0
    wrong: int = 0
    refused: int = 0
    """Rows of the registry that were refused in the month because of their code."""
    waiting: int = 0
    """Rows of the registry that still wait for a right code."""

    def __add__(self, other: Counts) -> Counts:
        """The sums."""
        return Counts(
            self.codes + other.codes,
            self.duplicate + other.duplicate,
            self.wrong + other.wrong,
            self.refused + other.refused,
            self.waiting + other.waiting,
        )

    @property
    def rate(self) -> Fraction | None:
        """重错码率 as in `HOW`; `None` where there are no codes."""
        whole = self.codes + self.refused
        return Fraction(self.duplicate + self.wrong + self.refused, whole) if whole else None

    @property
    def coverage(self) -> Fraction | None:
        """统一代码覆盖率 as in `HOW`; `None` where there is nobody."""
        whole = self.codes + self.waiting
        return Fraction(self.codes, whole) if whole else None


def shown(rate: Fraction | None, *, fault: bool) -> str:
    """A rate as pages show it, empty where there is none: faults are rounded up and others down, never to perfection."""
    if rate is None:
        return ""
    hundredths = rate * 10_000
    whole = hundredths.numerator // hundredths.denominator + (fault and hundredths.denominator > 1)
    return f"{whole // 100}.{whole % 100:02d}%"


def tally(
    stock: Iterable[tuple[str, str, int]],
    found: Iterable[Finding],
    refused: Mapping[str, int],
    waiting: Mapping[str, int],
) -> dict[str, Counts]:
    """The counts of each registrar: its codes by first two characters and division, findings, rows refused and waiting."""
    counts: dict[str, Counts] = {}

    def add(key: str, more: Counts) -> None:
        counts[key] = counts.get(key, Counts()) + more

    for prefix, division, number in stock:
        add(f"{division}.{prefix[0]}", Counts(codes=number))
    wrong: set[str] = set()
    duplicate: set[str] = set()
    for finding in found:
        (wrong if finding.is_wrong else duplicate).update(holder.code for holder in finding.holders)
    for code in duplicate:
        add(registrar(code), Counts(duplicate=1))
    for code in wrong - duplicate:
        add(registrar(code), Counts(wrong=1))
    for key, number in refused.items():
        add(key, Counts(refused=number))
    for key, number in waiting.items():
        add(key, Counts(waiting=number))
    return counts


@dataclass(frozen=True, slots=True)
class Told:
    """A notice about a finding to one office, and the office's answer where it gave one."""

    issued_on: date
    due_on: date
    outcome: str = ""
    answered_on: date | None = None


def standing(told: Sequence[Told], clock: Clock, on: date) -> str:
    """How it stands between a finding that is still there and an office, by its last notice.

    `new` and `unmended` (answered, and the data did not follow within the clock) are to be notified; `open`, `overdue`,
    `following` (answered, and the data have time to follow) and `kept-apart` are not.
    """
    if not told:
        return "new"
    last = max(told, key=lambda one: one.issued_on)
    if last.outcome == "kept-apart":
        return "kept-apart"
    if last.answered_on:
        return "following" if on <= clock.due(last.answered_on) else "unmended"
    return "open" if on <= last.due_on else "overdue"


TO_NOTIFY = frozenset({"new", "unmended"})
"""Standings in which a notice is to be issued."""


def is_valid(code: str) -> bool:
    """Whether a text in normal form is a code with the right check character."""
    return is_uscc(code)
