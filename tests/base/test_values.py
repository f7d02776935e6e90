"""Text, decisions and refusals are values; events reach whoever subscribed, in order, within the caller."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from xinyun.base import Basis, Decision, Reason, Refusal, Text
from xinyun.base.announce import announce, subscribe


@dataclass(frozen=True)
class Opened:
    door: str


@dataclass(frozen=True)
class OpenedWide(Opened):
    pass


def test_text_is_chinese_first_and_tells_both_languages_in_one_line():
    text = Text("未受理", "not accepted")

    assert str(text) == f"{text}" == "未受理"
    assert text.both == "未受理 | not accepted"


def test_a_decision_names_each_article_once_in_the_order_of_its_reasons():
    first, second = Basis("ndrc-58-2023", "第八条"), Basis("ndrc-36-2025", "第九条")
    decision = Decision(
        "hidden", (Reason("a", Text("甲", "a"), (first, second)), Reason("b", Text("乙", "b"), (first,)))
    )

    assert decision.basis == (first, second)
    assert str(first) == "ndrc-58-2023 第八条"


def test_a_decision_cannot_be_changed_once_made():
    with pytest.raises(AttributeError):
        Decision("shown").outcome = "hidden"  # type: ignore[misc]


def test_a_refusal_says_what_and_what_to_do_in_both_languages():
    class TooEarly(Refusal):
        code = "too-early"

    refusal = TooEarly(
        Text("未满期限。", "Too early."), Text("请于五月提出。", "Ask in May."), (Basis("x", "第一条"),)
    )

    assert (refusal.code, refusal.status, refusal.fields) == ("too-early", 422, ())
    assert str(refusal) == "未满期限。请于五月提出。\nToo early. Ask in May."
    assert refusal.args == ("未满期限。",)


def test_an_event_reaches_every_subscriber_of_its_very_type_in_order_and_once():
    heard: list[str] = []

    @subscribe(Opened)
    def first(event: Opened) -> None:
        heard.append(f"first {event.door}")

    @subscribe(Opened)
    def second(event: Opened) -> None:
        heard.append(f"second {event.door}")

    subscribe(Opened)(first)
    announce(Opened("front"))
    announce(OpenedWide("back"))

    assert heard == ["first front", "second front"]


def test_a_subscribers_error_is_the_announcers():
    @dataclass(frozen=True)
    class Closed:
        pass

    @subscribe(Closed)
    def refuse(event: Closed) -> None:
        raise Refusal(Text("不行。", "No."), Text("等等。", "Wait."))

    with pytest.raises(Refusal, match="不行"):
        announce(Closed())


def test_an_event_that_nobody_awaits_is_no_error():
    @dataclass(frozen=True)
    class Nothing:
        pass

    announce(Nothing())
