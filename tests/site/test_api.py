"""The public API holds what its own description promises, whatever is sent to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings

from tests.factories import a_code, a_registration, collected
from xinyun.site.wsgi import application

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def test_no_request_makes_the_api_fail(transactional_db: None) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]

    assert {operation.path for operation in operations} == {
        "/api/v1/subjects",
        "/api/v1/subjects/{code}",
        "/api/v1/ledger/checkpoint",
    }
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        def holds(case: schemathesis.Case) -> None:
            answer = case.call()

            assert answer.status_code < 500
            assert answer.headers["content-type"][0].startswith(
                ("application/json", "application/problem+json")
            )

        holds()


def test_an_organisation_is_found_and_shown(write_csv: Callable[..., Path], client: Client) -> None:
    code = a_code()
    collected(write_csv([a_registration(code, 名称="贵州演示清溪茶业有限公司")]))

    found = client.get("/api/v1/subjects", {"q": "清溪"}).json()
    shown = client.get(f"/api/v1/subjects/{code}").json()

    assert [hit["code"] for hit in found["hits"]] == [code]
    assert shown["name"] == "贵州演示清溪茶业有限公司"


def test_an_unknown_code_is_a_problem_document_in_both_languages(client: Client) -> None:
    answer = client.get(f"/api/v1/subjects/{a_code()}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "no-such-subject"
    assert answer.json()["title"]
    assert answer.json()["title_en"]


def test_the_checkpoint_is_signed_and_the_reference_needs_no_other_host(client: Client) -> None:
    checkpoint = client.get("/api/v1/ledger/checkpoint")
    reference = client.get("/api/v1/docs").content.decode()

    assert checkpoint.status_code in {200, 404}
    assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]+', reference)
