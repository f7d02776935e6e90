"""A change of the rulebook is drawn up by one officer and released by another, or is not law."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.conftest import DAY
from xinyun import law
from xinyun.law.in_use import STAMP, released_folder
from xinyun.law.writing import with_edition
from xinyun.plumbing import feed
from xinyun.rulemaking import operations, queries
from xinyun.rulemaking.models import Draft, Outcome
from xinyun.rulemaking.overlay import lay_out

LIST = "wage-arrears"
FROM = DAY + timedelta(days=60)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("released_files")]


def a_text(years: int = 2, since: date = FROM) -> str:
    """The list with a next edition of another term."""
    book = law.rulebook()
    edition = {
        key: value for key, value in book.on(DAY).norm("list", LIST).items() if key not in ("since", "note")
    }
    return with_edition(book.text_of("list", LIST), since, edition | {"term": {"years": years}})


def drawn_up(**other) -> int:
    told = {
        "kind": "list",
        "norm": LIST,
        "jurisdiction": "cn",
        "text": a_text(),
        "reason": "演示：新办法改为二年",
        "office": "52.development-reform",
        "actor": "user:first",
        "on": DAY,
    }
    return operations.draw_up(**(told | other))


def release(number: int, actor: str = "user:second") -> str:
    return operations.release(draft=number, actor=actor, on=DAY)


def test_a_released_draft_is_law_from_its_day_and_not_a_day_sooner():
    number = drawn_up()
    before = law.rulebook()

    digest = release(number)

    book = law.rulebook()
    assert book.hash == digest != before.hash
    assert book.on(FROM).list(LIST).term_months == 24
    assert book.on(FROM - timedelta(days=1)).list(LIST).term_months == 36
    assert [one.kind for one in feed.since(0)][-2:] == ["rulebook.released", "rulebook.adopted"]


def test_a_draft_alone_changes_nothing():
    before = law.rulebook().hash

    number = drawn_up()

    assert law.rulebook().hash == before
    assert not released_folder().exists()
    assert queries.draft(number).state == "open"


def test_the_file_that_comes_back_is_the_file_that_was_sent():
    text = a_text()

    assert queries.draft(drawn_up(text=text)).text == text


def test_line_ends_of_another_system_are_no_change_of_the_text():
    text = a_text()

    assert queries.draft(drawn_up(text=text.replace("\n", "\r\n"))).text == text


def test_whoever_drew_it_up_does_not_release_it():
    number = drawn_up()

    with pytest.raises(operations.SecondOfficer):
        release(number, actor="user:first")

    assert queries.draft(number).state == "open"


def test_the_database_itself_knows_the_second_officer():
    row = Draft.objects.get(pk=drawn_up())

    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome(draft=row, released=True, by=row.by, drafted_by=row.by, seq=1).save(force_insert=True)


@pytest.mark.parametrize("table", ["rulemaking_draft", "rulemaking_outcome"])
def test_what_was_drawn_up_or_decided_is_not_changed_later(table):
    release(drawn_up())

    with pytest.raises(DatabaseError, match="holds facts"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET at = at")


def test_a_withdrawn_draft_is_closed():
    number = drawn_up()

    operations.withdraw(draft=number, reason="另拟", actor="user:first", on=DAY)

    assert queries.draft(number).state == "withdrawn"
    with pytest.raises(operations.DraftClosed):
        release(number)
    with pytest.raises(operations.DraftClosed):
        operations.withdraw(draft=number, reason="", actor="user:second", on=DAY)


def test_there_is_no_draft_without_one():
    with pytest.raises(operations.UnknownDraft):
        release(999)


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"reason": " "}, operations.NoReasonGiven),
        ({"kind": "poem"}, operations.NotANorm),
        ({"norm": "../../etc/passwd"}, operations.NotANorm),
        ({"norm": "new-list", "jurisdiction": ".."}, operations.NotANorm),
        ({"text": "x" * 70_000}, operations.NotANorm),
        ({"text": law.rulebook().text_of("list", LIST)}, operations.NothingChanged),
    ],
    ids=["no reason", "no kind", "no id", "no jurisdiction", "too long", "nothing changed"],
)
def test_a_draft_is_refused_for(told, refused):
    with pytest.raises(refused):
        drawn_up(**told)

    assert queries.drafts() == []


def test_a_faulty_draft_is_refused_with_file_line_and_remedy():
    with pytest.raises(queries.DraftFaulty) as refused:
        drawn_up(text=a_text().replace("authority: [human-resources]", "authority: [wages]"))

    assert all(fault.file == f"cn/lists/{LIST}.yaml" and fault.line for fault in refused.value.faults)
    assert refused.value.fields[0][1].zh.startswith(f"cn/lists/{LIST}.yaml:")


def test_law_that_is_in_force_cannot_be_changed_by_a_draft():
    in_place = law.rulebook().text_of("list", LIST).replace("term: {years: 3}", "term: {years: 4}")

    for text in (in_place, a_text(since=DAY), a_text(since=DAY - timedelta(days=400))):
        with pytest.raises(queries.DraftFaulty):
            drawn_up(text=text)


def test_a_draft_that_a_worked_case_contradicts_is_refused():
    measure = law.rulebook().text_of("measure", "bar-tender")

    with pytest.raises(queries.DraftFaulty, match="草案有"):
        drawn_up(kind="measure", norm="bar-tender", text=measure.replace("effect: block", "effect: remind"))


def test_two_drafts_over_one_text_cannot_both_be_released():
    first, second = drawn_up(), drawn_up(text=a_text(years=1), actor="user:third")
    release(first)

    with pytest.raises(operations.TextMoved):
        release(second)

    assert law.rulebook().on(FROM).list(LIST).term_months == 24


def test_drafts_build_on_what_was_released():
    release(drawn_up())
    again = with_edition(law.rulebook().text_of("list", LIST), FROM + timedelta(days=365), None)
    release(drawn_up(text=again))

    book = law.rulebook()
    assert book.on(FROM).list(LIST).term_months == 24
    with pytest.raises(law.NotInForce):
        book.on(FROM + timedelta(days=365)).list(LIST)


def test_lost_files_come_back_from_the_store_and_again_changes_nothing():
    digest = release(drawn_up())
    path = released_folder() / f"cn/lists/{LIST}.yaml"
    path.write_text("broken", "utf-8")

    written = lay_out()

    assert written == 1
    assert lay_out() == 0
    assert law.rulebook().hash == digest


def test_a_kill_between_the_files_and_the_stamp_is_made_good():
    before = law.rulebook().hash
    digest = release(drawn_up())
    (released_folder() / STAMP).unlink()
    assert law.rulebook().hash == before

    lay_out()

    assert law.rulebook().hash == digest


def test_open_drafts_come_first():
    closed = drawn_up()
    operations.withdraw(draft=closed, reason="", actor="user:second", on=DAY)
    first, last = drawn_up(), drawn_up(text=a_text(years=1))

    assert [one.id for one in queries.drafts()] == [last, first, closed]
