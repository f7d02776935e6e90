"""What is repaired is let go on the day of the decision: its record is shown no more, its entry bears no more."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import date

import pytest
from django.db import connections

from tests.repair.conftest import CLERK, FILED, PROOF, SECOND, Course, ask
from tests.repair.test_objections import marks, outcome, refused
from xinyun.base import Refusal
from xinyun.exchange import queries as exchange
from xinyun.lists import queries as lists
from xinyun.plumbing import feed
from xinyun.repair import operations, paper, queries
from xinyun.repair.operations import Evidence

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def test_a_repaired_record_is_shown_no_more_from_the_day_of_the_decision(penalty) -> None:
    filed = ask(penalty())
    case = Course(filed.case).accept().verify()
    assert marks() == [False]

    case.decide("grant", document="演修决〔2026〕1号")

    assert (case.view.state, marks()) == ("granted", [])
    told = queries.papers(case.view)["result"].content
    assert told["title"] == "信用修复决定书"
    assert "不收取任何费用" in str(told)
    assert paper.pdf(case.view, "result") == paper.pdf(case.view, "result")
    assert paper.pdf(case.view, "receipt").startswith(b"%PDF")


def test_a_repaired_entry_bears_no_more_and_subscribers_are_told_the_same_day(enlist) -> None:
    from tests.exchange.conftest import a_client, subscribe
    from xinyun.exchange.queries import row_of

    a_client()
    subscription = row_of(subscribe())
    entry = enlist()
    assert outcome() == ("block", False)

    Course(ask(f"list-{entry.id}").case).accept().verify().decide("grant")

    assert outcome() == ("pass", False)
    assert lists.entry(entry.id).removed_on == FILED
    told = exchange.waiting(subscription).messages
    assert [one["kind"] for one in told] == ["list.entered", "list.removed"]
    assert (told[-1]["on"], told[-1]["reason"]) == (FILED.isoformat(), "信用修复")


def test_a_subscriber_is_told_of_an_objection_and_of_its_end(penalty, enlist) -> None:
    from tests.exchange.conftest import a_client, subscribe
    from tests.repair.conftest import object_to
    from xinyun.exchange.queries import row_of

    a_client()
    subscription = row_of(subscribe(items=["penalty"]))
    line, entry = penalty(), enlist(2)
    for one in (line, f"list-{entry.id}"):
        Course(object_to(one).case).forward().answer().decide()

    kinds = [one["kind"] for one in exchange.waiting(subscription).messages]
    assert kinds == [
        "record.current", "list.entered", "record.disputed", "record.settled", "list.disputed", "list.settled",
    ]  # fmt: skip


def test_whether_it_can_be_repaired_is_told_at_once_with_the_article_and_the_first_day(
    penalty, enlist
) -> None:
    early = refused("cannot-be-repaired", ask, penalty(1, CF_JDRQ="2026/10/10"))
    assert "2027-01-10" in early.remedy.zh
    assert "samr-107-2025 第十四条" in map(str, early.basis)
    undone = refused("cannot-be-repaired", ask, penalty(2), performed=False)
    assert "履行" in undone.what.zh
    refused("cannot-be-repaired", ask, penalty(3), commitment=False)
    refused("not-written", ask, penalty(4), evidence=[])
    no_way = enlist(
        5, list_id="tax-a", office="52.tax", document="演税A〔2026〕1号", decided=date(2026, 3, 1)
    )
    refused("cannot-be-repaired", ask, f"list-{no_way.id}")

    assert queries.cases("repair") == []


def test_false_papers_are_refused_recorded_and_bar_for_three_years(penalty) -> None:
    line = penalty()
    case = Course(ask(line).case).accept().verify()
    refused("unknown-ground", case.decide, "refuse", ground="because")

    case.decide("refuse", ground="false-statement", reasons="收据系伪造。")

    assert case.view.state == "refused"
    assert case.view.last("refused").told["barred_until"] == "2029-11-20"
    assert marks() == [False]
    barred = refused("barred", ask, line, evidence=[Evidence("真的收据", "2号")])
    assert "samr-107-2025 第二十三条" in map(str, barred.basis)


def test_what_was_not_performed_is_not_granted_and_nothing_is_let_go(penalty) -> None:
    case = Course(ask(penalty()).case).accept().verify(performed=False)

    refused("cannot-be-repaired", case.decide, "grant")
    refused("second-officer", case.decide, "refuse", ground="duty-not-done", actor=CLERK)
    case.decide("refuse", ground="duty-not-done")

    assert marks() == [False]
    assert ask(str(case.view.told["line"])).case.state == "filed"


def test_an_applicant_withdraws_by_number_and_word(penalty) -> None:
    filed = ask(penalty())
    who = {"number": filed.case.number, "actor": "portal", "on": FILED}

    refused("no-such-case", operations.follow, secret="WRONGWORD2", withdrawing="不再需要", **who)
    dropped = operations.follow(secret=filed.secret, withdrawing="不再需要", **who)

    assert dropped.state == "dropped"


def test_the_contact_is_sealed_and_read_for_a_purpose_alone(penalty) -> None:
    from datetime import UTC, datetime

    filed = ask(penalty())
    who = {"case": filed.case.id, "office": None, "actor": CLERK, "on": FILED, "at": datetime.now(UTC)}

    assert "0851" not in str(filed.case) + str([one.payload for one in feed.since(0)])
    refused("no-purpose", operations.read_contact, purpose=" ", **who)
    assert operations.read_contact(purpose="通知补正", **who) == {
        "name": "演示人",
        "telephone": "0851-0000000",
    }


_DECIDE = """
import sys, django; django.setup()
from tests.repair.conftest import Course
from xinyun.repair import queries
cases = [Course(queries.case(int(id))) for id in sys.argv[1:]]
print("ready", flush=True)
sys.stdin.readline()
for case in cases:
    case.decide("grant")
