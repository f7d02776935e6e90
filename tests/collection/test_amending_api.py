"""The interface by which an office's programs correct and withdraw; each reaches its own office's records alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.collection.test_batches_api import a_key, office, other  # noqa: F401 - fixtures
from tests.collection.test_persons import PERSON, a_person
from tests.factories import a_code, a_penalty, a_registration
from xinyun.archive import queries as archive
from xinyun.collection.models import Amendment

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

PENALTIES = "/api/v1/records/penalty"


def post(client: Client, url: str, body: dict[str, Any]) -> Any:
    return client.post(url, body, content_type="application/json")


def test_a_record_is_corrected_and_withdrawn_by_code_and_number(office, other, submit):  # noqa: F811
    code = a_code()
    submit([a_penalty(code, CF_WSH="演罚〔2026〕7号"), a_penalty(code, CF_WSH="演罚〔2026〕8号")], "penalty")
    named = {"code": code, "number": "演罚〔2026〕8号"}
    change = {"reason": "录入错误", "values": {"CF_NR": "警告", "remark": "更正"}}

    not_theirs = post(other, f"{PENALTIES}/corrections", named | change)
    several = post(office, f"{PENALTIES}/corrections", {"code": code} | change)
    wrong = post(
        office, f"{PENALTIES}/corrections", named | {"reason": "试", "values": {"CF_JDRQ": "2999-01-01"}}
    )
    corrected = post(office, f"{PENALTIES}/corrections", named | change)
    emptied = post(office, f"{PENALTIES}/corrections", named | {"reason": "多余", "values": {"remark": None}})
    again = post(office, f"{PENALTIES}/corrections", named | {"reason": "多余", "values": {"remark": ""}})
    foreign = post(other, f"{PENALTIES}/withdrawals", {"records": [named], "reason": "重复"})
    withdrawn = post(office, f"{PENALTIES}/withdrawals", {"records": [named, named], "reason": "重复"})
    gone = post(office, f"{PENALTIES}/withdrawals", {"records": [named], "reason": "重复"})

    assert (not_theirs.status_code, not_theirs.json()["code"]) == (404, "no-such-record")
    assert (several.status_code, several.json()["code"]) == (409, "several-records")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "record-returned")
    assert [(one.status_code, one.json()["revised"]) for one in (corrected, emptied)] == [(200, 1)] * 2
    assert again.json()["code"] == "nothing-changed"
    assert foreign.status_code == gone.status_code == 404
    assert (withdrawn.status_code, withdrawn.json()["withdrawn"]) == (200, 1)
    (left,) = archive.find_current("penalty", office=None, code=code)
    assert left.content["decision_no"] == "演罚〔2026〕7号"
    assert sorted(Amendment.objects.values_list("kind", flat=True)) == ["corrected"] * 3 + ["withdrawn"]


def test_a_record_about_a_person_is_named_by_the_document(office, submit):  # noqa: F811
    submit([a_person()], "penalty")

    unknown = post(
        office, f"{PENALTIES}/withdrawals", {"records": [{"person": PERSON[:-1] + "1"}], "reason": "试"}
    )
    withdrawn = post(office, f"{PENALTIES}/withdrawals", {"records": [{"person": PERSON}], "reason": "重复"})

    assert (unknown.status_code, withdrawn.status_code) == (404, 200)
    assert PERSON not in repr(list(Amendment.objects.values()))


def test_who_may_not_furnish_amends_nothing(office, submit):  # noqa: F811
    code = a_code()
    submit([a_registration(code)])
    asks_only = Client(
        headers={
            "Authorization": "Bearer " + a_key(name="核查", furnishes=False, scenes=["tender-registration"])
        }
    )
    body = {"records": [{"code": code}], "reason": "重复"}
    url = "/api/v1/records/registration/withdrawals"

    assert post(Client(), url, body).status_code == 401
    assert post(asks_only, url, body).json()["code"] == "may-not-furnish"
    assert post(office, url, body | {"reason": " "}).json()["code"] == "no-reason"
    assert post(office, url, {"records": [{}], "reason": "重复"}).status_code == 404
    assert post(office, url, {"records": [], "reason": "重复"}).json()["code"] == "wrong-parameters"
    assert (
        post(office, url, {"records": [{"number": "1"}], "reason": "重复"}).json()["code"]
        == "subject-missing"
    )
    assert post(office, "/api/v1/records/nothing/withdrawals", body).status_code == 404
    assert len(archive.find_current("registration", office=None, code=code)) == 1
