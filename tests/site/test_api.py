"""The public API holds what its own description promises, whatever is sent to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import schemathesis
from django.conf import settings as current
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.factories import a_code, a_registration, collected
from xinyun.ledger.models import Checkpoint
from xinyun.site.wsgi import application

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

PROBLEM = "application/problem+json"
PATHS = {
    "/api/v1/subjects",
    "/api/v1/subjects/{code}",
    "/api/v1/suggest",
    "/api/v1/ledger/checkpoint",
    "/v1/checks",
}
"""What anybody may ask, and checks; what is for furnishing offices is tested with their keys, in its own context."""


def test_every_answer_is_as_described(transactional_db: None) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]

    assert {operation.path for operation in operations} >= PATHS
    for operation in (one for one in operations if one.path in PATHS):

        @given(case=operation.as_strategy())
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        def holds(case: schemathesis.Case) -> None:
            answer = case.call()

            assert answer.status_code < 500
            # A schema cannot say which day is still to come.
            case.validate_response(answer, excluded_checks=[positive_data_acceptance])

        holds()


def test_an_organisation_is_found_and_shown_as_described(
    write_csv: Callable[..., Path], client: Client
) -> None:
    code = a_code()
    collected(write_csv([a_registration(code, 名称="贵州演示清溪茶业有限公司")]))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)

    found = client.get("/api/v1/subjects", {"q": "清溪"}).json()
    shown = schema["/api/v1/subjects/{code}"]["GET"].Case(path_parameters={"code": code})
    answer = shown.call()

    shown.validate_response(answer)
    assert [hit["code"] for hit in found["hits"]] == [code]
    assert answer.json()["name"] == "贵州演示清溪茶业有限公司"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", f"/api/v1/subjects/{a_code()}", 404, "no-such-subject"),
        ("get", "/api/v1/subjects/%00", 404, "no-such-subject"),
        ("get", "/api/v1/subjects/%EF%BC%8F", 404, "no-such-subject"),
        ("get", "/api/v1/subjects", 422, "wrong-parameters"),
        ("get", "/api/v1/subjects?q=贵州&limit=many", 422, "wrong-parameters"),
        ("get", "/api/v1/subjects?q=贵州&limit=0", 422, "wrong-parameters"),
        ("get", "/api/v1/nope", 404, "no-such-route"),
        ("post", "/api/v1/nope", 404, "no-such-route"),
        ("get", "/api/", 404, "no-such-route"),
        ("post", "/api/v1/subjects", 405, "wrong-method"),
    ],
)
def test_a_refusal_is_a_problem_document_in_both_languages(
    client: Client, method: str, path: str, status: int, code: str
) -> None:
    answer = getattr(client, method)(path)

    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"], told["code"]) == (status, PROBLEM, code)
    assert all(told[name] for name in ("title", "title_en", "detail", "detail_en"))
    assert {"basis", "errors"} <= told.keys()


def test_wrong_parameters_are_named_one_by_one(client: Client) -> None:
    errors = client.get("/api/v1/subjects?limit=many").json()["errors"]

    assert [error["field"] for error in errors] == ["q", "limit"]
    assert errors[0]["detail"] == "缺少这个参数"


def test_the_checkpoint_is_signed(client: Client) -> None:
    from tests.conftest import DAY
    from xinyun.ledger import operations as ledger

    ledger.seal(actor="test", on=DAY)

    told = client.get("/api/v1/ledger/checkpoint").json()

    assert told["size"] == int(told["note"].splitlines()[1])
    assert "— " in told["note"]


def test_no_checkpoint_yet_is_a_problem_of_its_own(client: Client) -> None:
    assert not Checkpoint.objects.exists()

    answer = client.get("/api/v1/ledger/checkpoint")

    assert (answer.status_code, answer.json()["code"]) == (404, "no-checkpoint")


def test_the_reference_needs_no_other_host_and_marks_a_demonstration(client: Client) -> None:
    with override_settings(XINYUN=replace(current.XINYUN, demo_asked=True)):
        reference = client.get("/api/v1/docs").content.decode()

    assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]+', reference)
    assert '<html lang="zh-CN">' in reference
    assert "演示数据" in reference
