"""Checks of natural persons: by number alone, for the scene's department, for a case; the number is kept nowhere."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client as Browser

from tests.conftest import DAY
from tests.factories import a_code, a_penalty, collected
from tests.gateway.conftest import away
from xinyun import law
from xinyun.accounts.operations import add_client
from xinyun.accounts.queries import client_by_key
from xinyun.archive import queries as archive
from xinyun.gateway import operations, questions, replaying, rounds, rulings, sandbox, wire
from xinyun.ledger import queries as ledger
from xinyun.ledger import receipts
from xinyun.lists import operations as lists
from xinyun.plumbing import feed
from xinyun.plumbing.models import Change
from xinyun.plumbing.sealing import keyed_hash
from xinyun.site.cli import asking as cli

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SCENE, OFFICE, ORGANISATIONS = "civil-servant-hiring", "520100.human-resources", "recruitment-fair"
PERSON, OTHER, WRONG = "529999190001010018", "529999190001010034", "529999190001010019"
NAME, CASE = "演甲子欧阳", "演考察2026-1"
BY = {"actor": "t", "on": DAY}


def hashed() -> str:
    return keyed_hash(f"身份证:{PERSON}".encode())


@pytest.fixture
def known(write_csv: Callable) -> int:
    """The subject of a person of whom the archive has a penalty."""
    about = {"CF_XDR_MC": NAME, "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": ""}
    about |= {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": PERSON}
    collected(write_csv([a_penalty() | about]), "penalty", "52.transport")
    found = archive.person(hashed())
    assert found
    return found.id


@pytest.fixture
def listed(known: int) -> int:
    """The entry of that person on a list from which a bar follows in the scene."""
    enlist(known, "national-defence-refusal", "520100.conscription")
    (entry,) = rulings.listed(hashed(), feed.head())[1]
    return entry.entry


def enlist(subject: int, list_id: str, office: str) -> None:
    one = lists.Proposed(list_id, subject, "person", "", f"演列〔2026〕{list_id}号", office, date(2026, 3, 1))
    with transaction.atomic():
        seq = feed.append("list.entered", {"subject": subject}, actor="t")
        assert lists.enlist_many([one], batch="演", seq=seq, **BY).entered == 1


def delist(entry: int) -> None:
    told = {"document": "演移〔2026〕1号", "reason": "已经改正", "office": "520100.conscription"}
    lists.delist(entry=entry, **told, **BY)


def a_key(office: str = OFFICE, scenes: tuple[str, ...] = (SCENE, ORGANISATIONS)) -> str:
    return add_client(name=f"招考系统{office}", office=office, scenes=list(scenes), **BY)


def body(**other: Any) -> dict[str, Any]:
    told = {"scene": SCENE, "purpose": "录用考察", "case": CASE, "id_number": PERSON} | other
    return {name: value for name, value in told.items() if value is not None}


def post(key: str, **other: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    if attempt := other.pop("attempt", None):
        headers["Idempotency-Key"] = attempt
    return Browser().post("/v1/checks", json.dumps(body(**other)), "application/json", headers=headers)


def pose(key: str, **other: Any) -> operations.Question:
    client = client_by_key(key)
    assert client
    return rounds.pose(client, wire.read(wire.encode(body(**other))), law.rulebook().on(DAY), uuid4().hex)


def answered(key: str, **other: Any) -> operations.Answer:
    (one,) = operations.answer([pose(key, **other)], at=AT, on=DAY)
    return one


def kept() -> str:
    """Everything that ledger and feed keep in clear."""
    leaves = [repr(ledger.entry(index)) for index in range(ledger.size())]
    return "\n".join([*leaves, *(repr(row) for row in Change.objects.values_list())])


def test_a_listed_person_is_answered_with_the_measure_and_without_a_name(listed):
    answer = post(a_key())

    told = answer.json()
    assert (answer.status_code, told["decision"]) == (200, "review")
    assert told["subject"] == {"code": None, "name": None, "known": True}
    (measure,) = told["measures"]
    assert (measure["id"], measure["list"], measure["entry"]) == (
        "bar-office",
        "national-defence-refusal",
        listed,
    )
    assert measure["basis"]
    assert "candidates" not in told
    assert NAME not in answer.text


def test_who_is_on_no_list_passes_and_who_is_unknown_is_said_to_be(known):
    key = a_key()

    clean, unknown = post(key).json(), post(key, id_number=OTHER).json()

    assert [one["decision"] for one in (clean, unknown)] == ["pass", "pass"]
    assert [one["subject"]["known"] for one in (clean, unknown)] == [True, False]


def test_a_list_that_does_not_bear_in_the_scene_is_not_told(known):
    enlist(known, "serious-tax-violation", "520100.tax")

    assert post(a_key()).json()["measures"] == []


def test_a_removed_entry_bears_no_more_and_the_earlier_check_still_comes_out_the_same(listed):
    key = a_key()
    hit = answered(key)

    delist(listed)
    clean = answered(key)

    assert (hit.outcome, clean.outcome) == ("review", "pass")
    for one in (hit, clean):
        again = replaying.of_receipt(one.receipt)
        assert again.same, again.differing
        told = {name: value for name, value in operations.document(one).items() if name != "receipt"}
        assert wire.encode(again.told) == wire.encode(told)


def test_an_unknown_person_comes_out_the_same_once_known_and_listed(known):
    key = a_key()
    before, nobody = answered(key), answered(key, id_number=OTHER)

    enlist(known, "national-defence-refusal", "520100.conscription")

    assert answered(key).outcome == "review"
    assert replaying.of_receipt(before.receipt).same
    assert replaying.of_receipt(nobody.receipt).same


def test_the_ledger_keeps_the_hash_and_the_receipt_commits_to_it(listed):
    given = answered(a_key())

    payload = ledger.entry(given.index).payload
    assert payload["person"] == hashed()
    assert (payload["code"], payload["name"], payload["case"]) == (None, None, CASE)
    assert payload["subject"] == [None, "person", []]
    assert operations.is_about(receipts.own(given.receipt), hashed())
    assert not operations.is_about(receipts.own(given.receipt), "")


def test_the_number_is_kept_and_said_nowhere(listed, caplog):
    key = a_key()
    with caplog.at_level(logging.DEBUG):
        answers = [
            post(key),
            post(key, id_number=f" {PERSON[:6]}-{PERSON[6:]} "),
            post(key, id_number=WRONG),
            post(key, case=f"案{PERSON}"),
            post(key, attempt=PERSON),
            post(key, scene=ORGANISATIONS),
            post(key, id_number=[PERSON]),
            post(key, code=a_code()),
        ]

    assert [one.status_code for one in answers] == [200, 200, *[422] * 6]
    said = "\n".join([kept(), caplog.text, *(one.text for one in answers)])
    assert hashed() in said
    assert PERSON not in said
    assert WRONG not in said
    assert PERSON not in repr(wire.read(wire.encode(body())))


@pytest.mark.parametrize("number", [WRONG, PERSON[:-1], "", "529999190013010018", NAME, "9" * 500])
def test_a_malformed_number_is_refused_in_its_field_and_not_told_back(known, number):
    told = post(a_key(), id_number=number)

    assert (told.status_code, told.json()["code"]) == (422, "malformed-question")
    (error,) = told.json()["errors"]
    assert error["field"] == "id_number"
    assert not number or number not in told.text
    assert ledger.kinds().get("check", 0) == 0


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ({"case": None}, ["case"]),
        ({"case": " "}, ["case"]),
        ({"code": a_code()}, ["id_number"]),
        ({"name": NAME}, ["id_number"]),
        ({"name": NAME, "case": None}, ["id_number", "case"]),
    ],
)
def test_a_person_is_asked_about_for_a_case_and_by_nothing_else(known, other, fields):
    told = post(a_key(), **other)

    assert told.status_code == 422
    assert [error["field"] for error in told.json()["errors"]] == fields


def test_a_scene_that_names_no_persons_refuses_them_by_its_articles(listed):
    told = post(a_key(), scene=ORGANISATIONS)

    assert (told.status_code, told.json()["code"]) == (422, "not-for-persons")
    assert told.json()["basis"]
    assert ledger.kinds().get("check", 0) == 0


@pytest.mark.parametrize(
    ("office", "status"), [(OFFICE, 200), ("52.human-resources", 200), ("520100.tax", 403)]
)
def test_only_the_department_that_the_scene_names_may_ask_in_whatever_division(listed, office, status):
    told = post(a_key(office))

    assert told.status_code == status
    if status == 403:
        assert told.json()["code"] == "not-their-scene"
        assert told.json()["basis"]
        assert ledger.kinds().get("check", 0) == 0


def test_a_scene_that_was_not_granted_stays_refused(listed):
    assert post(a_key(scenes=(ORGANISATIONS,))).json()["code"] == "scene-not-granted"


def test_an_organisation_is_asked_about_in_it_as_before_by_any_office_and_without_a_case(listed):
    told = post(a_key("520100.tax"), id_number=None, case=None, code=a_code())

    assert (told.status_code, told.json()["decision"]) == (200, "pass")


def test_a_question_sent_again_under_its_key_is_one_leaf(listed):
    key = a_key()

    assert post(key, attempt="attempt-1").json()["receipt"]
    assert post(key, attempt="attempt-1").status_code == 200

    assert ledger.kinds()["check"] == 1


def test_without_the_archive_nothing_is_answered(listed):
    key = a_key()
    with away("default"):
        told = post(key)

    assert (told.status_code, told.json()["code"]) == (503, "unavailable")
    assert ledger.kinds().get("check", 0) == 0


def test_the_sandbox_has_no_persons():
    with pytest.raises(questions.Malformed) as refused:
        sandbox.play("Bearer k", "application/json", wire.encode(body()), AT, DAY)

    assert PERSON not in str(refused.value)


def test_the_command_line_reads_the_number_from_standard_input(listed, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(PERSON + "\n"))

    cli._check(scene=SCENE, case=CASE, person=True, json=True)

    said = capsys.readouterr().out
    assert json.loads(said)["decision"] == "review"
    assert PERSON not in said
