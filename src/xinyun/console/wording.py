"""What the states and ways of collection are called on a page."""

from __future__ import annotations

from typing import NamedTuple

from xinyun.base import Text


class Standing(NamedTuple):
    """Where a submission stands: the word, its tone, and what it means for who sent it."""

    said: Text
    tone: str
    meaning: Text


STANDINGS = {
    "waiting": Standing(
        Text("等待处理", "Waiting"),
        "info",
        Text(
            "文件已经收妥，正在排队。可以离开此页。",
            "The file is safe and in the queue. You may leave this page.",
        ),
    ),
    "running": Standing(
        Text("正在处理", "Being processed"),
        "info",
        Text("正在读取和校验。可以离开此页。", "It is being read and checked. You may leave this page."),
    ),
    "held": Standing(
        Text("等待复核", "Held for review"),
        "warn",
        Text(
            "与以往的报送差别太大，由另一位工作人员核对后才收入档案。",
            "It is unlike what came before: another officer looks at it before it counts.",
        ),
    ),
    "done": Standing(
        Text("已归集", "Collected"),
        "good",
        Text(
            "好的行已收入档案，退回的行列在下面。",
            "Good rows are in the archive; returned rows are listed below.",
        ),
    ),
    "refused": Standing(
        Text("整批退回", "Refused as a whole"),
        "bad",
        Text("本次未收入任何记录。", "Nothing of it was stored."),
    ),
}
ALL_GOOD = Text("全部行已收入档案。", "Every row is in the archive.")

WAYS = {
    "command": Text("命令行", "command line"),
    "web": Text("工作台", "console"),
    "api": Text("接口", "API"),
    "drop": Text("投递文件夹", "drop folder"),
    "form": Text("单条填报", "form"),
    "pull": Text("定时拉取", "scheduled pull"),
}

SETTLED = {
    "mended": Text("已改正并收下。", "Mended and accepted."),
    "confirmed": Text("已确认无误并收下。", "Confirmed and accepted."),
    "again": Text(
        "改过一次，仍被退回；请处理后来的那一行。", "Mended once and returned again: see the later row."
    ),
    "dropped": Text("已写明理由，不再报送。", "Dropped, with the reason given."),
}

_SURE = {
    "title": (Text("列名相符", "By its title"), "good"),
    "saved": (Text("上次确认过", "Confirmed before"), "good"),
    "none": (Text("没有相像的字段", "Like no field"), "mute"),
}


def sure(how: str, score: float) -> tuple[Text, str]:
    """How sure it is that a column is a field, and the tone of that."""
    if how == "alike":
        return Text(f"相似 {score:.0f}%，请核对", f"{score:.0f}% alike: check it"), "warn"
    return _SURE[how]
