"""Objections and repairs in the staff pages: the credit centre accepts and passes on, an office answers, a second one decides."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.console.test_listings import signed_in
from tests.repair.conftest import OFFICE, ask, object_to, penalty  # noqa: F401 - a fixture
from xinyun.repair import queries
from xinyun.repair.operations import Contact

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])


def text(answer) -> str:
    return answer.content.decode()


def test_an_objection_goes_from_the_centre_to_its_source_and_is_decided_by_a_second_clerk(penalty) -> None:  # noqa: F811
    on, line = timezone.localdate(), penalty()
    id = object_to(line, way="portal", actor="portal", on=on, contact=Contact("演示人", "0851-1")).case.id
    centre = signed_in("zhao", "52.development-reform", "operator")
    clerk, second = signed_in("qian", OFFICE), signed_in("sun", OFFICE)
    assert "YY-" in text(centre.get("/console/cases"))

    hidden = text(centre.get(f"/console/cases/{id}"))
    shown = text(centre.post(f"/console/cases/{id}", {"act": "contact", "purpose": "核对身份"}))
    centre.post(f"/console/cases/{id}", {"act": "accept"})
    assert "异议处理中" in text(clerk.get(f"/console/records/{line}"))
    centre.post(f"/console/cases/{id}", {"act": "forward"})
    clerk.post(f"/console/cases/{id}", {"act": "answer", "outcome": "withdraw", "text": "处罚已撤销。"})
    decision = {"act": "decide", "outcome": "withdraw", "document": "演1号", "reasons": "成立。"}
    own = clerk.post(f"/console/cases/{id}", decision)
    done = second.post(f"/console/cases/{id}", decision, follow=True)

    assert ("0851-1" in hidden, "0851-1" in shown) == (False, True)
    assert (own.status_code, "不能自己决定" in text(own)) == (409, True)
    assert "已办结" in text(done)
    assert second.get(f"/console/cases/{id}/result.pdf").content.startswith(b"%PDF")
    assert "YY-" in text(clerk.get("/console/cases?all"))
    assert signed_in("li", "52.tax").get(f"/console/cases/{id}").status_code == 404


def test_a_repair_is_verified_and_granted_and_an_auditor_only_reads(penalty) -> None:  # noqa: F811
    on = timezone.localdate()
    id = ask(penalty(), on=on).case.id
    clerk, second = signed_in("qian", OFFICE), signed_in("sun", OFFICE)
    auditor = signed_in("wu", OFFICE, "auditor")

    assert auditor.post(f"/console/cases/{id}", {"act": "accept"}).status_code == 403
    clerk.post(f"/console/cases/{id}", {"act": "accept"})
    clerk.post(f"/console/cases/{id}", {"act": "verify", "performed": "yes", "text": "已缴清。"})
    refused = second.post(
        f"/console/cases/{id}", {"act": "decide", "outcome": "refuse", "document": "1", "reasons": "否"}
    )
    second.post(
        f"/console/cases/{id}",
        {"act": "decide", "outcome": "grant", "document": "演修1号", "reasons": "符合。"},
    )

    assert (refused.status_code, "duty-not-done" in text(refused)) == (422, True)
    assert queries.case(id).state == "granted"
    assert "准予修复" in text(auditor.get("/console/cases?kind=repair&all"))
