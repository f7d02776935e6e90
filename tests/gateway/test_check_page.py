"""An officer asks a check in person: scenes of the own department, a purpose, the answer in words, in the ledger."""

from __future__ import annotations

import pytest

from tests.console.test_listings import _text, signed_in
from tests.gateway.test_answers import listed  # noqa: F401 - a fixture
from xinyun.ledger import queries as ledger

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def test_an_officer_asks_and_reads_the_answer_with_its_articles(listed) -> None:  # noqa: F811
    clerk = signed_in("zhao", "520100.public-resources")
    asked = {"scene": "tender-registration", "code": listed, "purpose": "现场投标登记", "case": "演示1号"}
    assert "投标登记" in _text(clerk.get("/console/check"))

    page = _text(clerk.post("/console/check", asked))

    assert "不得办理" in page
    assert "第四十八条" in page
    (payload,) = [one.payload for one in ledger.contents("check", 0, ledger.size())]
    assert (payload["client"], payload["office"], payload["case"]) == (
        "user:zhao",
        "520100.public-resources",
        "演示1号",
    )


def test_another_departments_scene_a_missing_purpose_and_an_auditor_are_refused(listed) -> None:  # noqa: F811
    clerk = signed_in("zhao", "520100.public-resources")
    asked = {"scene": "tender-registration", "code": listed, "purpose": "现场投标登记"}

    answers = [
        clerk.post("/console/check", asked | {"scene": "land-supply"}),
        clerk.post("/console/check", asked | {"purpose": ""}),
        signed_in("shen", "52.audit", "auditor").post("/console/check", asked),
    ]

    assert [one.status_code for one in answers] == [403, 422, 403]
    assert "check" not in ledger.kinds()
