"""Paper: plain data set by Typst as tagged PDF (PDF/UA-1); the same data and instant give the same bytes.

Typst gets the data as JSON and sets it as text; nothing furnished by anybody is ever read as markup.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import typst

from xinyun.base import Refusal, Text

FONTS = ("Noto Sans CJK SC", "Noto Serif CJK SC")
_one_at_a_time = threading.Lock()
_UNPRINTABLE = re.compile(r"the text `\"(.+?)\"` could not be displayed")


class FontsMissing(Refusal):
    """The machine has no font in which paper could be set."""

    code = "fonts-missing"
    status = 503

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            Text(
                f"缺少中文字体（{'、'.join(missing)}），无法生成 PDF。",
                f"Fonts are missing: {', '.join(missing)}.",
            ),
            Text(
                "请安装 Debian 软件包 fonts-noto-cjk 后重启服务。",
                "Install the Debian package fonts-noto-cjk and restart.",
            ),
        )


def typeset(source: str, content: dict[str, Any], made: datetime) -> bytes:
    """Set `content` by the Typst file `source` as PDF.

    :raises FontsMissing: the machine lacks the fonts.
    """
    data = json.dumps(content, ensure_ascii=False, sort_keys=True)
    # Each round names the characters that no font has; PDF/UA forbids to print them blank.
    for _ in range(20):
        try:
            with _one_at_a_time:
                return compiler(source).compile(
                    format="pdf",
                    sys_inputs={"data": data},
                    pdf_standards=["ua-1"],
                    timestamp=made.astimezone(UTC),
                )
        except typst.TypstError as error:
            unprintable = set("".join(_UNPRINTABLE.findall(error.diagnostic)))
            if not unprintable:
                raise
            data = _with_code_points(data, unprintable)
    raise AssertionError("twenty rounds leave no character without a font")


@cache
def compiler(source: str) -> typst.Compiler:
    """The compiler of a Typst file, kept: reading the fonts takes longer than a report.

    :raises FontsMissing: the machine lacks the fonts.
    """
    fonts = typst.Fonts()
    missing = sorted(set(FONTS) - set(fonts.families()))
    if missing:
        raise FontsMissing(missing)
    return typst.Compiler(source, font_paths=fonts)


def _with_code_points(data: str, unprintable: set[str]) -> str:
    """Write characters that no font has as 〓 (the printers' mark) with their code point."""
    for char in unprintable:
        data = data.replace(char, f"〓（U+{ord(char):04X}）")
    return data
