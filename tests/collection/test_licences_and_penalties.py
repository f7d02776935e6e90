"""What the layout of licences and penalties (双公示) asks beyond the form of single fields."""

from __future__ import annotations

import pytest

from tests.collection.test_rows import PERSON_ID, refused_for
from tests.factories import a_code, a_licence, a_penalty
from xinyun.archive import queries

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def test_another_kind_must_be_named(submit):
    penalties = ["其他", "其他-", "其他-；罚款", "罚款；其他", "其他-责令改正", "罚款\n其他-责令改正"]

    sent = submit([a_penalty(CF_CFLB=text) for text in penalties], "penalty")

    assert sent.rules == [(str(n), "penalty_class", "code-list") for n in range(1, 5)]
    assert "其他-" in sent.faults[0]["remedy"]
    assert (
        refused_for(submit([a_licence(XK_XKLB=text) for text in ("其他", "06", "其他-备案")], "licence"))
        == [("licence_class", "code-list")] * 2
    )


def test_classes_may_stand_on_lines_of_their_own(submit):
    sent = submit([a_penalty(CF_CFLB="警告\n罚款"), a_penalty(CF_CFLB="警告\r\n02", CF_NR_FK="")], "penalty")

    assert sent.rules == [("2", "fine_10k_yuan", "required-when")]
    assert queries.latest("penalty", 1)[0][0].content["penalty_class"] == "警告；罚款"


def test_a_document_number_and_its_type_go_together(submit):
    sent = submit(
        [
            a_penalty(CF_FR_ZJLX="身份证", CF_FR_ZJHM=""),
            a_penalty(CF_FR_ZJLX="", CF_FR_ZJHM=PERSON_ID),
            a_penalty(CF_FR_ZJLX="护照", CF_FR_ZJHM="E12345678"),
            a_penalty(CF_FR_ZJLX="", CF_FR_ZJHM=""),
        ],
        "penalty",
    )

    assert sent.rules == [("1", "legal_rep_id_type", "together"), ("2", "legal_rep_id_no", "together")]


@pytest.mark.parametrize("title", ["法定代表人身份证号", "CF_FR_SFZH"])
def test_a_title_that_says_identity_card_tells_the_type_by_itself(submit, title):
    wrong = PERSON_ID[:-1] + "1"

    sent = submit([a_penalty(**{title: number}) for number in (PERSON_ID, wrong, "")], "penalty")

    assert sent.rules == [("2", "legal_rep_id_no", "resident-id")]
    assert wrong not in sent.text


def test_a_document_number_without_a_column_for_its_type_is_refused(submit):
    assert refused_for(submit([a_penalty(法定代表人证件号码=PERSON_ID)], "penalty")) == [
        ("legal_rep_id_no", "together")
    ]


def test_an_organisation_code_that_is_not_the_codes_own_is_told_and_accepted(submit):
    own = a_code()

    sent = submit(
        [
            a_penalty(CF_XDR_ZZJG="59467239-9"),
            a_penalty("91320100748204660Q", CF_XDR_ZZJG="74820466-0"),
            a_penalty(own),
        ],
        "penalty",
    )

    assert sent.outcome.accepted == 3
    assert sent.outcome.warnings["code-differs"] == 1


def test_a_tax_number_has_fifteen_characters_or_is_the_code(submit):
    own = a_code()
    numbers = ["520100000000001", own, own.lower(), a_code(), PERSON_ID, PERSON_ID + "01", "123"]

    sent = submit(
        [a_penalty(own, CF_WSH=f"演罚〔2026〕{n}号", CF_XDR_SWDJ=text) for n, text in enumerate(numbers)],
        "penalty",
    )

    assert {(row, rule) for row, field, rule in sent.rules} == {
        *((str(row), "tax-number") for row in range(4, 8)),
        ("6", "length"),
    }
    assert PERSON_ID + "\n" not in sent.text
