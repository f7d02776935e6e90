"""Help with a search, as pure functions: why nothing was found, and what to try."""

from __future__ import annotations

import re

from xinyun.base import Text
from xinyun.base.identifiers import USCC_ALPHABET, is_resident_id, mask_within, normalise, recognise


def holds_person(asked: str) -> bool:
    """Whether somebody typed a resident identity number, alone or among other words."""
    return is_resident_id(normalise(asked)) or mask_within(asked) != asked


def headline(asked: str) -> Text:
    """What to say first when nothing was found."""
    if len(normalise(asked)) < 2:
        return Text("请至少输入两个字", "Type at least two characters")
    return Text("没有找到符合条件的主体", "Nothing was found")


NOT_SEARCHED = Text("没有查询您输入的号码", "The number was not searched")
PERSON = Text(
    "这像是居民身份证号。本网站不公开自然人的信用信息，也不会保存您输入的号码。",
    "This looks like a resident identity number. Natural persons are not searchable; it is not kept.",
)
FILTERED = Text(
    "您选了筛选条件：符合名称的主体可能在别的市（州）或别的类型里。",
    "Filters are on: what you look for may be in another city or of another type.",
)


def advice(asked: str) -> Text:
    """Why a search may have found nothing, and what to try: the shape of what was typed says a lot."""
    code = normalise(asked)
    found = recognise(asked)
    if is_resident_id(code):
        return PERSON
    if found:
        return Text(
            "代码格式正确，但没有以它登记的主体：可能在外省登记，或尚未归集到本平台。",
            "The code is well formed, but nobody here has it: from another province, or not yet collected.",
        )
    if re.fullmatch(r"[0-9A-Z]{18}", code):
        return Text(*_about_eighteen(code))
    if re.fullmatch(r"[0-9A-Z]{9,20}", code) and re.search(r"[0-9]{6}", code):
        return Text(
            f"统一社会信用代码应为 18 位，您输入了 {len(code)} 位，请核对是否多字或漏字。",
            f"A unified social credit code has 18 characters; you typed {len(code)}.",
        )
    if len(code) < 2:
        return Text("请至少输入名称中连续的两个字。", "Type at least two consecutive characters of the name.")
    return Text(
        "请换用名称中连续的两个字以上，或直接输入 18 位统一社会信用代码。自然人的信用信息不公开查询。",
        "Try other characters of the name, or the 18-character code. Natural persons are not searchable.",
    )


def _about_eighteen(code: str) -> tuple[str, str]:
    strange = "".join(dict.fromkeys(char for char in code if char not in USCC_ALPHABET))
    if strange:
        return (
            f"统一社会信用代码不使用 {'、'.join(strange)}（数字 0、1 常被误输成字母 O、I），请对照证照核对。",
            f"Codes never contain {', '.join(strange)}; digits 0 and 1 are often mistyped as O and I.",
        )
    return (
        "这 18 位代码的校验位不对，可能有一位输错，请对照营业执照核对。",
        "The check character is wrong: one character may be mistyped. Compare with the licence.",
    )
