"""What may be asked, and how a wrong question is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun import law
from xinyun.base import Refusal
from xinyun.gateway.questions import Question, admit, code_fault

NOW = law.rulebook().on(date(2026, 11, 20))
CODE = "91520100MA6DEM00XA"


def asked(**other) -> Question:
    return Question(
        **({"scene": "tender-registration", "purpose": "登记", "client": "c", "code": CODE} | other)
    )


def test_a_code_is_folded_in_width_case_and_blanks_but_in_nothing_else():
    assert admit(asked(code=" ９１520100-ma6dem00xa "), NOW).code == CODE


def test_blank_fields_count_as_absent():
    question = admit(asked(name="  ", case=""), NOW)

    assert (question.name, question.case) == (None, None)


def test_letter_o_for_zero_is_refused_with_a_suggestion_and_never_swapped():
    with pytest.raises(Refusal) as refused:
        admit(asked(code="9152O100MA6DEMOOXA"), NOW)

    ((field, reason),) = refused.value.fields
    assert field == "code"
    assert CODE in reason.zh
    assert CODE in reason.en


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("91520100MA6DEM00XB", "校验码不符"),
        ("91520100MA6DEM00X", "所填为 17 位"),
        ("91520100MA6DEM00V?", "不用的字符 ?、V"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(code, said):
    assert said in code_fault(code).zh


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ({"code": None}, ["code"]),
        ({"code": None, "name": "张三"}, ["name"]),
        ({"scene": "", "purpose": " ", "code": "1"}, ["code", "scene", "purpose"]),
        ({"scene": "no-such-scene"}, ["scene"]),
        ({"purpose": "长" * 201}, ["purpose"]),
        ({"case": "a\x00b"}, ["case"]),
        ({"name": "\ud800名称名称"}, ["name"]),
    ],
)
def test_every_wrong_field_is_named_in_both_languages(other, fields):
    with pytest.raises(Refusal) as refused:
        admit(asked(**other), NOW)

    assert refused.value.code == "malformed-question"
    assert [name for name, _ in refused.value.fields] == fields
    assert all(text.zh and text.en for _, text in refused.value.fields)


def test_a_scene_that_the_client_was_not_granted_is_refused():
    with pytest.raises(Refusal) as refused:
        admit(asked(), NOW, frozenset({"licence-approval"}))

    assert (refused.value.code, refused.value.status) == ("scene-not-granted", 403)
    assert admit(asked(), NOW, frozenset({"tender-registration"})).code == CODE


def test_a_scene_is_asked_by_the_law_of_the_day():
    with pytest.raises(law.NotInForce):
        admit(asked(), law.rulebook().on(date(2023, 1, 5)))


TEXTS = st.none() | st.text(max_size=40) | st.text(max_size=300)


@given(
    scene=st.sampled_from(["tender-registration", "", "x"]), purpose=TEXTS, code=TEXTS, name=TEXTS, case=TEXTS
)
def test_whatever_is_asked_is_either_a_question_or_a_refusal(scene, purpose, code, name, case):
    question = Question(scene=scene, purpose=purpose or "", client="c", code=code, name=name, case=case)

    try:
        admitted = admit(question, NOW)
    except Refusal:
        return
    assert admit(admitted, NOW) == admitted
