"""Labels of a code list that a text may have meant. Pure: nearness is told, and a person decides."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.fuzz import ratio

from xinyun.base import Text
from xinyun.law import CodeList

_NEAR, _APART = 75, 10
"""In percent: how like a label must be, and by how much more than the next one."""
_SHORTEST = 2
_DENYING = frozenset("不未非无否没免")
"""What turns a label into its opposite; a text with another of these than the label is not that label."""
_GENERIC = re.compile(r"(?:行政|许可|处罚|强制|状态|情形|类别|类型|等级|类|型|的|\d+(?:\.\d+)?[万亿]?元?)*")
"""Words that people put around a label and that tell nothing."""
_NOISE = re.compile(r"[^0-9A-Z\u3007\u3400-\u9fff\U00020000-\U000323af]")

_SPELT = Text("空格、标点或全半角与代码表不同", "blanks, marks or width differ from the code list")
_OPEN = Text("「其他」之后应以连字符接具体种类", "the kind follows the other-prefix directly")
_AROUND = Text("代码表中的写法不带前后的字", "the code list has the label without the words around it")
_ALIKE = Text("与代码表中这一项最相近", "the nearest in the code list")


def label(codes: CodeList, text: str) -> tuple[str, Text] | None:
    """The one label that a refused text may have meant, or several where the list joins them; `None` in doubt."""
    parts = re.split(f"[{re.escape(codes.several)}]", text) if codes.several else [text]
    found = [_one(codes, part) for part in parts if part.strip()]
    if not found or any(one is None for one in found):
        return None
    known = [one for one in found if one is not None]
    doubtful = [why for _, why in known if why is not None]
    return "；".join(dict.fromkeys(value for value, _ in known)), doubtful[-1] if doubtful else _SPELT


def _one(codes: CodeList, part: str) -> tuple[str, Text | None] | None:
    if part.strip() in codes.spellings:
        return codes.spellings[part.strip()], None
    folded = _folded(part)
    by_form = {_folded(spelling): name for spelling, name in codes.spellings.items()}
    if folded in by_form:
        return by_form[folded], _SPELT
    other = _folded(codes.open_prefix)
    if other and folded.startswith(other):
        kind = folded.removeprefix(other)
        return (codes.open_prefix + kind, _OPEN) if kind else None
    return _within(by_form, folded) or _near(by_form, folded)


def _within(by_form: dict[str, str], folded: str) -> tuple[str, Text | None] | None:
    """The label that a text holds, where the rest of it tells nothing."""
    held = {
        name
        for form, name in by_form.items()
        if len(form) >= _SHORTEST and form in folded and _GENERIC.fullmatch(folded.replace(form, "", 1))
    }
    return (held.pop(), _AROUND) if len(held) == 1 else None


def _near(by_form: dict[str, str], folded: str) -> tuple[str, Text | None] | None:
    best: dict[str, float] = {}
    for form, name in by_form.items():
        if min(len(form), len(folded)) >= _SHORTEST and not (set(form) ^ set(folded)) & _DENYING:
            best[name] = max(best.get(name, 0), ratio(form, folded))
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < _NEAR or (len(ranked) > 1 and ranked[1][1] > ranked[0][1] - _APART):
        return None
    return ranked[0][0], _ALIKE


def _folded(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).upper())
