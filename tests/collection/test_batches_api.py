"""The interface for offices' programs: files, parts, single records, returned rows; an office sees only its own."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import schemathesis
from django.conf import settings as current
from django.test import Client, RequestFactory, override_settings
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.conftest import DAY, HOME
from tests.factories import a_code, a_registration
from xinyun.accounts.operations import add_client
from xinyun.collection import operations
from xinyun.collection.models import Returned, Submission
from xinyun.site.wsgi import application

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

OFFICE = "52.market-regulation"
BATCHES = "/api/v1/batches?item=registration"
OURS = ("/api/v1/batches", "/api/v1/uploads", "/api/v1/records", "/api/v1/returned", "/api/v1/items")

NOT_OURS = [ignored_auth, positive_data_acceptance]
"""The key is put in afterwards; and the description says what can be sent, not what the law accepts."""


def a_key(office: str = OFFICE, **given: Any) -> str:
    told = {"name": f"系统 {office}", "office": office, "scenes": [], "furnishes": True} | given
    return add_client(actor="test", on=DAY, **told)


@pytest.fixture
def office() -> Client:
    """A program of the market regulator."""
    return Client(headers={"Authorization": f"Bearer {a_key()}"})


@pytest.fixture
def other() -> Client:
    """A program of another office that furnishes the same item."""
    return Client(headers={"Authorization": f"Bearer {a_key('520100.market-regulation')}"})


def csv_of(*rows: dict[str, str]) -> bytes:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return "\n".join(lines).encode()


def post(client: Client, body: bytes, url: str = BATCHES, **headers: str) -> Any:
    return client.post(url, body, content_type="application/octet-stream", headers=headers)


def work() -> None:
    at = datetime.now(tz=ZoneInfo("Asia/Shanghai"))
    while operations.run_next(worker="test", on=at.date(), at=at):
        pass


def test_a_file_is_taken_worked_on_and_told_of(office: Client) -> None:
    good, bad = a_registration(), a_registration(统一社会信用代码="91520100XY0000001O")

    taken = post(office, csv_of(good, bad), **{"X-File-Name": "%E7%99%BB%E8%AE%B0.csv"})
    waiting = office.get(taken["Location"]).json()
    work()
    done = office.get(taken["Location"]).json()
    faults = office.get(done["links"]["errors"]).json()

    assert (taken.status_code, waiting["state"], waiting["file_name"]) == (202, "waiting", "登记.csv")
    assert (done["state"], done["accepted"], done["rejected"]) == ("done", 1, 1)
    (fault,) = [one for one in faults["faults"] if one["rule"] == "uscc"]
    assert (fault["row"], fault["field"], fault["severity"]) == (2, "uscc", "refuse")
    assert fault["problem"]
    assert fault["remedy_en"]
    assert faults["next"] is None
    csv = b"".join(office.get(f"{done['links']['errors']}.csv").streaming_content).decode("utf-8-sig")
    assert f"{done['id']}-2" in csv
    assert b"".join(office.get(f"{done['links']['errors']}.xlsx").streaming_content)[:2] == b"PK"


def test_the_same_key_again_is_the_same_submission(office: Client) -> None:
    body = csv_of(a_registration())

    first, again = (post(office, body, **{"Idempotency-Key": "k"}).json()["id"] for _ in range(2))
    other = post(office, csv_of(a_registration()), **{"Idempotency-Key": "k"})

    assert first == again
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    assert Submission.objects.count() == 1


def test_who_may_not_is_refused(office: Client, other: Client) -> None:
    id = post(office, csv_of(a_registration())).json()["id"]
    asks_only = Client(
        headers={
            "Authorization": "Bearer " + a_key(name="核查", furnishes=False, scenes=["tender-registration"])
        }
    )

    assert post(Client(), b"x").status_code == 401
    assert post(Client(), b"x")["WWW-Authenticate"] == "Bearer"
    assert post(asks_only, b"x").json()["code"] == "may-not-furnish"
    assert post(office, b"x", "/api/v1/batches?item=tax-arrears").status_code in {403, 404}
    for path in ("", "/errors", "/errors.csv", "/errors.xlsx"):
        assert other.get(f"/api/v1/batches/{id}{path}").status_code == 404
    assert other.get("/api/v1/batches").json() == []
    assert [one["id"] for one in office.get("/api/v1/batches").json()] == [id]


def test_a_body_that_ends_before_its_length_is_not_taken(transactional_db: None) -> None:
    body = csv_of(a_registration())
    environ = RequestFactory().post(BATCHES, body, content_type="text/csv").environ
    environ |= {"wsgi.input": io.BytesIO(body[:-9]), "HTTP_AUTHORIZATION": f"Bearer {a_key()}"}
    told: list[str] = []

    answer = b"".join(application(environ, lambda status, _: told.append(status)))

    assert (told, json.loads(answer)["code"]) == (["400 Bad Request"], "incomplete")
    assert Submission.objects.count() == 0


def begin(client: Client, body: bytes, **given: Any) -> Any:
    told = {"item": "registration", "file_name": "大.csv", "size": len(body)} | given
    return client.post("/api/v1/uploads", json.dumps(told), content_type="application/json")


def part(client: Client, url: str, offset: int, body: bytes) -> Any:
    return client.patch(
        url, body, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)}
    )


def test_a_file_in_parts_is_continued_where_it_broke_off(office: Client, other: Client) -> None:
    body = csv_of(*(a_registration() for _ in range(50)))

    begun = begin(office, body, sha256=hashlib.sha256(body).hexdigest())
    url = begun["Location"]
    first = part(office, url, 0, body[:1000])
    wrong = part(office, url, 0, body[:1000])
    asked = office.head(url)
    last = part(office, url, 1000, body[1000:])
    again = part(office, url, len(body), b"")
    work()

    assert (begun.status_code, begun["Upload-Offset"]) == (201, "0")
    assert (first.status_code, first["Upload-Offset"], first["Upload-Complete"]) == (204, "1000", "?0")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "wrong-offset")
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (
        200,
        "1000",
        str(len(body)),
    )
    assert (last.status_code, last["Upload-Complete"]) == (204, "?1")
    assert again.status_code == 204
    assert other.get(url).status_code == 404
    assert office.get(last["Location"]).json()["accepted"] == 50
    assert list((HOME / "home" / "submissions" / "uploads").iterdir()) == []


def test_parts_that_are_not_what_was_announced_are_refused(office: Client) -> None:
    body = csv_of(a_registration())
    other = begin(office, body, sha256="0" * 64)["Location"]
    short = begin(office, body[:-1])["Location"]

    wrong = part(office, other, 0, body)
    longer = part(office, short, 0, body)

    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-digest")
    assert office.get(other).status_code == 404
    assert (longer.status_code, longer.json()["code"]) == (413, "too-large")
    assert Submission.objects.count() == 0


def test_more_than_this_machine_takes_is_refused(office: Client) -> None:
    with override_settings(XINYUN=replace(current.XINYUN, upload_limit=1000)):
        assert begin(office, b"x" * 1001).status_code == 413
    assert (
        office.post(
            BATCHES, b"", content_type="text/csv", headers={"Content-Length": str(3 << 30)}
        ).status_code
        == 413
    )


def record(client: Client, values: dict[str, Any], **headers: str) -> Any:
    url = "/api/v1/records/registration"
    return client.post(url, json.dumps(values), content_type="application/json", headers=headers)


def test_one_record_is_worked_on_while_its_sender_waits(office: Client) -> None:
    row = a_registration()

    new = record(office, row, **{"Idempotency-Key": "r1"})
    same_key = record(office, row, **{"Idempotency-Key": "r1"})
    same = record(office, row)
    changed = record(office, row | {"类型": "股份有限公司"})

    assert [one.status_code for one in (new, same_key, same, changed)] == [201, 201, 200, 200]
    assert same_key.json()["id"] == new.json()["id"]
    assert (same.json()["unchanged"], changed.json()["revised"]) == (1, 1)


def test_a_record_that_is_wrong_is_told_with_all_that_is_wrong(office: Client) -> None:
    refused = record(office, {"uscc": "91520100XY0000001O", "成立日期": "2999-01-01"})
    nested = record(office, {"名称": ["甲"]})
    nothing = record(office, {"名称": None})
    twice = record(office, {"名称": "贵州演示甲有限公司", "name": "贵州演示乙有限公司"})

    told = refused.json()
    assert (refused.status_code, told["code"]) == (422, "record-returned")
    assert {"name", "uscc", "established_on"} <= {one["field"] for one in told["errors"]}
    assert [one.status_code for one in (nested, nothing, twice)] == [422, 422, 422]
    assert twice.json()["code"] == "same-column-twice"


def test_a_record_waits_behind_an_older_file_of_its_office(office: Client) -> None:
    post(office, csv_of(a_registration()))

    behind = record(office, a_registration())
    work()

    assert (behind.status_code, behind.json()["state"]) == (202, "waiting")
    assert office.get(behind.json()["links"]["self"]).json()["accepted"] == 1


def test_returned_rows_are_mended_or_dropped(office: Client, other: Client) -> None:
    code = a_code()
    record(office, a_registration(code, 名称="甲"))
    record(office, a_registration(名称="乙"))
    page = office.get("/api/v1/returned").json()
    first, second = (f"/api/v1/returned/{row['id']}" for row in page["rows"])

    def settle(client: Client, url: str, **told: Any) -> Any:
        return client.post(url, json.dumps(told), content_type="application/json")

    not_theirs = settle(other, first, action="drop", reason="x")
    no_reason = settle(office, first, action="drop")
    firm = settle(office, first, action="confirm", reason="就是这样")
    mended = settle(office, first, action="mend", values={"名称": "贵州演示改正有限公司"})
    again = settle(office, first, action="mend", values={"名称": "贵州演示改正有限公司"})
    dropped = settle(office, second, action="drop", reason="重复登记")

    assert (page["open"], page["overdue"], page["rows"][0]["faults"][0]["field"]) == (2, 0, "name")
    assert [one.status_code for one in (not_theirs, no_reason, firm)] == [404, 422, 422]
    assert firm.json()["code"] == "not-to-confirm"
    assert (mended.status_code, mended.json()["accepted"]) == (201, 1)
    assert (again.status_code, again.json()["code"]) == (409, "already-settled")
    assert dropped.json() == {"dropped": 1}
    assert sorted(Returned.objects.values_list("settled", flat=True)) == ["dropped", "mended"]
    assert office.get("/api/v1/returned").json()["rows"] == []


def test_an_office_learns_what_it_may_furnish_and_how(office: Client) -> None:
    items = {one["id"]: one for one in office.get("/api/v1/items").json()}

    assert "registration" in items
    assert "tax-arrears" not in items
    template = b"".join(office.get(items["registration"]["template"]).streaming_content)
    assert template[:2] == b"PK"
    assert office.get("/api/v1/items/nothing/template.xlsx").status_code == 404


def test_whatever_is_sent_is_answered_as_described(transactional_db: None) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    key = f"Bearer {a_key()}"
    asked = [found.ok() for found in schema.get_all_operations()]
    ours = [operation for operation in asked if operation.path.startswith(OURS)]

    assert len(ours) >= 14
    for operation in ours:

        @given(case=operation.as_strategy())
        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        def holds(case: schemathesis.Case) -> None:
            answer = case.call(headers={"Authorization": key})

            assert answer.status_code < 500
            case.validate_response(answer, excluded_checks=NOT_OURS)

        holds()