"""


def test_killed_at_any_instant_a_case_is_decided_and_let_go_or_neither(penalty, enlist) -> None:
    cases, chance = {}, random.Random(2026)
    for number in range(1, 9):
        line = penalty(number) if number % 2 else f"list-{enlist(number).id}"
        cases[number] = Course(ask(line).case).accept().verify().view.id
    decided: set[int] = set()
    for attempt in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", _DECIDE, *(str(id) for number, id in cases.items() if number not in decided)],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "xinyun.site.settings"}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(chance.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        connections.close_all()
        for number, id in cases.items():
            let_go = marks(number) == [] if number % 2 else outcome(number) == ("pass", False)
            assert (queries.case(id).state, let_go) in {("verified", False), ("granted", True)}, (
                attempt,
                number,
            )
            if let_go:
                decided.add(number)

    for number in cases.keys() - decided:  # the next one who decides can
        Course(queries.case(cases[number])).decide("grant")


def test_of_two_officers_at_once_one_decides(penalty) -> None:
    case = Course(ask(penalty()).case).accept().verify()
    told: list[str] = []

    def decide(actor: str) -> None:
        try:
            told.append(Course(case.view).decide("grant", actor=actor).view.state)
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            connections.close_all()

    officers = [threading.Thread(target=decide, args=(name,)) for name in (SECOND, "user:zhou")]
    for one in officers:
        one.start()
    for one in officers:
        one.join()

    assert sorted(told) == ["granted", "not-now"]


def test_papers_that_lack_are_a_ground_not_to_accept_and_the_application_comes_again(penalty) -> None:
    line = penalty()
    case = Course(ask(line).case).reject()

    assert case.view.state == "rejected"
    assert "papers-incomplete" in str(case.view.last("rejected").told)
    assert ask(line, evidence=[PROOF, Evidence("营业执照", "复印件")]).case.state == "filed"
