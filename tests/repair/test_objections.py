"""An objection is marked when it is accepted, answered by the source, decided by a second officer, and the mark is lifted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from tests.lists.conftest import a_code
from tests.repair.conftest import AT, CENTRE, CLERK, FILED, LABOUR, Course, ask, object_to
from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Refusal
from xinyun.collection import queries as collection
from xinyun.collection.operations import run_next
from xinyun.gateway import operations as gateway
from xinyun.gateway.index import index
from xinyun.gateway.operations import Question
from xinyun.lists import queries as lists
from xinyun.lists.queries import check
from xinyun.plumbing import feed
from xinyun.portal.queries import public_snapshot, subject_document
from xinyun.repair import paper, queries
from xinyun.repair.operations import Evidence

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def refused(code: str, verb, /, *given, **named) -> Refusal:
    with pytest.raises(Refusal) as caught:
        verb(*given, **named)
    assert caught.value.code == code
    return caught.value


def marks(number: int = 1) -> list[bool]:
    found = public_snapshot(a_code(number), on=FILED)
    assert found is not None
    return [line.disputed for line in found.lines]


def outcome(number: int = 1) -> tuple[str, bool]:
    """What the gateway's index answers at this moment."""
    checks, now = index(), law.rulebook().on(FILED)
    checks.follow()
    with checks.reading() as snapshot:
        known = snapshot.lookup(a_code(number))
    found = check(known.standings, known.kind, now.scene("tender-registration"), now)
    return found.outcome, found.disputed


def test_an_answer_to_a_check_says_disputed_from_the_next_one_on(enlist) -> None:
    entry = enlist()
    question = Question(scene="tender-registration", purpose="投标登记", client="t", code=a_code(1))

    def asked() -> tuple[str, bool]:
        (found,) = gateway.answer([replace(question, ref=uuid4().hex)], at=AT, on=FILED)
        told = gateway.document(found)
        return told["decision"], told["disputed"]

    before = asked()
    case = Course(object_to(f"list-{entry.id}").case)
    during = asked()
    case.withdraw()

    assert (before, during, asked()) == (("block", False), ("review", True), ("block", False))


def test_identity_numbers_that_somebody_writes_are_masked_before_they_are_kept(penalty) -> None:
    filed = object_to(penalty(), statement="法定代表人11010519491231002X不是我。")

    assert "11010519491231002X" not in str(filed.case.told)
    assert "不是我" in filed.case.told["grounds"]


def test_a_record_is_marked_at_once_and_until_the_objection_is_settled(penalty) -> None:
    case = Course(object_to(penalty()).case)

    assert case.view.state == "accepted"
    assert marks() == [True]
    assert subject_document(a_code(1), FILED)["records"][0]["disputed"] is True

    case.forward().answer().decide()

    assert (case.view.state, marks()) == ("settled", [False])
    assert [one.kind for one in feed.since(0) if one.kind.split(".")[0] in ("objection", "record")] == [
        "objection.filed", "record.disputed", "objection.step", "objection.step", "objection.step", "objection.step",
        "objection.step", "record.settled",
    ]  # fmt: skip


@pytest.mark.one_store
def test_the_credit_centre_signs_the_papers_of_an_objection_and_the_office_those_of_a_repair(
    penalty, settings
) -> None:
    record = penalty()
    objection, repair = object_to(record), ask(record)

    def signed(case: queries.CaseView) -> str:
        printed = PdfReader(BytesIO(paper.pdf(case, "receipt")))
        return "".join(page.extract_text() for page in printed.pages)

    assert settings.XINYUN.operator in signed(objection.case)
    assert "市场监督管理局" not in signed(objection.case)
    assert "市场监督管理局" in signed(repair.case)


def test_an_entry_under_objection_is_reviewed_and_goes_the_day_the_objection_is_right(enlist) -> None:
    entry = enlist()
    assert outcome() == ("block", False)

    case = Course(object_to(f"list-{entry.id}").case)
    assert outcome() == ("review", True)
    assert case.view.office == LABOUR
    case.forward().answer("withdraw").decide("withdraw")

    assert outcome() == ("pass", False)
    removed = lists.entry(entry.id)
    assert (removed.removed_on, removed.removal_document, removed.disputed) == (
        FILED,
        "演异决〔2026〕1号",
        False,
    )
    assert queries.papers(case.view)["result"].content["title"] == "异议处理结果告知书"


