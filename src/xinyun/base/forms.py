"""The forms of texts that every door asks for: one line, a full name, a document's number.

As patterns, for columns, and as functions, for single values.
"""

from __future__ import annotations

import re

CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
"""Characters that no text holds: control, invisible and direction marks. Tab and line ends are not among them."""
LINE_BREAK = r"[\t\r\n\u2028\u2029]"
"""What one line does not hold beside them."""
LETTER = r"[\p{Han}A-Za-z]"
"""In the pattern language of columns: what a name consists of, at least in part."""
TEST_WORD = r"^测试|^test|test$"
"""Names that were entered to try something (practice of 发改办财金〔2018〕424号)."""
DIGIT = r"[0-9０-９]"

_ONE_LINE = re.compile(f"(?!.*(?:{CONTROL}|{LINE_BREAK}))", re.DOTALL)
_HAN_OR_LATIN = re.compile(r"[A-Za-z\u3007\u3400-\u9fff\U00020000-\U000323af]")


def is_one_line(text: str) -> bool:
    """Whether a text is one line without control or invisible characters."""
    return _ONE_LINE.match(text) is not None


def is_organisation_name(text: str) -> bool:
    """Whether a text can be an organisation's full legal name: three characters, letters among them, no test word."""
    return (
        len(text) >= 3
        and is_one_line(text)
        and bool(_HAN_OR_LATIN.search(text))
        and not re.search(TEST_WORD, text)
    )
