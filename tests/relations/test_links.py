"""Links follow the records that tell them: made with them, ended with them, made anew the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import DAY
from tests.factories import a_code
from tests.relations.conftest import (
    PERSON,
    TRADING,
    Send,
    a_branch,
    a_contract,
    a_licence_naming,
    a_shareholder,
)
from xinyun.archive import operations as archive
from xinyun.archive.models import Record, Subject
from xinyun.plumbing.sealing import keyed_hash
from xinyun.relations import operations
from xinyun.relations.models import Link

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
Firm = Callable[..., str]


def links() -> list[tuple[str, str, str]]:
    """What holds now."""
    return list(Link.objects.filter(ended_seq__isnull=True).order_by("id").values_list("link", "near", "far"))


def test_a_shareholder_with_a_code_is_a_link_and_one_by_name_alone_is_none(send: Send, firm: Firm) -> None:
    one, owner = firm("贵州演示甲有限公司"), a_code()
    send("shareholder", a_shareholder(one, owner))
    send("shareholder", a_shareholder(one, "", 单位股东名称="贵州演示甲有限公司", 出资公示日期="2026-03-02"))

    assert links() == [("shareholder", one, owner)]
    (link,) = Link.objects.all()
    assert (link.share, str(link.starts_on), link.office) == ("60", "2026-03-01", "52.market-regulation")
    assert link.record.item == "shareholder"


def test_nobody_is_linked_to_itself(send: Send, firm: Firm) -> None:
    one = firm("贵州演示甲有限公司")
    send("shareholder", a_shareholder(one, one))

    assert links() == []


def test_a_branch_that_was_deregistered_is_none(send: Send, firm: Firm) -> None:
    one, branch = firm("贵州演示甲有限公司"), a_code()
    send("branch", a_branch(one, branch), a_branch(one, a_code(), 分支机构状态="注销"))

    assert links() == [("branch", one, branch)]


def test_a_corrected_record_ends_the_link_that_it_told(send: Send, firm: Firm) -> None:
    one, owner, other = firm("贵州演示甲有限公司"), a_code(), a_code()
    send("shareholder", a_shareholder(one, owner))
    send("shareholder", a_shareholder(one, other))

    assert links() == [("shareholder", one, other)]
    ended = Link.objects.get(far=owner)
    assert ended.ended_seq == Link.objects.get(far=other).seq == ended.record.superseded_seq


def test_the_same_file_again_makes_no_second_link(send: Send, firm: Firm) -> None:
    row = a_shareholder(firm("贵州演示甲有限公司"), a_code())
    send("shareholder", row)
    send("shareholder", row)

    assert len(links()) == Link.objects.count() == 1


def test_a_withdrawn_record_ends_its_link_and_a_readmitted_one_brings_it_back(send: Send, firm: Firm) -> None:
    one, owner = firm("贵州演示甲有限公司"), a_code()
    send("shareholder", a_shareholder(one, owner))
    record = Record.objects.get(item="shareholder")
    archive.withdraw(records=[record.pk], reason="报错", office=record.office, actor="test", on=DAY)
    withdrawn = links()
    taken = Record.objects.get(item="shareholder", superseded_seq=None)
    notice = archive.Notice("演告知〔2026〕1号", DAY)
    archive.readmit(record=taken.pk, reason="核实无误", notice=notice, actor="another", on=DAY)

    assert withdrawn == []
    assert links() == [("shareholder", one, owner)]


def test_a_legal_representative_with_a_number_is_the_person_whom_the_archive_knows(
    send: Send, firm: Firm
) -> None:
    one = firm("贵州演示甲有限公司")
    send("licence", a_licence_naming(one))

    hashed = keyed_hash(f"身份证:{PERSON}".encode())
    assert links() == [("legal-representative", one, hashed)]
    assert not Subject.objects.filter(kind="person").exists()


def test_partners_of_one_contract_share_it(send: Send, firm: Firm) -> None:
    one, other, alone = (firm(f"贵州演示{n}有限公司") for n in "甲乙丙")
    send(
        "bidding-contract",
        a_contract(one),
        a_contract(other),
        a_contract(alone, 中标身份="独立中标人"),
        office=TRADING,
    )

    (first, near, shared), (second, far, same) = links()
    assert (first, second, {near, far}, shared) == ("joint-bid", "joint-bid", {one, other}, same)


def test_rebuilt_links_are_those_that_followed(send: Send, firm: Firm) -> None:
    one, other, owner = firm("贵州演示甲有限公司"), firm("贵州演示乙有限公司"), a_code()
    send("shareholder", a_shareholder(one, owner), a_shareholder(other, one))
    send("shareholder", a_shareholder(one, other, 单位股东名称="贵州演示乙有限公司"))
    send("licence", a_licence_naming(one), a_licence_naming(other))
    send("bidding-contract", a_contract(one), a_contract(other), office=TRADING)
    record = Record.objects.filter(item="licence").earliest("id")
    archive.withdraw(records=[record.pk], reason="报错", office=record.office, actor="test", on=DAY)

    def told() -> list[tuple[object, ...]]:
        fields = [field.attname for field in Link._meta.concrete_fields if field.attname != "id"]
        return sorted(Link.objects.values_list(*fields), key=str)

    before = told()
    count = operations.rebuild(actor="test", on=DAY)

    assert told() == before
    assert count == len(links())
