"""Old numbers lead to codes where the registry's own record says so, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests.codes.conftest import NUMBER, SECOND, a_sibling, a_wrong_code
from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_penalty, a_registration
from xinyun.base.identifiers import organisation_check_character
from xinyun.codes import queries
from xinyun.codes.models import OldNumber

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
PERSON = "11010519491231002X"
"""The specimen number of GB 11643."""


def kept() -> list[tuple[str, str, str]]:
    return list(OldNumber.objects.order_by("id").values_list("kind", "number", "code"))


def test_what_the_registry_says_of_an_old_number_stands(register: Callable[..., Any]) -> None:
    code, other = a_code(), a_code()
    register(
        a_registration(code, 注册号=NUMBER, 名称="贵州演示甲有限公司"),
        a_registration(other, 注册号="5201001234567"),
        a_registration(注册号="证字第1号"),
        a_registration(注册号=""),
    )

    found = queries.look_up(NUMBER, DAY)

    assert kept() == [("registration-no", NUMBER, code), ("registration-no", "5201001234567", other)]
    assert (found.form, found.valid) == ("registration-no", True)
    assert [(match.code, match.name) for match in found.matches] == [(code, "贵州演示甲有限公司")]
    assert [match.code for match in queries.look_up("520100 1234567", DAY).matches] == [other]


def test_the_same_word_again_is_kept_once(register: Callable[..., Any]) -> None:
    code = a_code()
    register(a_registration(code, 注册号=NUMBER, 名称="贵州演示甲有限公司"))
    register(a_registration(code, 注册号=NUMBER, 名称="贵州演示乙有限公司"))

    assert kept() == [("registration-no", NUMBER, code)]


def test_two_codes_of_one_number_are_both_kept_and_both_shown(register: Callable[..., Any]) -> None:
    one, other = a_code(), a_code()
    register(a_registration(one, 注册号=NUMBER))
    register(a_registration(other, 注册号=NUMBER))

    found = queries.look_up(NUMBER, DAY)

    assert {match.code for match in found.matches} == {one, other}
    assert "几个代码" in found.told.zh


def test_a_number_that_fills_a_column_is_nobodys_and_one_of_many_is_told_of_some(
    register: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from xinyun.codes import finding

    monkeypatch.setattr(finding, "_CHUNK", 7)
    for number in ("0" * 13, "5201001234567"):
        register(*(a_registration(注册号=number) for _ in range(25)))

    assert queries.look_up("0" * 13, DAY).matches == ()
    assert len(queries.look_up("5201001234567", DAY).matches) == 20
    today = timezone.localdate()
    (found,) = queries.report(today.replace(day=1), today).findings
    assert (found.grounds, len(found.holders)) == ((("same-number", "5201001234567"),), 25)


def test_a_corrected_record_says_it_no_longer(register: Callable[..., Any]) -> None:
    code = a_code()
    register(a_registration(code, 注册号=NUMBER))
    register(a_registration(code, 注册号=SECOND))

    assert queries.look_up(NUMBER, DAY).matches == ()
    assert [match.code for match in queries.look_up(SECOND, DAY).matches] == [code]


def test_returned_assignments_lead_from_former_codes_and_organisation_codes(
    register: Callable[..., Any],
) -> None:
    code, part = a_code(), "D2143569X"
    register(
        {
            "单位名称": "贵州演示甲有限公司",
            "统一社会信用代码": code,
            "赋码事项": "换码",
            "办理日期": "2026-11-01",
            "原代码": NUMBER,
            "组织机构代码": part,
            "登记管理部门": "演示市市场监督管理局",
            "登记管理部门代码": a_code("11"),
            "数据来源单位": "演示市市场监督管理局",
            "数据来源单位代码": a_code("11"),
        },
        item="uscc-assignment",
    )

    assert [match.code for match in queries.look_up(NUMBER, DAY).matches] == [code]
    assert [match.code for match in queries.look_up("D2143569-X", DAY).matches] == [code]


def test_items_that_are_no_registrys_word_are_not_asked(
    register: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    from xinyun.archive.events import RecordsAccepted
    from xinyun.codes.reactions import keep_old_numbers

    register(a_licence(XK_XDR_GSZC=NUMBER), item="licence")

    assert kept() == []
    with django_assert_num_queries(0):
        keep_old_numbers(RecordsAccepted("licence", "b", 1, "52.tax", "test", DAY))


def test_an_organisation_code_is_found_inside_codes_of_every_kind_and_place(
    register: Callable[..., Any],
) -> None:
    from xinyun.base.identifiers import uscc_check_character

    part = "XY123456" + organisation_check_character("XY123456")
    codes = [head + part + uscc_check_character(head + part) for head in ("91520100", "92520323", "52520000")]
    register(*(a_registration(code) for code in codes), *(a_registration() for _ in range(5)))

    assert sorted(match.code for match in queries.look_up(part, DAY).matches) == sorted(codes)
    assert queries.look_up("D2143569X", DAY).matches == ()


def test_a_code_is_explained_part_by_part(register: Callable[..., Any]) -> None:
    code = a_code("92", "520102")
    register(a_registration(code, 名称="贵阳市南明区演示便利店"))

    found = queries.look_up(f" {code[:4]}-{code[4:].lower()}", DAY)

    said = {part.title.zh: (part.characters, part.meaning.zh) for part in found.parts}
    assert said["登记管理部门"] == ("9", "市场监管")
    assert said["机构类别"] == ("2", "个体工商户")
    assert said["登记机关行政区划"] == ("520102", "贵阳市南明区")
    assert said["校验码"] == (code[17], "相符")
    assert [match.name for match in found.matches] == ["贵阳市南明区演示便利店"]


def test_a_wrong_code_says_what_would_be_right_and_finds_nobody(register: Callable[..., Any]) -> None:
    wrong = a_wrong_code()

    found = queries.look_up(wrong, DAY)

    assert (found.form, found.valid, found.matches) == ("uscc", False, ())
    assert "应为" in found.told.zh
    assert found.parts[-1].meaning.zh.startswith("应为")


def test_look_alike_letters_are_proposed_and_not_swapped(register: Callable[..., Any]) -> None:
    code = next(code for code in (a_code() for _ in range(50)) if "0" in code[8:])
    register(a_registration(code))
    place = code.index("0", 8)
    written = code[:place] + "O" + code[place + 1 :]

    found = queries.look_up(written, DAY)

    assert (found.valid, found.proposal, found.matches) == (False, code, ())


def test_natural_persons_are_never_found_nor_echoed(register: Callable[..., Any]) -> None:
    person = {
        "CF_XDR_LB": "自然人", "CF_XDR_MC": "演示某", "CF_XDR_SHXYM": "", "CF_FRDB": "",
        "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": PERSON,
    }  # fmt: skip
    register(a_penalty(**person), item="penalty")

    found = queries.look_up(PERSON, DAY)

    assert (found.form, found.matches, found.parts) == ("person", (), ())
    assert PERSON not in found.asked


def test_a_name_that_only_hidden_records_tell_is_not_told(register: Callable[..., Any]) -> None:
    from xinyun.archive import operations as archive

    code = a_code()
    archive.register_subject(code=code, name="贵州演示密有限公司", actor="test", on=DAY)

    found = queries.look_up(code, DAY)

    assert (found.valid, found.matches) == (True, ())


def test_many_lines_are_answered_in_order_with_few_questions(
    register: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    codes = [a_code() for _ in range(40)]
    register(*(a_registration(code, 注册号=NUMBER if code == codes[0] else "") for code in codes))

    with django_assert_max_num_queries(12):
        found = queries.look_up_many([*codes, NUMBER, "", "x", a_sibling(codes[0])], DAY)

    assert [one.matches[0].code for one in found[:41]] == [*codes, codes[0]]
    assert [one.form for one in found[41:]] == ["unknown", "unknown", "uscc"]
    with pytest.raises(queries.TooManyLines):
        queries.look_up_many(["x"] * 1001, DAY)
