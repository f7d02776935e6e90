"""Natural persons: known by the keyed hash of their document alone, stored sealed, and never found by name."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from django.db import connection

from tests.conftest import DAY, HOME
from tests.factories import a_licence, a_penalty, a_registration
from xinyun.archive import operations, queries
from xinyun.archive.models import Record, Subject
from xinyun.base.identifiers import is_resident_id
from xinyun.plumbing.sealing import keyed_hash, open_file, open_sealed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

PERSON, OTHER = "52010219870603391X", "520103199003070010"


def a_person(number: str = PERSON, **changes: str) -> dict[str, str]:
    told = {"CF_XDR_MC": "欧阳演示", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": ""}
    return a_penalty() | told | {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": number} | changes


def holding(text: str, folder: Path) -> list[str]:
    """The files below a folder that hold a text as it is written."""
    wanted = [text.encode("utf-8"), text.encode("utf-16-le")]
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if any(bytes_ in path.read_bytes() for bytes_ in wanted)]


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        rows = []
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')
            rows += cursor.fetchall()
    return repr(rows)


def test_the_numbers_of_these_tests_are_well_formed():
    assert is_resident_id(PERSON)
    assert is_resident_id(OTHER)


def test_a_person_is_found_by_the_keyed_hash_of_the_document_and_by_nothing_else(submit):
    submit([a_person()], "penalty")

    person = Subject.objects.get(kind="person")
    assert person.code is None
    assert person.identity_hash == keyed_hash(f"身份证:{PERSON}".encode())
    assert queries.subject(PERSON) is None
    operations.follow_names(actor="test", on=DAY)
    for text in ("欧阳演示", "欧阳", PERSON, PERSON[:6], person.identity_hash[:8]):
        assert queries.search(text, limit=5).total == 0
    operations.rebuild_names(actor="test", on=DAY)
    assert queries.search("欧阳演示", limit=5).total == 0


def test_persons_are_neither_counted_nor_listed_among_organisations(submit):
    submit([a_person(), a_penalty()], "penalty")

    assert queries.counts()["subjects"] == 1
    assert len(queries.latest("penalty", 5)) == 1
    assert all(view.kind != "person" for view in queries.subjects_changed_since(0))


def test_the_same_person_in_two_files_and_writings_is_one_subject(submit):
    submit([a_person()], "penalty")
    submit([a_person(PERSON.lower(), CF_XDR_ZJLX="01"), a_person(f" {PERSON[:6]} {PERSON[6:]}")], "penalty")
    licence = {"XK_XDR_MC": "欧阳演示", "XK_XDR_LB": "2", "XK_XDR_SHXYM": "", "XK_FRDB": ""}
    submit([a_licence() | licence | {"XK_XDR_ZJLX": "居民身份证", "XK_XDR_ZJHM": PERSON}], "licence")
    submit([a_person(OTHER)], "penalty")

    first, second = Subject.objects.filter(kind="person").order_by("id")
    assert Record.objects.filter(subject=first).count() == 4
    assert Record.objects.filter(subject=second).count() == 1


def test_the_same_number_of_another_kind_of_document_is_another_person(submit):
    submit(
        [a_person("G12345678", CF_XDR_ZJLX="护照"), a_person("G12345678", CF_XDR_ZJLX="其他-海员证")],
        "penalty",
    )

    assert Subject.objects.filter(kind="person").count() == 2


def test_a_persons_rows_sent_again_change_nothing_though_each_sealing_differs(submit):
    rows = [a_person(), a_person(OTHER)]
    head = submit(rows, "penalty").outcome.seq

    again = submit(rows, "penalty").outcome

    assert (again.unchanged, again.seq) == (2, head)
    assert Record.objects.count() == 2


def test_a_changed_personal_field_is_a_revision(submit):
    told = {"CF_FR_ZJLX": "身份证"}
    row = a_penalty(**told, CF_FR_ZJHM=PERSON)
    submit([row], "penalty")

    assert submit([row | {"CF_FR_ZJHM": OTHER}], "penalty").outcome.revised == 1


def test_sealed_fields_open_to_what_was_written(submit):
    submit([a_person()], "penalty")

    content = Record.objects.get().content
    sealed = content["id_no"].removeprefix("sealed:")
    assert sealed != content["id_no"]
    assert open_sealed(base64.b64decode(sealed)).decode() == PERSON
    assert content["counterparty_name"] == "欧阳演示"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_no_resident_number_lies_in_clear_in_the_store_or_in_the_submissions(submit, settings, encoding):
    rows = [a_person(), a_penalty(CF_FR_ZJLX="身份证", CF_FR_ZJHM=OTHER), a_person(OTHER, CF_WSH="无号")]

    outcome = submit(rows, "penalty", encoding=encoding).outcome

    assert (outcome.accepted, outcome.rejected) == (2, 1)
    assert len(list((settings.XINYUN.home / "submissions").glob("*.sealed"))) >= 1
    for number in (PERSON, OTHER):
        assert holding(number, HOME) == []
        assert number not in everything_stored()


def test_the_submission_is_kept_sealed_and_opens_to_the_very_file(submit, settings, tmp_path):
    outcome = submit([a_person()], "penalty").outcome
    open_file(settings.XINYUN.home / "submissions" / f"{outcome.batch}.sealed", tmp_path / "opened.csv")

    assert (tmp_path / "opened.csv").read_bytes() == (tmp_path / "submitted.csv").read_bytes()


@pytest.mark.parametrize("mistyped", ["1101051949123100", "110105194912310021", "11010519491231002"])
def test_a_mistyped_number_in_another_column_is_masked_in_the_error_file_too(submit, mistyped):
    sent = submit([a_registration(mistyped)])

    assert sent.outcome.rejected == 1
    assert mistyped not in sent.text
    assert sent.faults[0]["value"].startswith("110*")