def test_a_withdrawn_record_is_gone_by_the_decision_itself(penalty) -> None:
    line = penalty()
    case = Course(object_to(line).case).forward().answer("withdraw").decide("withdraw")

    assert case.view.state == "settled"
    assert marks() == []
    (told,) = collection.amendments_of(int(line))
    assert case.view.number in told.reason


def test_the_mark_stays_until_the_correction_has_arrived(penalty) -> None:
    line = penalty()
    case = Course(object_to(line).case).forward().answer("correct")
    refused("nothing-changed", case.decide, "correct", values={"CF_NR": "罚款一万元"})
    case.decide("correct", values={"CF_NR": "罚款五千元", "CF_NR_FK": "0.5"})

    assert (case.view.state, marks()) == ("decided", [True])
    refused("not-now", case.decide, "uphold")
    assert run_next(worker="worker", on=FILED, at=datetime.now(UTC))

    assert (queries.case(case.view.id).state, marks()) == ("settled", [False])
    (record,) = archive.records_of(case.view.subject_id)
    assert record.content["content"] == "罚款五千元"


def test_whoever_comes_from_outside_marks_nothing_before_an_officer_has_accepted(enlist) -> None:
    entry = enlist()
    filed = object_to(f"list-{entry.id}", way="portal", actor="portal")

    assert outcome() == ("block", False)
    assert queries.follow(filed.case.number, filed.secret.lower()).state == "filed"
    refused("no-such-case", queries.follow, filed.case.number, "AAAAAAAAAA")
    refused("not-their-case", Course(filed.case).accept)
    Course(filed.case).accept(office=None, actor=CENTRE)

    assert outcome() == ("review", True)


def test_one_objection_at_a_time_and_again_only_with_something_new(penalty) -> None:
    line = penalty()
    case = Course(object_to(line).case)
    assert refused("already-open", object_to, line).basis

    case.forward().answer().decide()

    again = refused("already-answered", object_to, line)
    assert "guizhou-credit-2022 第四十条" in map(str, again.basis)
    assert object_to(line, evidence=[Evidence("新的裁判", "（2026）黔01行终1号")]).case.state == "accepted"


def test_from_outside_five_a_day_about_one_subject(penalty) -> None:
    line = penalty()
    for number in range(5):
        object_to(line, way="portal", actor="portal", evidence=[Evidence("材料", f"{number}号")])

    refused("too-many", object_to, line, way="portal", actor="portal")


def test_each_does_what_is_theirs_and_the_answerer_does_not_decide(penalty) -> None:
    case = Course(object_to(penalty()).case)
    refused("not-now", case.answer)
    refused("not-their-case", case.forward, office="52.market-regulation")
    case.forward()
    refused("not-their-case", case.answer, office="520100.tax")
    refused("unknown-outcome", case.answer, "perhaps")
    refused("wrong-day", case.answer, on=date(2026, 11, 19))
    case.answer()
    refused("second-officer", case.decide, actor=CLERK)

    assert case.decide().view.last("settled")


def test_an_applicant_lets_it_drop_and_the_mark_goes(penalty) -> None:
    case = Course(object_to(penalty()).case).withdraw()

    assert (case.view.state, marks()) == ("dropped", [False])
    refused("not-now", case.forward)


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("not-written", {"statement": " "}),
        ("not-written", {"statement": "长" * 2001}),
        ("not-written", {"evidence": [Evidence("只有内容", "")]}),
        ("not-written", {"evidence": [Evidence("材料", str(n)) for n in range(11)]}),
        ("not-a-target", {"line": "list-999999"}),
        ("not-a-target", {"line": "999999"}),
        ("not-a-target", {"line": "'; --"}),
    ],
)
def test_what_is_not_told_in_full_is_refused_and_nothing_is_written(penalty, code: str, other: dict) -> None:
    line = penalty()
    before = feed.head()

    refused(code, object_to, **({"line": line} | other))

    assert (feed.head(), queries.cases("objection"), marks()) == (before, [], [False])
